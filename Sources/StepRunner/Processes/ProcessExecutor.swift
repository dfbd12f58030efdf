import FoundationEssentials
import Glibc

/// Runs real processes, each in a process group of its own, with bounded output and time.
///
/// Blocks its thread; never call it from a task.
struct ProcessExecutor: CommandExecutor {
    private static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    func run(_ command: Command, until stop: StopFlag?) throws -> CommandResult {
        guard let program = command.arguments.first, !program.isEmpty else {
            throw CommandError(program: "(nothing)", reason: "the command is empty", notFound: true)
        }
        var environment = ProcessInfo.processInfo.environment
        if environment["PATH"] == nil { environment["PATH"] = Self.standardPath }
        environment.merge(command.environment) { $1 }
        let path = try Self.find(program, in: environment["PATH"] ?? Self.standardPath)

        let input = try Pipe()
        let output = try Pipe()
        let errors = try Pipe()
        let child = try Self.spawn(path, command, environment, input.reader, output.writer, errors.writer)
        input.closeReader()
        output.closeWriter()
        errors.closeWriter()
        return Self.attend(child, command, stop, input, output, errors)
    }

    private static func find(_ program: String, in path: String) throws -> String {
        if program.contains("/") { return program }
        for folder in path.split(separator: ":") {
            let candidate = "\(folder)/\(program)"
            if unsafe access(candidate, X_OK) == 0 { return candidate }
        }
        throw CommandError(program: program, reason: "no such program in \(path)", notFound: true)
    }

    private static func spawn(
        _ path: String,
        _ command: Command,
        _ environment: [String: String],
        _ input: Int32,
        _ output: Int32,
        _ errors: Int32
    ) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors, 2)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        var none = sigset_t()
        unsafe sigfillset(&all)
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        )

        var words = command.arguments
        var program = path
        if let directory = command.directory {
            // Only the child may change its folder: a shell does it, and becomes the program.
            program = "/bin/sh"
            words = ["sh", "-c", "cd -- \"$0\" && exec \"$@\"", directory, path] + words.dropFirst()
        }
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for index in unsafe arguments.indices { unsafe free(arguments[index]) }
            for index in unsafe variables.indices { unsafe free(variables[index]) }
        }
        var child = pid_t()
        let code = unsafe posix_spawn(&child, program, &actions, &attributes, &arguments, &variables)
        guard code == 0 else {
            throw CommandError(program: path, reason: errorText(code), notFound: code == ENOENT)
        }
        return child
    }

    /// Feeds and hears the child until it has ended and its pipes are closed, it ran out of time or is to stop.
    private static func attend(
        _ child: pid_t,
        _ command: Command,
        _ stop: StopFlag?,
        _ input: Pipe,
        _ output: Pipe,
        _ errors: Pipe
    ) -> CommandResult {
        let started = SystemClock.now()
        var sent = 0
        var heard = [BoundedOutput(), BoundedOutput()]
        let readers = [output, errors]
        var open = [true, true]
        var status: Int32?
        var endedAt = 0.0
        var timedOut = false
        var killAt: Double?
        if command.input.isEmpty { input.closeWriter() }

        while true {
            let now = SystemClock.now()
            if status == nil, let ended = reap(child) {
                status = ended
                endedAt = now
            }
            if status != nil, !open.contains(true) { break }
            // A daemon the child left behind may hold the pipes open; what the child said has long arrived.
            if status != nil, now - endedAt > 0.5 { break }
            let isLate = now - started > command.timeout
            if status == nil, isLate || stop?.isSet == true, killAt == nil {
                timedOut = isLate
                kill(-child, SIGTERM)
                killAt = now + 3
            }
            if let at = killAt, now > at {
                kill(-child, SIGKILL)
                killAt = now + 3
            }
            var polled: [pollfd] = []
            for index in 0...1 where open[index] {
                polled.append(pollfd(fd: readers[index].reader, events: Int16(POLLIN), revents: 0))
            }
            if input.writer >= 0 { polled.append(pollfd(fd: input.writer, events: Int16(POLLOUT), revents: 0)) }
            let wait: Int32 = polled.isEmpty ? 1 : 20
            _ = unsafe poll(&polled, nfds_t(polled.count), wait)
            for index in 0...1 where open[index] {
                open[index] = readers[index].read(into: &heard[index])
            }
            if input.writer >= 0 {
                guard let written = input.write(command.input[sent...]) else {
                    input.closeWriter()
                    continue
                }
                sent += written
                if sent == command.input.count { input.closeWriter() }
            }
        }
        if killAt != nil { kill(-child, SIGKILL) }
        let code = status ?? 0
        return CommandResult(
            status: code & 0x7F == 0 ? Int((code >> 8) & 0xFF) : -Int(code & 0x7F),
            output: heard[0].octets,
            errors: heard[1].octets,
            timedOut: timedOut
        )
    }

    private static func reap(_ child: pid_t) -> Int32? {
        var status: Int32 = 0
        let answer = unsafe waitpid(child, &status, WNOHANG)
        if answer == child { return status }
        // Somebody else took the status: it can only be said that the process is gone.
        if answer < 0, errno == ECHILD { return 255 << 8 }
        return nil
    }
}

/// The kernel's words for an error number.
func errorText(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}

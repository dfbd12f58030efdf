import CSpawn
import FoundationEssentials
import Glibc

/// A program that runs beside a test, at the head of a process group of its own. It hears all signals and has no open
/// files but those that it is given. When this value goes it is killed, where it still runs, and reaped.
///
/// Foundation's `Process` of Swift 6.3 is not used: where many files are open it reads past the end of what readdir(3)
/// gave it and, now and then, ends all tests at once.
public final class RunningProgram: Sendable {
    /// What a program reads.
    public enum Input: Sendable {
        case nothing
        case octets([UInt8])
        /// What the test types, with ``RunningProgram/type(_:)``; it ends with the value.
        case typed
    }

    /// Where a program's words go.
    public enum Output: Sendable {
        case dropped
        /// The test reads them.
        case kept
        /// To a file's end; it is made where it is not there.
        case file(String)
    }

    private let process: pid_t
    private let keyboard: OpenFile?
    private let kept: (output: OpenFile?, errors: OpenFile?)

    /// - Parameters:
    ///   - words: the program, by its path or by a name in the tests' PATH, and its arguments
    ///   - environment: all of it; nil for the tests' own
    ///   - folder: where it works; nil for where the tests do
    ///   - errors: nil for the place where its output goes
    /// - Throws: `ProgramError`.
    public init(
        _ words: [String],
        environment: [String: String]? = nil,
        folder: String? = nil,
        input: Input = .nothing,
        output: Output = .dropped,
        errors: Output? = nil
    ) throws {
        let heard = try Self.open(input)
        let said = try Self.open(output)
        let complained = try errors.map(Self.open)
        keyboard = heard.keyboard
        kept = (said.kept, complained?.kept)
        process = try Self.spawn(
            words,
            environment ?? ProcessInfo.processInfo.environment,
            folder,
            [heard.file, said.file, complained?.file ?? said.file]
        )
    }

    deinit {
        if isRunning { kill(-process, SIGKILL) }
        while waitpid(process, nil, 0) < 0, errno == EINTR {}
    }

    private static func open(_ input: Input) throws -> (file: OpenFile, keyboard: OpenFile?) {
        switch input {
        case .nothing: return (try .at("/dev/null", O_RDONLY), nil)
        case .octets(let octets): return (try .inMemory(octets), nil)
        case .typed:
            let line = try OpenFile.line()
            return (line.far, line.near)
        }
    }

    private static func open(_ output: Output) throws -> (file: OpenFile, kept: OpenFile?) {
        switch output {
        case .dropped: return (try .at("/dev/null", O_WRONLY), nil)
        case .kept:
            let file = try OpenFile.inMemory()
            return (file, file)
        case .file(let path): return (try .at(path, O_WRONLY | O_CREAT | O_APPEND), nil)
        }
    }

    private static func spawn(
        _ words: [String],
        _ environment: [String: String],
        _ folder: String?,
        _ files: [OpenFile]
    ) throws -> pid_t {
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for index in unsafe arguments.indices { unsafe free(arguments[index]) }
            for index in unsafe variables.indices { unsafe free(variables[index]) }
        }
        let child = unsafe cspawn(&arguments, &variables, folder, files.map(\.descriptor))
        guard child > 0 else { throw ProgramError(action: "starting \(words.first ?? "nothing")", code: -child) }
        return child
    }

    // MARK: What it says and hears

    /// What it said until now, where that is kept.
    public var output: String { String(decoding: kept.output?.octets ?? [], as: UTF8.self) }

    /// What it said on its errors' line until now, where that is kept apart.
    public var errors: String { String(decoding: kept.errors?.octets ?? [], as: UTF8.self) }

    /// Types, where the program reads what is typed. Waits where it reads more slowly; who has ended hears nothing.
    public func type(_ text: String) {
        guard let keyboard else { return }
        let octets = Array(text.utf8)
        var start = 0
        while start < octets.count {
            let count = unsafe octets[start...].withUnsafeBytes {
                unsafe send(keyboard.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            start += count
        }
    }

    /// Sends it, and not its children, a signal. Its number is no other's before this value goes.
    public func signal(_ number: Int32) { kill(process, number) }

    /// Kills it and the processes of its group, and waits until it has ended.
    public func end() {
        kill(-process, SIGKILL)
        wait()
    }

    // MARK: How it ends

    public var isRunning: Bool { status == nil }

    /// What it ended with, or 128 and the number of the signal that ended it; nil while it runs.
    public var status: Int32? { look(WNOHANG) }

    /// Holds this thread up until it has ended.
    @discardableResult
    public func wait() -> Int32 { look(0) ?? Self.unknown }

    /// Holds no thread up until it has ended, for so long at most: then nil, and it still runs.
    public func ended(within limit: Duration) async throws -> Int32? {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let status { return status }
            try await Task.sleep(for: .milliseconds(20))
        }
        return status
    }

    /// Somebody else has reaped it.
    private static let unknown: Int32 = 255

    /// It is left to be reaped when this value goes, so that its number is its own until then.
    private func look(_ options: Int32) -> Int32? {
        var found = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(process), &found, WEXITED | WNOWAIT | options) < 0 {
            guard errno == EINTR else { return Self.unknown }
        }
        let child = unsafe found._sifields._sigchld
        guard child.si_pid == process else { return nil }
        return unsafe found.si_code == CLD_EXITED ? child.si_status : 128 + child.si_status
    }
}

import ArgumentParser
import FoundationEssentials
import OperatorAPI
import OperatorCLI

struct ConsoleCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Attach to a node's serial console, or read what is recorded of it.",
        discussion: """
            Serial over LAN of the node's BMC. Everything that comes is recorded at the controller, the last 8 MiB of it. \
            Several operators can be attached to one console. At the beginning of a line: \(ConsoleKeys.help)
            """
    )

    @Argument(help: "The node.")
    var node: String

    @Flag(help: "Print the end of what is recorded.")
    var log = false

    @Option(help: "How much of the record to print, in octets.")
    var limit = 64 << 10

    @Flag(help: "Look on without typing, until ^C.")
    var watch = false

    @Option(help: "Record the console when nobody is attached, too: on or off.")
    var record: Switch?

    @OptionGroup var connection: ControllerOptions

    func validate() throws {
        guard [log, watch, record != nil].count(where: \.self) <= 1 else {
            throw ValidationError("--log, --watch and --record are for one at a time")
        }
        guard (1...(8 << 20)).contains(limit) else {
            throw ValidationError("--limit must be from 1 to \(8 << 20) octets")
        }
    }

    func run(_ client: ControllerClient) async throws {
        if let record {
            let wanted = RecordConsole(record: record == .on)
            let answer = try await client.post(OperatorPath.consoleRecord(node), wanted, as: Message.self)
            return Terminal.output.line(answer.message.oneLine)
        }
        if log {
            let path = OperatorPath.consoleRecord(node) + "?limit=\(limit)"
            let found = try await client.get(path, as: ConsoleOutput.self)
            // What a machine wrote must not steer the terminal of somebody who only reads.
            if Terminal.output.isTerminal {
                ConsoleText.lines(found.data).forEach(Terminal.output.line)
            } else {
                Terminal.output.write(octets: [UInt8](found.data))
            }
            return
        }
        try await attach(client)
    }

    private func attach(_ client: ControllerClient) async throws {
        let attachment = try await client.post(OperatorPath.console(node), as: ConsoleAttachment.self)
        let visit = ConsoleVisit(client: client, attachment: attachment)
        let others = attachment.others.isEmpty ? "" : ", with \(attachment.others.joined(separator: ", "))"
        Terminal.errors.line("attached to \(node)\(others); \(watch ? "^C leaves" : ConsoleKeys.help)".oneLine)
        guard !watch else { return try await visit.show() }
        let keyboard = Keyboard()
        let ending: Result<Void, any Error>
        do {
            ending = .success(try await visit.run(keyboard))
        } catch {
            ending = .failure(error)
        }
        keyboard.restore()
        await visit.leave()
        Terminal.errors.line("")
        try ending.get()
    }
}

/// An operator at a console.
struct ConsoleVisit: Sendable {
    let client: ControllerClient
    let attachment: ConsoleAttachment

    private var path: String { OperatorPath.console(attachment.node, attachment.id) }

    /// Shows what comes and sends what is typed, until one of them ends.
    func run(_ keyboard: Keyboard) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await show() }
            group.addTask { try await type(keyboard.strokes) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    func show() async throws {
        var position = attachment.position
        while !Task.isCancelled {
            let output = try await client.get("\(path)?after=\(position)&wait=20", as: ConsoleOutput.self)
            Terminal.output.write(octets: [UInt8](output.data))
            position = output.next
            if let reason = output.ended {
                throw ClientProblem(reason.isEmpty ? "the console was closed" : reason.oneLine)
            }
        }
    }

    private func type(_ strokes: AsyncStream<[UInt8]>) async throws {
        var keys = ConsoleKeys()
        for await octets in strokes {
            for action in keys.take(octets) {
                switch action {
                case .type(let octets): try await send(ConsoleInput(data: Data(octets)))
                case .sendBreak: try await send(ConsoleInput(data: Data(), sendsBreak: true))
                case .help: Terminal.errors.line(ConsoleKeys.help)
                case .detach: return
                }
            }
        }
        // A script's last line has an answer, which is to be seen.
        try await Task.sleep(for: .seconds(2))
    }

    private func send(_ input: ConsoleInput) async throws {
        _ = try await client.post(path, input, as: Message.self)
    }

    func leave() async { _ = try? await client.delete(path, as: Message.self) }
}

import ArgumentParser
import OperatorAPI
import OperatorCLI

struct BootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boot",
        abstract: "What machines that boot from the network are told, and how far they are.",
        subcommands: [BootExplain.self, BootWatchCommand.self]
    )
}

struct BootExplain: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "What a machine would be told if it booted from the network now, and why."
    )

    @Argument(help: "The MAC address of the card that it boots from.")
    var mac: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let found = try await client.get(OperatorPath.boot(mac), as: BootExplanation.self)
        try format.show(found) { BootText.explanation(found, $0) }
    }
}

struct BootWatchCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow network boots live: a line for each machine, with its stage and for how long."
    )

    @Flag(help: "Show the boots of the last hour once and end.")
    var once = false

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        if once || format.output == .json {
            let courses = try await client.get(OperatorPath.boots, as: [BootCourse].self)
            return try format.show(courses) { BootText.board(courses, $0) }
        }
        var watch = BootWatch()
        var live = LiveLines(on: .output)
        var courses: [BootCourse] = []
        while !Task.isCancelled {
            var trouble: [String] = []
            do {
                courses = try await client.get(OperatorPath.boots)
            } catch {
                guard error.kind == .unreachable else { throw error }
                trouble = error.reasons
            }
            let look = Terminal.output.look
            if let size = Terminal.output.size {
                let rows = watch.table(courses, look).prefix(max(1, size.rows - 2))
                live.show(Array(rows) + trouble.map { $0.cut(to: size.columns - 1) })
            } else {
                for line in watch.changes(courses, look) { Terminal.output.line(line) }
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}

struct NodeSetLoader: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-loader",
        abstract: "Choose what a node's UEFI firmware loads first from the network."
    )

    @Argument(help: "The node.")
    var node: String

    @Argument(help: "auto, unified, snponly, ipxe, shim, or default: what is configured for all.")
    var loader: String

    @OptionGroup var connection: ControllerOptions

    func run(_ client: ControllerClient) async throws {
        let wanted = SetLoader(loader: loader == "default" ? nil : loader)
        let answer = try await client.post(OperatorPath.loader(node), wanted, as: Message.self)
        Terminal.output.line(answer.message.oneLine)
    }
}

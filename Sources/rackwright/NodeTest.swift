import ArgumentParser
import OperatorAPI
import OperatorCLI

struct NodeTest: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Try a node out in the ramdisk for minutes; with --burn-in also by overwriting its disks.",
        discussion: """
            Processors and memory are tried at once, and harm nothing. With --burn-in it is said which disks would be \
            overwritten and what they hold; nothing happens until 'rackwright node test NODE --approve N', which is good for \
            one begin. The results are in the node's inventory under burn_in, where roles can require them; a node that \
            fails is quarantined.
            """
    )

    @Argument(help: "The node.")
    var node: String

    @Flag(help: "Overwrite disks and read them back: what they hold is lost.")
    var burnIn = false

    @Option(help: "The disks to overwrite, by name or serial number, with commas; all unless told.")
    var disks = "all"

    @Option(help: "Minutes for processors and memory, and as many for the disks.")
    var minutes = TestNode.usualMinutes

    @Option(help: ArgumentHelp("Let the test of this number begin, once.", valueName: "number"))
    var approve: Int?

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if approve != nil, burnIn || disks != "all" || minutes != TestNode.usualMinutes {
            throw ValidationError("--approve lets begin what was asked for before: give the number alone")
        }
        if disks != "all", !burnIn { throw ValidationError("--disks is for --burn-in") }
        if !TestNode.minutesAllowed.contains(minutes) {
            let allowed = TestNode.minutesAllowed
            throw ValidationError("--minutes takes \(allowed.lowerBound) to \(Int(allowed.upperBound))")
        }
    }

    func run(_ client: ControllerClient) async throws {
        if let approve {
            let path = OperatorPath.approveTest(node)
            let answer = try await client.post(path, ApproveTest(number: approve), as: Message.self)
            try format.show(answer) { _ in answer.message.oneLine }
            return
        }
        let names = disks == "all" ? [] : disks.split(separator: ",").map(String.init)
        let wanted = TestNode(burnIn: burnIn, disks: names, minutes: minutes)
        let report = try await client.post(OperatorPath.test(node), wanted, as: TestReport.self)
        try format.show(report) { TestText.report(report, $0) }
    }
}

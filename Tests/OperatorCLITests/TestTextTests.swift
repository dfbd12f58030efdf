import OperatorAPI
import OperatorCLI
import Testing

@Suite struct TestTextTests {
    @Test func whatWouldBeDestroyedIsSaidWithHowToApproveOfIt() {
        let report = TestReport(
            node: "node-1",
            number: 3,
            minutes: 10,
            disks: [
                .init(
                    name: "sda",
                    size: 1 << 40,
                    model: "P4510",
                    serial: "S1",
                    holds: ["partition 1: 'root' ext4\u{1B}[2J", "LVM2_member"]
                ), .init(name: "sdb", serial: "S2"),
            ],
            needsApproval: true
        )
        let text = TestText.report(report, Samples.look)
        #expect(!text.contains("\u{1B}"))
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.first?.contains("for 10 min at most") == true)
        #expect(lines.contains("  sda: 1.0 TiB, P4510, serial S1") && lines.contains("    destroys: LVM2_member"))
        #expect(lines.contains { $0.hasPrefix("    destroys: partition 1: 'root' ext4") })
        #expect(lines.contains("    destroys: nothing that was found"))
        #expect(lines.last == "to let it begin, once: rackwright node test node-1 --approve 3")
    }

    @Test func aTestThatHarmsNothingHasBegun() {
        let report = TestReport(
            node: "node-1",
            number: 1,
            minutes: 0.5,
            disks: [],
            needsApproval: false,
            message: "node-1: testing, a test was asked for"
        )
        #expect(TestText.report(report, Samples.look) == "node-1: testing, a test was asked for")
    }
}

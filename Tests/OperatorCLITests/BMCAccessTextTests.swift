import OperatorAPI
import OperatorCLI
import Testing

/// How BMCs are reached and by whom, as a person sees it.
struct BMCAccessTextTests {
    private let look = Samples.look

    @Test func theNetworkHasALineForWhatTheBMCTells() {
        var report = LANReport(node: "node-1", interface: "eth0")
        report.mac = "06:00:00:00:00:01"
        report.source = "DHCP"
        report.address = "10.0.0.9"
        report.remarks = ["it has further\naddresses"]
        let lines = BMCAccessText.lan(report, look).split(separator: "\n").map(String.init)
        #expect(lines.first == "the BMC of node-1, eth0")
        #expect(lines.contains("  address       10.0.0.9"))
        #expect(lines.contains("  gateway       none"))
        #expect(!lines.contains { $0.contains("VLAN") }, "what is not told has no line")
        #expect(lines.last == "it has further addresses")
    }

    @Test func aTrialSaysThatNothingWasChanged() {
        let change = LANChangeReport.Change(name: "vlan", before: "off", after: "30")
        let text = BMCAccessText.change(
            LANChangeReport(node: "node-1", changes: [change], lookedFor: ["10.0.0.9", "10.0.0.1"]),
            look
        )
        #expect(text.contains("looked for at 10.0.0.9, then 10.0.0.1"))
        #expect(text.hasSuffix("nothing was changed: this is what would be"))
        let none = BMCAccessText.change(LANChangeReport(node: "node-1", changes: [], lookedFor: []), look)
        #expect(none == "node-1: all of it is so already")
    }

    @Test func theAccountOfTheControllerIsMarked() {
        let report = UsersReport(
            node: "node-1",
            users: [
                .init(id: "2", name: "admin", role: "administrator", enabled: true, locked: false, own: true),
                .init(id: "3", name: "guest", role: "readonly", enabled: nil, locked: true, own: false),
            ],
            remarks: ["8 of its 10 places are free"]
        )
        let lines = BMCAccessText.users(report, look).split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        #expect(lines[1].hasSuffix("the controller logs in with it"))
        #expect(lines[2].split(separator: " ").map(String.init) == ["3", "guest", "readonly", "-", "yes"])
        let none = BMCAccessText.users(UsersReport(node: "n", users: []), look)
        #expect(none == "the BMC of n lists no accounts")
    }
}

import OperatorAPI
import Testing

@testable import OperatorCLI

struct ScanTextTests {
    @Test func eachBMCIsALineWithWhatItTook() {
        let report = ScanReport(
            found: [
                FoundBMC(
                    address: "10.0.0.4",
                    protocol: "redfish",
                    protocols: ["redfish 1.13.1", "ipmi 2.0"],
                    vendor: "Dell Inc.",
                    model: "PowerEdge R750",
                    serial: "F54P1G3",
                    power: "on",
                    credential: "dell"
                ),
                FoundBMC(address: "10.0.0.5", protocol: "ipmi", protocols: ["ipmi 2.0"], node: "node-7"),
                FoundBMC(
                    address: "10.0.0.6",
                    protocol: "redfish",
                    protocols: ["redfish"],
                    refused: ["dell"],
                    untried: ["hpe"],
                    remarks: ["it\u{1B}[2J is odd"]
                ),
            ],
            searched: 30,
            addresses: 254
        )
        let lines = ScanText.report(report, Appearance(now: 0)).split(separator: "\n").map(String.init)
        #expect(lines[1].contains("10.0.0.4  redfish 1.13.1, ipmi 2.0  Dell Inc.  PowerEdge R750"))
        #expect(lines[1].hasSuffix("on     dell"))
        #expect(lines[2].hasSuffix("is node-7's"))
        #expect(lines[3].hasSuffix("refused: dell; not tried: hpe"))
        #expect(lines[4] == "10.0.0.6: it [2J is odd")
        #expect(lines[5].hasPrefix("3 BMCs at 30 of 254 addresses, 1 took a login, 1 are enrolled; the search was"))
    }
}

import OperatorAPI
import Testing

@testable import OperatorCLI

struct ProbeTextTests {
    private let report = ProbeReport(
        bmc: "redfish://10.0.0.4",
        interface: "Redfish 1.13.1",
        vendor: "Dell Inc.",
        model: "PowerEdge R750",
        system: "/redfish/v1/Systems/1: is the service's only one",
        login: "session",
        tls: .init(version: "TLS 1.2", certificate: "ab12", expires: 86_400 * 10),
        power: "on",
        powerActions: ["on: On"],
        features: [
            .init(name: "sensors", offered: true, detail: "33"),
            .init(name: "virtual media", offered: false, detail: ""),
            .init(name: "serial console", offered: nil, detail: "not told"),
        ],
        remarks: ["odd"]
    )

    @Test func aBMCIsOneScreen() {
        let lines = ProbeText.report(report, Appearance(now: 86_400 * 20)).split(separator: "\n").map(String.init)
        #expect(lines.first == "redfish://10.0.0.4 speaks Redfish 1.13.1")
        func value(_ head: String) -> String? {
            lines.first { $0.hasPrefix("  \(head) ") }?.dropFirst(24).description
        }
        #expect(value("machine") == "Dell Inc. PowerEdge R750")
        #expect(value("valid until") == "1970-01-11, which is over")
        #expect(value("power actions") == "on: On")
        #expect(value("boots") == "none that is told")
        #expect(value("sensors") == "33")
        #expect(value("virtual media") == "no")
        #expect(value("serial console") == "not known: not told")
        #expect(value("strategy") == "none: it is spoken to as the standard has it")
        #expect(lines.last == "  odd")
        #expect(lines.count < 25)
    }
}

import Foundation
import Testing

@testable import VirtualRack

/// Which BMC a machine has, as the rack's JSON says it.
struct DefinitionTests {
    private func definition(_ bmc: String) throws -> RackDefinition {
        let text = """
            {"network": {"namespace": "rack", "bridge": "br0", "address": "10.77.0.1/24"},
             "machines": [{"name": "alpha", "firmware": "uefi", "memoryMiB": 512, "cpus": 1, "serial": "VR-1",
              "uuid": "6f1c3a52-8f0e-4d4b-9c57-2f2d3f6f8a11", "macs": ["52:54:00:12:34:56"], "disks": [],
              "bmc": {\(bmc), "address": "10.77.0.11", "username": "admin", "password": "secret"}}]}
            """
        let definition = try JSONDecoder().decode(RackDefinition.self, from: Data(text.utf8))
        try definition.validate()
        return definition
    }

    @Test func aDefinitionThatSaysNothingMoreMeansWhatItMeant() throws {
        let ipmi = try definition(#""protocol": "ipmi""#).machines[0].bmc
        #expect(ipmi.isSimulator && !ipmi.isOwnIPMI)
        let redfish = try definition(#""protocol": "redfish""#).machines[0].bmc
        #expect(!redfish.isSimulator && !redfish.isOwnIPMI)
    }

    @Test func theImplementationAndItsFaultsAreRead() throws {
        let own = try definition(
            #""protocol": "ipmi", "implementation": "own", "faults": ["slow-answers 1.5s", "lock-out 3"]"#
        )
        .machines[0].bmc
        #expect(own.isOwnIPMI)
        #expect(own.faults == [.slowAnswers(.milliseconds(1500)), .lockOut(after: 3)])
        #expect(try definition(#""protocol": "ipmi", "implementation": "ipmi_sim""#).machines[0].bmc.isSimulator)
    }

    @Test(arguments: [
        #""protocol": "redfish", "implementation": "ipmi_sim""#,
        #""protocol": "ipmi", "faults": ["unavailable"]"#,
        #""protocol": "ipmi", "implementation": "own", "faults": ["melted"]"#,
        #""protocol": "ipmi", "implementation": "other""#,
    ])
    func whatCannotBeIsRefused(bmc: String) {
        #expect(throws: (any Error).self) { _ = try definition(bmc) }
    }

    @Test func whatAMachineWritesIsLoggedWhetherItsBMCListensOrNot() {
        #expect(
            QEMUCommandLine.serialPort(log: "/s/serial.log", socket: nil)
                == "file,id=serial,path=/s/serial.log,append=on"
        )
        let words = QEMUCommandLine.serialPort(log: "/s/serial.log", socket: "/s/serial.sock").split(separator: ",")
        #expect(words.contains("path=/s/serial.sock"))
        #expect(words.contains("logfile=/s/serial.log") && words.contains("logappend=on"))
    }
}

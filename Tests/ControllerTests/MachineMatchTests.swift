import AgentAPI
import FoundationEssentials
import Lifecycle
import OperatorAPI
import Testing

@testable import ControllerCore

/// Which machine may be which node.
@Suite struct MachineMatchTests {
    private static let uuid = "4c4c4544-0035-4b10-8058-b9c04f4c4a32"
    private static let mac = "52:54:00:00:00:01"

    private func node(macs: [String] = [mac], uuid: String? = nil, serial: String? = nil) -> NodeRecord {
        NodeRecord(
            id: "1",
            name: "node-1",
            bmc: NodeRecord.BMCRecord(protocol: "ipmi", address: "10.0.0.1", username: "", sealedPassword: Data()),
            macs: macs,
            uuid: uuid,
            serial: serial,
            lifecycle: NodeLifecycle(at: 0),
            servicesUp: [],
            lastFailure: []
        )
    }

    private func machine(_ macs: [String] = [mac], uuid: String? = nil, serial: String? = nil) -> MachineIdentity {
        MachineIdentity(uuid: uuid, serial: serial, macs: macs)
    }

    @Test func aUUIDHasTwoOrders() {
        let uuid = "00112233-4455-6677-8899-aabbccddeeff"
        #expect(MachineWord.isSameUUID(uuid, "33221100-5544-7766-8899-aabbccddeeff"))
        for text in ["", "0011", "00112233-4455-6677-8899"] {
            #expect(!MachineWord.isSameUUID(uuid, text))
        }
    }

    @Test func anyOneThingThatBothKnowIsEnoughWhereNothingDiffers() {
        #expect(node().difference(from: machine()) == nil)
        #expect(node(macs: []).difference(from: machine()) == nil, "nothing is known of the node yet")
        #expect(node(uuid: Self.uuid).difference(from: machine([], uuid: Self.uuid.uppercased())) == nil)
        #expect(node(serial: "SN1").difference(from: machine([], serial: "sn1 ")) == nil)
        #expect(node(uuid: Self.uuid).difference(from: machine()) == nil, "a UUID that is not told does not count")
        for other in [
            "44454c4c-3500-104b-8058-b9c04f4c4a32", "324a4c4f-c0b9-5880-104b-350044454c4c",
            "4f4c4a32-b9c0-8058-104b-350044454c4c",
        ] {
            let difference = node(uuid: Self.uuid).difference(from: machine([], uuid: other))
            #expect(difference == nil, "firmware disagrees about the order of its octets")
        }
    }

    @Test func aKnownUUIDOrSerialNumberThatDiffersWeighsMoreThanAMACAddress() {
        let other = "11111111-2222-3333-4444-555555555555"
        #expect(
            node(uuid: Self.uuid).difference(from: machine(uuid: other))
                == "its UUID is \(other), the node's is \(Self.uuid)"
        )
        #expect(
            node(serial: "SN1").difference(from: machine(serial: "SN2"))
                == "its serial number is SN2, the node's is SN1"
        )
        #expect(node(uuid: Self.uuid, serial: "SN1").difference(from: machine(uuid: Self.uuid, serial: "SN2")) != nil)
    }

    @Test(arguments: [
        "", "  ", "To be filled by O.E.M.", "Default string", "Not Specified", "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "03000200-0400-0500-0006-000700080009", "0", "000000",
    ])
    func aPlaceholderIsNothingThatIsKnown(text: String) {
        #expect(MachineWord.known(text) == nil)
        #expect(node(uuid: text, serial: text).difference(from: machine(uuid: Self.uuid, serial: "SN1")) == nil)
        #expect(node(uuid: Self.uuid, serial: "SN1").difference(from: machine(uuid: text, serial: text)) == nil)
        #expect(node(uuid: text).difference(from: machine(["52:54:00:00:00:99"], uuid: text)) != nil)
    }

    @Test func whereNothingIsTheSameTheAddressesAreNamed() {
        #expect(
            node().difference(from: machine(["52:54:00:00:00:99"]))
                == "its MAC addresses are 52:54:00:00:00:99, the node's are \(Self.mac)"
        )
        #expect(
            node(macs: [], uuid: Self.uuid).difference(from: machine([]))
                == "its MAC addresses are none, the node's are not known"
        )
    }

    @Test func aTokenIsNotGoodForAnotherMachineWithTheSameMACAddress() async throws {
        let bench = try Bench()
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        let agent = try await TestAgent(bench, "node-1", mac: Self.mac)
        try await bench.inspect("node-1")
        try await bench.settle("node-1")
        let token = try #require(try await bench.controller.mintToken(for: agent.id))
        _ = try await bench.controller.enroll(
            try agent.request(token: token, uuid: Self.uuid, serial: "Default string")
        )
        let second = try #require(try await bench.controller.mintToken(for: agent.id))
        let other = "11111111-2222-3333-4444-555555555555"
        let problem = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.enroll(try agent.request(token: second, uuid: other))
        }
        #expect(problem?.kind == .forbidden)
        #expect(problem?.reasons.first?.contains("its UUID is \(other), the node's is \(Self.uuid)") ?? false)
        #expect(try await bench.timeline("node-1").last?.contains("came from another machine") ?? false)
        _ = try await bench.controller.enroll(try agent.request(token: second, serial: "SN1"))
    }
}

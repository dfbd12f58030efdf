import AgentAPI
import Crypto
import Inventory
import OperatorAPI
import SwiftASN1
import X509

@testable import ControllerCore

/// One node's agent, as far as the controller sees it.
struct TestAgent {
    let bench: Bench
    let name: String
    var id: String
    let mac: String
    var boot = 1
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())

    init(_ bench: Bench, _ name: String, mac: String) async throws {
        self.bench = bench
        self.name = name
        self.mac = mac
        id = try await bench.node(name).id
    }

    func request(
        token: String,
        key other: Certificate.PrivateKey? = nil,
        uuid: String? = nil,
        serial: String? = nil
    ) throws -> EnrollRequest {
        let key = other ?? key
        let request = try CertificateSigningRequest(
            version: .v1,
            subject: try DistinguishedName { CommonName("agent") },
            privateKey: key,
            attributes: CertificateSigningRequest.Attributes(),
            signatureAlgorithm: .ecdsaWithSHA256
        )
        return EnrollRequest(
            token: token,
            certificateRequest: try request.serializeAsPEM().pemString,
            machine: MachineIdentity(uuid: uuid, serial: serial, macs: [mac], bootMAC: mac),
            agentVersion: "1"
        )
    }

    /// - Parameter generation: what it says that it carries; nil for what the controller knows
    func call(_ mode: AgentMode, generation: Int? = nil, busyWith: String? = nil) async throws -> Instruction {
        let known = mode == .ramdisk ? 0 : try await bench.node(name).generation
        let call = CheckIn(
            mode: mode,
            bootID: "\(name)-\(boot)",
            agentVersion: "1",
            generation: generation ?? known,
            busyWith: busyWith
        )
        return try await bench.controller.checkIn(call, from: id)
    }

    func succeed(_ instruction: Instruction) async throws {
        let outcome = InstructionReport.Outcome.succeeded(InstructionReport.Success(summary: "done"))
        try await bench.controller.takeReport(
            InstructionReport(instruction: instruction.id, outcome: outcome),
            from: id
        )
    }

    func fail(_ instruction: Instruction, _ reason: String) async throws {
        let outcome = InstructionReport.Outcome.failed(InstructionReport.Failure(reason: reason))
        try await bench.controller.takeReport(
            InstructionReport(instruction: instruction.id, outcome: outcome),
            from: id
        )
    }

    func inventory(_ instruction: Instruction, memory: Int, bmc: String? = nil) async throws {
        var inventory = Inventory(
            bootMode: .uefi,
            cpu: Inventory.CPU(threads: 2),
            memory: Inventory.Memory(total: memory << 20),
            disks: [Inventory.Disk(name: "vda", serial: "S-\(name)", size: 8_000_000_000)]
        )
        inventory.bmc = bmc.map { Inventory.ManagementController(address: $0) }
        try await bench.controller.takeInventory(
            InventoryReport(instruction: instruction.id, inventory: inventory),
            from: id
        )
    }
}

let twoNodes = """
    name,bmc_protocol,bmc_address,bmc_user,bmc_password,mac
    node-1,ipmi,10.0.0.1,admin,\(Bench.password),52:54:00:00:00:01
    node-2,redfish,10.0.0.2,admin,\(Bench.password),52:54:00:00:00:02
    node-3,redfish,10.0.0.3,admin,\(Bench.password),52:54:00:00:00:03
    """

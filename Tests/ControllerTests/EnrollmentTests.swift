import AgentAPI
import Crypto
import FoundationEssentials
import OperatorAPI
import SwiftASN1
import Testing
import X509

@testable import ControllerCore

@Suite struct EnrollmentTests {
    @Test func everythingWrongWithATableIsSaidWithItsLine() async throws {
        let bench = try Bench()
        func refused(_ csv: String) async -> [String] {
            do {
                _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: csv))
                return []
            } catch let problem as ControllerProblem {
                return problem.reasons
            } catch {
                return ["\(error)"]
            }
        }
        let head = "name,bmc_protocol,bmc_address,bmc_user,bmc_password\n"
        #expect(
            await refused("name,bmc_protocol,bmc_adress,bmc_user,bmc_password\n").first?.hasPrefix(
                "nodes.csv:1: unknown column 'bmc_adress'"
            ) ?? false
        )
        #expect(
            await refused(head + "a,ipmi,10.0.0.1,admin\n") == [
                "nodes.csv:2: 4 fields where the first line names 5 columns"
            ]
        )
        #expect(await refused(head + "a,ipmi,10.0.0.1,admin,\n") == ["nodes.csv:2: 'bmc_password' is empty"])
        #expect(
            await refused(head + "a,ipmi,10.0.0.1,u,p\n\na,ipmi,10.0.0.2,u,p\n") == [
                "nodes.csv:4: the name 'a' is also on line 2"
            ]
        )
        #expect(
            await refused(head + "a,ipmi,10.0.0.1,u,p\nb,ipmi,10.0.0.1,u,p\n") == [
                "nodes.csv:3: the BMC 10.0.0.1 is also on line 2"
            ]
        )
        #expect(await refused(head + "a,smtp,10.0.0.1,u,p\n-b,ipmi,10.0.0.2,u,\"p\n").count == 2)
        let headless = await refused("a,ipmi,10.0.0.1,admin,\(Bench.password)\n")
        #expect(
            headless == [
                "nodes.csv:1: the first line must name the columns: name,bmc_protocol,bmc_address,bmc_user,bmc_password"
            ]
        )
        #expect(try await bench.controller.nodes() == [], "all rows, or none")
    }

    @Test func aTableIsReadAsSpreadsheetsWriteIt() throws {
        let csv =
            "\u{FEFF}Name,bmc_protocol,bmc_address,bmc_user,bmc_password\r\na, ipmi ,10.0.0.1,admin,\" p,\"\"q \"\r\n"
        let row = try #require(try NodeTable(csv: csv, file: "nodes.csv").rows.first)
        #expect(row.protocol == "ipmi")
        #expect(row.password == " p,\"q ", "what is quoted keeps its spaces")
    }

    @Test func aNodeOrBMCThatIsKnownIsRefusedWithItsLine() async throws {
        let bench = try Bench()
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        let problem = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.enroll(EnrollNodes(file: "again.csv", csv: twoNodes))
        }
        #expect(problem?.reasons.first == "again.csv:2: a node 'node-1' is already enrolled (BMC 10.0.0.1)")
        #expect(problem?.reasons[1] == "again.csv:2: the BMC 10.0.0.1 already belongs to node 'node-1'")
    }

    @Test func thePasswordIsNowhereInTheStoreOrInAnAnswer() async throws {
        let bench = try Bench()
        let answer = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        #expect(try await bench.until { try await bench.node("node-1").state == "manageable" })
        #expect(!"\(answer)".contains(Bench.password))
        #expect(!"\(try await bench.controller.explain("node-1"))".contains(Bench.password))
        for file in try FileManager.default.contentsOfDirectory(atPath: bench.folder) where file.hasPrefix("store") {
            let octets = try Data(contentsOf: URL(filePath: bench.folder + "/" + file))
            #expect(!String(decoding: octets, as: UTF8.self).contains(Bench.password), "\(file)")
        }
    }

    @Test func aControllerThatIsKilledWhileItEnrollsGoesOnWithTheCheck() async throws {
        let bench = try Bench()
        bench.die(afterWrites: 1)
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        #expect(try await bench.node("node-1").state == "verifying")
        try bench.restart()
        try await bench.controller.resume()
        for name in ["node-1", "node-2", "node-3"] {
            #expect(try await bench.until { try await bench.node(name).state == "manageable" })
        }
        #expect(
            try await bench.timeline("node-1").prefix(2) == [
                "enrolled from nodes.csv", "enroll -> verifying: checking the BMC",
            ]
        )
    }

    @Test func aWrongPasswordFailsTheVerificationAndCanBeGivenUp() async throws {
        let bench = try Bench()
        let csv = "name,bmc_protocol,bmc_address,bmc_user,bmc_password\na,ipmi,10.0.0.9,admin,wrong-one\n"
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: csv))
        #expect(try await bench.until { try await bench.node("a").state == "failed(verifying)" })
        let explanation = try await bench.controller.explain("a")
        #expect(explanation.failure?.contains("does not accept the user or the password") ?? false)
        #expect(explanation.legal == ["retry", "abort", "verify"])
        #expect(!"\(explanation)".contains("wrong-one"))
        _ = try await bench.controller.act(.abort, on: "a", reason: "")
        _ = try await bench.controller.act(.delete, on: "a", reason: "")
        #expect(try await bench.controller.nodes() == [])
    }

    @Test func aTokenIsGoodForOneKey() async throws {
        let bench = try Bench()
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        let agent = try await TestAgent(bench, "node-1", mac: "52:54:00:00:00:01")
        let unknown = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.enroll(try agent.request(token: "made-up"))
        }
        #expect(unknown?.kind == .forbidden)
        #expect(try await bench.controller.mintToken(for: agent.id) == nil, "nothing is asked of the node yet")
        try await bench.inspect("node-1")
        let token = try #require(try await bench.controller.mintToken(for: agent.id))
        let stranger = try await TestAgent(bench, "node-1", mac: "52:54:00:00:00:99")
        let mismatch = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.enroll(try stranger.request(token: token))
        }
        #expect(mismatch?.kind == .forbidden, "a token is bound to its machine")

        let first = try await bench.controller.enroll(try agent.request(token: token))
        #expect(first.name == "node-1")
        let again = try await bench.controller.enroll(try agent.request(token: token))
        #expect(again.certificate == first.certificate, "the answer was lost, not the key")
        let certificate = try Certificate(pemEncoded: first.certificate)
        let der = try certificate.serializeAsPEM().derBytes
        let (node, keyHash) = try CertificateAuthority.agent(der: der)
        #expect(node == agent.id)
        try await bench.controller.admit(node: node, keyHash: keyHash)

        let thief = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let stolen = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.enroll(try agent.request(token: token, key: thief))
        }
        #expect(stolen?.kind == .forbidden)
        #expect(try await bench.node("node-1").quarantined != nil)
        await #expect(throws: ControllerProblem.self) { try await bench.controller.admit(node: node, keyHash: keyHash) }
        #expect(try await bench.controller.explain("node-1").legal.contains("release"))
        #expect(try await bench.controller.mintToken(for: agent.id) == nil, "a node in doubt gets no token")
        _ = try await bench.controller.act(.release, on: "node-1", reason: "looked")
        await #expect(throws: ControllerProblem.self, "which of the two was the node is not known") {
            try await bench.controller.admit(node: node, keyHash: keyHash)
        }
        let fresh = try #require(try await bench.controller.mintToken(for: agent.id))
        _ = try await bench.controller.enroll(try agent.request(token: fresh))
    }

    @Test func anOldTokenAndOneWithdrawnAreRefused() async throws {
        let bench = try Bench()
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        let agent = try await TestAgent(bench, "node-1", mac: "52:54:00:00:00:01")
        try await bench.inspect("node-1")
        let first = try #require(try await bench.controller.mintToken(for: agent.id))
        let second = try #require(try await bench.controller.mintToken(for: agent.id))
        await #expect(throws: ControllerProblem.self) {
            try await bench.controller.enroll(try agent.request(token: first))
        }
        bench.pass(3601)
        await #expect(throws: ControllerProblem.self) {
            try await bench.controller.enroll(try agent.request(token: second))
        }
    }
}

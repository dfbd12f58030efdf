import AgentAPI
import BMC
import Boot
import FoundationEssentials
import Octets
import OperatorAPI
import Store
import Synchronization
import Testing

@testable import ControllerCore

/// Ramdisks that come by the BMC's drive.
struct MediumTests {
    private let mac = "52:54:00:00:00:02"

    /// With node-2 told to boot its ramdisk by its drive, in a network without DHCP.
    private func bench() async throws -> Bench {
        let bench = try await Bench.enrolled()
        let network = SetNetwork(
            address: "10.9.0.5/24",
            gateway: "10.9.0.1",
            nameServers: ["10.9.0.2", "10.9.0.3"],
            mac: mac,
            vlan: 7
        )
        _ = try await bench.controller.setNetwork(of: "node-2", network)
        _ = try await bench.controller.setBootWay(of: "node-2", SetBootWay(way: .media))
        return bench
    }

    /// The token in the address of what is in the drive, once something is.
    private func token(in bench: Bench, after earlier: String? = nil) async throws -> String {
        func found() -> String? {
            guard let image = bench.settings.withLock({ $0.image }) else { return nil }
            return image.split(separator: "/").dropLast().last.map(String.init)
        }
        #expect(
            try await bench.until {
                let now = found()
                return now != nil && now != earlier
            }
        )
        try await bench.settle("node-2")
        return try #require(found())
    }

    private func words(_ bench: Bench, _ token: String) async throws -> [String]? {
        try await bench.controller.mediumCommandLine(token: token, address: "10.0.0.2")
    }

    private func agentToken(_ words: [String]?) throws -> String {
        let word = try #require(words?.first { $0.hasPrefix("rackwright.token=") })
        return String(word.dropFirst("rackwright.token=".count))
    }

    @Test func aNodeBootsFromItsMediumAndItsDriveIsEmptyAfterwards() async throws {
        let bench = try await bench()
        let before = bench.resets.withLock { $0.count }
        try await bench.inspect("node-2")
        let token = try await token(in: bench)
        let image = try #require(bench.settings.withLock { $0.image })
        #expect(image == "http://10.77.0.1:8080/boot/media/\(token)/ramdisk.iso")
        #expect(bench.resets.withLock { $0.count } > before, "the machine was restarted")
        let words = try await words(bench, token)
        for word in [
            "rackwright.address=10.9.0.5/24", "rackwright.gateway=10.9.0.1", "rackwright.dns=10.9.0.2,10.9.0.3",
            "rackwright.vlan=7", "BOOTIF=01-52-54-00-00-00-02", "rackwright.url=https://10.77.0.1:8443",
        ] { #expect(words?.contains(word) == true, "\(word) is not in \(words ?? [])") }
        #expect(try await self.words(bench, token) == words, "each part that is read is of the same medium")
        let explained = try await bench.controller.explain("node-2")
        #expect(explained.ramdisk?.contains("by virtual media; it has 10.9.0.5/24 by 10.9.0.1") == true)
        let boot = try await bench.controller.explainBoot(of: try #require(MACAddress(mac)))
        #expect(boot.cases.allSatisfy { $0.answer.contains("its ramdisk comes by virtual media") })

        let agent = try await TestAgent(bench, "node-2", mac: mac)
        _ = try await bench.controller.enroll(agent.request(token: agentToken(words)))
        #expect(try await self.words(bench, token) == nil, "nobody boots from it again")
        try await bench.controller.tick()
        #expect(try await bench.until { bench.settings.withLock { $0.image } == nil })
        try await bench.settle("node-2")
        let asked = try await agent.call(.ramdisk)
        try await agent.inventory(asked, memory: 4096)
        #expect(try await bench.node("node-2").state == "available")
        let timeline = try await bench.timeline("node-2")
        for line in [
            "a medium with the ramdisk was inserted into the drive CD", "10.0.0.2 reads the medium with the ramdisk",
            "boot device asked for: cd, once", "the machine booted from its medium: enrolled with its token",
            "the medium with the ramdisk was ejected from the drive CD",
        ] { #expect(timeline.contains { $0.contains(line) }, "'\(line)' is not among \(timeline)") }
        #expect(timeline.filter { $0.contains("reads the medium") }.count == 1, "once, not for each part")
        let secret = try agentToken(words)
        #expect(!timeline.contains { $0.contains(token) || $0.contains(secret) }, "no token is told")
        #expect(try await bench.controller.explain("node-2").ramdisk?.contains("a medium was made") == false)
    }

    /// The store has hashes alone, and is all that a controller needs to go on after its end.
    @Test func aMediumInTheDriveIsServedByTheNextControllerToo() async throws {
        let bench = try await bench()
        try await bench.inspect("node-2")
        let token = try await token(in: bench)
        let words = try await words(bench, token)
        try bench.restart()
        try await bench.controller.resume()
        #expect(words != nil)
        #expect(try await self.words(bench, token) == words)
        #expect(bench.settings.withLock { $0.image }?.contains(token) == true, "a boot under way is not begun anew")
        let record = try await bench.controller.store.read { try $0.node(named: "node-2") }
        #expect(!String(decoding: try JSONEncoder().encode(record), as: UTF8.self).contains(token))

        _ = try await bench.controller.act(.abort, on: "node-2", reason: "")
        #expect(try await self.words(bench, token) == nil, "what nobody wants is not served")
        try bench.restart()
        try await bench.controller.resume()
        try await bench.controller.tick()
        #expect(try await bench.until { bench.settings.withLock { $0.image } == nil }, "what is owed is in the store")
    }

    /// Wherever a controller ends, the next one has the machine boot from a medium that is served, and empties the drive.
    @Test(arguments: 0..<10)
    func aControllerThatEndsOnTheWayLeavesNoMachineAndNoDriveBehind(writes: Int) async throws {
        let bench = try await bench()
        bench.die(afterWrites: writes)
        _ = try? await bench.controller.act(.inspect, on: "node-2", reason: "")
        try await bench.settle("node-2")
        try bench.restart()
        try await bench.controller.resume()
        if try await bench.node("node-2").state == "manageable" { try await bench.inspect("node-2") }
        let token = try await token(in: bench)
        let words = try await words(bench, token)
        let agent = try await TestAgent(bench, "node-2", mac: mac)
        _ = try await bench.controller.enroll(agent.request(token: agentToken(words)))
        try await bench.controller.tick()
        #expect(try await bench.until { bench.settings.withLock { $0.image } == nil })
        #expect(try await bench.node("node-2").state == "inspecting")
    }

    @Test func eachMakingHasAnAddressOfItsOwnAndEndsTheOneBefore() async throws {
        let bench = try await bench()
        try await bench.inspect("node-2")
        let first = try await token(in: bench)
        let firstWords = try await words(bench, first)
        bench.pass(1201)
        try await bench.controller.tick()
        let second = try await token(in: bench, after: first)
        #expect(try await words(bench, first) == nil)
        #expect(try await words(bench, second) != nil)
        let agent = try await TestAgent(bench, "node-2", mac: mac)
        await #expect(throws: ControllerProblem.self, "the token on the first is good for nothing") {
            try await bench.controller.enroll(agent.request(token: agentToken(firstWords)))
        }
        for other in ["", "x", String(repeating: "0", count: 64)] { #expect(try await words(bench, other) == nil) }
    }

    @Test func aDriveThatKeepsItsMediumIsTriedAgainAndTheMediumIsServedNoMore() async throws {
        let bench = try await bench()
        try await bench.inspect("node-2")
        let token = try await token(in: bench)
        let address = "http://10.77.0.1/boot/media/\(token)/ramdisk.iso"
        bench.settings.withLock { $0.mediaProblem = "the drive with \(address) is locked" }
        _ = try await bench.controller.act(.abort, on: "node-2", reason: "")
        func complaints() async throws -> [String] {
            try await bench.timeline("node-2").filter { $0.contains("could not be ejected") }
        }
        try await bench.controller.tick()
        #expect(try await bench.until { try await complaints().count == 1 })
        #expect(try await complaints().first?.contains("media/.../ramdisk.iso is locked") == true)
        #expect(try await words(bench, token) == nil)
        bench.pass(40)
        try await bench.controller.tick()
        try await bench.settle("node-2")
        #expect(try await complaints().count == 1, "it is said once")
        bench.settings.withLock { $0.mediaProblem = nil }
        bench.pass(100)
        try await bench.controller.tick()
        #expect(try await bench.until { bench.settings.withLock { $0.image } == nil })
    }

    @Test func whatSomebodyElsePutIntoTheDriveStaysThere() async throws {
        let bench = try await bench()
        try await bench.inspect("node-2")
        _ = try await token(in: bench)
        bench.settings.withLock { $0.image = "http://10.0.0.9/rescue.iso" }
        _ = try await bench.controller.act(.abort, on: "node-2", reason: "")
        try await bench.controller.tick()
        #expect(
            try await bench.until {
                try await bench.timeline("node-2").contains { $0.contains("somebody has put another") }
            }
        )
        #expect(bench.settings.withLock { $0.image } == "http://10.0.0.9/rescue.iso")
        #expect(try await bench.controller.explain("node-2").ramdisk?.contains("ejected") == false, "it is done with")
    }

    @Test func theDriveOfANodeThatIsForgottenIsEmptied() async throws {
        let bench = try await bench()
        try await bench.inspect("node-2")
        let token = try await token(in: bench)
        _ = try await bench.controller.act(.setMaintenance, on: "node-2", reason: "")
        _ = try await bench.controller.act(.delete, on: "node-2", reason: "")
        #expect(try await words(bench, token) == nil)
        #expect(try await bench.until { bench.settings.withLock { $0.image } == nil })
    }

    @Test func aMachineThatCannotBootMediaIsToldWhy() async throws {
        let bench = try await Bench.enrolled()
        func refusal(_ name: String) async throws -> String {
            let problem = await #expect(throws: ControllerProblem.self) {
                _ = try await bench.controller.setBootWay(of: name, SetBootWay(way: .media))
            }
            #expect(problem?.kind == .conflict)
            return problem?.description ?? ""
        }
        #expect(try await refusal("node-1").contains("needs a BMC that speaks Redfish; that of node-1 is 'ipmi'"))
        bench.settings.withLock { $0.mediaProblem = "there is no virtual CD drive" }
        #expect(try await refusal("node-2").contains("there is no virtual CD drive"))
        bench.settings.withLock { $0.mediaProblem = nil }
        _ = try await bench.controller.setSecureBoot(of: "node-2", SetSecureBoot(enabled: true))
        #expect(try await refusal("node-2").contains("Secure Boot"))
        #expect(try await bench.controller.explain("node-2").ramdisk == nil)
    }

    /// What it was told when it was set may not hold any more when it is to boot.
    @Test func aBootThatCannotBeFailsWithItsReason() async throws {
        let bench = try await bench()
        bench.settings.withLock { $0.mediaProblem = "the licence for virtual media has ended" }
        try await bench.inspect("node-2")
        #expect(try await bench.until { try await bench.node("node-2").state == "failed(inspecting)" })
        #expect(try await bench.node("node-2").evidence.contains("the licence for virtual media has ended"))
    }

    @Test func aNodeGoesBackToTheNetwork() async throws {
        let bench = try await bench()
        _ = try await bench.controller.setNetwork(of: "node-2", SetNetwork(address: nil))
        let said = try await bench.controller.setBootWay(of: "node-2", SetBootWay(way: .network)).message
        #expect(said.contains("comes by the network"))
        #expect(try await bench.controller.explain("node-2").ramdisk == nil)
        try await bench.inspect("node-2")
        try await bench.settle("node-2")
        #expect(bench.settings.withLock { $0.image } == nil)
        #expect(try await bench.timeline("node-2").contains { $0.contains("boot device asked for: pxe, once") })
    }

    @Test func aTableMaySayHowTheRamdiskComes() async throws {
        let bench = try await Bench.enrolled()
        let head =
            "name,bmc_protocol,bmc_address,bmc_user,bmc_password,mac,ramdisk,ramdisk_address,ramdisk_gateway,"
            + "ramdisk_dns,ramdisk_vlan\n"
        func enroll(_ rows: String...) async throws {
            let csv = head + rows.joined(separator: "\n") + "\n"
            _ = try await bench.controller.enroll(EnrollNodes(file: "n.csv", csv: csv))
        }
        let login = "u,\(Bench.password)"
        try await enroll("a,redfish,10.0.0.11,\(login),\(mac),media,10.9.0.5/24,10.9.0.1,10.9.0.2 10.9.0.3,7")
        let text = try await bench.controller.explain("a").ramdisk
        #expect(text == "by virtual media; it has 10.9.0.5/24 by 10.9.0.1, DNS 10.9.0.2 10.9.0.3, VLAN 7, on \(mac)")
        let problem = await #expect(throws: ControllerProblem.self) {
            try await enroll(
                "b,ipmi,10.0.0.12,\(login),,media,10.9.0.0/24,,,",
                "c,redfish,10.0.0.13,\(login),,disk,,10.9.0.1,,",
                "d,redfish,10.0.0.14,\(login),,,10.9.0.9/24,,,x",
                "e,redfish,10.0.0.15,\(login),,,10.9.0.6/24,,,",
                "f,redfish,10.0.0.16,\(login),,,10.9.0.6/24,,,"
            )
        }
        let reasons = problem?.reasons ?? []
        for text in [
            "n.csv:2: virtual media needs", "n.csv:2: '10.9.0.0/24'", "n.csv:3: ramdisk must be",
            "n.csv:3: 'ramdisk_gateway'", "n.csv:4: VLANs are", "n.csv:6: the address 10.9.0.6 is also on line 5",
        ] { #expect(reasons.contains { $0.hasPrefix(text) }, "\(text) is not among \(reasons)") }
        let taken = await #expect(throws: ControllerProblem.self) {
            try await enroll("g,redfish,10.0.0.17,\(login),,,10.9.0.5/24,,,7")
        }
        #expect(taken?.reasons == ["n.csv:2: 10.9.0.5 is given to node 'a' already"])
    }

    @Test func anAddressIsGivenToOneNode() async throws {
        let bench = try await bench()
        let problem = await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.setNetwork(of: "node-3", SetNetwork(address: "10.9.0.5/24", vlan: 7))
        }
        #expect(problem?.description == "10.9.0.5 is given to node 'node-2' already")
        _ = try await bench.controller.setNetwork(of: "node-3", SetNetwork(address: "10.9.0.5/24", vlan: 8))
        await #expect(throws: ControllerProblem.self, "the controller's own") {
            _ = try await bench.controller.setNetwork(of: "node-3", SetNetwork(address: "10.77.0.1/24"))
        }
        await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.setNetwork(of: "node-3", SetNetwork(address: "10.9.0.0/24"))
        }
    }
}

import BMC
import BMCIPMI
import IPMI
import Octets
import Testing

@testable import VirtualRack

/// The BMC's users and its network: changed by our driver and seen by `ipmitool`, and the other way round.
@Suite(.timeLimit(.minutes(5)))
struct AccessTests {
    private static func endpoint(
        _ bmc: LoopbackBMC,
        address: String = "127.0.0.1",
        user: String = "admin",
        password: String = LoopbackBMC.password
    ) -> BMCEndpoint {
        BMCEndpoint(protocol: .ipmi, address: address, port: bmc.port, username: user, password: Secret(password))
    }

    private static func gates() -> BMCGates {
        let connector = IPMIConnector(patience: [.milliseconds(400)])
        return BMCGates(policy: BMCPolicy(attempts: 1, pause: .milliseconds(50))) { try await connector.connect($0) }
    }

    private func gate(_ bmc: LoopbackBMC) async -> BMCGate { await Self.gates().gate(for: Self.endpoint(bmc)) }

    private func list(_ bmc: LoopbackBMC) async throws -> [[String]] {
        try await bmc.ipmitool(17, "user", "list", "1").text.split(separator: "\n")
            .map { $0.split(separator: " ").map(String.init) }
    }

    // MARK: Users

    @Test func anAccountThatWeMakeIsAUserToIpmitool() async throws {
        try await LoopbackBMC.with { bmc async throws in
            let gate = await gate(bmc)
            #expect(try await gate.users().users.map(\.name) == ["admin"])
            let password = "Twenty-octets-Long-1"
            let after = try await gate.changeUser(.add("eve", .operator, Secret(password)))
            #expect(
                after.users.map { "\($0.name) \($0.role) \($0.isEnabled == true)" } == [
                    "admin administrator true", "eve operator true",
                ]
            )
            #expect(try await list(bmc).contains(["3", "eve", "true", "false", "true", "OPERATOR"]))
            let power = try await bmc.ipmitool(
                17,
                words: ["-L", "OPERATOR", "chassis", "power", "on"],
                user: "eve",
                password: password
            )
            #expect(power.text == "Chassis Power Control: Up/On\n")

            _ = try await gate.changeUser(.setRole("eve", .readOnly))
            #expect(try await list(bmc).contains(["3", "eve", "true", "false", "true", "USER"]))
            _ = try await gate.changeUser(.disable("eve"))
            let refused = try await bmc.ipmitool(
                17,
                words: ["-L", "USER", "chassis", "power", "status"],
                user: "eve",
                password: password
            )
            #expect(refused.status != 0)
            _ = try await gate.changeUser(.enable("eve"))
            let left = try await gate.changeUser(.remove("eve"))
            #expect(left.users.map(\.name) == ["admin"])
            #expect(try await !list(bmc).contains { $0.contains("eve") })
        }
    }

    @Test func aUserThatIpmitoolMakesIsAnAccountToUs() async throws {
        try await LoopbackBMC.with { bmc async throws in
            _ = try await bmc.ipmitool(17, "user", "set", "name", "4", "viewer")
            _ = try await bmc.ipmitool(17, "user", "set", "password", "4", "Another-pass-12", "16")
            _ = try await bmc.ipmitool(17, "channel", "setaccess", "1", "4", "ipmi=on", "privilege=2")
            let gate = await gate(bmc)
            let viewer = try #require(try await gate.users().users.last)
            #expect(viewer.id == "4" && viewer.name == "viewer" && viewer.role == .readOnly)
            let after = try await gate.changeUser(.add("eve", .administrator, Secret("Some-pass-1")))
            #expect(after.users.map(\.id) == ["2", "4", "3"].sorted(), "the free place is taken")
        }
    }

    @Test func whatCannotBeIsRefusedAndChangesNothing() async throws {
        try await LoopbackBMC.with { bmc async throws in
            let gate = await gate(bmc)
            for (change, reason) in [
                (BMCUserChange.add("seventeen-octets1", .operator, Secret("x1")), "16 octets"),
                (.add("eve", .operator, Secret("more-than-twenty-octets")), "20 octets"),
                (.remove("admin"), "logs in with"), (.setRole("admin", .readOnly), "logs in with"),
                (.unlock("admin"), "no way to unlock"), (.disable("nobody"), "has no account nobody"),
            ] {
                let error = await #expect(throws: BMCError.self) { _ = try await gate.changeUser(change) }
                #expect(error?.detail.contains(reason) == true, "\(error?.detail ?? "")")
            }
            #expect(try await gate.users().users.map(\.name) == ["admin"])
        }
    }

    // MARK: Network

    @Test func theNetworkThatWeSetIsWhatIpmitoolPrints() async throws {
        try await LoopbackBMC.with { bmc async throws in
            let gate = await gate(bmc)
            let before = try await gate.lan()
            #expect(before.address == IPv4Address(127, 0, 0, 1) && before.source == .fixed && before.vlan == .off)
            #expect(before.mac == "06:54:00:12:34:56" && before.gateway == IPv4Address(10, 77, 0, 1))
            _ = try await gate.setLAN(BMCLANWish(vlan: .number(123)))
            var printed = try await bmc.ipmitool(17, "lan", "print", "1")
            #expect(printed["802.1q VLAN ID"] == "123", "\(printed.text)")
            #expect(try await gate.lan().vlan == .number(123))
            _ = try await gate.setLAN(BMCLANWish(vlan: .off))
            _ = try await gate.setLAN(BMCLANWish(addressing: .dhcp))
            printed = try await bmc.ipmitool(17, "lan", "print", "1")
            #expect(printed["802.1q VLAN ID"] == "Disabled" && printed["IP Address Source"] == "DHCP Address")
            let wish = BMCLANWish(
                addressing: .fixed(
                    IPv4Address(127, 0, 0, 1),
                    netmask: IPv4Address(255, 255, 0, 0),
                    gateway: IPv4Address(127, 0, 0, 254)
                )
            )
            #expect(wish.changes(from: try await gate.lan()).map(\.name) == ["source", "netmask", "gateway"])
            #expect(try await gate.setLAN(wish) == BMCLANOutcome())
            printed = try await bmc.ipmitool(17, "lan", "print", "1")
            #expect(printed["IP Address Source"] == "Static Address" && printed["Subnet Mask"] == "255.255.0.0")
            #expect(printed["Default Gateway IP"] == "127.0.0.254")
            #expect(wish.changes(from: try await gate.lan()).isEmpty)
        }
    }

    @Test func theNetworkThatIpmitoolSetsIsWhatWeRead() async throws {
        try await LoopbackBMC.with { bmc async throws in
            _ = try await bmc.ipmitool(17, "lan", "set", "1", "netmask", "255.255.252.0")
            _ = try await bmc.ipmitool(17, "lan", "set", "1", "defgw", "ipaddr", "127.0.3.254")
            _ = try await bmc.ipmitool(17, "lan", "set", "1", "vlan", "id", "77")
            let lan = try await gate(bmc).lan()
            #expect(lan.netmask == IPv4Address(255, 255, 252, 0) && lan.gateway == IPv4Address(127, 0, 3, 254))
            #expect(lan.vlan == .number(77))
        }
    }

    @Test func aBMCThatMovesIsFoundAtItsNewAddressAndNoMoreAtTheOld() async throws {
        try await LoopbackBMC.with { bmc async throws in
            let gates = Self.gates()
            let login = Self.endpoint(bmc)
            let gate = await gates.gate(for: login)
            let mark = BMCMark(try await gate.identify(), mac: try await gate.lan().mac)
            let wish = BMCLANWish(
                addressing: .fixed(IPv4Address(127, 0, 0, 77), netmask: IPv4Address(255, 255, 255, 0), gateway: nil)
            )
            _ = try await gate.setLAN(wish)
            let found = try await gates.find(
                login,
                at: ["127.0.0.77"],
                mark: mark,
                rounds: 20,
                pause: .milliseconds(100)
            )
            #expect(found.address == "127.0.0.77", "\(found.findings)")
            let old = try await gates.find(login, at: ["127.0.0.1"], mark: mark, rounds: 1)
            #expect(old.address == nil)
            var stranger = mark
            stranger.uuid = "00000000-0000-0000-0000-000000000000"
            let other = try await gates.find(login, at: ["127.0.0.77"], mark: stranger, rounds: 1)
            #expect(other.address == nil)
            #expect(other.findings.first?.contains("another BMC answers: its UUID") == true)
        }
    }

    @Test func aMoveThatStrandsTheBMCLeavesNobodyAtEitherAddress() async throws {
        try await LoopbackBMC.with { bmc async throws in
            bmc.faults.set(.strandedMove)
            let gates = Self.gates()
            let login = Self.endpoint(bmc)
            let gate = await gates.gate(for: login)
            let mark = BMCMark(try await gate.identify(), mac: nil)
            let wish = BMCLANWish(
                addressing: .fixed(IPv4Address(127, 0, 0, 78), netmask: IPv4Address(255, 255, 255, 0), gateway: nil)
            )
            _ = try await gate.setLAN(wish)
            let places = ["127.0.0.78", "127.0.0.1"]
            let lost = try await gates.find(login, at: places, mark: mark, rounds: 2, pause: .milliseconds(100))
            #expect(lost.address == nil)
            #expect(lost.findings.count == 2)
            bmc.faults.clear("stranded-move")
            let found = try await gates.find(login, at: places, mark: mark, rounds: 3, pause: .milliseconds(100))
            #expect(found.address == "127.0.0.78")
        }
    }
}

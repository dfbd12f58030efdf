import BMC
import BMCRedfish
import Foundation
import Octets
import Testing

@testable import VirtualRack

/// The service's accounts and the BMC's network: changed by our driver and seen by DMTF's library, and the other way round.
@Suite(.timeLimit(.minutes(5)))
struct DriverAccessTests {
    private func withGates(
        _ machine: RackDefinition.Machine = uefiMachine,
        _ body: (BMCGates, BMCEndpoint, LoopbackBMC) async throws -> Void
    ) async throws {
        try await withService(machine) { service, port in
            let endpoint = BMCEndpoint(
                protocol: .redfish,
                address: "127.0.0.1",
                port: port,
                username: "admin",
                password: Secret("secret")
            )
            let gates = BMCGates(policy: BMCPolicy(attempts: 1)) { try await RedfishConnector().connect($0) }
            try await body(gates, endpoint, service)
        }
    }

    private static var slotted: RackDefinition.Machine {
        var machine = uefiMachine
        machine.bmc.accountSlots = 6
        return machine
    }

    // MARK: Accounts

    @Test(arguments: [false, true])
    func anAccountIsMadeLoweredDisabledAndRemoved(hasSlots: Bool) async throws {
        try await withGates(hasSlots ? Self.slotted : uefiMachine) { gates, endpoint, service async throws in
            let gate = await gates.gate(for: endpoint)
            #expect(try await gate.users().users.map(\.name) == ["admin"])
            let made = try await gate.changeUser(.add("eve", .operator, Secret("eves-own")))
            #expect(made.users.map(\.name) == ["admin", "eve"])
            #expect(made.users.last?.role == .operator && made.users.last?.isEnabled == true)
            let reading = await service.bmc.ask("GET", RedfishPath.system, user: "eve", password: "eves-own")
            #expect(reading.status == 200)
            _ = try await gate.changeUser(.setRole("eve", .readOnly))
            #expect(await service.bmc.state.accounts.values.first { $0.user == "eve" }?.role == .readOnly)
            _ = try await gate.changeUser(.disable("eve"))
            #expect(await service.bmc.ask("GET", RedfishPath.system, user: "eve", password: "eves-own").status == 401)
            _ = try await gate.changeUser(.enable("eve"))
            let left = try await gate.changeUser(.remove("eve"))
            #expect(left.users.map(\.name) == ["admin"])
            #expect(await service.bmc.ask("GET", RedfishPath.system, user: "eve", password: "eves-own").status == 401)
            #expect(await service.bmc.state.accounts.count == (hasSlots ? 6 : 1))
        }
    }

    @Test func ourOwnAccountIsLeftAlone() async throws {
        try await withGates { gates, endpoint, _ async throws in
            let gate = await gates.gate(for: endpoint)
            for change in [BMCUserChange.remove("admin"), .disable("Admin"), .setRole("admin", .operator)] {
                let error = await #expect(throws: BMCError.self) { _ = try await gate.changeUser(change) }
                #expect(error?.detail.contains("logs in with") == true)
            }
            #expect(try await gate.powerState() == .off)
        }
    }

    @Test func aLockedAccountIsShownAndUnlocked() async throws {
        try await withGates { gates, endpoint, service async throws in
            let gate = await gates.gate(for: endpoint)
            _ = try await gate.changeUser(.add("eve", .operator, Secret("eves-own")))
            service.machine.faults.set(.lockOut(after: 2))
            for _ in 0..<2 { _ = await service.bmc.ask("GET", RedfishPath.system, user: "eve", password: "wrong") }
            #expect(await service.bmc.ask("GET", RedfishPath.system, user: "eve", password: "eves-own").status == 401)
            #expect(try await gate.users().users.map(\.isLocked) == [false, true])
            let after = try await gate.changeUser(.unlock("eve"))
            #expect(after.users.map(\.isLocked) == [false, false])
            #expect(await service.bmc.ask("GET", RedfishPath.system, user: "eve", password: "eves-own").status == 200)
        }
    }

    @Test func anAccountWhosePasswordMustBeChangedCanDoNothingElse() async throws {
        try await withGates { gates, endpoint, service async throws in
            let body = #"{"UserName":"eve","Password":"first","RoleId":"Administrator","PasswordChangeRequired":true}"#
            #expect(await service.bmc.ask("POST", RedfishPath.accounts, body).status == 201)
            let gate = await gates.gate(for: endpoint)
            #expect(try await gate.users().users.last?.remarks.first?.contains("must change its password") == true)
            let own = RedfishPath.accounts + "/2"
            let refused = await service.bmc.ask("GET", RedfishPath.system, user: "eve", password: "first")
            #expect(refused.status == 403)
            #expect(await service.bmc.ask("GET", own, user: "eve", password: "first").status == 200)
            let change = await service.bmc.ask("PATCH", own, #"{"Password":"second"}"#, user: "eve", password: "first")
            #expect(change.status == 200)
            #expect(await service.bmc.ask("GET", RedfishPath.system, user: "eve", password: "second").status == 200)
        }
    }

    @Test func aRefusalDoesNotTellThePassword() async throws {
        try await withGates { gates, endpoint, _ async throws in
            let gate = await gates.gate(for: endpoint)
            let password = "much-too-long-for-this-service"
            let error = await #expect(throws: BMCError.self) {
                _ = try await gate.changeUser(.add("eve", .operator, Secret(password)))
            }
            #expect(error?.kind == .refused)
            #expect(!"\(error as Any)".contains(password))
            #expect(try await gate.users().users.map(\.name) == ["admin"])
        }
    }

    // MARK: Network

    @Test func theNetworkIsReadAndSet() async throws {
        try await withGates { gates, endpoint, service async throws in
            let gate = await gates.gate(for: endpoint)
            let before = try await gate.lan()
            #expect("\(before.address.map { "\($0)" } ?? "")" == "10.77.0.11" && before.source == .fixed)
            #expect(before.mac == "06:54:00:77:00:11" && before.vlan == .off && before.hostname == "bmc-node1")
            #expect(try await gate.setLAN(BMCLANWish(vlan: .number(30))) == BMCLANOutcome())
            #expect(try await gate.lan().vlan == .number(30))
            _ = try await gate.setLAN(BMCLANWish(addressing: .dhcp, vlan: .off))
            let after = try await gate.lan()
            #expect(after.source == .dhcp && after.vlan == .off)
            #expect(await service.bmc.state.network.usesDHCP)
        }
    }

    @Test func aBMCThatMovesIsKnownByItsCertificate() async throws {
        try await withGates { gates, endpoint, service async throws in
            let gate = await gates.gate(for: endpoint)
            let mark = BMCMark(try await gate.identify(), mac: nil)
            #expect(mark.certificate != nil)
            let wish = BMCLANWish(
                addressing: .fixed(IPv4Address(127, 0, 0, 79), netmask: IPv4Address(255, 0, 0, 0), gateway: nil)
            )
            _ = try await gate.setLAN(wish)
            let found = try await gates.find(
                endpoint,
                at: ["127.0.0.79"],
                mark: mark,
                rounds: 40,
                pause: .milliseconds(100)
            )
            #expect(found.address == "127.0.0.79", "\(found.findings)")
            #expect(try await gates.find(endpoint, at: ["127.0.0.1"], mark: mark, rounds: 1).address == nil)
            service.machine.faults.set(.changedCertificate)
            let other = try await gates.find(endpoint, at: ["127.0.0.79"], mark: mark, rounds: 1)
            #expect(other.address == nil)
            #expect(other.findings.first?.contains("certificate") == true, "\(other.findings)")
        }
    }

    @Test func aMoveThatStrandsTheBMCIsNotTakenForDone() async throws {
        try await withGates { gates, endpoint, service async throws in
            service.machine.faults.set(.strandedMove)
            let gate = await gates.gate(for: endpoint)
            let mark = BMCMark(try await gate.identify(), mac: nil)
            let wish = BMCLANWish(
                addressing: .fixed(IPv4Address(127, 0, 0, 80), netmask: IPv4Address(255, 0, 0, 0), gateway: nil)
            )
            _ = try await gate.setLAN(wish)
            let places = ["127.0.0.80", "127.0.0.1"]
            let lost = try await gates.find(endpoint, at: places, mark: mark, rounds: 3, pause: .milliseconds(100))
            #expect(lost.address == nil && lost.findings.count == 2)
            service.machine.faults.clear("stranded-move")
            let found = try await gates.find(endpoint, at: places, mark: mark, rounds: 20, pause: .milliseconds(100))
            #expect(found.address == "127.0.0.80")
        }
    }

    // MARK: Others' clients

    @Test(.enabled(if: RedfishClients.shared != nil, "there are no clients, and the package index was not reached"))
    func whatWeChangeIsSeenByTheLibraryOfDMTFAndTheOtherWayRound() async throws {
        let clients = try #require(RedfishClients.shared)
        try await withGates { gates, endpoint, service async throws in
            let gate = await gates.gate(for: endpoint)
            _ = try await gate.changeUser(.add("eve", .operator, Secret("eves-own")))
            _ = try await gate.setLAN(BMCLANWish(vlan: .number(30)))
            let seen = try await clients.run(
                "redfish_access.py",
                ["https://127.0.0.1:\(endpoint.port ?? 0)", service.certificateFile, "admin"],
                password: "secret"
            )
            #expect(seen["users"] == [["admin", "Administrator", true], ["eve", "Operator", true]])
            #expect(seen["vlan"] == [true, 30])
            #expect(seen["address"] == ["10.77.0.11", "Static"])
            #expect(seen["patch_status"] == 200)
            let after = try await gate.users()
            #expect(after.users.map(\.name) == ["admin", "eve", "carol"])
            #expect(after.users.map(\.isEnabled) == [true, false, true])
            let lan = try await gate.lan()
            #expect(lan.vlan == .off && lan.source == .dhcp && lan.hostname == "from-python")
        }
    }
}

import BMC
import Octets
import OperatorAPI
import Store
import Synchronization
import Testing

@testable import ControllerCore

/// Another network for a node's BMC: the node's BMC is where it was until it has answered elsewhere.
struct LANTests {
    private let move = SetLAN(address: "10.0.0.9/24", gateway: "10.0.0.254")

    private func address(_ bench: Bench) async throws -> String {
        try await bench.controller.store.read { try $0.node(named: "node-1").bmc.address }
    }

    private func isSettled(_ bench: Bench) async throws -> Bool {
        try await bench.controller.store.read { try $0.node(named: "node-1").bmc.move == nil }
    }

    @Test func theNetworkIsToldAsTheBMCHasIt() async throws {
        let bench = try await Bench.enrolled()
        let report = try await bench.controller.lan(of: "node-1")
        #expect(report.source == "static" && report.address == "10.0.0.1" && report.netmask == "255.255.255.0")
        #expect(report.mac == "06:00:00:00:00:1" && report.vlan == "off" && report.unsettled == nil)
    }

    @Test func aTrialSaysWhatWouldChangeAndAsksForNothing() async throws {
        let bench = try await Bench.enrolled()
        let plan = try await bench.controller.planLAN(of: "node-1", move)
        #expect(plan.changes == [.init(name: "address", before: "10.0.0.1", after: "10.0.0.9")])
        #expect(plan.lookedFor == ["10.0.0.9"])
        #expect(bench.settings.withLock { $0.network.orders.isEmpty })
        #expect(try await isSettled(bench))
    }

    @Test func aBMCThatMovesIsFoundAndReachedThereFromThenOn() async throws {
        let bench = try await Bench.enrolled()
        let said = try await bench.controller.setLAN(of: "node-1", move)
        #expect(said == "node-1: the BMC answers at 10.0.0.9: its address is moved over from 10.0.0.1")
        #expect(try await address(bench) == "10.0.0.9")
        #expect(try await isSettled(bench))
        #expect(try await bench.controller.power(of: "node-1").message == "node-1: the power is on")
        let timeline = try await bench.timeline("node-1")
        #expect(timeline.contains("the BMC's network is asked to change: address 10.0.0.1 -> 10.0.0.9"))
        #expect(timeline.contains { $0.contains("its address is moved over") })
        let again = try await bench.controller.setLAN(of: "node-1", move)
        #expect(again == "node-1: all of it is so already")
    }

    @Test func aBMCThatStaysIsReachedWhereItWas() async throws {
        let bench = try await Bench.enrolled()
        bench.settings.withLock { $0.network.manner = .ignores }
        let said = try await bench.controller.setLAN(of: "node-1", move)
        #expect(said.contains("still answers at 10.0.0.1, where it was, and has not taken over: address"))
        #expect(try await address(bench) == "10.0.0.1")
        #expect(try await isSettled(bench))
    }

    @Test func aBMCThatAnswersNowhereIsToldOfAndFoundLater() async throws {
        let bench = try await Bench.enrolled()
        bench.settings.withLock { $0.network.manner = .isStranded }
        let problem = await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.setLAN(of: "node-1", move)
        }
        let reason = problem?.reasons.first ?? ""
        #expect(reason.contains("at 10.0.0.9:") && reason.contains("at 10.0.0.1:") && reason.contains("set-bmc"))
        #expect(try await bench.timeline("node-1").contains { $0.contains("answers at none of its places") })
        #expect(try await address(bench) == "10.0.0.1", "it is not known that it moved")
        await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.rotatePassword(of: "node-1", RotatePassword())
        }
        // Somebody sets the switch right.
        bench.settings.withLock { settings in
            settings.network.silent.remove("10.0.0.9")
            settings.network.changed["10.0.0.9"] = settings.network.lan(at: "10.0.0.1")
        }
        _ = try await bench.controller.lan(of: "node-1")
        #expect(try await address(bench) == "10.0.0.9")
        #expect(try await isSettled(bench))
    }

    @Test func anotherBMCAtTheNewAddressIsNotTakenForIt() async throws {
        let bench = try await Bench.enrolled()
        bench.settings.withLock { $0.network.manner = .collides }
        let problem = await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.setLAN(of: "node-1", move)
        }
        #expect(problem?.reasons.first?.contains("its MAC address is 06:00:00:00:00:9, not 06:00:00:00:00:1") == true)
        #expect(try await address(bench) == "10.0.0.1")
    }

    @Test func whatTheBMCRefusesLeavesAllAsItWas() async throws {
        let bench = try await Bench.enrolled()
        bench.settings.withLock { $0.network.manner = .refuses }
        let problem = await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.setLAN(of: "node-1", move)
        }
        #expect(problem?.reasons.first?.contains("not today") == true)
        #expect(try await isSettled(bench))
        #expect(try await address(bench) == "10.0.0.1")
    }

    @Test func aChangeOfTheVLANAloneIsLookedForAtTheSamePlace() async throws {
        let bench = try await Bench.enrolled()
        let said = try await bench.controller.setLAN(of: "node-1", SetLAN(vlan: 30))
        #expect(said.contains("its network is as asked for: vlan off -> 30"))
        #expect(bench.settings.withLock { $0.network.orders } == [BMCLANWish(vlan: .number(30))])
    }

    @Test func dhcpIsFollowedToTheLeaseThatTheControllerGave() async throws {
        let bench = try await Bench.enrolled()
        let lease = "{\"mac\": \"06:00:00:00:00:1\", \"address\": \"10.0.0.77\", \"state\": \"bound\"}"
        try await bench.controller.keep([(id: "x", document: .init(lease.utf8))], .v4)
        let plan = try await bench.controller.planLAN(of: "node-1", SetLAN(dhcp: true))
        #expect(plan.lookedFor == ["10.0.0.77", "10.0.0.1"])
        #expect(plan.changes == [.init(name: "source", before: "static", after: "DHCP")])
    }

    /// The BMC has moved, and the controller dies before it could write so down.
    @Test func aStopInTheMiddleIsSettledByTheNextStart() async throws {
        let bench = try await Bench.enrolled()
        bench.die(afterWrites: 1)
        await #expect(throws: (any Error).self) { _ = try await bench.controller.setLAN(of: "node-1", move) }
        #expect(bench.settings.withLock { $0.network.silent } == ["10.0.0.1"])
        try bench.restart()
        #expect(try await address(bench) == "10.0.0.1")
        try await bench.controller.resume()
        #expect(try await bench.until { try await address(bench) == "10.0.0.9" })
        #expect(try await isSettled(bench))
    }

    @Test(arguments: [
        (SetLAN(), "nothing to change"), (SetLAN(address: "10.0.0.9"), "no address with its prefix"),
        (SetLAN(address: "10.0.0.255/24"), "no address that a BMC can have"),
        (SetLAN(address: "10.0.0.9/24", gateway: "10.0.1.1"), "gateway"), (SetLAN(gateway: "10.0.0.1"), "give both"),
        (SetLAN(address: "10.0.0.9/24", dhcp: true), "one or the other"), (SetLAN(vlan: 4095), "1 to 4094"),
    ])
    func whatCannotBeIsRefusedBeforeTheBMCIsAsked(request: SetLAN, reason: String) async throws {
        let bench = try await Bench.enrolled()
        let problem = await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.setLAN(of: "node-1", request)
        }
        #expect(problem?.reasons.first?.contains(reason) == true, "\(problem?.reasons ?? [])")
        #expect(bench.settings.withLock { $0.network.orders.isEmpty })
    }

    @Test func anAddressOfAnotherNodesBMCIsRefused() async throws {
        let bench = try await Bench.enrolled()
        let problem = await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.setLAN(of: "node-2", SetLAN(address: "10.0.0.3/24"))
        }
        #expect(problem?.reasons.first?.contains("node-3") == true)
        #expect(bench.settings.withLock { $0.network.orders.isEmpty })
    }

    @Test func aNodeThatIsWorkedOnKeepsItsBMCWhereItIs() async throws {
        let bench = try await Bench.enrolled()
        _ = try await bench.controller.act(.inspect, on: "node-1", reason: "")
        let problem = await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.setLAN(of: "node-1", move)
        }
        #expect(problem?.kind == .conflict)
        #expect(bench.settings.withLock { $0.network.orders.isEmpty })
    }
}

import Inventory
import LLDP
import Testing

@testable import AgentCore

struct NeighborBoardTests {
    private func frame(
        _ name: String,
        port: String = "1/1",
        timeToLive: UInt16 = 120,
        isSwitch: Bool = true
    ) throws -> [UInt8] {
        let capabilities: SystemCapabilities.Capability = isSwitch ? [.bridge] : [.station]
        let unit = try LLDPDU(
            chassis: ChassisID(.local, Array(name.utf8)),
            port: PortID(.interfaceName, Array(port.utf8)),
            timeToLive: timeToLive,
            others: [
                TLV(.systemName, Array(name.utf8)),
                TLV(SystemCapabilities(supported: capabilities, enabled: capabilities)),
            ]
        )
        return try [1, 0x80, 0xC2, 0, 0, 0x0E, 2, 0, 0, 0, 0, 1, 0x88, 0xCC] + unit.octets()
    }

    @Test func eachLinkHasTheNeighbourThatWasHeardThere() throws {
        let board = NeighborBoard()
        board.take(try frame("leaf-a"), from: "eth0")
        board.take(try frame("leaf-b", port: "2/7"), from: "eth1")
        board.take([1, 2, 3], from: "eth2")
        #expect(board.heard.mapValues { "\($0.switch) \($0.port)" } == ["eth0": "leaf-a 1/1", "eth1": "leaf-b 2/7"])
    }

    @Test func whatIsHeardLastCountsAndWhoLeavesIsForgotten() throws {
        let board = NeighborBoard()
        board.take(try frame("leaf-a"), from: "eth0")
        board.take(try frame("leaf-a", port: "1/1", timeToLive: 60), from: "eth0")
        #expect(board.heard.count == 1)
        board.take(try frame("leaf-a", timeToLive: 0), from: "eth0")
        #expect(board.heard.isEmpty)
        board.take(try frame("leaf-a", timeToLive: 0), from: "eth0")
        #expect(board.heard.isEmpty)
    }

    @Test func whatWasSaidTooLongAgoIsForgottenWhenListeningBeginsAnew() throws {
        let board = NeighborBoard()
        let start = ContinuousClock.now
        board.take(try frame("leaf-a", timeToLive: 60), from: "eth0", at: start)
        board.take(try frame("leaf-b", timeToLive: 180), from: "eth1", at: start)
        #expect(board.begin(at: start + .seconds(120)))
        #expect(!board.begin(at: start + .seconds(300)), "somebody listens already")
        #expect(board.heard.keys.sorted() == ["eth1"])
        board.listen(on: nil)
        #expect(board.begin(at: start + .seconds(300)) && board.heard.isEmpty)
    }

    @Test func aSwitchGoesBeforeWhatElseSpeaks() throws {
        let board = NeighborBoard()
        board.take(try frame("bmc", isSwitch: false), from: "eth0")
        #expect(board.heard["eth0"]?.switch == "bmc")
        board.take(try frame("leaf-a"), from: "eth0")
        #expect(board.heard["eth0"]?.switch == "leaf-a")
        for number in 0..<20 { board.take(try frame("noise-\(number)"), from: "eth0") }
        #expect(board.heard["eth0"]?.switch == "leaf-a")
    }

    @Test func nobodyWaitsWhereNothingIsToBeHeard() async throws {
        let board = NeighborBoard()
        await board.wait(until: nil)
        board.listen(on: ["eth0"])
        let began = ContinuousClock.now
        await board.wait(until: began + .milliseconds(150))
        #expect(ContinuousClock.now - began >= .milliseconds(150), "eth0 may still speak")
        board.take(try frame("leaf-a"), from: "eth0")
        await board.wait(until: nil)
        board.listen(on: ["eth0", "eth1"])
        let waiting = Task { await board.wait(until: nil) }
        board.listen(on: nil)
        await waiting.value
    }

    @Test func anInventoryGetsTheNeighboursOfItsInterfaces() throws {
        let board = NeighborBoard()
        board.take(try frame("leaf-a"), from: "eth1")
        board.take(try frame("leaf-b"), from: "br0")
        let inventory = Inventory(nics: [Inventory.NIC(name: "eth0"), Inventory.NIC(name: "eth1")])
        #expect(inventory.with(board.heard).nics.map { $0.neighbor?.switch } == [nil, "leaf-a"])
    }
}

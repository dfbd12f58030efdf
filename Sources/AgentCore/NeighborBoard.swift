import Inventory
import LLDP
import Octets
import Synchronization

/// What was heard by LLDP, by interface.
final class NeighborBoard: Sendable {
    private struct Station: Hashable {
        var chassis: ChassisID
        var port: PortID
    }

    private struct Said {
        var station: Station
        var unit: LLDPDU
        /// Until when it may be believed.
        var end: ContinuousClock.Instant
    }

    private struct State {
        /// What each interface heard, the first speaker first.
        var heard: [String: [Said]] = [:]
        /// Of these something may still be heard; nil while nobody listens.
        var links: Set<String>?
    }

    private let state = Mutex(State())

    /// Takes a frame; one that is no LLDP says nothing.
    func take(_ frame: [UInt8], from interface: String, at now: ContinuousClock.Instant = .now) {
        guard let unit = try? LLDPFrame(parsing: frame).unit else { return }
        let station = Station(chassis: unit.chassis, port: unit.port)
        let said = Said(station: station, unit: unit, end: now + .seconds(Int(unit.timeToLive)))
        state.withLock { state in
            var heard = state.heard[interface] ?? []
            let index = heard.firstIndex { $0.station == station }
            switch (index, unit.timeToLive) {
            case (let index?, 0): heard.remove(at: index)
            case (nil, 0): break
            case (let index?, _): heard[index] = said
            case (nil, _):
                // A port has one neighbour; a broken switch between could bring any number.
                if heard.count < 8 { heard.append(said) }
            }
            state.heard[interface] = heard
        }
    }

    /// The neighbour of each interface: where several speak, the first that is a switch.
    var heard: [String: Inventory.Neighbor] {
        let units = state.withLock { $0.heard.mapValues { $0.map(\.unit) } }
        return units.compactMapValues { units in
            (units.first(where: \.isSwitch) ?? units.first).map { Inventory.Neighbor($0) }
        }
    }

    /// Says that it is listened on these links; nil: no longer on any.
    func listen(on links: Set<String>?) {
        state.withLock { $0.links = links }
    }

    /// Whether listening begins, and nobody listens already. What was said too long ago is forgotten.
    func begin(at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            guard state.links == nil else { return false }
            state.links = []
            state.heard = state.heard.mapValues { $0.filter { $0.end > now } }
            return true
        }
    }

    var isListening: Bool { state.withLock { $0.links != nil } }

    /// Whether nothing new is to be expected: every link was heard, or nobody listens.
    private var isComplete: Bool {
        state.withLock { state in
            guard let links = state.links else { return true }
            return !links.isEmpty && links.allSatisfy { !(state.heard[$0] ?? []).isEmpty }
        }
    }

    /// Waits until every link was heard, until nobody listens any more, or until the deadline.
    func wait(until deadline: ContinuousClock.Instant?) async {
        while !isComplete, deadline.map({ ContinuousClock.now < $0 }) ?? true {
            guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return }
        }
    }
}

extension LLDPDU {
    fileprivate var isSwitch: Bool {
        let kinds: SystemCapabilities.Capability = [.bridge, .router, .customerBridge, .serviceBridge]
        return !(first(SystemCapabilities.self)?.enabled.isDisjoint(with: kinds) ?? true)
    }
}

extension Inventory {
    /// The inventory with what each interface heard.
    func with(_ neighbors: [String: Neighbor]) -> Inventory {
        var inventory = self
        for index in nics.indices {
            if let neighbor = neighbors[nics[index].name] { inventory.nics[index].neighbor = neighbor }
        }
        return inventory
    }
}

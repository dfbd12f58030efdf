import BMC
import Octets

/// Where BMCs answer, and what becomes of one that is given another address.
struct FakeNetwork {
    enum Manner {
        /// It answers at the new address alone.
        case obeys
        /// It says yes and stays.
        case ignores
        /// It says yes and answers nowhere.
        case isStranded
        /// Another BMC has the new address.
        case collides
        case refuses
    }

    var manner = Manner.obeys
    var silent: Set<String> = []
    /// Those that are not as they were at first.
    var changed: [String: BMCLAN] = [:]
    var orders: [BMCLANWish] = []

    /// Whoever has the address; a BMC is known by the last part of its first address.
    func lan(at address: String) -> BMCLAN {
        if let lan = changed[address] { return lan }
        let last = address.split(separator: ".").last ?? "0"
        return BMCLAN(
            interface: "channel 1",
            mac: "06:00:00:00:00:\(last)",
            source: .fixed,
            address: IPv4Address(address),
            netmask: IPv4Address(255, 255, 255, 0),
            gateway: IPv4Address(10, 0, 0, 254),
            vlan: .off
        )
    }

    mutating func set(_ wanted: BMCLANWish, at address: String) throws -> BMCLANOutcome {
        orders.append(wanted)
        var lan = lan(at: address)
        if manner == .refuses {
            throw BMCError(.refused, bmc: address, operation: "changing the BMC's network", detail: "not today")
        }
        if let vlan = wanted.vlan { lan.vlan = vlan }
        var target = address
        if case .fixed(let new, let netmask, let gateway) = wanted.addressing {
            (lan.address, lan.netmask, lan.gateway) = (new, netmask, gateway ?? lan.gateway)
            target = "\(new)"
        }
        switch manner {
        case .obeys:
            changed[target] = lan
            if target != address { silent.insert(address) }
        case .ignores: if target != address { silent.insert(target) }
        case .isStranded: silent.formUnion([address, target])
        case .collides: silent.insert(address)
        case .refuses: break
        }
        return BMCLANOutcome(isAnswered: manner == .ignores)
    }
}

public import Boot
public import Octets
import Synchronization

/// What a machine that boots is to be told, from memory: DHCP answers never wait for the store.
public final class BootDirectory: Sendable {
    /// What is known of a node for its boot.
    struct Entry: Hashable, Sendable {
        var node: String
        var macs: [String]
        var uuid: String?
        var wantsRamdisk: Bool
        var installed: Bool
    }

    private let entries = Mutex<[String: Entry]>([:])

    public init() {}

    func set(_ entry: Entry) {
        entries.withLock { $0[entry.node] = entry }
    }

    func remove(_ node: String) {
        entries.withLock { _ = $0.removeValue(forKey: node) }
    }

    /// The node a machine is, by its MAC address, else by its UUID.
    public func node(mac: MACAddress?, uuid: String?) -> String? {
        entry(mac: mac, uuid: uuid)?.node
    }

    private func entry(mac: MACAddress?, uuid: String?) -> Entry? {
        let mac = mac.map { "\($0)" }
        return entries.withLock { entries in
            let swapped = uuid.flatMap { BootRequest.swappingOctets(ofUUID: $0) }
            func isNamed(_ entry: Entry) -> Bool { entry.uuid != nil && (entry.uuid == uuid || entry.uuid == swapped) }
            if let mac {
                // A MAC address may be on several machines: the network cards that BMCs show their hosts often are.
                let known = entries.values.filter { $0.macs.contains(mac) }
                if let found = known.first(where: isNamed) ?? known.min(by: { $0.node < $1.node }) { return found }
            }
            guard var found = entries.values.first(where: isNamed) else { return nil }
            // Its packets carry the MAC address alone from now on.
            if let mac, found.macs.count < 64 {
                found.macs.append(mac)
                entries[found.node] = found
            }
            return found
        }
    }

    /// What the machine is to be told by DHCP. The token is made when it fetches its script.
    public func intent(for request: BootRequest) -> BootIntent {
        guard let entry = entry(mac: request.mac, uuid: request.uuid) else {
            return .ignore(reason: "no node has this MAC address or UUID")
        }
        if entry.wantsRamdisk { return .ramdisk(token: "pending") }
        return entry.installed ? .disk : .none(reason: "nothing is asked of this node and nothing is installed on it")
    }
}

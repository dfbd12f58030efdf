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
        /// Its ramdisk comes by its BMC's drive.
        var bootsMedium = false
        var installed: Bool
        var loader: UEFILoader?
        var secureBoot: Bool?
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// The nodes that a MAC address is of; nearly always one.
        var byMAC: [String: Set<String>] = [:]
        var history = BootHistory()
        /// Whether machines that are no node get the ramdisk, to become known.
        var discovers = false

        mutating func set(_ entry: Entry) {
            remove(entry.node)
            entries[entry.node] = entry
            for mac in entry.macs { byMAC[mac, default: []].insert(entry.node) }
        }

        mutating func remove(_ node: String) {
            guard let old = entries.removeValue(forKey: node) else { return }
            for mac in old.macs {
                byMAC[mac]?.remove(node)
                if byMAC[mac]?.isEmpty == true { byMAC[mac] = nil }
            }
        }
    }

    private let state = Mutex(State())

    public init() {}

    func set(_ entry: Entry) {
        state.withLock { $0.set(entry) }
    }

    func remove(_ node: String) {
        state.withLock { $0.remove(node) }
    }

    func letStrangersBoot(_ discovers: Bool) {
        state.withLock { $0.discovers = discovers }
    }

    /// The node a machine is, by its MAC address, else by its UUID.
    public func node(mac: MACAddress?, uuid: String?) -> String? {
        entry(mac: mac, uuid: uuid)?.node
    }

    private func entry(mac: MACAddress?, uuid: String?) -> Entry? {
        let mac = mac.map { "\($0)" }
        return state.withLock { state in
            let uuid = MachineWord.known(uuid)
            func isNamed(_ entry: Entry) -> Bool {
                guard let uuid, let known = entry.uuid else { return false }
                return MachineWord.isSameUUID(known, uuid)
            }
            if let mac, let nodes = state.byMAC[mac] {
                // A MAC address may be on several machines: the network cards that BMCs show their hosts often are.
                let known = nodes.compactMap { state.entries[$0] }
                if let found = known.first(where: isNamed) ?? known.min(by: { $0.node < $1.node }) { return found }
            }
            guard uuid != nil, var found = state.entries.values.first(where: isNamed) else { return nil }
            // Its packets carry the MAC address alone from now on.
            if let mac, found.macs.count < 64 {
                found.macs.append(mac)
                state.set(found)
            }
            return found
        }
    }

    /// Why a machine that is a node by its MAC address cannot be it; nil when nothing speaks against it.
    func doubt(of request: BootRequest) -> String? {
        guard let found = entry(mac: request.mac, uuid: request.uuid), let known = found.uuid,
            let uuid = MachineWord.known(request.uuid), !MachineWord.isSameUUID(known, uuid)
        else { return nil }
        return "it has the node's MAC address \(request.mac), and UUID \(uuid) where the node has \(known)"
    }

    /// What the machine is to be told. The token is made when it fetches its script.
    ///
    /// - Parameter now: seconds of the clock that `handedLoader` is told, too.
    public func decision(for request: BootRequest, at now: Double) -> BootDecision {
        guard let entry = entry(mac: request.mac, uuid: request.uuid) else {
            let (discovers, loads) = state.withLock { state in
                (state.discovers, state.history.fruitlessLoads(of: request.mac, at: now))
            }
            guard discovers else { return BootDecision(.ignore(reason: "no node has this MAC address or UUID")) }
            return BootDecision(.ramdisk(token: "pending"), node: BootNode(fruitlessLoads: loads))
        }
        let node = BootNode(
            loader: entry.loader,
            secureBoot: entry.secureBoot,
            fruitlessLoads: state.withLock { $0.history.fruitlessLoads(of: request.mac, at: now) }
        )
        if entry.wantsRamdisk, entry.bootsMedium {
            return BootDecision(.ignore(reason: "its ramdisk comes by virtual media, from its BMC's drive"), node: node)
        }
        if entry.wantsRamdisk { return BootDecision(.ramdisk(token: "pending"), node: node) }
        let idle = BootIntent.none(reason: "nothing is asked of this node and nothing is installed on it")
        return BootDecision(entry.installed ? .disk : idle, node: node)
    }

    /// A machine was named a loader that shall start the ramdisk.
    public func handedLoader(to mac: MACAddress, at now: Double) {
        state.withLock { $0.history.handedLoader(to: mac, at: now) }
    }

    /// The node's cards; only the first few, those that it boots from.
    func recentMACs(of node: String) -> [MACAddress] {
        state.withLock { $0.entries[node]?.macs.prefix(1).compactMap { MACAddress($0) } ?? [] }
    }

    /// The node's agent called: its boots lead somewhere.
    func cameFurther(_ node: String) {
        state.withLock { state in
            let macs = state.entries[node]?.macs ?? []
            for mac in macs.compactMap({ MACAddress($0) }) { state.history.cameFurther(mac) }
        }
    }
}

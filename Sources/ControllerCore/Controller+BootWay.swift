import BMC
import Boot
public import OperatorAPI
import Store

/// How nodes' ramdisks come to them, as operators say it.
extension Controller {
    /// Has a node's ramdisk come by its BMC's drive, or by the network again.
    ///
    /// - Throws: `ControllerProblem` when its BMC has no such drive, or does not say so.
    public func setBootWay(of name: String, _ request: SetBootWay) async throws -> Message {
        let record = try await store.read { try $0.node(named: name) }
        var drive = ""
        switch request.way {
        case .media:
            if let objection = objectionToMedium(of: record) { throw ControllerProblem(objection, .conflict) }
            drive = " \(try await atBMC(of: name) { gate in try await gate.media() }.found.slot)"
        case .network: break
        }
        let isMedium = request.way == .media
        let said = isMedium ? "the ramdisk comes by the BMC's drive\(drive)" : "the ramdisk comes by the network"
        try await edit(record.id, "operator: \(said)") { $0.bootsMedium = isMedium ? true : nil }
        let more =
            isMedium && record.network == nil
            ? "; DHCP must give it an address there, or: rackwright node set-network \(record.name) --address A/LENGTH"
            : ""
        return Message(message: "\(record.name): \(said) from its next boot of it on\(more)")
    }

    /// Says what network a node's ramdisk has where DHCP gives none; without an address: what DHCP says.
    public func setNetwork(of name: String, _ request: SetNetwork) async throws -> Message {
        let record = try await store.read { try $0.node(named: name) }
        guard let address = request.address else {
            try await edit(record.id, "operator: the ramdisk's network is what DHCP says") { $0.network = nil }
            return Message(message: "\(record.name): the ramdisk's network is what DHCP says")
        }
        let network: StaticNetwork
        do {
            network = try StaticNetwork(
                address: address,
                gateway: request.gateway,
                nameServers: request.nameServers ?? [],
                mac: request.mac,
                vlan: request.vlan
            )
        } catch {
            throw ControllerProblem("\(record.name): \(error)")
        }
        guard network.address != settings.boot.controller else {
            throw ControllerProblem("\(record.name): \(network.address) is the controller's own address", .conflict)
        }
        let instant = now()
        let stored = try await store.write { transaction in
            var record = try transaction.node(record.id)
            let all = try transaction.all(NodeRecord.self, .node)
            if let other = all.holder(of: network, besides: record.id) {
                throw ControllerProblem("\(network.address) is given to node '\(other.name)' already", .conflict)
            }
            record.network = network
            try transaction.put(.node, record.id, encoding: record)
            try transaction.note(record.id, at: instant, "operator", "the ramdisk's network: \(network)")
            return record
        }
        remember(stored)
        let more =
            stored.bootsMedium == true
            ? "" : "; it holds for virtual media alone: rackwright node set-boot \(record.name) media"
        return Message(message: "\(record.name): the ramdisk has \(network)\(more)")
    }
}

extension StaticNetwork {
    /// Whether two machines that have them cannot both be there.
    func isSamePlace(as other: StaticNetwork) -> Bool { address == other.address && vlan == other.vlan }
}

extension [NodeRecord] {
    /// Another node that cannot be on the network beside one that has this.
    func holder(of network: StaticNetwork, besides id: String) -> NodeRecord? {
        first { $0.id != id && $0.network?.isSamePlace(as: network) == true }
    }
}

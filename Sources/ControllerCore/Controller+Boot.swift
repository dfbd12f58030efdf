import AgentAPI
public import Boot
public import FoundationEssentials
import Logging
public import Octets
import Store

extension Controller {
    /// The script for a machine that runs iPXE. Serving it proves nothing: only the agent's call does.
    ///
    /// - Parameter peer: who asks, by its address.
    public func bootScript(for request: BootRequest, attempt: Int, peer: BootPeer = .unknown) async -> String {
        let intent = await intent(for: request, by: peer, as: "boot script")
        return IPXEScript.text(for: request, intent: intent, attempt: attempt, configuration: settings.boot)
    }

    /// The configuration of a loader that is not iPXE; nil for a name that asks for none.
    ///
    /// - Parameter peer: who asks, by its address; that counts more than what is in the name.
    public func loaderScript(_ name: BootFileName, for peer: BootPeer) async -> String? {
        switch name {
        case .autoexec:
            return IPXEScript.chain(configuration: settings.boot)
        case .grub(let named):
            guard let mac = peer.agreed(with: named) else { return LoaderScript.stranger }
            let request = BootRequest(mac: mac, firmware: .uefiX64, stage: .rom, transport: .dhcp)
            let intent = await intent(for: request, by: peer, as: "GRUB's configuration")
            return LoaderScript.grub(for: mac, intent: intent, configuration: settings.boot)
        case .pxelinux(let named):
            guard let mac = peer.agreed(with: named) else { return nil }
            let request = BootRequest(mac: mac, firmware: .bios, stage: .rom, transport: .dhcp)
            let intent = await intent(for: request, by: peer, as: "PXELINUX's configuration")
            return LoaderScript.pxelinux(for: mac, intent: intent, configuration: settings.boot)
        case .unified, .probe, .file:
            return nil
        }
    }

    /// The words for the kernel in a machine's unified image; nil when it shall not boot the ramdisk.
    public func unifiedCommandLine(named: MACAddress, for peer: BootPeer) async -> [String]? {
        guard let mac = peer.agreed(with: named) else { return nil }
        let request = BootRequest(mac: mac, firmware: .uefiX64, stage: .httpClient, transport: .http)
        guard case .ramdisk(let token) = await intent(for: request, by: peer, as: "unified kernel image") else {
            return nil
        }
        return settings.boot.ramdiskArguments(mac: mac, token: token)
    }

    /// What the machine shall do, with a fresh token where that is the ramdisk; notes it on the timeline as `what`.
    private func intent(for request: BootRequest, by peer: BootPeer, as what: String) async -> BootIntent {
        var intent = directory.decision(for: request, at: now()).intent
        var known = directory.node(mac: request.mac, uuid: request.uuid)
        if known == nil, case .ramdisk = intent {
            known = await discover(request)
            if known == nil { intent = .none(reason: "it is no node, and is not made known just now") }
        }
        if let node = known {
            if case .ramdisk = intent, let doubt = directory.doubt(of: request) {
                intent = .none(reason: doubt)
            } else if case .ramdisk = intent {
                do {
                    intent =
                        try await mintToken(for: node).map { .ramdisk(token: $0) }
                        ?? .none(reason: "its agent is already at work, or nothing is asked of it")
                } catch {
                    log.error("no token could be made: \(error)", metadata: ["node": "\(node)"])
                    intent = .none(reason: "the controller could not make a token")
                }
            }
            boots.see(request.mac, .script, "\(what): \(intent.summary)", node: node, at: now())
            await note(node, "http", "\(what): \(intent.summary)")
            // A lease ties the address to the card; the mere word of whoever asks ties nothing.
            if peer == .machine(request.mac) { await learn(mac: request.mac, of: node) }
        }
        return intent
    }

    private func learn(mac: MACAddress, of node: String) async {
        let mac = "\(mac)"
        let changed: NodeRecord? = try? await store.write { transaction in
            var record = try transaction.node(node)
            guard !record.macs.contains(mac), record.macs.count < 64 else { return nil }
            record.macs.append(mac)
            try transaction.put(.node, node, encoding: record)
            return record
        }
        if let changed { remember(changed) }
    }

    /// Puts what the boot servers saw on the node's timeline.
    public func takeBootEvent(_ event: BootEvent, uuid: String? = nil) async {
        watch(event)
        guard let node = directory.node(mac: event.mac, uuid: uuid) else { return }
        let (source, text) = event.words
        let instant = event.at.timeIntervalSince1970
        let address: String?
        if case .dhcpAcknowledge = event.kind { address = event.address.map { "\($0)" } } else { address = nil }
        do {
            try await store.write { transaction in
                try transaction.note(node, at: instant, source, text)
                guard let address else { return }
                var record = try transaction.node(node)
                guard record.address != address else { return }
                record.address = address
                try transaction.put(.node, node, encoding: record)
            }
        } catch {
            log.error("the timeline cannot be written: \(error)", metadata: ["node": "\(node)"])
        }
    }

    /// Notes that a machine fetched a boot file.
    public func takeFetch(_ file: String, by mac: MACAddress?, octets: Int) async {
        // What an agent measures the network by is no step of a boot.
        guard "/boot/" + file != AgentFetch.sample else { return }
        let known = directory.node(mac: mac, uuid: nil)
        if let mac {
            let isKernel = file == settings.boot.kernel || file == settings.boot.initrd || file.hasPrefix("rackwright-")
            boots.see(mac, isKernel ? .kernel : .loader, "fetched \(file) by HTTP", node: known, at: now())
        }
        guard let node = known else { return }
        await note(node, "http", "fetched \(file), \(octets) octets")
    }
}

extension BootIntent {
    /// Without the token.
    fileprivate var summary: String {
        switch self {
        case .ramdisk: "the ramdisk, with a fresh token"
        case .disk: "boot from disk"
        case .none(let reason): "wait: \(reason)"
        case .ignore(let reason): "none: \(reason)"
        }
    }
}

extension BootEvent {
    /// Source and text for the timeline.
    var words: (source: String, text: String) {
        let address = address.map { " \($0)" } ?? ""
        let detail = detail.isEmpty ? "" : " (" + detail.joined(separator: " ") + ")"
        return switch kind {
        case .dhcpDiscover: ("dhcp", "DISCOVER" + detail)
        case .dhcpOffer: ("dhcp", "OFFER" + address)
        case .dhcpRequest: ("dhcp", "REQUEST" + address)
        case .dhcpAcknowledge: ("dhcp", "ACK" + address)
        case .dhcpRefuse(let reason): ("dhcp", "NAK: \(reason)")
        case .dhcpDecline: ("dhcp", "DECLINE" + address)
        case .dhcpRelease: ("dhcp", "RELEASE" + address)
        case .dhcpInform: ("dhcp", "INFORM" + address)
        case .dhcpIgnored(let reason): ("dhcp", "ignored: \(reason)")
        case .dhcpNote(let text): ("dhcp", text + detail)
        case .tftpRead(let file, let octets, let seconds):
            ("tftp", "sent \(file), \(octets) octets in \(Int(seconds * 1000)) ms")
        case .tftpFailed(let file, let reason): ("tftp", "\(file) failed: \(reason)")
        }
    }
}

/// The two kinds of leases that a controller keeps.
public enum LeaseFamily: Sendable {
    case v4, v6

    fileprivate var kind: RecordKind { self == .v4 ? .lease : .leaseV6 }
}

extension Controller {
    /// Keeps DHCP leases by their ids, for the next start.
    public func keep(_ leases: [(id: String, document: Data)], _ family: LeaseFamily) async throws {
        try await store.write { transaction in
            for lease in leases { try transaction.put(family.kind, lease.id, lease.document) }
        }
    }

    /// The leases kept before.
    public func leases(_ family: LeaseFamily) async throws -> [Data] {
        try await store.read { try $0.documents(family.kind).map(\.document) }
    }
}

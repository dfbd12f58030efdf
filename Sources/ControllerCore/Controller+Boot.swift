public import Boot
public import FoundationEssentials
import Logging
public import Octets
import Store

extension Controller {
    /// The script for a machine that runs iPXE. Serving it proves nothing: only the agent's call does.
    public func bootScript(for request: BootRequest, attempt: Int) async -> String {
        var intent = directory.intent(for: request)
        if let node = directory.node(mac: request.mac, uuid: request.uuid) {
            if case .ramdisk = intent {
                do {
                    intent =
                        try await mintToken(for: node).map { .ramdisk(token: $0) }
                        ?? .none(reason: "its agent is already at work, or nothing is asked of it")
                } catch {
                    log.error("no token could be made: \(error)", metadata: ["node": "\(node)"])
                    intent = .none(reason: "the controller could not make a token")
                }
            }
            await note(node, "http", "boot script: \(intent.summary)")
            await learn(mac: request.mac, of: node)
        }
        return IPXEScript.text(for: request, intent: intent, attempt: attempt, configuration: settings.boot)
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
        guard let node = directory.node(mac: mac, uuid: nil) else { return }
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
    fileprivate var words: (source: String, text: String) {
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
        case .tftpRead(let file, let octets, let seconds):
            ("tftp", "sent \(file), \(octets) octets in \(Int(seconds * 1000)) ms")
        case .tftpFailed(let file, let reason): ("tftp", "\(file) failed: \(reason)")
        }
    }
}

extension Controller {
    /// Keeps a DHCP lease, for the next start.
    public func keep(lease id: String, _ document: Data) async throws {
        try await store.write { try $0.put(.lease, id, document) }
    }

    /// The leases kept before.
    public func leases() async throws -> [Data] {
        try await store.read { try $0.documents(.lease).map(\.document) }
    }
}

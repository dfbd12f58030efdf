import DHCP
import Octets

/// What one server holds out to one client, in an OFFER, an ACK or a BOOTP reply.
struct Offer: Hashable, Sendable {
    /// Option 54, else where it came from.
    var server: IPv4Address
    var source: IPv4Address
    var sourceMAC: MACAddress?
    var isOwn: Bool
    /// Nil in a proxy's.
    var address: IPv4Address?
    var bootFile: BootFile?
    var nextServer: IPv4Address?
    /// Option 60.
    var isPXE: Bool
    var isHTTP: Bool
    /// Option 43.6, bit 3: load the named file, look for no boot server (PXE 2.1 section 2.2.3).
    var skipsDiscovery: Bool
    var given: Tally

    init(_ sighting: DHCPSighting, isOwn: Bool) {
        let message = sighting.message
        server = message.server(from: sighting.source)
        source = sighting.source
        sourceMAC = sighting.sourceMAC
        self.isOwn = isOwn
        address = message.yourAddress == .any ? nil : message.yourAddress
        let named = message.text(.bootFileName) ?? ""
        bootFile = BootFile(named.isEmpty ? String(decoding: message.bootFile, as: UTF8.self) : named)
        nextServer = message.nextServer == .any ? nil : message.nextServer
        isPXE = message.isPXEClient
        isHTTP = message.isHTTPClient
        let control = message.options[.vendorSpecific].flatMap {
            Encapsulated(reading: $0)[Encapsulated.discoveryControl]?.first
        }
        skipsDiscovery = (control ?? 0) & 8 != 0
        given = Tally(at: sighting.at)
    }

    /// Boot data from a server that gives no addresses.
    var isProxy: Bool { address == nil && (isPXE || isHTTP) }

    /// A PXE client that takes this asks for its boot file on port 4011.
    var asksForProxyPort: Bool { isPXE && !(skipsDiscovery && bootFile != nil) }

    /// The same offer again.
    func isSame(as other: Offer) -> Bool {
        server == other.server && source == other.source && address == other.address && bootFile == other.bootFile
            && isPXE == other.isPXE && isHTTP == other.isHTTP
    }

    var bootText: String {
        guard let bootFile else { return "no boot file" }
        return "boot file '\(bootFile.text)'" + (nextServer.map { ", next server \($0)" } ?? "")
    }

    /// For a line of evidence.
    func text(_ inspection: Inspection) -> String {
        let what = address.map { "Offer of \($0)" } ?? "Offer without an address"
        let whose = isOwn ? " (ours)" : ""
        return "\(what) from \(server)\(whose), \(bootText), \(inspection.text(given))."
    }
}

extension DHCPMessage {
    /// By what a server is known: option 54, else where its reply came from.
    func server(from source: IPv4Address) -> IPv4Address {
        guard let serverIdentifier, serverIdentifier != .any else { return source }
        return serverIdentifier
    }
}

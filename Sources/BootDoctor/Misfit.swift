import Octets

/// A boot file that the client it is offered to cannot use.
struct Misfit: Hashable, Sendable {
    var kind: Finding.Kind
    var server: IPv4Address
    var stage: ClientStage
    var file: String?
    /// Why, as the end of a sentence about the boot file or the offer.
    var reason: String
    var seen: Tally

    func isSame(as other: Misfit) -> Bool {
        kind == other.kind && server == other.server && stage == other.stage && file == other.file
    }

    /// What is wrong with an offer for a client in `stage`.
    static func all(of offer: Offer, in stage: ClientStage, of identity: ClientIdentity) -> [Misfit] {
        let faults: [(Finding.Kind, String)] =
            switch stage {
            case .rom: [platformFault(offer, identity, assuming: .bios), romFault(offer)].compactMap(\.self)
            case .http: [platformFault(offer, identity, assuming: nil)].compactMap(\.self) + httpFaults(offer)
            case .iPXE: [platformFault(offer, identity, assuming: nil)].compactMap(\.self)
            case .unknown, .bootp, .system: []
            }
        return faults.map {
            Misfit(
                kind: $0.0,
                server: offer.server,
                stage: stage,
                file: offer.bootFile?.text,
                reason: $0.1,
                seen: offer.given
            )
        }
    }

    /// - Parameter assumed: what a client without option 93 is; old BIOS ROMs leave it out (RFC 4578 section 2.1).
    private static func platformFault(
        _ offer: Offer,
        _ identity: ClientIdentity,
        assuming assumed: Platform?
    ) -> (Finding.Kind, String)? {
        guard case .loader(let made)? = offer.bootFile?.content, let platforms = identity.platforms else { return nil }
        let clients = platforms.isEmpty ? [assumed].compactMap(\.self) : platforms
        guard !clients.isEmpty, !clients.contains(where: made.runs) else { return nil }
        var names: [String] = []
        for client in clients { names.note(client.name, upTo: 4) }
        let without = platforms.isEmpty ? " (it sends no option 93)" : ""
        return (.wrongArchitecture, "is for \(made.name), the client is \(list(names))\(without)")
    }

    private static func romFault(_ offer: Offer) -> (Finding.Kind, String)? {
        guard let file = offer.bootFile else { return nil }
        if let scheme = file.scheme {
            return (.bootFileNotUsable, "is a URI (\(scheme.printable)), and a PXE ROM loads names by TFTP only")
        }
        if file.content == .script { return (.bootFileNotUsable, "is a script, and a PXE ROM starts programs only") }
        return nil
    }

    /// UEFI 2.10 section 24.7: an answer to HTTP boot echoes option 60 and names an absolute URI.
    private static func httpFaults(_ offer: Offer) -> [(Finding.Kind, String)] {
        var faults: [(Finding.Kind, String)] = []
        if let file = offer.bootFile, !file.isWeb {
            let what = file.scheme.map { "is a URI (\($0.printable))" } ?? "is a name for TFTP"
            faults.append((.bootFileNotUsable, "\(what), and UEFI HTTP boot loads http and https URIs only"))
        }
        if !offer.isHTTP, offer.bootFile != nil || offer.isPXE {
            let instead = offer.isPXE ? "says PXEClient in option 60" : "does not echo HTTPClient in option 60"
            faults.append(
                (.httpOfferIgnored, "\(instead), so the firmware does not take it for an answer to HTTP boot")
            )
        }
        if offer.isHTTP, offer.bootFile == nil {
            faults.append((.httpOfferIgnored, "echoes HTTPClient but names no URI"))
        }
        return faults
    }
}

/// A drive that a BMC shows to its machine, with an image from the network in it (DSP0268, VirtualMedia).
public struct VirtualMediaSlot: Hashable, Sendable {
    public var path: String
    public var id: String
    public var mediaTypes: [String]
    /// What is in it.
    public var image: String?
    public var isInserted: Bool
    /// `#VirtualMedia.InsertMedia`; nil where a PATCH inserts.
    public var insert: String?
    public var eject: String?
    /// The maker's own actions, of services older than the standard's.
    public var oemInsert: String?
    public var oemEject: String?

    public init(_ json: JSON, path: String) {
        self.path = json["@odata.id"].string ?? path
        id = json["Id"].string ?? path.split(separator: "/").last.map(String.init) ?? path
        mediaTypes = json["MediaTypes"].strings ?? []
        image = json["Image"].string
        isInserted = json["Inserted"].truth ?? (image != nil)
        insert = json["Actions"]["#VirtualMedia.InsertMedia"]["target"].string
        eject = json["Actions"]["#VirtualMedia.EjectMedia"]["target"].string
        for maker in (json["Oem"].object ?? [:]).values {
            for (name, action) in maker["Actions"].object ?? [:] {
                if name.hasSuffix(".InsertVirtualMedia") { oemInsert = action["target"].string }
                if name.hasSuffix(".EjectVirtualMedia") { oemEject = action["target"].string }
            }
        }
    }

    /// Whether a machine can see it as a CD.
    public var takesCD: Bool { mediaTypes.contains { ["CD", "DVD"].contains($0.uppercased()) } }

    /// The slot for an image of a CD: an empty one where there is one, else one that can be emptied.
    public static func choose(from slots: [VirtualMediaSlot], holding image: String? = nil) -> VirtualMediaSlot? {
        let ranked = slots.enumerated().filter(\.element.takesCD).min { left, right in
            (left.element.rank(image), left.offset) < (right.element.rank(image), right.offset)
        }
        return ranked?.element
    }

    private func rank(_ wanted: String?) -> Int {
        if let wanted, isInserted, image == wanted { return 0 }
        // Lenovo's for files that lie on the BMC, and for a person's browser.
        let word = id.lowercased()
        let isForOthers = word.hasPrefix("rdoc") || word.hasPrefix("remote")
        return 1 + (isForOthers ? 4 : 0) + (isInserted ? 2 : 0) + (mediaTypes.count > 2 ? 1 : 0)
    }

    /// One request of a ladder.
    public struct Request: Hashable, Sendable {
        public var method: String
        public var path: String
        public var body: JSON
    }

    /// The requests that may insert `uri`, most likely first.
    public func insertRequests(_ uri: String, strategy: VendorStrategy) -> [Request] {
        let bare: [String: JSON] = ["Image": .string(uri)]
        let whole = bare.merging(["Inserted": .bool(true), "WriteProtected": .bool(true)]) { $1 }
        let scheme = uri.split(separator: ":").first.map { $0.uppercased() } ?? "HTTP"
        let told = whole.merging(["TransferMethod": .string("Stream"), "TransferProtocolType": .string(scheme)]) { $1 }
        var requests: [Request] = []
        if let insert {
            let bodies = strategy.insertsBareImage ? [bare, whole, told] : [whole, bare, told]
            requests += bodies.map { Request(method: "POST", path: insert, body: .object($0)) }
        }
        let inserted = bare.merging(["Inserted": .bool(true)]) { $1 }
        requests += [whole, inserted, bare].map { Request(method: "PATCH", path: path, body: .object($0)) }
        if let oemInsert { requests.append(Request(method: "POST", path: oemInsert, body: .object(bare))) }
        return requests
    }

    /// The requests that may take out what is in it, most likely first.
    public var ejectRequests: [Request] {
        var requests: [Request] = []
        if let eject { requests.append(Request(method: "POST", path: eject, body: .object([:]))) }
        requests += [
            ["Image": .null, "Inserted": .bool(false)], ["Image": .null], ["Inserted": .bool(false)],
        ].map { Request(method: "PATCH", path: path, body: .object($0)) }
        if let oemEject { requests.append(Request(method: "POST", path: oemEject, body: .object([:]))) }
        return requests
    }

    /// Why BMCs may not take an image's address; nil when nothing speaks against it.
    public static func objection(to uri: String) -> String? {
        guard let colon = uri.firstRange(of: "://") else { return "\(uri) is no address; give http://HOST/FILE.iso" }
        let scheme = uri[..<colon.lowerBound].lowercased()
        guard ["http", "https", "nfs", "cifs", "smb"].contains(scheme) else {
            return "BMCs take http, https, nfs and cifs, and not \(scheme)"
        }
        let rest = uri[colon.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard !authority.isEmpty else { return "the address names no host" }
        guard !authority.contains("@") else { return "an address with a password in it is not sent to a BMC" }
        guard !rest.contains(where: { $0.isWhitespace }) else { return "the address holds a blank" }
        guard uri.utf8.count <= 255 else { return "the address is longer than the 255 octets that BMCs take" }
        return nil
    }

    /// What some BMCs stumble over in an image's address.
    public static func remark(on uri: String) -> String? {
        let path = uri.components(after: "://").drop { $0 != "/" }
        if path.contains("?") { return "some BMCs refuse an address with a query" }
        if path.contains(":") { return "some BMCs refuse an address with a colon in its path" }
        let word = path.lowercased()
        return word.hasSuffix(".iso") || word.hasSuffix(".img") ? nil : "some BMCs take only names that end in .iso"
    }
}

extension String {
    fileprivate func components(after separator: String) -> Substring {
        firstRange(of: separator).map { self[$0.upperBound...] } ?? self[...]
    }
}

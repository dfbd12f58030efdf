/// What takes new firmware (DSP0268, UpdateService).
public struct UpdateService: Hashable, Sendable {
    public var path: String
    /// The collection of what firmware there is.
    public var inventory: String?
    /// `#UpdateService.SimpleUpdate`: the BMC fetches the file.
    public var simpleUpdate: String?
    /// What it fetches by: `HTTP`, `HTTPS`, `NFS`; nil where it is not listed.
    public var protocols: [String]?
    public var applyTimes: [String]?
    /// Where a file is sent together with what is to be done with it.
    public var multipartPush: String?
    /// Where a file alone is sent: the older way.
    public var push: String?

    public init(_ json: JSON, path: String) {
        self.path = json["@odata.id"].string ?? path
        inventory = json["FirmwareInventory"].link
        let action = json["Actions"]["#UpdateService.SimpleUpdate"]
        simpleUpdate = action["target"].string
        protocols = action["TransferProtocol@Redfish.AllowableValues"].strings
        applyTimes = action["@Redfish.OperationApplyTimeSupport"]["SupportedValues"].strings
        multipartPush = json["MultipartHttpPushUri"].string
        push = json["HttpPushUri"].string
    }

    /// Asks the BMC to fetch a file.
    ///
    /// - Parameters:
    ///   - uri: an address that the BMC can reach
    ///   - targets: what is to have it, as paths of the service; none leaves it to the BMC
    public func fetchRequest(_ uri: String, targets: [String] = []) throws(RedfishError) -> (path: String, body: JSON) {
        guard let simpleUpdate else {
            throw .notOffered("\(path) fetches no files; a file can \(multipartPush == nil ? "not " : "")be sent to it")
        }
        let parts = uri.split(separator: ":", maxSplits: 1)
        let scheme = parts.count == 2 ? parts[0].uppercased() : ""
        guard !scheme.isEmpty, parts[1].hasPrefix("//") else { throw .notOffered("\(uri) is no address") }
        guard !(parts[1].dropFirst(2).prefix { $0 != "/" }).contains("@") else {
            throw .notOffered("an address with a password in it is not sent to a BMC")
        }
        if let protocols, !protocols.isEmpty, !protocols.contains(scheme) {
            throw .notOffered("\(path) fetches by \(protocols.joined(separator: ", ")), and not by \(scheme)")
        }
        var body: [String: JSON] = ["ImageURI": .string(uri)]
        if protocols?.isEmpty == false { body["TransferProtocol"] = .string(scheme) }
        if !targets.isEmpty { body["Targets"] = .array(targets.map(JSON.string)) }
        if applyTimes?.contains("Immediate") == true { body["@Redfish.OperationApplyTime"] = .string("Immediate") }
        return (simpleUpdate, .object(body))
    }

    /// What goes along with a file that is sent (DSP0268, MultipartHttpPushUri: the part `UpdateParameters`).
    public func pushParameters(targets: [String] = []) -> JSON {
        // Dell refuses the part without the member, OpenBMC the member without anything in it on some releases.
        .object(["Targets": .array(targets.map(JSON.string))])
    }
}

/// A piece of firmware or software in a machine (DSP0268, SoftwareInventory).
public struct FirmwareComponent: Hashable, Sendable {
    public var path: String
    public var id: String
    public var name: String
    public var version: String?
    public var isUpdateable: Bool
    /// Whether it runs; Dell, Lenovo and Supermicro list what was there before and what lies ready as well.
    public var isInstalled: Bool
    public var releaseDate: String?
    public var state: String?

    /// Nil for what has no name.
    public init?(_ json: JSON, path: String) {
        guard let id = json["Id"].string ?? json["Name"].string else { return nil }
        self.path = json["@odata.id"].string ?? path
        self.id = id
        name = json["Name"].string ?? id
        version = json["Version"].string
        isUpdateable = json["Updateable"].truth ?? false
        let status = json["Status"]["State"].string
        state = json.absence
        isInstalled =
            !["previous-", "available-", "backup_", "golden_", "staging_"].contains { id.lowercased().hasPrefix($0) }
            && !id.lowercased().hasSuffix("-pending") && status != "StandbySpare" && status != "Absent"
        releaseDate = json["ReleaseDate"].string
    }
}

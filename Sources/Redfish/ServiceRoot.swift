/// `/redfish/v1/`: where things are and who made them (DSP0268, ServiceRoot).
public struct ServiceRoot: Hashable, Sendable {
    public static let path = "/redfish/v1/"

    public var redfishVersion: String?
    public var vendor: String?
    public var product: String?
    public var uuid: String?
    /// The collection of systems.
    public var systems: String?
    /// Where a session is made; taken from the root's links, since its place is not fixed.
    public var sessions: String?
    /// The collection of managers.
    public var managers: String?
    public var updateService: String?
    public var eventService: String?
    /// The collection of message and attribute registries.
    public var registries: String?
    /// Whether a collection can be asked for with its members in it (`$expand`, DSP0266 section 7.3).
    public var expands: Bool

    public init(_ json: JSON) {
        redfishVersion = json["RedfishVersion"].string
        vendor = json["Vendor"].string
        product = json["Product"].string
        uuid = json["UUID"].string
        systems = json["Systems"].link
        managers = json["Managers"].link
        updateService = json["UpdateService"].link
        eventService = json["EventService"].link
        registries = json["Registries"].link
        let expansion = json["ProtocolFeaturesSupported"]["ExpandQuery"]
        expands = expansion["NoLinks"].truth == true && expansion["Levels"].truth != false
        sessions =
            json["Links"]["Sessions"].link
            ?? json["SessionService"].link.map { $0.hasSuffix("/") ? $0 + "Sessions" : $0 + "/Sessions" }
    }
}

/// A page of a collection.
public struct ResourceCollection: Hashable, Sendable {
    public var members: [String]
    /// Where the next page is (DSP0266 section 7.5).
    public var next: String?

    public init(_ json: JSON) {
        members = (json["Members"].array ?? []).compactMap(\.link)
        next = json["Members@odata.nextLink"].link ?? json["@odata.nextLink"].link
    }
}

/// What sends events to those who asked for them (DSP0268, EventService).
public struct EventService: Hashable, Sendable {
    public var path: String
    /// False where somebody switched it off; nil where it does not say.
    public var isEnabled: Bool?
    /// How often an event is sent that nobody took, and with what pauses in seconds.
    public var retryAttempts: Int?
    public var retrySeconds: Int?
    /// The types that older services want to be asked for: `Alert`, `StatusChange`; nil where there are none.
    public var eventTypes: [String]?
    /// What newer services send: `Event`, `MetricReport`; nil where they do not say.
    public var formats: [String]?
    /// The message registries that a subscription can be narrowed to.
    public var registryPrefixes: [String]?
    public var resourceTypes: [String]?
    /// Where a client may listen instead (server-sent events).
    public var stream: String?
    /// The collection of who is subscribed.
    public var subscriptions: String?
    /// Where a test event is asked for.
    public var test: String?
    /// The types that a test event may have; nil where none has to be said.
    public var testTypes: [String]?

    /// Nil for what is no event service.
    public init?(_ json: JSON, path: String) {
        guard let members = json.object, members["Subscriptions"] != nil || members["ServiceEnabled"] != nil else {
            return nil
        }
        self.path = json["@odata.id"].string ?? path
        isEnabled = json["ServiceEnabled"].truth
        retryAttempts = json["DeliveryRetryAttempts"].integer.flatMap(Self.small)
        retrySeconds = json["DeliveryRetryIntervalSeconds"].integer.flatMap(Self.small)
        eventTypes = Self.words(json["EventTypesForSubscription"])
        formats = Self.words(json["EventFormatTypes"])
        registryPrefixes = Self.words(json["RegistryPrefixes"])
        resourceTypes = Self.words(json["ResourceTypes"])
        stream = json["ServerSentEventUri"].string
        subscriptions = json["Subscriptions"].link
        let action = json["Actions"]["#EventService.SubmitTestEvent"]
        test = action["target"].string
        testTypes = Self.words(action["EventType@Redfish.AllowableValues"])
    }

    private static func small(_ number: Int64) -> Int? { (0...1_000_000).contains(number) ? Int(number) : nil }

    private static func words(_ json: JSON) -> [String]? {
        json.strings.flatMap { $0.isEmpty ? nil : Array($0.prefix(64)) }
    }
}

/// Somebody who is sent events (DSP0268, EventDestination).
public struct EventDestination: Hashable, Sendable {
    public var path: String
    public var destination: String
    public var context: String?
    /// False for one that is disabled, or whose deliveries the service has given up.
    public var isInForce: Bool

    /// Nil for what has no destination: a subscription that a stream stands for, say.
    public init?(_ json: JSON, path: String) {
        guard let destination = json["Destination"].string else { return nil }
        self.path = json["@odata.id"].string ?? path
        self.destination = destination
        context = json["Context"].string
        isInForce = ["Enabled", nil].contains(json["Status"]["State"].string)
    }
}

/// Who wants events, and where to.
public struct EventWish: Hashable, Sendable {
    /// An address that the BMC can reach; its path says whose event it is.
    public var destination: String
    /// What every subscription of ours at this service begins with, also those made earlier: an address, or a path
    /// without the slash before it.
    public var marks: [String]
    public var context: String
    /// Sent along with each event, and never shown by services: a name and a secret.
    public var header: (name: String, value: String)? {
        headerName.isEmpty ? nil : (headerName, headerValue)
    }
    private var headerName: String
    private var headerValue: String

    public init(
        destination: String,
        marks: [String],
        context: String,
        header: (name: String, value: String)? = nil
    ) {
        self.destination = destination
        self.marks = marks
        self.context = context
        headerName = header?.name ?? ""
        headerValue = header?.value ?? ""
    }

    /// What a subscription that is there is to us.
    public enum Standing: Hashable, Sendable {
        case wanted
        /// Ours, and of an earlier address, or out of force.
        case stale
        case foreign
    }

    /// Services may write the address their own way, its path they keep.
    public func standing(of found: EventDestination) -> Standing {
        let path = Self.path(found.destination)
        if path == Self.path(destination), Self.host(found.destination) == Self.host(destination) {
            return found.isInForce ? .wanted : .stale
        }
        let isOurs = marks.contains { mark in
            guard !mark.isEmpty else { return false }
            return mark.contains("://")
                ? found.destination.lowercased().hasPrefix(mark.lowercased()) : path.hasPrefix(mark)
        }
        return isOurs ? .stale : .foreign
    }

    private static func path(_ address: String) -> Substring {
        let rest = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return rest.count == 4 ? rest[3] : ""
    }

    private static func host(_ address: String) -> String {
        let rest = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return rest.count >= 3 ? rest[2].lowercased() : ""
    }
}

/// How one kind of service wants to be asked for events: the generations differ in what they demand and what they refuse.
public enum SubscriptionForm: Hashable, Sendable, CaseIterable {
    /// `EventTypes`: services before 2018, and those that kept to it.
    case types
    /// `EventTypes`, and the newer members beside them.
    case typesAndFormat
    /// `EventFormatType` and `SubscriptionType`: `EventTypes` is an unknown property there.
    case format
    /// The same, narrowed to all registries that there are: some send nothing unless they are named.
    case registries
    /// Nothing but where to.
    case bare
}

/// The bodies to try for a subscription, one after another, each after what the service said of the one before.
public struct SubscriptionLadder: Sendable {
    /// What a service may not know, and a subscription can be without.
    private static let dispensable = ["VerifyCertificate", "HttpHeaders"]
    /// Bodies tried at most.
    private static let limit = 8

    private let service: EventService
    private let wish: EventWish
    private var forms: ArraySlice<SubscriptionForm>
    private var dropped: Set<String> = []
    private var tried = 0
    /// What is being tried.
    public private(set) var form: SubscriptionForm

    public init(_ wish: EventWish, to service: EventService, strategy: VendorStrategy) {
        self.service = service
        self.wish = wish
        let forms = strategy.subscriptions.isEmpty ? Self.shown(by: service) : strategy.subscriptions
        form = forms.first ?? .bare
        self.forms = forms.dropFirst()[...]
    }

    /// In the order that a service's own words speak for.
    private static func shown(by service: EventService) -> [SubscriptionForm] {
        let isNew = service.formats != nil || service.registryPrefixes != nil
        switch (isNew, service.eventTypes != nil) {
        case (true, true): return [.typesAndFormat, .format, .types, .bare]
        case (true, false): return [.format, .registries, .bare, .types]
        case (false, _): return [.types, .bare, .format]
        }
    }

    /// Whether the events are asked to bring the secret in a header.
    public var hasHeader: Bool { wish.header != nil && !dropped.contains("HttpHeaders") }

    public var body: JSON {
        var members: [String: JSON] = [
            "Destination": .string(wish.destination), "Protocol": .string("Redfish"),
            "Context": .string(wish.context),
        ]
        if form == .types || form == .typesAndFormat {
            let known = service.eventTypes ?? ["Alert"]
            let wanted = known.filter { $0 != "MetricReport" }
            members["EventTypes"] = .array((wanted.isEmpty ? known : wanted).map(JSON.string))
        }
        if form == .typesAndFormat || form == .format || form == .registries {
            members["EventFormatType"] = .string("Event")
            members["SubscriptionType"] = .string("RedfishEvent")
            // Ours is signed by an authority that no BMC knows; the path and the header are the secrets.
            members["VerifyCertificate"] = .bool(false)
        }
        if form == .registries {
            members["RegistryPrefixes"] = .array((service.registryPrefixes ?? []).map(JSON.string))
        }
        if let header = wish.header {
            members["HttpHeaders"] = .array([.object([header.name: .string(header.value)])])
        }
        for name in dropped { members[name] = nil }
        return .object(members)
    }

    /// Goes on to the next body after a refusal.
    ///
    /// - Returns: false when there is none.
    public mutating func next(after problem: ServiceProblem?) -> Bool {
        tried += 1
        guard tried < Self.limit else { return false }
        let here = body
        let there = Self.dispensable.filter { here[$0] != .null }
        let words = problem.map { $0.text + " " + $0.related.joined(separator: " ") } ?? ""
        let blamed = there.filter { words.contains($0) }
        // A service that names what it dislikes is taken at its word; one that does not is asked for less.
        if !blamed.isEmpty {
            dropped.formUnion(blamed)
            return true
        }
        let speaksOfAnother = ["EventTypes", "EventFormatType", "SubscriptionType", "RegistryPrefixes"].contains {
            words.contains($0)
        }
        if !there.isEmpty, !speaksOfAnother {
            dropped.formUnion(there)
            return true
        }
        guard let next = forms.popFirst() else { return false }
        form = next
        return true
    }
}

extension EventService {
    /// The bodies to try for a test event.
    ///
    /// - Parameters:
    ///   - id: what the event is called, where the service lets us say
    ///   - time: now, in seconds since 1970
    public func testBodies(id: String, time: Double) -> [JSON] {
        let type = testTypes.map { $0.contains("Alert") ? "Alert" : $0.first ?? "Alert" }
        var full: [String: JSON] = [
            "EventId": .string(id), "EventTimestamp": .string(LogEntry.text(of: time)), "Message": .string("Test"),
            "MessageArgs": .array([]), "MessageId": .string("Base.1.0.Success"), "Severity": .string("OK"),
            "OriginOfCondition": .string(path),
        ]
        full["EventType"] = .string(type ?? "Alert")
        // iDRACs and iLOs want to be told what to send, OpenBMC and its like take nothing.
        guard let type else { return [.object([:]), .object(full)] }
        return [
            .object(full), .object(["EventType": .string(type), "MessageId": .string("TMP0118")]),
            .object(["EventType": .string(type)]), .object([:]),
        ]
    }
}

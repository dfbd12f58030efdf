import BMC
import OperatorAPI
import Store

extension RecordKind {
    /// What is known of a node's BMC as a source of events; by the node's id.
    static let bmcEvents = Self(rawValue: "bmc-events")
}

/// How a node's BMC tells its events, and the last of them.
struct BMCEventsRecord: Codable, Hashable, Sendable {
    typealias Event = BMCEventsReport.Event

    /// Which BMC it is about: another one at the same node begins anew.
    var place: String
    /// What the BMC calls the subscription, and since when it is; nil while there is none.
    var subscription: String?
    var subscribedSince: Double?
    /// Events without the header were refused since one came with it.
    var demandsHeader: Bool?
    /// Since when the log is read; nil while it is not.
    var polledSince: Double?
    var mark: BMCLogMark?
    /// Why the BMC sends nothing.
    var refusal: String?
    /// Why its log cannot be read.
    var logRefusal: String?
    var remarks: [String] = []
    var lastReceived: Double?
    var total = 0
    var recent: [Event] = []
    var critical: [Event] = []

    init(place: String) {
        self.place = place
    }

    private static let recentLimit = 40
    private static let criticalLimit = 10

    mutating func add(_ events: [Event]) {
        total += events.count
        recent = Array((recent + events).suffix(Self.recentLimit))
        critical = Array(
            (critical + events.filter { $0.severity == BMCSeverity.critical.rawValue }).suffix(Self.criticalLimit)
        )
    }

    func report(_ node: String, checkedAt: Double?, events: [Event]) -> BMCEventsReport {
        BMCEventsReport(
            node: node,
            source: subscription != nil ? .subscribed : polledSince != nil ? .polled : .none,
            since: subscription != nil ? subscribedSince : polledSince,
            checkedAt: checkedAt,
            lastReceived: lastReceived,
            total: total,
            reason: subscription == nil ? refusal : nil,
            remarks: remarks + [logRefusal.map { "the event log cannot be read: \($0)" }].compactMap(\.self),
            events: events
        )
    }
}

/// Where one node's BMC sends its events: a path that nobody can guess, and a word that comes along.
struct EventAddress {
    static let root = "/bmc/events"
    static let headerName = "X-Rackwright-Events"

    var node: String
    var secret: String
    var header: String

    init(_ record: NodeRecord, _ box: SecretBox) {
        node = record.id
        let purpose = "bmc events of \(record.id) at \(record.bmc.place)"
        secret = Hexadecimal.text(box.derived(for: purpose))
        header = Hexadecimal.text(box.derived(for: purpose + ", header"))
    }

    /// - Parameter base: of the controller: `https://10.77.0.1:8443`
    func subscription(_ base: String) -> BMCSubscription {
        BMCSubscription(
            destination: "\(base)\(Self.root)/\(node)/\(secret)",
            marks: ["\(base)\(Self.root)/"] + Self.marks(of: node),
            context: "rackwright \(node)",
            headerName: Self.headerName,
            secret: Secret(header)
        )
    }

    /// What subscriptions of a node's begin with, wherever the controller was when they were made.
    static func marks(of node: String) -> [String] { ["\(root.dropFirst())/\(node)/"] }

    /// The text without the secrets, should a BMC say them back.
    func withoutSecrets(_ text: String) -> String {
        text.replacing(secret, with: "…").replacing(header, with: "…")
    }
}

extension StoreReading {
    /// What is known of the BMC at that place as a source of events; nil where all that is known is of an earlier one.
    func events(of id: String, at place: String) throws -> BMCEventsRecord? {
        try get(BMCEventsRecord.self, .bmcEvents, id).flatMap { $0.place == place ? $0 : nil }
    }
}

extension NodeRecord.BMCRecord {
    /// Which BMC it is.
    var place: String { "\(self.protocol) \(address.lowercased()) \(port ?? 0)" }
}

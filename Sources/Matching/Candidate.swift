public import Catalog
public import Inventory

/// A node as matching sees it.
public struct Candidate: Hashable, Sendable {
    public var id: String
    public var name: String
    /// Nil while it was never inspected.
    public var inventory: Inventory?
    public var rack: String?
    public var unit: String?
    /// What operators and rules say of it, by key.
    public var labels: [String: String]
    /// How its BMC is reached: `ipmi` or `redfish`, and the address.
    public var bmcProtocol: String?
    public var bmcAddress: String?
    /// Nil for what the inventory says.
    public var chassis: String?
    /// The switch it is connected to; nil for what its NICs heard.
    public var `switch`: String?
    /// The role it has now.
    public var incumbent: String?
    /// Why it takes part in nothing: `in maintenance (fan)`.
    public var excluded: String?
    /// Whom it is kept for.
    public var reservation: Reservation?

    public init(
        id: String,
        name: String,
        inventory: Inventory?,
        rack: String? = nil,
        unit: String? = nil,
        labels: [String: String] = [:],
        bmcProtocol: String? = nil,
        bmcAddress: String? = nil,
        chassis: String? = nil,
        `switch`: String? = nil,
        incumbent: String? = nil,
        excluded: String? = nil,
        reservation: Reservation? = nil
    ) {
        self.id = id
        self.name = name
        self.inventory = inventory
        self.rack = rack
        self.unit = unit
        self.labels = labels
        self.bmcProtocol = bmcProtocol
        self.bmcAddress = bmcAddress
        self.chassis = chassis
        self.switch = `switch`
        self.incumbent = incumbent
        self.excluded = excluded
        self.reservation = reservation
    }
}

extension Candidate {
    /// What fails together with a node.
    public enum Domain: Hashable, Sendable {
        case named(String)
        /// A machine of its own, by the node's name.
        case alone(String)
        /// Not known: all such nodes may be in the same.
        case unknown

        public var name: String {
            switch self {
            case .named(let name), .alone(let name): name
            case .unknown: "unknown"
            }
        }
    }

    /// The failure domain that the node is in.
    public func domain(_ kind: Role.FailureDomain) -> Domain {
        switch kind {
        case .rack: return rack.map { .named($0) } ?? .unknown
        case .switch:
            // A machine on a pair of switches counts to the pair's first by name, whichever cable is in which port.
            let heard = inventory?.nics.compactMap { $0.neighbor?.switch }.min()
            return (`switch` ?? heard).map { .named($0) } ?? .unknown
        case .chassis:
            if let serial = chassis ?? inventory?.chassis.serial { return .named(serial) }
            // Of these (SMBIOS 3.7 table 17: multi-system, blade, blade enclosure) several share what holds them.
            let shared = [25, 28, 29]
            guard let type = inventory?.chassis.type, !shared.contains(type) else { return .unknown }
            return .alone(name)
        }
    }
}

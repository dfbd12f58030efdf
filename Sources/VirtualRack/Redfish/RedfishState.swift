import FoundationEssentials

/// What a BMC knows beside its machine: accounts, sessions, log, tasks, subscriptions.
struct RedfishState: Sendable {
    struct Account: Hashable, Sendable {
        var user: String
        var password: String
        var role: Role
        var isEnabled = true
        /// Wrong passwords in a row.
        var failures = 0
        var isLocked = false
        /// Nothing but another password is taken of it.
        var mustChangePassword = false

        /// A place that nobody has, in a service with so many of them.
        static let empty = Self(user: "", password: "", role: .readOnly, isEnabled: false)
    }

    /// How the BMC is on the network.
    struct Network: Hashable, Sendable {
        var usesDHCP = false
        var address: String
        var netmask = "255.255.255.0"
        var gateway: String
        /// Nil without one.
        var vlan: Int?
        var hostname: String
        let mac: String

        init(_ machine: RackDefinition.Machine) {
            address = machine.bmc.address
            gateway = machine.bmc.address.split(separator: ".").dropLast().joined(separator: ".") + ".1"
            hostname = "bmc-" + machine.name
            // As the same machine's by IPMI: made from the machine's and locally administered.
            mac = "06" + (machine.macs.first?.lowercased() ?? "00:00:00:00:00:00").dropFirst(2)
        }
    }

    struct Session: Hashable, Sendable {
        var account: Int
        var token: String
        var created: Date
        var used: Date
    }

    struct LogEntry: Hashable, Sendable {
        var id: Int
        var time: Date
        var message: BMCMessage
    }

    struct Subscription: Hashable, Sendable {
        var destination: String
        var context: String
        /// Sent along with each event; never shown.
        var headers: [Header] = []
    }

    struct Header: Hashable, Sendable {
        var name: String
        var value: String
    }

    /// A medium in the virtual drive.
    struct Medium: Hashable, Sendable {
        var image: String
        var isWriteProtected: Bool
    }

    enum Firmware: String, Hashable, Sendable, CaseIterable {
        case bmc = "BMC"
        case bios = "BIOS"
    }

    var accounts: [Int: Account]
    /// Whether there are so many places for accounts, which are filled and emptied by PATCH.
    let hasSlots: Bool
    var network: Network
    /// Whether the address is another than at first.
    var hasMoved = false
    var sessions: [Int: Session] = [:]
    var log: [LogEntry] = []
    var tasks: [Int: UpdateTask] = [:]
    var subscriptions: [Int: Subscription] = [:]
    var medium: Medium?
    var versions: [Firmware: String] = [.bmc: "1.0.0", .bios: "1.0.0"]
    var assetTag = ""
    var isLocatorLit = false
    var lastReset: Date?
    private var lastNumber = 0

    static let logLimit = 500
    static let sessionLimit = 16
    static let sessionTimeout: TimeInterval = 1800

    init(_ machine: RackDefinition.Machine) {
        let bmc = machine.bmc
        let own = Account(user: bmc.username, password: bmc.password, role: .administrator)
        network = Network(machine)
        hasSlots = bmc.accountSlots != nil
        guard let slots = bmc.accountSlots else {
            accounts = [1: own]
            return
        }
        // As with those that have such places: the first is nobody's.
        accounts = Dictionary(uniqueKeysWithValues: (1...max(2, slots)).map { ($0, $0 == 2 ? own : .empty) })
    }

    /// A number that nothing has had yet.
    mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    mutating func record(_ message: BMCMessage, at time: Date) -> LogEntry {
        let entry = LogEntry(id: nextNumber(), time: time, message: message)
        log.append(entry)
        if log.count > Self.logLimit { log.removeFirst(log.count - Self.logLimit) }
        return entry
    }

    mutating func forgetIdleSessions(_ now: Date) {
        sessions = sessions.filter { now.timeIntervalSince($0.value.used) < Self.sessionTimeout }
    }
}

/// The standard roles and their privileges (DSP0266 section 13.3).
enum Role: String, Hashable, Sendable, CaseIterable {
    case administrator = "Administrator"
    case `operator` = "Operator"
    case readOnly = "ReadOnly"

    var privileges: [Privilege] {
        switch self {
        case .administrator: Privilege.allCases
        case .operator: [.login, .configureComponents, .configureSelf]
        case .readOnly: [.login, .configureSelf]
        }
    }
}

enum Privilege: String, Hashable, Sendable, CaseIterable {
    case login = "Login"
    case configureManager = "ConfigureManager"
    case configureUsers = "ConfigureUsers"
    case configureComponents = "ConfigureComponents"
    case configureSelf = "ConfigureSelf"
}

/// What a BMC writes into its log and tells its subscribers.
enum BMCMessage: Hashable, Sendable {
    case machineStarted(Int)
    case machineOff
    case mediumInserted(String)
    case mediumEjected
    case updated(RedfishState.Firmware, String)
    case updateFailed(String)
    case loginFailed(String)
    case test

    /// The registry that the messages are of, which the service shows.
    static let registry = "RackwrightBMC.1.0"

    /// One of each, for the registry.
    static let all: [Self] = [
        .machineStarted(1), .machineOff, .mediumInserted("%1"), .mediumEjected, .updated(.bmc, "%2"),
        .updateFailed("%1"),
        .loginFailed("%1"), .test,
    ]

    var name: String {
        switch self {
        case .machineStarted: "MachineStarted"
        case .machineOff: "MachineOff"
        case .mediumInserted: "MediumInserted"
        case .mediumEjected: "MediumEjected"
        case .updated: "FirmwareUpdated"
        case .updateFailed: "UpdateFailed"
        case .loginFailed: "LoginFailed"
        case .test: "TestEvent"
        }
    }

    /// With `%1` for the first argument.
    var pattern: String {
        switch self {
        case .machineStarted: "The machine started, for the %1. time."
        case .machineOff: "The machine has no power any more."
        case .mediumInserted: "The medium %1 is in the virtual drive."
        case .mediumEjected: "The virtual drive is empty."
        case .updated: "The firmware of the %1 is now version %2."
        case .updateFailed: "The update failed: %1."
        case .loginFailed: "The user %1 could not log in."
        case .test: "This event was asked for."
        }
    }

    var arguments: [String] {
        switch self {
        case .machineStarted(let count): ["\(count)"]
        case .mediumInserted(let text), .updateFailed(let text), .loginFailed(let text): [text]
        case .updated(let firmware, let version): [firmware.rawValue, version]
        case .machineOff, .mediumEjected, .test: []
        }
    }

    var text: String {
        var text = pattern
        for (index, argument) in arguments.enumerated() {
            text = text.split(separator: "%\(index + 1)", omittingEmptySubsequences: false).joined(separator: argument)
        }
        return text
    }

    var severity: JSON {
        switch self {
        case .updateFailed, .loginFailed: "Warning"
        default: "OK"
        }
    }

    var eventType: JSON {
        switch self {
        case .machineStarted, .machineOff: "StatusChange"
        case .mediumInserted, .mediumEjected, .updated: "ResourceUpdated"
        case .updateFailed, .loginFailed, .test: "Alert"
        }
    }

    /// The resource that it is about.
    var origin: String {
        switch self {
        case .machineStarted, .machineOff: RedfishPath.system
        case .mediumInserted, .mediumEjected: RedfishPath.medium
        case .updated(let firmware, _): RedfishPath.firmware + "/" + firmware.rawValue
        case .updateFailed: RedfishPath.update
        case .loginFailed, .test: RedfishPath.manager
        }
    }
}

/// What an account of a BMC may do.
public enum BMCRole: Hashable, Sendable {
    case administrator, `operator`, readOnly
    /// No access.
    case none
    /// The BMC's own word.
    case other(String)
}

extension BMCRole: CustomStringConvertible {
    public var description: String {
        switch self {
        case .administrator: "administrator"
        case .operator: "operator"
        case .readOnly: "readonly"
        case .none: "none"
        case .other(let text): text
        }
    }
}

/// An account of a BMC; nil where it does not say.
public struct BMCUser: Hashable, Sendable {
    /// The BMC's number or name of the place that the account has.
    public var id: String
    public var name: String
    public var role: BMCRole
    public var isEnabled: Bool?
    public var isLocked: Bool?
    public var remarks: [String]

    public init(
        id: String,
        name: String,
        role: BMCRole,
        isEnabled: Bool? = nil,
        isLocked: Bool? = nil,
        remarks: [String] = []
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.isEnabled = isEnabled
        self.isLocked = isLocked
        self.remarks = remarks
    }
}

/// A change of a BMC's accounts.
public enum BMCUserChange: Hashable, Sendable {
    case add(String, BMCRole, Secret)
    case remove(String)
    case enable(String)
    case disable(String)
    /// Lets an account in again that wrong passwords locked.
    case unlock(String)
    case setRole(String, BMCRole)

    public var name: String {
        switch self {
        case .add(let name, _, _), .remove(let name), .enable(let name), .disable(let name), .unlock(let name),
            .setRole(let name, _):
            name
        }
    }

    /// In words, without the password.
    public var text: String {
        switch self {
        case .add(let name, let role, _): "add \(name) as \(role)"
        case .remove(let name): "remove \(name)"
        case .enable(let name): "enable \(name)"
        case .disable(let name): "disable \(name)"
        case .unlock(let name): "unlock \(name)"
        case .setRole(let name, let role): "make \(name) \(role)"
        }
    }

    /// Why it must not be: without the account that is logged in with nothing reaches the BMC any more.
    ///
    /// - Parameters:
    ///   - login: the name of that account
    ///   - users: the accounts that there are
    public func objection(login: String, among users: [BMCUser]) -> String? {
        let same = users.filter { $0.name == name }
        // Some take names for the same that differ in the case of letters.
        let isOwn = name.lowercased() == login.lowercased()
        switch self {
        case .add:
            guard !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3A && $0 != 0x2F })
            else { return "'\(name)' is no name for an account: letters, digits and signs without blanks" }
            if isOwn || users.contains(where: { $0.name.lowercased() == name.lowercased() }) {
                return "the BMC has an account \(name) already"
            }
            return nil
        case .remove, .disable:
            if isOwn { return "\(name) is the account that the controller logs in with: it stays" }
        case .setRole(_, let role):
            if isOwn, role != .administrator {
                return "\(name) is the account that the controller logs in with: it stays an administrator"
            }
        case .enable, .unlock: break
        }
        guard same.count == 1 else {
            let names = users.map(\.name).filter { !$0.isEmpty }.sorted().joined(separator: ", ")
            return same.isEmpty
                ? "the BMC has no account \(name); it has \(names.isEmpty ? "none" : names)"
                : "the BMC has \(same.count) accounts \(name): which is meant is not plain"
        }
        return nil
    }
}

/// The accounts after a change, and what a person should know.
public struct BMCUsers: Hashable, Sendable {
    public var users: [BMCUser]
    public var remarks: [String]

    public init(users: [BMCUser], remarks: [String] = []) {
        self.users = users
        self.remarks = remarks
    }
}

extension BMCGate {
    public func users() async throws -> BMCUsers {
        try await perform("reading the BMC's accounts") { driver in try await driver.users() }
    }

    /// Asked for once: a second time would find it done, or half done. The account that the gate logs in with is never
    /// removed, disabled or lowered.
    ///
    /// - Returns: the accounts as they then are
    public func changeUser(_ change: BMCUserChange) async throws -> BMCUsers {
        let (login, bmc) = (endpoint.username, "\(endpoint)")
        let operation = "changing the BMC's accounts"
        return try await perform(operation, attempts: 1) { driver in
            let before = try await driver.users()
            if let objection = change.objection(login: login, among: before.users) {
                throw BMCError(.refused, bmc: bmc, operation: operation, detail: objection)
            }
            return try await driver.changeUser(change)
        }
    }
}

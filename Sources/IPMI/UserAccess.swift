public import Octets

/// A user of a BMC on one channel (IPMI 2.0 sections 22.27 and 22.29).
public struct UserAccess: Hashable, Sendable {
    public var id: UInt8
    public var name: String
    /// Nil where the user has none: 0xF in the answer.
    public var privilege: PrivilegeLevel?
    /// May speak IPMI on the channel.
    public var hasMessaging: Bool
    /// Nil where the BMC does not say.
    public var isEnabled: Bool?
}

/// The answer to Get User Access (IPMI 2.0 section 22.27).
public struct UserAccessAnswer: Hashable, Sendable {
    /// How many users there can be, and how many are enabled.
    public var limit: Int
    public var enabledCount: Int
    /// The users up to this number have names that cannot be changed.
    public var fixedNames: Int
    public var isEnabled: Bool?
    public var hasMessaging: Bool
    public var privilege: PrivilegeLevel?

    public init(_ data: [UInt8]) throws(WireError) {
        var reader = OctetReader(data)
        limit = Int(try reader.readInteger(UInt8.self) & 0x3F)
        let enabled: UInt8 = try reader.readInteger()
        enabledCount = Int(enabled & 0x3F)
        isEnabled = [nil, true, false, nil][Int(enabled >> 6)]
        fixedNames = Int(try reader.readInteger(UInt8.self) & 0x3F)
        let access: UInt8 = try reader.readInteger()
        hasMessaging = access & 0x10 != 0
        privilege = PrivilegeLevel(rawValue: access & 0x0F)
    }
}

extension IPMIRequest {
    /// Gives a user a new password (IPMI 2.0 section 22.30); nil for one that IPMI cannot carry: more than 20 octets, or
    /// with an octet 0 in it.
    public static func setPassword(_ password: [UInt8], of id: UInt8) -> Self? {
        guard password.count <= 20, !password.contains(0) else { return nil }
        let size = password.count > 16 ? 20 : 16
        let whole = password + [UInt8](repeating: 0, count: size - password.count)
        return Self(networkFunction: 0x06, command: 0x47, data: [id & 0x3F | (size == 20 ? 0x80 : 0), 0x02] + whole)
    }

    /// Names a user (IPMI 2.0 section 22.28); an empty name frees the place. Nil for a name of more than 16 octets or with
    /// an octet 0 in it.
    public static func setUserName(_ name: [UInt8], of id: UInt8) -> Self? {
        guard name.count <= 16, !name.contains(0) else { return nil }
        let whole = name + [UInt8](repeating: 0, count: 16 - name.count)
        return Self(networkFunction: 0x06, command: 0x45, data: [id & 0x3F] + whole)
    }

    /// Lets a user in, or not, whatever the password (IPMI 2.0 section 22.30).
    public static func setUserEnabled(_ isEnabled: Bool, of id: UInt8) -> Self {
        // The operations 0 and 1 need no password; some BMCs want its room all the same, and none minds it.
        let room = [UInt8](repeating: 0, count: 16)
        return Self(networkFunction: 0x06, command: 0x47, data: [id & 0x3F, isEnabled ? 1 : 0] + room)
    }

    /// What a user may do on a channel (IPMI 2.0 section 22.26).
    ///
    /// - Parameters:
    ///   - privilege: nil takes all access away
    ///   - messaging: whether it may speak IPMI; nil leaves that as it is
    public static func setUserAccess(
        _ privilege: PrivilegeLevel?,
        messaging: Bool?,
        of id: UInt8,
        channel: UInt8 = 0x0E
    ) -> Self {
        let flags: UInt8 = messaging.map { 0x80 | ($0 ? 0x10 : 0) } ?? 0
        let data = [flags | channel & 0x0F, id & 0x3F, privilege?.rawValue ?? 0x0F]
        return Self(networkFunction: 0x06, command: 0x43, data: data)
    }

    static func userAccess(_ id: UInt8, channel: UInt8 = 0x0E) -> Self {
        Self(networkFunction: 0x06, command: 0x44, data: [channel, id & 0x3F])
    }

    static func userName(_ id: UInt8) -> Self {
        Self(networkFunction: 0x06, command: 0x46, data: [id & 0x3F])
    }
}

/// Goes through the users of the channel that this comes in by; those without name and access are left out.
public struct UserReading: Sendable {
    private var id: UInt8 = 1
    private var limit: UInt8 = 1
    private var access: UserAccessAnswer?
    private var users: [UserAccess] = []
    /// Places that nobody has and that can be given a name.
    public private(set) var free: [UInt8] = []

    public init() {}

    public func start() -> IPMIRequest { .userAccess(id) }

    /// What an answer leads to.
    public mutating func handle(_ response: IPMIResponse) -> ReadingStep<[UserAccess]> {
        if let access { return named(response, access) }
        guard response.completion == .success, let answer = try? UserAccessAnswer(response.data) else {
            return id == 1 ? .failed(.refused(response.completion)) : next()
        }
        if id == 1 { limit = UInt8(clamping: answer.limit) }
        access = answer
        return .ask(.userName(id))
    }

    private mutating func named(_ response: IPMIResponse, _ access: UserAccessAnswer) -> ReadingStep<[UserAccess]> {
        // A user without a name may be refused.
        let octets = response.completion == .success ? response.data.prefix(16).prefix { $0 != 0 } : []
        let name = String(decoding: octets, as: UTF8.self)
        if !name.isEmpty || access.hasMessaging {
            users.append(
                UserAccess(
                    id: id,
                    name: name,
                    privilege: access.privilege,
                    hasMessaging: access.hasMessaging,
                    isEnabled: access.isEnabled
                )
            )
        } else if id > 1, id > access.fixedNames {
            free.append(id)
        }
        self.access = nil
        return next()
    }

    private mutating func next() -> ReadingStep<[UserAccess]> {
        guard id < limit else { return .done(users) }
        id += 1
        return .ask(.userAccess(id))
    }
}

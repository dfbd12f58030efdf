/// An account of a service (DSP0268, ManagerAccount), read tolerantly.
public struct ManagerAccount: Hashable, Sendable {
    public var path: String
    public var id: String
    /// Empty for a place that nobody has.
    public var name: String
    public var role: String?
    public var isEnabled: Bool?
    public var isLocked: Bool?
    public var mustChangePassword: Bool
    /// The tag inside the document.
    public var etag: String?

    public init(_ json: JSON, path: String) {
        self.path = json["@odata.id"].string ?? path
        id = json["Id"].string ?? String(self.path.split(separator: "/").last ?? "")
        name = json["UserName"].string ?? ""
        role = json["RoleId"].string
        isEnabled = json["Enabled"].truth
        isLocked = json["Locked"].truth
        mustChangePassword = json["PasswordChangeRequired"].truth == true
        etag = json["@odata.etag"].string
    }

    /// The first place that nobody has; the place 1 of a fixed table is the anonymous user's, which none can take.
    public static func slot(in all: [Self]) -> Self? {
        all.filter { $0.name.isEmpty && $0.id != "1" && $0.id != "0" }
            .min { (Int($0.id) ?? .max, $0.id) < (Int($1.id) ?? .max, $1.id) }
    }

    /// A change as a request.
    public struct Request: Hashable, Sendable {
        public var method: String
        public var path: String
        public var body: JSON

        public init(method: String, path: String, body: JSON) {
            self.method = method
            self.path = path
            self.body = body
        }
    }

    /// The requests that make an account, the likeliest first.
    ///
    /// - Parameters:
    ///   - role: `Administrator`, `Operator` or `ReadOnly`
    ///   - collection: where accounts are made
    public static func additions(
        _ name: String,
        password: String,
        role: String,
        among all: [Self],
        collection: String,
        strategy: VendorStrategy
    ) -> [Request] {
        var members: [String: JSON] = [
            "UserName": .string(name), "Password": .string(password), "RoleId": .string(role),
        ]
        var requests: [Request] = []
        for way in strategy.accountWays {
            switch way {
            case .members:
                requests.append(Request(method: "POST", path: collection, body: .object(members)))
                if strategy.vendor == .hpe {
                    // iLO 4 and early iLO 5 tell the name that one logs in with from the one that is shown.
                    let own = JSON.object(["LoginName": .string(name)])
                    members["Oem"] = .object(["Hpe": own])
                    requests.append(Request(method: "POST", path: collection, body: .object(members)))
                    members["Oem"] = nil
                }
            case .slots:
                guard let slot = slot(in: all) else { continue }
                var members = members
                members["Enabled"] = .bool(true)
                requests.append(Request(method: "PATCH", path: slot.path, body: .object(members)))
            }
        }
        return requests
    }

    /// The requests that take it away, the likeliest first.
    public func removals(strategy: VendorStrategy) -> [Request] {
        strategy.accountWays.flatMap { way in
            switch way {
            case .members: return [Request(method: "DELETE", path: path, body: .null)]
            case .slots:
                let bare: [String: JSON] = ["UserName": .string(""), "Enabled": .bool(false)]
                let withRole = bare.merging(["RoleId": .string("None")]) { first, _ in first }
                let bodies = strategy.vendor == .dell ? [withRole, bare] : [bare]
                return bodies.map { Request(method: "PATCH", path: path, body: .object($0)) }
            }
        }
    }
}

import BMC
import Redfish

/// The BMC's accounts.
extension RedfishDriver {
    private static let reading = "reading the BMC's accounts"
    private static let changing = "changing the BMC's accounts"

    func users() async throws -> BMCUsers {
        let (accounts, _, remarks) = try await accounts(Self.reading)
        let free = accounts.count { $0.name.isEmpty }
        return BMCUsers(
            users: accounts.filter { !$0.name.isEmpty }.map(BMCUser.init),
            remarks: remarks + (free > 0 ? ["\(free) of its \(accounts.count) places are free"] : [])
        )
    }

    func changeUser(_ change: BMCUserChange) async throws -> BMCUsers {
        let operation = Self.changing
        let (accounts, collection, _) = try await accounts(operation)
        let strategy = try await chosenStrategy(operation).strategy
        if case .add(let name, let role, let password) = change {
            let requests = ManagerAccount.additions(
                name,
                password: password.reveal(),
                role: try word(role),
                among: accounts,
                collection: collection,
                strategy: strategy
            )
            try await first(of: requests, strategy)
            return try await look { $0.name == name } ?? unseen("added and not listed: \(name)")
        }
        guard let account = accounts.first(where: { $0.name == change.name }) else {
            throw client.error(.refused, operation, "the service lists no account \(change.name)")
        }
        func patch(_ members: [String: JSON]) async throws {
            let request = ManagerAccount.Request(method: "PATCH", path: account.path, body: .object(members))
            try await first(of: [request], strategy)
        }
        switch change {
        case .add: return try await users()
        case .remove:
            try await first(of: account.removals(strategy: strategy), strategy)
            let after = try await users()
            guard !after.users.contains(where: { $0.name == account.name }) else {
                throw client.error(.notObserved, operation, "\(account.name) is still listed")
            }
            return after
        case .enable:
            try await patch(["Enabled": .bool(true)])
            return try await look { $0.name == account.name && $0.isEnabled != false } ?? unseen("it is not enabled")
        case .disable:
            try await patch(["Enabled": .bool(false)])
            return try await look { $0.name == account.name && $0.isEnabled != true } ?? unseen("it is still enabled")
        case .unlock:
            try await patch(["Locked": .bool(false)])
            return try await look { $0.name == account.name && $0.isLocked != true } ?? unseen("it is still locked")
        case .setRole(_, let role):
            try await patch(["RoleId": .string(try word(role))])
            return try await look { $0.name == account.name && $0.role == role } ?? unseen("its role is as before")
        }
    }

    /// The accounts once one of them is as wished; nil when it does not get so.
    private func look(_ isThere: (BMCUser) -> Bool) async throws -> BMCUsers? {
        for look in 0..<3 {
            if look > 0 { try await pause(.seconds(1)) }
            let found = try await users()
            if found.users.contains(where: isThere) { return found }
        }
        return nil
    }

    private func unseen(_ text: String) throws -> BMCUsers {
        throw client.error(.notObserved, Self.changing, "the service took it, and \(text)")
    }

    /// What a service says in a refusal may hold what it was sent: a password is cut out of it.
    private func first(of requests: [ManagerAccount.Request], _ strategy: VendorStrategy) async throws {
        var refusal: BMCError?
        for request in requests {
            let result: Attempt
            if request.method == "PATCH" {
                result = try await attempt("PATCH", request.path, request.body, strategy, Self.changing)
            } else {
                let body = request.body == .null ? nil : request.body
                result = try await authorized(
                    request.method,
                    request.path,
                    body: body,
                    operation: Self.changing
                ) { answer in
                    guard !answer.isSuccess else { return .accepted(answer) }
                    let error = self.failure(answer, Self.changing, at: request.path)
                    guard error.kind == .refused else { throw error }
                    return .refused(error)
                }
            }
            switch result {
            case .accepted(let answer):
                try await settle(answer, Self.changing, at: request.path, within: .seconds(60))
                return
            case .refused(var error):
                if let password = request.body["Password"].string, password.utf8.count > 3 {
                    error.detail = error.detail.replacing(password, with: "(password)")
                }
                refusal = refusal ?? error
            }
        }
        throw refusal ?? client.error(.refused, Self.changing, "the service has no free place for an account")
    }

    private func word(_ role: BMCRole) throws -> String {
        switch role {
        case .administrator: "Administrator"
        case .operator: "Operator"
        case .readOnly: "ReadOnly"
        case .other(let text): text
        case .none: throw client.error(.refused, Self.changing, "an account without a role lets nobody in")
        }
    }

    private func accounts(
        _ operation: String
    ) async throws -> (accounts: [ManagerAccount], collection: String, remarks: [String]) {
        guard let service = rootDocument["AccountService"].link,
            let collection = try await get(service, operation).json["Accounts"].link
        else { throw client.error(.notSupported, operation, "the service names no accounts") }
        var remarks: [String] = []
        let found = try await members(of: collection, operation, &remarks)
        return (found.map { ManagerAccount($0, path: collection) }, collection, remarks)
    }
}

extension BMCUser {
    fileprivate init(_ account: ManagerAccount) {
        let role: BMCRole =
            switch account.role {
            case "Administrator": .administrator
            case "Operator": .operator
            case "ReadOnly": .readOnly
            case "None", "NoAccess": .none
            case let text?: .other(text)
            case nil: .other("not said")
            }
        self.init(
            id: account.id,
            name: account.name,
            role: role,
            isEnabled: account.isEnabled,
            isLocked: account.isLocked,
            remarks: account.mustChangePassword ? ["\(account.name) must change its password at its next login"] : []
        )
    }
}

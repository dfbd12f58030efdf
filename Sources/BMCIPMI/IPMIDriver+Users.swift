import BMC
import IPMI

/// The BMC's accounts.
extension IPMIDriver {
    func users() async throws -> BMCUsers {
        let (users, free) = try await table("reading the BMC's accounts")
        let named = users.filter { !$0.name.isEmpty }
        var remarks: [String] = []
        if users.contains(where: { $0.name.isEmpty && $0.isEnabled != false && $0.hasMessaging }) {
            remarks.append("it lets in without a name: take the access of the user without one away")
        }
        remarks.append(free.isEmpty ? "it has no free place" : "\(free.count) of its places are free")
        return BMCUsers(users: named.map(BMCUser.init), remarks: remarks)
    }

    func changeUser(_ change: BMCUserChange) async throws -> BMCUsers {
        let operation = "changing the BMC's accounts"
        let (users, free) = try await table(operation)
        let channel = try await channel(operation)
        if case .add(let name, let role, let password) = change {
            try await add(name, role, password, at: free.first, channel, operation)
            return try await observed(operation) { $0.name == name && $0.isEnabled != false && $0.role == role }
        }
        guard let user = users.first(where: { $0.name == change.name }) else {
            throw error(.refused, operation, "the BMC lists no user \(change.name)")
        }
        switch change {
        case .add: return try await self.users()
        case .remove: return try await remove(user, channel, operation)
        case .enable:
            _ = try await command(.setUserEnabled(true, of: user.id), operation)
            return try await observed(operation) { $0.name == user.name && $0.isEnabled != false }
        case .disable:
            _ = try await command(.setUserEnabled(false, of: user.id), operation)
            return try await observed(operation) { $0.name == user.name && $0.isEnabled != true }
        case .unlock:
            throw error(.notSupported, operation, "IPMI does not tell who is locked, and has no way to unlock")
        case .setRole(_, let role):
            let privilege = try level(role, operation)
            _ = try await command(
                .setUserAccess(privilege, messaging: nil, of: user.id, channel: channel),
                operation
            )
            return try await observed(operation) { $0.name == user.name && $0.role == role }
        }
    }

    /// The account lets nobody in before its password is set; what was begun is taken back when a step fails.
    private func add(
        _ name: String,
        _ role: BMCRole,
        _ password: Secret,
        at place: UInt8?,
        _ channel: UInt8,
        _ operation: String
    ) async throws {
        guard let id = place else { throw error(.refused, operation, "the BMC has no free place for a user") }
        guard let naming = IPMIRequest.setUserName([UInt8](name.utf8), of: id) else {
            throw error(.refused, operation, "IPMI carries names of 16 octets at most")
        }
        guard let setting = IPMIRequest.setPassword([UInt8](password.reveal().utf8), of: id) else {
            throw error(.refused, operation, "IPMI carries passwords of 20 octets at most")
        }
        let access = IPMIRequest.setUserAccess(
            try level(role, operation),
            messaging: true,
            of: id,
            channel: channel
        )
        do {
            for request in [naming, setting, access, .setUserEnabled(true, of: id)] {
                _ = try await command(request, operation)
            }
        } catch let failure as BMCError {
            if failure.kind == .refused {
                _ = try? await command(.setUserEnabled(false, of: id), operation)
                _ = try? await command(
                    .setUserAccess(nil, messaging: false, of: id, channel: channel),
                    operation
                )
                if let clearing = IPMIRequest.setUserName([], of: id) { _ = try? await command(clearing, operation) }
            }
            throw failure
        }
    }

    private func remove(_ user: UserAccess, _ channel: UInt8, _ operation: String) async throws -> BMCUsers {
        _ = try await command(.setUserEnabled(false, of: user.id), operation)
        _ = try await command(.setUserAccess(nil, messaging: false, of: user.id, channel: channel), operation)
        var refused: CompletionCode?
        if let clearing = IPMIRequest.setUserName([], of: user.id) {
            let answer = try await answer(to: clearing, operation)
            if answer.completion != .success { refused = answer.completion }
        }
        var after = try await users()
        guard let left = after.users.first(where: { $0.name == user.name }) else { return after }
        guard left.isEnabled != true || left.role == BMCRole.none else {
            throw error(.notObserved, operation, "\(user.name) still has access")
        }
        let reason = refused.map { " (\($0))" } ?? ""
        after.remarks.append("\(user.name) lets nobody in any more; the BMC keeps the name\(reason)")
        return after
    }

    private func observed(_ operation: String, _ isThere: (BMCUser) -> Bool) async throws -> BMCUsers {
        let found = try await users()
        guard found.users.contains(where: isThere) else {
            throw error(.notObserved, operation, "the BMC took it, and its list shows nothing of it")
        }
        return found
    }

    private func table(_ operation: String) async throws -> (users: [UserAccess], free: [UInt8]) {
        var reading = UserReading()
        let users = try await run(reading.start(), operation) { reading.handle($0) }
        return (users, reading.free)
    }

    private func level(_ role: BMCRole, _ operation: String) throws -> PrivilegeLevel {
        switch role {
        case .administrator: .administrator
        case .operator: .operator
        case .readOnly: .user
        case .none, .other: throw error(.refused, operation, "IPMI has no role \(role)")
        }
    }
}

extension BMCUser {
    fileprivate init(_ user: UserAccess) {
        let role: BMCRole =
            switch user.privilege {
            case .administrator: .administrator
            case .operator: .operator
            case .user: .readOnly
            case .callback: .other("callback")
            case nil: .none
            }
        self.init(
            id: "\(user.id)",
            name: user.name,
            role: user.hasMessaging ? role : .none,
            isEnabled: user.isEnabled
        )
    }
}

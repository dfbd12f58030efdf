import BMC
public import OperatorAPI
import Store

/// The accounts of nodes' BMCs.
extension Controller {
    public func bmcUsers(of name: String) async throws -> UsersReport {
        let (record, found) = try await atBMC(of: name) { gate in try await gate.users() }
        return UsersReport(record, found)
    }

    /// Changes an account; the one that the controller logs in with is never removed, disabled or lowered.
    public func changeBMCUser(of name: String, _ request: ChangeUser) async throws -> UsersReport {
        let change = try Self.change(request)
        // A password that is being replaced is the account's that this would log in with.
        guard try await store.read({ try $0.node(named: name).bmc.nextPassword }) == nil else {
            throw ControllerProblem("a change of the BMC's password is not finished: rackwright bmc rotate", .conflict)
        }
        let (record, found) = try await atBMC(of: name) { gate in try await gate.changeUser(change) }
        await note(record.id, "operator", "the BMC's accounts: \(change.text)".oneLine)
        return UsersReport(record, found)
    }

    private static func change(_ request: ChangeUser) throws(ControllerProblem) -> BMCUserChange {
        let name = request.name
        let role: BMCRole? =
            switch request.role {
            case .administrator: .administrator
            case .operator: .operator
            case .readOnly: .readOnly
            case nil: nil
            }
        switch (request.action, role) {
        case (.add, let role?):
            guard let password = request.password, !password.isEmpty else {
                throw ControllerProblem("an account needs a password")
            }
            return .add(name, role, Secret(password))
        case (.setRole, let role?): return .setRole(name, role)
        case (.add, nil), (.setRole, nil):
            throw ControllerProblem("give a role: administrator, operator or readonly")
        case (.remove, _): return .remove(name)
        case (.enable, _): return .enable(name)
        case (.disable, _): return .disable(name)
        case (.unlock, _): return .unlock(name)
        }
    }
}

extension UsersReport {
    fileprivate init(_ record: NodeRecord, _ found: BMCUsers) {
        self.init(
            node: record.name,
            users: found.users.map { user in
                User(
                    id: user.id,
                    name: user.name,
                    role: "\(user.role)",
                    enabled: user.isEnabled,
                    locked: user.isLocked,
                    own: user.name == record.bmc.username
                )
            },
            remarks: found.remarks + found.users.flatMap(\.remarks)
        )
    }
}

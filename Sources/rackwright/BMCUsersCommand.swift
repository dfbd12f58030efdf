import ArgumentParser
import OperatorAPI
import OperatorCLI

struct BMCUsersCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "List the accounts of a node's BMC, or change one of them.",
        discussion: """
            The account that the controller logs in with is never removed, disabled or lowered; its password is changed by \
            `rackwright bmc rotate`.
            """
    )

    /// ``OperatorAPI/ChangeUser/Role`` as an operator types it.
    enum Role: String, ExpressibleByArgument, CaseIterable {
        case administrator, `operator`
        case readOnly = "readonly"

        var wanted: ChangeUser.Role {
            switch self {
            case .administrator: .administrator
            case .operator: .operator
            case .readOnly: .readOnly
            }
        }
    }

    @Argument(help: "The node.")
    var node: String

    @Option(help: "Add an account; goes with --role and --password-stdin.")
    var add: String?

    @Option(help: "What the added account may do: administrator, operator or readonly.")
    var role: Role?

    @Flag(help: "Read the added account's password from standard input.")
    var passwordStdin = false

    @Option(help: "Remove an account.")
    var remove: String?

    @Option(help: "Let an account in.")
    var enable: String?

    @Option(help: "Let an account in no more, and keep it.")
    var disable: String?

    @Option(help: "Let an account in again that wrong passwords locked.")
    var unlock: String?

    @Option(parsing: .upToNextOption, help: "Change what an account may do: NAME ROLE.")
    var setRole: [String] = []

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        let named = [add, remove, enable, disable, unlock].compactMap(\.self).count + (setRole.isEmpty ? 0 : 1)
        guard named <= 1 else { throw ValidationError("one change at a time") }
        if add != nil, role == nil || !passwordStdin {
            throw ValidationError("--add goes with --role administrator|operator|readonly and --password-stdin")
        }
        if add == nil, role != nil || passwordStdin {
            throw ValidationError("--role and --password-stdin go with --add")
        }
        if !setRole.isEmpty, setRole.count != 2 || Role(rawValue: setRole[1]) == nil {
            throw ValidationError("--set-role is NAME and administrator, operator or readonly")
        }
    }

    func run(_ client: ControllerClient) async throws {
        let path = OperatorPath.bmcUsers(node)
        let report: UsersReport =
            if let change = try change() { try await client.post(path, change) } else { try await client.get(path) }
        try format.show(report) { BMCAccessText.users(report, $0) }
    }

    private func change() throws -> ChangeUser? {
        if let add {
            let password = try SecretInput.text(of: "the password", file: nil)
            return ChangeUser(action: .add, name: add, role: role?.wanted, password: password)
        }
        if setRole.count == 2 {
            return ChangeUser(action: .setRole, name: setRole[0], role: Role(rawValue: setRole[1])?.wanted)
        }
        let simple: [(ChangeUser.Action, String?)] = [
            (.remove, remove), (.enable, enable), (.disable, disable), (.unlock, unlock),
        ]
        for case (let action, let name?) in simple { return ChangeUser(action: action, name: name) }
        return nil
    }
}

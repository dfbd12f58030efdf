import BMC
import FoundationEssentials
import Inventory

/// What machines' BMCs keep of what they are told.
struct MachineSettings {
    var bios = BMCBIOS(
        attributes: ["BootMode": .text("Uefi"), "Cores": .number(4)],
        applyTimes: ["OnReset"]
    )
    var secureBoot = BMCSecureBoot(isEnabled: false, isInForce: false, mode: "UserMode")
    var image: String?
    /// Why the drive cannot be used.
    var mediaProblem: String?
    /// What a BMC tells of its machine, by its address.
    var hardware: [String: Inventory] = [:]
    /// What was taken to be installed: an address, or a file's octets.
    var installed: [String] = []
    var targets: [String] = []
    /// How the update ends, after two looks.
    var end = BMCTaskState(phase: .done, messages: ["verified"])
    private var looks = 0
    var network = FakeNetwork()
    var users = [
        BMCUser(id: "2", name: "admin", role: .administrator, isEnabled: true),
        BMCUser(id: "3", name: "guest", role: .readOnly, isEnabled: false),
    ]
    /// The passwords of accounts that were added.
    var passwords: [String: String] = [:]

    mutating func change(_ change: BMCUserChange) -> BMCUsers {
        if case .add(let name, let role, let password) = change {
            users.append(BMCUser(id: "\(users.count + 2)", name: name, role: role, isEnabled: true))
            passwords[name] = password.reveal()
        }
        for index in users.indices where users[index].name == change.name {
            switch change {
            case .enable: users[index].isEnabled = true
            case .disable: users[index].isEnabled = false
            case .setRole(_, let role): users[index].role = role
            case .add, .remove, .unlock: break
            }
        }
        if case .remove(let name) = change { users.removeAll { $0.name == name } }
        return BMCUsers(users: users)
    }

    mutating func set(_ wanted: [String: String], _ isTrial: Bool) throws -> BMCBIOSOutcome {
        var changes: [BMCBIOSChange] = []
        for (name, text) in wanted.sorted(by: { $0.key < $1.key }) {
            guard let before = bios.attributes[name] else {
                let detail = "there is no attribute \(name)"
                throw BMCError(.refused, bmc: "fake", operation: "setting BIOS attributes", detail: detail)
            }
            if "\(before)" != text { changes.append(BMCBIOSChange(name: name, before: before, after: .text(text))) }
        }
        if !isTrial { bios.pending = changes }
        return BMCBIOSOutcome(changes: changes, pending: bios.pending)
    }

    mutating func take(_ source: BMCFirmwareSource, _ targets: [String]) throws {
        self.targets = targets
        switch source {
        case .address(let address): installed.append(address)
        case .file(let path):
            let octets = try Data(contentsOf: URL(filePath: path))
            installed.append(String(decoding: octets, as: UTF8.self) + " from " + path.suffix(8))
        }
    }

    mutating func look(_ task: BMCTask) -> BMCTask {
        looks += 1
        var task = task
        task.state = looks < 2 ? BMCTaskState(phase: .running, percent: 50) : end
        return task
    }
}

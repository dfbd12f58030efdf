/// Where a machine's Redfish service has its resources.
enum RedfishPath {
    static let root = "/redfish/v1"
    static let systems = root + "/Systems"
    static let system = systems + "/1"
    static let bios = system + "/Bios"
    static let nextBIOS = bios + "/Settings"
    static let secureBoot = system + "/SecureBoot"
    static let systemLog = system + "/LogServices/SEL"
    static let chassis = root + "/Chassis/1"
    static let drives = chassis + "/Drives"
    static let managers = root + "/Managers"
    static let manager = managers + "/1"
    static let interface = manager + "/EthernetInterfaces/1"
    static let media = manager + "/VirtualMedia"
    static let medium = media + "/Cd"
    static let update = root + "/UpdateService"
    static let firmware = update + "/FirmwareInventory"
    static let push = update + "/update"
    static let taskService = root + "/TaskService"
    static let tasks = taskService + "/Tasks"
    static let taskMonitors = taskService + "/TaskMonitors"
    static let eventService = root + "/EventService"
    static let subscriptions = eventService + "/Subscriptions"
    static let accountService = root + "/AccountService"
    static let accounts = accountService + "/Accounts"
    static let roles = accountService + "/Roles"
    static let sessionService = root + "/SessionService"
    static let sessions = sessionService + "/Sessions"
    static let registries = root + "/Registries"
    static let schemas = root + "/JsonSchemas"

    /// An action's address on a resource: `ComputerSystem.Reset`.
    static func action(_ name: String, on path: String) -> String { "\(path)/Actions/\(name)" }

    /// What comes between a prefix and the next slash, and whether that is the end.
    static func member(of collection: String, in path: String) -> (id: String, rest: String)? {
        guard path.hasPrefix(collection + "/") else { return nil }
        let parts = path.dropFirst(collection.utf8.count + 1).split(
            separator: "/",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard let id = parts.first, !id.isEmpty else { return nil }
        return (String(id), parts.count == 2 ? String(parts[1]) : "")
    }
}

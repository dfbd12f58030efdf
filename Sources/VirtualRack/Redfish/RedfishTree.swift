import FoundationEssentials

/// All documents of a machine's service at one instant, by their paths.
struct RedfishTree {
    let machine: RackDefinition.Machine
    /// As it is told, which a fault may make a lie.
    let power: PowerState
    let firmware: FirmwareState
    let state: RedfishState
    let now: Date
    private(set) var documents: [String: JSON] = [:]

    init(
        machine: RackDefinition.Machine,
        power: PowerState,
        firmware: FirmwareState,
        state: RedfishState,
        now: Date
    ) {
        self.machine = machine
        self.power = power
        self.firmware = firmware
        self.state = state
        self.now = now
        addRoot()
        addSessions()
        addAccounts()
        addSystem()
        addFirmwareSettings()
        addParts()
        addChassis()
        addManager()
        addLog()
        addUpdates()
        addEvents()
        addRegistries()
    }

    // MARK: Building

    /// Adds a resource; its id is the path's last part.
    mutating func add(_ path: String, _ type: String, _ name: String, _ members: [String: JSON]) {
        var all: [String: JSON] = [
            "@odata.id": .string(path),
            "@odata.type": .string("#\(type).\(type.prefix { $0 != "." })"),
            "Id": .string(path.split(separator: "/").last.map(String.init) ?? ""),
            "Name": .string(name),
        ]
        all.merge(members) { _, new in new }
        documents[path] = .object(all)
    }

    mutating func remove(_ isUnwanted: (String) -> Bool) { documents = documents.filter { !isUnwanted($0.key) } }

    mutating func change(_ path: String, _ body: (inout [String: JSON]) -> Void) {
        guard var members = documents[path]?.object else { return }
        body(&members)
        documents[path] = .object(members)
    }

    /// Adds a collection of the type, such as `ComputerSystem`. A schema may ask for the members themselves in place of
    /// links to them (OData.AutoExpand); then they have been added before.
    mutating func addCollection(_ path: String, of type: String, members: [String], isExpanded: Bool = false) {
        documents[path] = [
            "@odata.id": .string(path),
            "@odata.type": .string("#\(type)Collection.\(type)Collection"),
            "Name": .string("\(type) collection"),
            "Members@odata.count": .number(members.count),
            "Members": .array(members.map { (isExpanded ? documents[$0] : nil) ?? .link($0) }),
        ]
    }

    static let good: JSON = ["State": "Enabled", "Health": "OK"]

    static func time(_ time: Date) -> JSON { .string(time.formatted(.iso8601)) }

    static func choice(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }

    var isOn: Bool { power == .on }

    // MARK: Root and sessions

    private mutating func addRoot() {
        documents["/redfish"] = ["v1": "/redfish/v1/"]
        add(
            RedfishPath.root,
            "ServiceRoot.v1_16_0",
            "Root Service",
            [
                "@odata.id": "/redfish/v1/", "Id": "RootService", "RedfishVersion": "1.18.0",
                "UUID": .string(machine.uuid), "Vendor": "Rackwright", "Product": "Virtual Rack",
                "ProtocolFeaturesSupported": [
                    "ExpandQuery": [
                        "ExpandAll": true, "Levels": true, "Links": true, "NoLinks": true,
                        "MaxLevels": .number(RedfishQuery.maximumLevels),
                    ],
                    "SelectQuery": false, "FilterQuery": false, "OnlyMemberQuery": true, "ExcerptQuery": false,
                ],
                "Systems": .link(RedfishPath.systems), "Chassis": .link(RedfishPath.root + "/Chassis"),
                "Managers": .link(RedfishPath.managers), "SessionService": .link(RedfishPath.sessionService),
                "AccountService": .link(RedfishPath.accountService), "Tasks": .link(RedfishPath.taskService),
                "UpdateService": .link(RedfishPath.update), "EventService": .link(RedfishPath.eventService),
                "Registries": .link(RedfishPath.registries), "JsonSchemas": .link(RedfishPath.schemas),
                "Links": ["Sessions": .link(RedfishPath.sessions)],
            ]
        )
        documents[RedfishPath.root + "/odata"] = MetadataDocument.service
    }

    private mutating func addSessions() {
        add(
            RedfishPath.sessionService,
            "SessionService.v1_1_9",
            "Session Service",
            [
                "ServiceEnabled": true, "SessionTimeout": .number(Int(RedfishState.sessionTimeout)),
                "Status": Self.good,
                "Sessions": .link(RedfishPath.sessions),
            ]
        )
        let paths = state.sessions.keys.sorted().map { "\(RedfishPath.sessions)/\($0)" }
        addCollection(RedfishPath.sessions, of: "Session", members: paths)
        for (id, session) in state.sessions {
            let user = state.accounts[session.account]?.user ?? ""
            add(
                "\(RedfishPath.sessions)/\(id)",
                "Session.v1_7_0",
                "Session \(id)",
                ["UserName": .string(user), "CreatedTime": Self.time(session.created)]
            )
        }
    }

    private mutating func addAccounts() {
        add(
            RedfishPath.accountService,
            "AccountService.v1_15_0",
            "Account Service",
            [
                "ServiceEnabled": true, "Status": Self.good, "MinPasswordLength": 1, "MaxPasswordLength": 20,
                "Accounts": .link(RedfishPath.accounts), "Roles": .link(RedfishPath.roles),
            ]
        )
        let paths = state.accounts.keys.sorted().map { "\(RedfishPath.accounts)/\($0)" }
        addCollection(RedfishPath.accounts, of: "ManagerAccount", members: paths)
        for (id, account) in state.accounts {
            let role = account.role.rawValue
            add(
                "\(RedfishPath.accounts)/\(id)",
                "ManagerAccount.v1_12_0",
                "Account \(id)",
                [
                    "UserName": .string(account.user), "Password": .null, "RoleId": .string(role),
                    "Enabled": .bool(account.isEnabled), "Locked": .bool(account.isLocked),
                    "PasswordChangeRequired": .bool(account.mustChangePassword), "AccountTypes": ["Redfish"],
                    "Links": ["Role": .link("\(RedfishPath.roles)/\(role)")],
                ]
            )
        }
        addCollection(
            RedfishPath.roles,
            of: "Role",
            members: Role.allCases.map { "\(RedfishPath.roles)/\($0.rawValue)" }
        )
        for role in Role.allCases {
            add(
                "\(RedfishPath.roles)/\(role.rawValue)",
                "Role.v1_3_2",
                role.rawValue,
                [
                    "IsPredefined": true, "RoleId": .string(role.rawValue),
                    "AssignedPrivileges": Self.choice(role.privileges.map(\.rawValue)),
                ]
            )
        }
    }
}

/// The documents that a machine's Redfish service shows.
enum RedfishResources {
    static let targets: [String: BootOverride.Target] = ["None": .none, "Pxe": .network, "Hdd": .disk]
    static let resetTypes: JSON = ["On", "ForceOff", "GracefulShutdown", "ForceRestart", "PowerCycle"]

    static func mode(_ machine: RackDefinition.Machine) -> String {
        machine.firmware == .uefi ? "UEFI" : "Legacy"
    }

    private static func resource(_ path: String, _ type: String, _ name: String, _ members: [String: JSON]) -> JSON {
        var all: [String: JSON] = [
            "@odata.id": .string(path),
            "@odata.type": .string("#\(type)"),
            "Id": .string(path.split(separator: "/").last.map(String.init) ?? "RootService"),
            "Name": .string(name),
        ]
        all.merge(members) { _, new in new }
        return .object(all)
    }

    static func collection(_ path: String, members: [String]) -> JSON {
        let kind = path.split(separator: "/").last.map(String.init) ?? ""
        return [
            "@odata.id": .string(path),
            "@odata.type": .string("#\(kind)Collection.\(kind)Collection"),
            "Name": .string(kind),
            "Members@odata.count": .number(members.count),
            "Members": .array(members.map(JSON.link)),
        ]
    }

    static func session(_ path: String, user: String) -> JSON {
        resource(path, "Session.v1_3_0.Session", "Session", ["UserName": .string(user)])
    }

    static func serviceRoot(_ machine: RackDefinition.Machine) -> JSON {
        resource(
            "/redfish/v1/",
            "ServiceRoot.v1_9_0.ServiceRoot",
            "Root Service",
            [
                "Id": "RootService", "RedfishVersion": "1.8.0", "UUID": .string(machine.uuid),
                "Vendor": "Rackwright", "Product": "Virtual Rack",
                "Systems": .link("/redfish/v1/Systems"), "Chassis": .link("/redfish/v1/Chassis"),
                "Managers": .link("/redfish/v1/Managers"), "SessionService": .link("/redfish/v1/SessionService"),
                "Links": ["Sessions": .link(RedfishBMC.sessionCollection)],
            ]
        )
    }

    /// Whatever does not change but for the power state; nil where nothing is.
    static func resource(_ path: String, of machine: RackDefinition.Machine, power: PowerState) -> JSON? {
        let system = RedfishBMC.system
        switch path {
        case "/redfish/v1/Systems": return collection(path, members: [system])
        case "/redfish/v1/Chassis": return collection(path, members: ["/redfish/v1/Chassis/1"])
        case "/redfish/v1/Managers": return collection(path, members: ["/redfish/v1/Managers/1"])
        case "/redfish/v1/SessionService":
            return resource(
                path,
                "SessionService.v1_1_8.SessionService",
                "Session Service",
                ["ServiceEnabled": true, "SessionTimeout": 1800, "Sessions": .link(RedfishBMC.sessionCollection)]
            )
        case "/redfish/v1/Chassis/1":
            return resource(
                path,
                "Chassis.v1_14_0.Chassis",
                machine.name,
                [
                    "ChassisType": "RackMount", "Manufacturer": "Rackwright", "SerialNumber": .string(machine.serial),
                    "PowerState": powerState(power),
                    "Links": ["ComputerSystems": [.link(system)], "ManagedBy": [.link("/redfish/v1/Managers/1")]],
                ]
            )
        case "/redfish/v1/Managers/1":
            return resource(
                path,
                "Manager.v1_11_0.Manager",
                "BMC",
                [
                    "ManagerType": "BMC", "FirmwareVersion": "1.0.0", "UUID": .string(machine.uuid),
                    "Links": [
                        "ManagerForServers": [.link(system)], "ManagerForChassis": [.link("/redfish/v1/Chassis/1")],
                    ],
                ]
            )
        case system + "/EthernetInterfaces":
            return collection(path, members: machine.macs.indices.map { "\(path)/\($0 + 1)" })
        default:
            let prefix = system + "/EthernetInterfaces/"
            guard path.hasPrefix(prefix), let number = Int(path.dropFirst(prefix.count)),
                number >= 1, number <= machine.macs.count
            else { return nil }
            return resource(
                path,
                "EthernetInterface.v1_6_0.EthernetInterface",
                "Network card \(number)",
                ["MACAddress": .string(machine.macs[number - 1]), "InterfaceEnabled": true]
            )
        }
    }

    private static func powerState(_ power: PowerState) -> JSON { power == .on ? "On" : "Off" }

    static func system(_ machine: RackDefinition.Machine, power: PowerState, override: BootOverride) -> JSON {
        let target = targets.first { $0.value == override.target }?.key ?? "None"
        let enabled: JSON =
            switch override.duration {
            case .disabled: "Disabled"
            case .once: "Once"
            case .continuous: "Continuous"
            }
        return resource(
            RedfishBMC.system,
            "ComputerSystem.v1_13_0.ComputerSystem",
            machine.name,
            [
                "SystemType": "Physical", "Manufacturer": "Rackwright", "Model": "Virtual Rack",
                "UUID": .string(machine.uuid), "SerialNumber": .string(machine.serial),
                "PowerState": powerState(power), "Status": ["State": "Enabled", "Health": "OK"],
                "MemorySummary": ["TotalSystemMemoryGiB": .number(machine.memoryMiB / 1024)],
                "ProcessorSummary": ["Count": 1, "LogicalProcessorCount": .number(machine.cpus)],
                "EthernetInterfaces": .link(RedfishBMC.system + "/EthernetInterfaces"),
                "Boot": [
                    "BootSourceOverrideEnabled": enabled,
                    "BootSourceOverrideTarget": .string(target),
                    "BootSourceOverrideMode": .string(mode(machine)),
                    "BootSourceOverrideTarget@Redfish.AllowableValues": ["None", "Pxe", "Hdd"],
                    "BootSourceOverrideEnabled@Redfish.AllowableValues": ["Disabled", "Once", "Continuous"],
                ],
                "Links": [
                    "Chassis": [.link("/redfish/v1/Chassis/1")], "ManagedBy": [.link("/redfish/v1/Managers/1")],
                ],
                "Actions": [
                    "#ComputerSystem.Reset": [
                        "target": .string(RedfishBMC.system + "/Actions/ComputerSystem.Reset"),
                        "ResetType@Redfish.AllowableValues": resetTypes,
                    ]
                ],
            ]
        )
    }
}

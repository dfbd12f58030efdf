/// The system, its settings and its parts.
extension RedfishTree {
    /// What a boot override can name, and what it means here.
    static func targets(_ machine: RackDefinition.Machine) -> [(name: String, target: BootOverride.Target)] {
        let all: [(String, BootOverride.Target)] = [
            ("None", .none), ("Pxe", .network), ("Cd", .cd), ("Hdd", .disk), ("UefiHttp", .http),
        ]
        return all.filter { $0.1 != .http || machine.firmware == .uefi }.map { (name: $0.0, target: $0.1) }
    }

    static func mode(_ machine: RackDefinition.Machine) -> String { machine.firmware == .uefi ? "UEFI" : "Legacy" }

    static let durations: [(name: String, duration: BootOverride.Duration)] = [
        ("Disabled", .disabled), ("Once", .once), ("Continuous", .continuous),
    ]

    static let resetTypes = [
        "On", "ForceOn", "ForceOff", "GracefulShutdown", "ForceRestart", "PowerCycle", "PushPowerButton",
    ]

    mutating func addSystem() {
        let path = RedfishPath.system
        addCollection(RedfishPath.systems, of: "ComputerSystem", members: [path])
        var members: [String: JSON] = [
            "SystemType": "Physical", "Manufacturer": "Rackwright", "Model": "Virtual Rack",
            "UUID": .string(machine.uuid), "SerialNumber": .string(machine.serial), "AssetTag": .string(state.assetTag),
            "PowerState": isOn ? "On" : "Off", "Status": Self.good,
            "LocationIndicatorActive": .bool(state.isLocatorLit),
            "BiosVersion": .string(state.versions[.bios] ?? ""),
            "BootProgress": ["LastState": isOn ? "OSBootStarted" : "None"],
            "MemorySummary": ["TotalSystemMemoryGiB": .decimal(Double(machine.memoryMiB) / 1024)],
            "ProcessorSummary": ["Count": 1, "LogicalProcessorCount": .number(machine.cpus)],
            "Boot": boot,
            "Links": [
                "Chassis": [.link(RedfishPath.chassis)], "ManagedBy": [.link(RedfishPath.manager)],
            ],
            "Actions": [
                "#ComputerSystem.Reset": [
                    "target": .string(RedfishPath.action("ComputerSystem.Reset", on: path)),
                    "ResetType@Redfish.AllowableValues": Self.choice(Self.resetTypes),
                    "@Redfish.ActionInfo": .string(path + "/ResetActionInfo"),
                ]
            ],
        ]
        for part in ["EthernetInterfaces", "Processors", "Memory", "Storage", "Bios", "LogServices"] {
            members[part] = .link("\(path)/\(part)")
        }
        if machine.firmware == .uefi { members["SecureBoot"] = .link(RedfishPath.secureBoot) }
        if let time = state.lastReset { members["LastResetTime"] = Self.time(time) }
        add(path, "ComputerSystem.v1_22_0", machine.name, members)
        add(
            path + "/ResetActionInfo",
            "ActionInfo.v1_4_0",
            "Reset",
            [
                "Parameters": [
                    [
                        "Name": "ResetType", "Required": true, "DataType": "String",
                        "AllowableValues": Self.choice(Self.resetTypes),
                    ]
                ]
            ]
        )
        addBootOptions()
    }

    private var boot: JSON {
        let override = firmware.bootOverride
        var boot: [String: JSON] = [
            "BootSourceOverrideEnabled": .string(
                Self.durations.first { $0.duration == override.duration }?.name ?? "Disabled"
            ),
            "BootSourceOverrideTarget": .string(
                Self.targets(machine).first { $0.target == override.target }?.name ?? "None"
            ),
            "BootSourceOverrideMode": .string(Self.mode(machine)),
            "BootSourceOverrideTarget@Redfish.AllowableValues": Self.choice(Self.targets(machine).map(\.name)),
            "BootSourceOverrideEnabled@Redfish.AllowableValues": Self.choice(Self.durations.map(\.name)),
            "BootSourceOverrideMode@Redfish.AllowableValues": [.string(Self.mode(machine))],
            "BootOptions": .link(RedfishPath.system + "/BootOptions"),
            "BootOrder": .array(bootDevices.indices.map { .string(Self.bootOption($0)) }),
        ]
        if machine.firmware == .uefi { boot["HttpBootUri"] = override.address.map { .string($0) } ?? .null }
        return .object(boot)
    }

    /// What the firmware boots from, in its own order.
    private var bootDevices: [(name: String, alias: JSON)] {
        machine.disks.map { ("Disk \($0.serial)", "Hdd") } + machine.macs.map { ("Network card \($0)", "Pxe") }
            + [("Virtual drive", "Cd")]
    }

    private static func bootOption(_ index: Int) -> String {
        let digits = String(index, radix: 16, uppercase: true)
        return "Boot" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private mutating func addBootOptions() {
        let path = RedfishPath.system + "/BootOptions"
        let devices = bootDevices
        addCollection(path, of: "BootOption", members: devices.indices.map { "\(path)/\(Self.bootOption($0))" })
        for (index, device) in devices.enumerated() {
            let reference = Self.bootOption(index)
            add(
                "\(path)/\(reference)",
                "BootOption.v1_0_6",
                device.name,
                [
                    "BootOptionReference": .string(reference), "DisplayName": .string(device.name),
                    "BootOptionEnabled": true, "Alias": device.alias,
                ]
            )
        }
    }

    // MARK: Firmware settings

    mutating func addFirmwareSettings() {
        let registry = JSON.string(BIOSAttribute.registry)
        add(
            RedfishPath.bios,
            "Bios.v1_2_3",
            "BIOS settings",
            [
                "AttributeRegistry": registry, "Attributes": BIOSAttribute.values(firmware.settings, machine),
                "ResetBiosToDefaultsPending": .bool(
                    firmware.nextSettings != firmware.settings && firmware.nextSettings == FirmwareSettings(machine)
                ),
                "@Redfish.Settings": [
                    "@odata.type": "#Settings.v1_3_5.Settings", "SettingsObject": .link(RedfishPath.nextBIOS),
                    "SupportedApplyTimes": ["OnReset"],
                ],
                "Actions": [
                    "#Bios.ResetBios": ["target": .string(RedfishPath.action("Bios.ResetBios", on: RedfishPath.bios))]
                ],
            ]
        )
        add(
            RedfishPath.nextBIOS,
            "Bios.v1_2_3",
            "BIOS settings from the next start on",
            ["AttributeRegistry": registry, "Attributes": BIOSAttribute.values(firmware.nextSettings, machine)]
        )
        guard machine.firmware == .uefi else { return }
        add(
            RedfishPath.secureBoot,
            "SecureBoot.v1_1_2",
            "UEFI Secure Boot",
            [
                "SecureBootEnable": .bool(firmware.nextSecureBoot),
                "SecureBootCurrentBoot": firmware.secureBoot ? "Enabled" : "Disabled",
                "SecureBootMode": firmware.secureBoot ? "UserMode" : "SetupMode",
            ]
        )
    }

    // MARK: Parts

    mutating func addParts() {
        let system = RedfishPath.system
        addCollection(system + "/Processors", of: "Processor", members: [system + "/Processors/CPU1"])
        add(
            system + "/Processors/CPU1",
            "Processor.v1_20_0",
            "CPU 1",
            [
                "ProcessorType": "CPU", "ProcessorArchitecture": "x86", "InstructionSet": "x86-64", "Socket": "CPU 1",
                "Manufacturer": "QEMU", "Model": "qemu64", "TotalCores": .number(machine.cpus),
                "TotalThreads": .number(machine.cpus), "Status": Self.good,
            ]
        )
        addCollection(system + "/Memory", of: "Memory", members: [system + "/Memory/DIMM1"])
        add(
            system + "/Memory/DIMM1",
            "Memory.v1_20_0",
            "DIMM 1",
            [
                "CapacityMiB": .number(machine.memoryMiB), "MemoryType": "DRAM",
                "Location": ["PartLocation": ["ServiceLabel": "DIMM 0", "LocationType": "Slot"]],
                "Manufacturer": "QEMU", "Status": Self.good,
            ]
        )
        let cards = system + "/EthernetInterfaces"
        addCollection(cards, of: "EthernetInterface", members: machine.macs.indices.map { "\(cards)/\($0 + 1)" })
        for (index, mac) in machine.macs.enumerated() {
            add(
                "\(cards)/\(index + 1)",
                "EthernetInterface.v1_12_2",
                "Network card \(index + 1)",
                [
                    "MACAddress": .string(mac), "PermanentMACAddress": .string(mac), "InterfaceEnabled": true,
                    "LinkStatus": isOn ? "LinkUp" : "LinkDown", "Status": Self.good,
                ]
            )
        }
        addStorage(system + "/Storage")
    }

    private mutating func addStorage(_ path: String) {
        let unit = path + "/1"
        let drives = machine.disks.indices.map { "\(RedfishPath.drives)/\($0 + 1)" }
        addCollection(path, of: "Storage", members: [unit])
        add(
            unit,
            "Storage.v1_17_0",
            "Disks",
            [
                "Drives": .array(drives.map(JSON.link)), "Drives@odata.count": .number(drives.count),
                "Status": Self.good, "Links": ["Enclosures": [.link(RedfishPath.chassis)]],
            ]
        )
        addCollection(RedfishPath.drives, of: "Drive", members: drives)
        for (disk, drive) in zip(machine.disks, drives) {
            add(
                drive,
                "Drive.v1_20_0",
                "Disk \(disk.serial)",
                [
                    "CapacityBytes": .number(Int(disk.size)), "BlockSizeBytes": 512,
                    "SerialNumber": .string(disk.serial),
                    "Manufacturer": "QEMU", "Model": .string(disk.bus.rawValue), "MediaType": "SSD",
                    "Protocol": disk.bus == .nvme ? "NVMe" : "SAS", "Status": Self.good,
                    "Links": ["Chassis": .link(RedfishPath.chassis)],
                ]
            )
        }
    }
}

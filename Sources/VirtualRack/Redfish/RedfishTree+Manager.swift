/// The BMC itself, its virtual drive and its log.
extension RedfishTree {
    mutating func addManager() {
        let path = RedfishPath.manager
        addCollection(RedfishPath.managers, of: "Manager", members: [path])
        add(
            path,
            "Manager.v1_19_0",
            "BMC",
            [
                "ManagerType": "BMC", "Manufacturer": "Rackwright", "Model": "Virtual Rack",
                "UUID": .string(machine.uuid),
                "ServiceEntryPointUUID": .string(machine.uuid), "PowerState": "On", "Status": Self.good,
                "FirmwareVersion": .string(state.versions[.bmc] ?? ""), "DateTime": Self.time(now),
                "DateTimeLocalOffset": "+00:00", "EthernetInterfaces": .link(path + "/EthernetInterfaces"),
                "NetworkProtocol": .link(path + "/NetworkProtocol"), "VirtualMedia": .link(RedfishPath.media),
                "Links": [
                    "ManagerForServers": [.link(RedfishPath.system)], "ManagerForChassis": [.link(RedfishPath.chassis)],
                    "ManagerInChassis": .link(RedfishPath.chassis),
                ],
                "Actions": [
                    "#Manager.Reset": [
                        "target": .string(RedfishPath.action("Manager.Reset", on: path)),
                        "ResetType@Redfish.AllowableValues": ["ForceRestart", "GracefulRestart"],
                    ]
                ],
            ]
        )
        let network = state.network
        let address: [String: JSON] = [
            "Address": .string(network.address), "SubnetMask": .string(network.netmask),
            "Gateway": .string(network.gateway),
        ]
        let origin = network.usesDHCP ? "DHCP" : "Static"
        addCollection(path + "/EthernetInterfaces", of: "EthernetInterface", members: [path + "/EthernetInterfaces/1"])
        add(
            path + "/EthernetInterfaces/1",
            "EthernetInterface.v1_12_2",
            "The BMC's network card",
            [
                "InterfaceEnabled": true, "LinkStatus": "LinkUp", "Status": Self.good,
                "MACAddress": .string(network.mac), "PermanentMACAddress": .string(network.mac),
                "HostName": .string(network.hostname), "FQDN": .string(network.hostname),
                "IPv4Addresses": [.object(address.merging(["AddressOrigin": .string(origin)]) { $1 })],
                "IPv4StaticAddresses": network.usesDHCP ? [] : [.object(address)],
                "DHCPv4": ["DHCPEnabled": .bool(network.usesDHCP)], "NameServers": [],
                "VLAN": [
                    "VLANEnable": .bool(network.vlan != nil), "VLANId": network.vlan.map { .number($0) } ?? .null,
                ],
            ]
        )
        add(
            path + "/NetworkProtocol",
            "ManagerNetworkProtocol.v1_10_0",
            "Protocols",
            [
                "HTTPS": ["ProtocolEnabled": true, "Port": 443], "HTTP": ["ProtocolEnabled": false],
                "HostName": .string(network.hostname), "NTP": ["ProtocolEnabled": false, "NTPServers": []],
                "IPMI": ["ProtocolEnabled": false], "SSH": ["ProtocolEnabled": false], "Status": Self.good,
            ]
        )
        addMedium()
    }

    private mutating func addMedium() {
        addCollection(RedfishPath.media, of: "VirtualMedia", members: [RedfishPath.medium])
        let path = RedfishPath.medium
        let name = state.medium?.image.split(separator: "/").last.map { JSON.string(String($0)) } ?? .null
        add(
            path,
            "VirtualMedia.v1_6_4",
            "Virtual drive",
            [
                "MediaTypes": ["CD", "DVD"], "Image": state.medium.map { .string($0.image) } ?? .null,
                "ImageName": name, "Inserted": .bool(state.medium != nil),
                "WriteProtected": .bool(state.medium?.isWriteProtected ?? true),
                "ConnectedVia": state.medium == nil ? "NotConnected" : "URI",
                "TransferMethod": "Upload", "TransferProtocolType": .null, "UserName": .null, "Password": .null,
                "Actions": [
                    "#VirtualMedia.InsertMedia": [
                        "target": .string(RedfishPath.action("VirtualMedia.InsertMedia", on: path)),
                        "TransferProtocolType@Redfish.AllowableValues": ["HTTP", "HTTPS"],
                    ],
                    "#VirtualMedia.EjectMedia": [
                        "target": .string(RedfishPath.action("VirtualMedia.EjectMedia", on: path))
                    ],
                ],
            ]
        )
    }

    mutating func addLog() {
        let path = RedfishPath.systemLog
        addCollection(RedfishPath.system + "/LogServices", of: "LogService", members: [path])
        add(
            path,
            "LogService.v1_7_0",
            "System event log",
            [
                "ServiceEnabled": true, "Status": Self.good, "LogEntryType": "Event",
                "OverWritePolicy": "WrapsWhenFull",
                "MaxNumberOfRecords": .number(RedfishState.logLimit), "DateTime": Self.time(now),
                "DateTimeLocalOffset": "+00:00", "Entries": .link(path + "/Entries"),
                "Actions": [
                    "#LogService.ClearLog": ["target": .string(RedfishPath.action("LogService.ClearLog", on: path))]
                ],
            ]
        )
        for entry in state.log {
            add(
                "\(path)/Entries/\(entry.id)",
                "LogEntry.v1_17_0",
                entry.message.name,
                [
                    "EntryType": "Event", "Severity": entry.message.severity, "Created": Self.time(entry.time),
                    "Message": .string(entry.message.text),
                    "MessageId": .string("\(BMCMessage.registry).\(entry.message.name)"),
                    "MessageArgs": Self.choice(entry.message.arguments),
                    "Links": ["OriginOfCondition": .link(entry.message.origin)],
                ]
            )
        }
        addCollection(
            path + "/Entries",
            of: "LogEntry",
            members: state.log.map { "\(path)/Entries/\($0.id)" },
            isExpanded: true
        )
    }
}

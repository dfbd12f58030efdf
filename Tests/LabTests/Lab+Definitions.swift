import VirtualRack

extension Lab {
    static let uplink = RackDefinition.Uplink(
        interface: "rwlab-up",
        hostAddress: "10.79.0.1/30",
        rackAddress: "10.79.0.2/30"
    )

    /// A machine with one small disk and a Redfish BMC; its number is in all that is its own.
    static func machine(
        _ name: String,
        _ number: Int,
        firmware: RackDefinition.Firmware,
        networkBoot: RackDefinition.NetworkBoot? = nil,
        secureBoot: Bool? = nil
    ) -> RackDefinition.Machine {
        RackDefinition.Machine(
            name: name,
            firmware: firmware,
            networkBoot: networkBoot,
            secureBoot: secureBoot,
            memoryMiB: 1024,
            cpus: 1,
            uuid: "7d1f0a52-00cc-4c1e-9d3a-0000000000\(10 + number)",
            serial: "LAB-\(number)",
            macs: ["52:54:00:77:0c:0\(number)"],
            disks: [RackDefinition.Disk(size: 1 << 30, bus: .virtio, serial: "DISK-\(number)")],
            bmc: RackDefinition.BMC(
                transport: .redfish,
                address: "10.77.0.\(30 + number)",
                username: "admin",
                password: "pw-\(number)"
            )
        )
    }

    /// The network that the controller serves, with a way out to the host.
    static let network = RackDefinition.Network(
        namespace: namespace,
        bridge: "br0",
        address: "10.77.0.1/24",
        uplink: uplink
    )

    static let definition = RackDefinition(
        network: network,
        machines: [
            RackDefinition.Machine(
                name: "alpha",
                firmware: .bios,
                memoryMiB: 1280,
                cpus: 1,
                uuid: "7d1f0a52-00aa-4c1e-9d3a-0000000000aa",
                serial: "LAB-A",
                macs: ["52:54:00:77:0a:01"],
                disks: [RackDefinition.Disk(size: 3 << 30, bus: .virtio, serial: "DISK-A")],
                bmc: RackDefinition.BMC(
                    transport: .ipmi,
                    address: "10.77.0.21",
                    username: "admin",
                    password: "pw-alpha"
                )
            ),
            RackDefinition.Machine(
                name: "beta",
                firmware: .uefi,
                memoryMiB: 1024,
                cpus: 1,
                uuid: "7d1f0a52-00bb-4c1e-9d3a-0000000000bb",
                serial: "LAB-B",
                macs: ["52:54:00:77:0b:01"],
                disks: [
                    RackDefinition.Disk(size: 1 << 30, bus: .scsi, serial: "SMALL-B"),
                    RackDefinition.Disk(size: 4 << 30, bus: .nvme, serial: "DISK-B"),
                ],
                bmc: RackDefinition.BMC(
                    transport: .redfish,
                    address: "10.77.0.22",
                    username: "admin",
                    password: "pw-beta"
                )
            ),
        ]
    )
}

import HardwareProbe
import Inventory
import TestSupport
import Testing

/// What a machine has besides processors, memory, disks and interfaces, of made files and captured ones.
struct PlatformTests {
    private let machine: MadeMachine

    init() throws {
        machine = try MadeMachine()
        try machine.write("x", to: "proc/version")
    }

    private func collect() throws -> Inventory {
        try HardwareProbe(root: machine.root).collect(now: 0)
    }

    @Test func nothingIsKnownWhereTheKernelShowsNothing() throws {
        let inventory = try collect()
        #expect(inventory.numa == nil && inventory.tpm == nil && inventory.bmc == nil)
        #expect(inventory.usb == nil && inventory.sensors == nil)
        try machine.write("x", to: "sys/bus/usb/devices/usb1/idVendor")
        try machine.write("x", to: "sys/class/hwmon/hwmon0/uevent")
        #expect(try collect().usb == [] && collect().sensors == [])
    }

    @Test func aNodeOfMemoryAloneHasNoProcessors() throws {
        let folder = "sys/devices/system/node"
        try machine.write("0-3,8", to: "\(folder)/node0/cpulist")
        try machine.write("Node 0 MemTotal:       1024 kB\nNode 0 MemFree: 3 kB", to: "\(folder)/node0/meminfo")
        try machine.write("", to: "\(folder)/node10/cpulist")
        #expect(
            try collect().numa == [
                Inventory.NUMANode(number: 0, threads: 5, processors: "0-3,8", memory: 1 << 20),
                Inventory.NUMANode(number: 10, threads: 0),
            ]
        )
    }

    @Test func aModuleSaysItsVersion() throws {
        try machine.write("2", to: "sys/class/tpm/tpm0/tpm_version_major")
        #expect(try collect().tpm == Inventory.TPM(version: "2.0"))
        let caps = "Manufacturer: 0x49465800\nTCG version: 1.2\nFirmware version: 3.17"
        try machine.write(caps, to: "sys/class/tpm/tpm0/device/caps")
        #expect(try collect().tpm == Inventory.TPM(version: "1.2", vendor: "IFX", firmware: "3.17"))
    }

    @Test func theTableTellsOfModuleAndController() throws {
        func structure(_ type: UInt8, _ fields: [UInt8]) -> [UInt8] {
            [type, UInt8(fields.count + 4), type, 0] + fields + [0, 0]
        }
        var record = [UInt8](repeating: 0, count: 91)
        record[50] = 1
        record[51] = 1
        record.replaceSubrange(52..<56, with: [169, 254, 1, 1])
        record.replaceSubrange(84..<86, with: [0xBB, 1])
        record[90] = 11
        let host = [0x40, 5, 2, 0, 0, 0, 0, 1, 4, 102] + record + Array("idrac.local".utf8)
        let tpm: [UInt8] = [0x4E, 0x54, 0x43, 0x20, 2, 0, 2, 0, 7, 0] + [UInt8](repeating: 0, count: 17)
        let table =
            structure(38, [1, 0x20] + [UInt8](repeating: 0, count: 12)) + structure(42, host) + structure(43, tpm)
        try machine.write(table + [127, 4, 0, 0, 0, 0], to: "sys/firmware/dmi/tables/DMI")
        let inventory = try collect()
        #expect(inventory.tpm == Inventory.TPM(version: "2.0", vendor: "NTC", firmware: "7.2"))
        #expect(
            inventory.bmc
                == Inventory.ManagementController(
                    interface: "kcs",
                    ipmiVersion: "2.0",
                    serviceAddress: "169.254.1.1",
                    servicePort: 443,
                    serviceName: "idrac.local"
                )
        )
    }

    @Test func devicesOnTheUSB() throws {
        let device = "sys/devices/pci0000:00/0000:00:14.0/usb1/1-3"
        try machine.write(
            [
                "idVendor": "0951", "idProduct": "1666", "bDeviceClass": "00", "bDeviceSubClass": "00",
                "bDeviceProtocol": "00", "manufacturer": "Kingston", "product": "DataTraveler 3.0", "serial": "E0D55",
                "speed": "480",
            ],
            in: device
        )
        for name in ["1-3", "1-3:1.0", "usb1"] {
            try machine.link(
                "sys/bus/usb/devices/\(name)",
                to: "../../../devices/pci0000:00/0000:00:14.0/usb1/" + (name == "usb1" ? "" : "1-3")
            )
        }
        #expect(
            try collect().usb == [
                Inventory.USBDevice(
                    path: "1-3",
                    vendorID: 0x0951,
                    productID: 0x1666,
                    classCode: 0,
                    vendor: "Kingston",
                    product: "DataTraveler 3.0",
                    serial: "E0D55",
                    speed: 480
                )
            ]
        )
    }

    @Test func sensorsInTheirUnits() throws {
        try machine.write(
            [
                "name": "k10temp", "temp1_input": "45500", "temp1_max": "70000", "temp1_crit": "90000",
                "temp1_label": "Tctl", "fan2_input": "3010", "in0_input": "1008", "power1_average": "95000000",
                "curr1_input": "2500", "temp2_input": "-273000", "temp2_fault": "1", "temp3_label": "no input",
            ],
            in: "sys/class/hwmon/hwmon0"
        )
        let sensors = try #require(try collect().sensors).sorted { $0.name < $1.name }
        #expect(
            sensors == [
                Inventory.Sensor(chip: "k10temp", name: "Tctl", kind: .temperature, value: 45.5, max: 70, critical: 90),
                Inventory.Sensor(chip: "k10temp", name: "curr1", kind: .current, value: 2.5),
                Inventory.Sensor(chip: "k10temp", name: "fan2", kind: .fan, value: 3010),
                Inventory.Sensor(chip: "k10temp", name: "in0", kind: .voltage, value: 1.008),
                Inventory.Sensor(chip: "k10temp", name: "power1", kind: .power, value: 95),
                Inventory.Sensor(chip: "k10temp", name: "temp2", kind: .temperature),
            ]
        )
    }

    @Test(.enabled(if: Fixture.assets != nil))
    func sensorsOfACapturedMachine() throws {
        let archive = try TextArchive(asset: "inventories/sysfs/node_exporter-sys.ttar.xz")
        try archive.write(["sys/class/hwmon/", "sys/devices/platform/"], to: machine)
        let sensors = try #require(try collect().sensors)
        let fan = sensors.first { $0.name == "Right side" }
        #expect(fan == Inventory.Sensor(chip: "applesmc", name: "Right side", kind: .fan, value: 1998, max: 5700))
        #expect(sensors.count { $0.chip == "coretemp" && $0.kind == .temperature } == 10)
        let foo = sensors.filter { $0.name == "foosensor" }
        #expect(foo.map(\.value) == [55, 54] && foo.allSatisfy { $0.max == 100 && $0.critical == 100 })
        #expect(foo.allSatisfy { $0.chip == "hwmon4" }, "the chip has no name and no device")
    }
}

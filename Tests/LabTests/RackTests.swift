import FoundationEssentials
import TestSupport
import Testing

@testable import VirtualRack

@Suite struct RackTests {
    static let machine = RackDefinition.Machine(
        name: "node1",
        firmware: .bios,
        uuid: "7d1f0a52-0001-4c1e-9d3a-000000000001",
        serial: "VR0001",
        macs: ["52:54:00:77:00:11", "52:54:00:77:00:12"],
        disks: [
            .init(size: 1 << 30, bus: .virtio, serial: "VD1"), .init(size: 1 << 30, bus: .scsi, serial: "VD2"),
        ],
        bmc: .init(transport: .redfish, address: "10.77.0.11", username: "admin", password: "secret")
    )

    static func commandLine(_ machine: RackDefinition.Machine) -> QEMUCommandLine {
        QEMUCommandLine(
            machine: machine,
            taps: ["tap0", "tap1"],
            diskFiles: ["/s/VD1.raw", "/s/VD2.raw"],
            serialLog: "/s/serial.log",
            firmwareVariables: { $0 ? "/s/secure.fd" : "/s/vars.fd" }
        )
    }

    static func start(_ machine: RackDefinition.Machine, _ order: BootOrder) -> FirmwareState.Start {
        var state = FirmwareState(machine)
        var start = state.start()
        start.order = order
        return start
    }

    @Test func aDefinitionIsReadBackAsItWasWritten() throws {
        let rack = RackDefinition(
            network: .init(namespace: "rwtest", uplink: .init(interface: "rwtest0")),
            machines: [Self.machine]
        )
        let octets = try JSONEncoder().encode(rack)
        #expect(try JSONDecoder().decode(RackDefinition.self, from: octets) == rack)
        #expect(String(decoding: octets, as: UTF8.self).contains(#""protocol":"redfish""#))
        try rack.validate()
    }

    @Test func everythingWrongWithADefinitionIsSaidAtOnce() throws {
        var bad = Self.machine
        bad.name = "../etc"
        bad.macs = ["52:54:00:77:00"]
        bad.disks[0].size = 1000
        let rack = RackDefinition(network: .init(namespace: "-x", address: "10.77.0.1"), machines: [bad, Self.machine])
        let error = #expect(throws: RackDefinitionError.self) { try rack.validate() }
        #expect(error?.problems.count == 7)
    }

    @Test func aBootOverrideForOnceIsUsedUpByOneStart() {
        var override = BootOverride(target: .network, duration: .once)
        #expect(override.consume() == .networkFirst)
        #expect(override == .disabled)
        #expect(override.consume() == .diskFirst)
        override = BootOverride(target: .cd, duration: .once)
        #expect(override.consume() == .cdFirst)
        override = BootOverride(target: .network, duration: .continuous)
        #expect(override.consume() == .networkFirst)
        #expect(override.consume() == .networkFirst)
    }

    @Test func theBootOrderNumbersDisksAndCards() {
        let disk = Self.commandLine(Self.machine).words(Self.start(Self.machine, .diskFirst))
        #expect(disk.contains("virtio-blk-pci,drive=disk0,serial=VD1,bootindex=1"))
        #expect(disk.contains("virtio-net-pci,netdev=net0,mac=52:54:00:77:00:11,bootindex=3"))
        let network = Self.commandLine(Self.machine).words(Self.start(Self.machine, .networkFirst))
        #expect(network.contains("virtio-net-pci,netdev=net1,mac=52:54:00:77:00:12,bootindex=2"))
        #expect(network.contains("scsi-hd,bus=scsi.0,drive=disk1,serial=VD2,bootindex=4"))
    }

    @Test func theVirtualDriveIsLastUnlessItIsAskedFor() throws {
        let disk = Self.commandLine(Self.machine).words(Self.start(Self.machine, .diskFirst))
        #expect(disk.contains("ide-cd,id=cd0,drive=cd,bootindex=5"))
        #expect(disk.contains("if=none,id=cd,media=cdrom"))
        var start = Self.start(Self.machine, .cdFirst)
        start.medium = "/s/a,b.iso"
        let cd = Self.commandLine(Self.machine).words(start)
        #expect(cd.contains("ide-cd,id=cd0,drive=cd,bootindex=1"))
        #expect(cd.contains("if=none,id=cd,media=cdrom,readonly=on,format=raw,file=/s/a,,b.iso"))
        #expect(cd.contains("virtio-blk-pci,drive=disk0,serial=VD1,bootindex=2"))
        var machine = Self.machine
        machine.bmc.transport = .ipmi
        let without = Self.commandLine(machine).words(Self.start(machine, .diskFirst))
        #expect(!without.contains { $0.contains("ide-cd") })
    }

    @Test func settingsOfTheFirmwareReachTheMachineAtItsNextStart() {
        var machine = Self.machine
        machine.firmware = .uefi
        var state = FirmwareState(machine)
        state.nextSettings.pxe4 = false
        state.nextSettings.assetTag = "A7"
        state.nextSettings.bootWait = 4
        state.nextSecureBoot = true
        #expect(state.settings == FirmwareSettings(machine), "nothing changes before a start")
        let words = Self.commandLine(machine).words(state.start())
        #expect(state.settings == state.nextSettings)
        #expect(words.contains("name=opt/org.tianocore/IPv4PXESupport,string=n"))
        #expect(words.contains("type=3,manufacturer=Rackwright,serial=VR0001,asset=A7"))
        #expect(words.contains("menu=on,splash-time=4000"))
        #expect(words.contains("if=pflash,format=raw,unit=1,file=/s/secure.fd"))
    }

    /// OVMF's own file, empty and with Microsoft's keys.
    @Test(arguments: [QEMUCommandLine.ovmfVariables, QEMUCommandLine.ovmfSecureVariables])
    func variablesOfTheFirmwareAreWrittenAndTheRestIsKept(file: String) throws {
        let before = try [UInt8](Data(contentsOf: URL(filePath: file)))
        var variables = try FirmwareVariables(before)
        let order = try variables.value("BootOrder")
        try variables.bootNext(from: "http://10.0.0.1/a.efi")
        try variables.bootNext(from: "http://10.0.0.1/b.efi")
        #expect(try variables.value("BootNext") == [0x0F, 0x0F])
        let option = try #require(try variables.value("Boot0F0F"))
        #expect(String(decoding: option, as: UTF8.self).contains("http://10.0.0.1/b.efi"))
        #expect(try variables.value("BootOrder") == order)
        #expect(variables.octets.count == before.count)
        #expect(throws: FirmwareVariables.Unreadable.self) {
            let long = "http://10.0.0.1/" + String(repeating: "c", count: 900)
            for _ in 0..<1000 { try variables.bootNext(from: long) }
        }
        #expect(throws: FirmwareVariables.Unreadable.self) { try FirmwareVariables(Array(before.prefix(63))) }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func noiseInVariablesIsReadOrRefused(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var octets = try [UInt8](Data(contentsOf: URL(filePath: QEMUCommandLine.ovmfSecureVariables)))
        for _ in 0..<64 {
            octets[Int.random(in: 0..<2048, using: &generator)] = .random(in: 0...255, using: &generator)
        }
        guard var variables = try? FirmwareVariables(octets) else { return }
        _ = try? variables.value("BootOrder")
        try? variables.bootNext(from: "http://10.0.0.1/a.efi")
        #expect(variables.octets.count == octets.count)
    }

    @Test func theMonitorsAnswersAreToldByTheirNumbers() throws {
        let done = try #require(QMP.answer(inLine: #"{"return": {}, "id": 7}"#))
        #expect(done.number == 7)
        #expect(throws: Never.self) { try done.result.get() }
        let refused = try #require(QMP.answer(inLine: #"{"id": 8, "error": {"class": "GenericError", "desc": "no"}}"#))
        #expect(throws: QMPError.self) { try refused.result.get() }
        #expect(QMP.answer(inLine: #"{"return": {}}"#) == nil)
        #expect(QMP.answer(inLine: #"{"event": "SHUTDOWN", "data": {}}"#) == nil)
    }

    @Test func uefiHasItsOwnVariablesAndNoOptionROM() {
        var machine = Self.machine
        machine.firmware = .uefi
        let words = Self.commandLine(machine).words(Self.start(machine, .diskFirst))
        #expect(words.contains("if=pflash,format=raw,unit=1,file=/s/vars.fd"))
        #expect(words.contains("virtio-net-pci,netdev=net0,mac=52:54:00:77:00:11,bootindex=3,romfile="))
    }

    @Test func aShutdownEventTellsAResetFromAPowerOff() {
        let line = #"{"timestamp":{"seconds":1},"event":"SHUTDOWN","data":{"guest":true,"reason":"guest-reset"}}"#
        #expect(QMP.shutdownReason(inLine: line) == "guest-reset")
        #expect(QMP.shutdownReason(inLine: #"{"return":{}}"#) == nil)
        #expect(QMP.shutdownReason(inLine: "{") == nil)
    }

    @Test func aMachineMayHaveMemoryNodesATPMAndATADisks() throws {
        var machine = Self.machine
        (machine.cpus, machine.memoryMiB, machine.numaNodes, machine.tpm) = (2, 1024, 2, true)
        machine.disks.append(.init(size: 1 << 20, bus: .ata, serial: "VD3"))
        var line = Self.commandLine(machine)
        line.diskFiles.append("/s/VD3.raw")
        line.tpmSocket = "/s/tpm/socket"
        let words = line.words(Self.start(machine, .diskFirst))
        #expect(
            words.contains("node,nodeid=1,memdev=ram1,cpus=1-1")
                && words.contains("ide-hd,bus=ata.0,drive=disk2,serial=VD3,bootindex=3")
        )
        #expect(words.contains("socket,id=tpm,path=/s/tpm/socket") && words.contains("tpm-crb,tpmdev=tpm0"))
        machine.cpus = 3
        let rack = RackDefinition(network: .init(namespace: "rwtest"), machines: [machine])
        #expect(throws: RackDefinitionError.self) { try rack.validate() }
    }

    @Test func aChassisRequestIsKeysOrPairs() {
        #expect(ChassisRequest(words: ["get", "power", "boot"]) == .get(["power", "boot"]))
        #expect(ChassisRequest(words: ["set", "power", "1"]) == .set([.init(key: "power", value: "1")]))
        #expect(ChassisRequest(words: ["set", "power"]) == nil)
        #expect(ChassisRequest(words: []) == nil)
    }

    @Test func aProcessIsKnownByItsStartTime() throws {
        #expect(
            ProcessRecord.startTime(inStat: "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20") == 4242
        )
        #expect(ProcessRecord.startTime(inStat: "7 (a S 1") == nil)
        let own = try #require(ProcessRecord(running: ProcessInfo.processInfo.processIdentifier))
        #expect(own.isRunning)
        #expect(ProcessRecord(text: own.text) == own)
        #expect(ProcessRecord(text: "\(own.id) \(own.startTime + 1)")?.isRunning == false)
    }

    @Test func aDemoImageIsTheSameEveryTime() {
        let first = DemoContainers.image(service: "web", version: 1, busybox: [1, 2, 3]).layer.finished
        let second = DemoContainers.image(service: "web", version: 1, busybox: [1, 2, 3]).layer.finished
        #expect(first == second)
        #expect(first.count.isMultiple(of: 512))
        #expect(first != DemoContainers.image(service: "web", version: 2, busybox: [1, 2, 3]).layer.finished)
    }
}

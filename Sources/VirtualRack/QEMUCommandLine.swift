/// The command line of one machine's QEMU, as a pure function of its definition and of what a start goes by.
struct QEMUCommandLine: Sendable {
    var machine: RackDefinition.Machine
    var taps: [String]
    var diskFiles: [String]
    var serialLog: String
    /// Where the machine's TPM listens; used with a TPM only.
    var tpmSocket = ""
    /// Where the machine's BMC listens for the serial port; nil where nobody does.
    var serialSocket: String?
    /// The machine's own copy of OVMF's variables, with or without Secure Boot; used with UEFI only.
    var firmwareVariables: @Sendable (_ secureBoot: Bool) -> String

    static let ovmfCode = "/usr/share/OVMF/OVMF_CODE_4M.fd"
    static let ovmfVariables = "/usr/share/OVMF/OVMF_VARS_4M.fd"
    static let ovmfSecureCode = "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd"
    static let ovmfSecureVariables = "/usr/share/OVMF/OVMF_VARS_4M.ms.fd"

    /// The virtual drive's name in QEMU's monitor.
    static let cdDevice = "cd0"

    /// Whoever listens or not, all that is written is in the log.
    static func serialPort(log: String, socket: String?) -> String {
        guard let socket else { return "file,id=serial,path=\(log),append=on" }
        return "socket,id=serial,path=\(socket),server=off,reconnect=1,logfile=\(log),logappend=on"
    }

    func words(_ start: FirmwareState.Start) -> [String] {
        let isSecure = start.secureBoot
        var words = [
            "qemu-system-x86_64", "-name", machine.name, "-nodefaults", "-display", "none", "-no-user-config",
            // Software emulation everywhere: whether hardware virtualization works cannot be seen from /dev/kvm.
            // Without graphics the BIOS speaks on the serial port.
            "-machine", "q35,graphics=off" + (isSecure ? ",smm=on" : ""), "-accel", "tcg,thread=multi",
            "-cpu", "qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+aes,+pclmulqdq,+rdrand",
            "-smp", "\(machine.cpus)", "-m", "\(machine.memoryMiB)",
            "-uuid", machine.uuid,
            "-smbios",
            "type=1,manufacturer=Rackwright,product=Virtual Rack,serial=\(machine.serial),uuid=\(machine.uuid)",
            "-smbios",
            "type=3,manufacturer=Rackwright,serial=\(machine.serial)"
                + (start.settings.assetTag.isEmpty ? "" : ",asset=\(start.settings.assetTag)"),
            // A guest's reset ends the process; the rack starts it again with the boot order then in force.
            "-no-reboot",
            "-chardev", "stdio,id=qmp,signal=off", "-mon", "chardev=qmp,mode=control",
            "-chardev", Self.serialPort(log: serialLog, socket: serialSocket), "-serial", "chardev:serial",
            "-device", "virtio-rng-pci",
        ]
        if machine.firmware == .uefi {
            let code = isSecure ? Self.ovmfSecureCode : Self.ovmfCode
            words += [
                "-drive", "if=pflash,format=raw,unit=0,readonly=on,file=\(code)",
                "-drive", "if=pflash,format=raw,unit=1,file=\(firmwareVariables(isSecure))",
            ]
        }
        words += memoryNodes
        if machine.tpm == true {
            words += [
                "-chardev", "socket,id=tpm,path=\(tpmSocket)", "-tpmdev", "emulator,id=tpm0,chardev=tpm",
                "-device", "tpm-crb,tpmdev=tpm0",
            ]
        }
        if isSecure { words += ["-global", "driver=cfi.pflash01,property=secure,value=on"] }
        if machine.firmware == .uefi {
            for option in Self.switchedOff(start) { words += ["-fw_cfg", "name=opt/org.tianocore/\(option),string=n"] }
        }
        if start.settings.bootWait > 0 { words += ["-boot", "menu=on,splash-time=\(start.settings.bootWait * 1000)"] }
        let cdCount = start.order == .cdFirst ? 1 : 0
        let disksFirst = start.order == .diskFirst || start.order == .cdFirst
        let firstDisk = cdCount + (disksFirst ? 1 : 1 + machine.macs.count)
        let firstCard = cdCount + (disksFirst ? 1 + machine.disks.count : 1)
        if machine.disks.contains(where: { $0.bus == .scsi }) {
            words += ["-device", "virtio-scsi-pci,id=scsi"]
        }
        if machine.disks.contains(where: { $0.bus == .ata }) { words += ["-device", "piix3-ide,id=ata"] }
        for (index, disk) in machine.disks.enumerated() {
            words += [
                "-drive", "if=none,id=disk\(index),format=raw,cache=unsafe,discard=unmap,file=\(diskFiles[index])",
                "-device", Self.device(disk, index: index, bootIndex: firstDisk + index),
            ]
        }
        for (index, mac) in machine.macs.enumerated() {
            // With UEFI the card's option ROM would take the place of the firmware's own network boot.
            let rom = machine.firmware == .uefi || !start.settings.pxe4 ? ",romfile=" : ""
            words += [
                "-netdev", "tap,id=net\(index),ifname=\(taps[index]),script=no,downscript=no",
                "-device", "virtio-net-pci,netdev=net\(index),mac=\(mac),bootindex=\(firstCard + index)\(rom)",
            ]
        }
        if machine.bmc.transport == .redfish {
            let file = start.medium.map {
                ",readonly=on,format=raw,file=" + $0.split(separator: ",").joined(separator: ",,")
            }
            let last = 1 + machine.disks.count + machine.macs.count
            words += [
                "-drive", "if=none,id=cd,media=cdrom" + (file ?? ""),
                "-device", "ide-cd,id=\(Self.cdDevice),drive=cd,bootindex=\(start.order == .cdFirst ? 1 : last)",
            ]
        }
        return words
    }

    /// Processors and memory in equal parts.
    private var memoryNodes: [String] {
        guard let count = machine.numaNodes, count > 1 else { return [] }
        let (memory, cpus) = (machine.memoryMiB / count, machine.cpus / count)
        return (0..<count).flatMap { node in
            [
                "-object", "memory-backend-ram,id=ram\(node),size=\(memory)M",
                "-numa", "node,nodeid=\(node),memdev=ram\(node),cpus=\(node * cpus)-\(node * cpus + cpus - 1)",
            ]
        }
    }

    /// Ways to boot that OVMF shall not try.
    private static func switchedOff(_ start: FirmwareState.Start) -> [String] {
        if start.order == .httpFirst { return ["IPv4PXESupport", "IPv6PXESupport"] }
        return (start.settings.pxe4 ? [] : ["IPv4PXESupport"]) + (start.settings.pxe6 ? [] : ["IPv6PXESupport"])
    }

    private static func device(_ disk: RackDefinition.Disk, index: Int, bootIndex: Int) -> String {
        let common = "drive=disk\(index),serial=\(disk.serial),bootindex=\(bootIndex)"
        return switch disk.bus {
        case .virtio: "virtio-blk-pci,\(common)"
        case .nvme: "nvme,\(common)"
        case .scsi: "scsi-hd,bus=scsi.0,\(common)"
        case .ata: "ide-hd,bus=ata.0,\(common)"
        }
    }
}

import FoundationEssentials
import Glibc

/// Where a rack keeps its disks, logs, sockets and the ids of its processes.
struct StateFolder: Sendable {
    var path: String

    var controlSocket: String { path + "/control.sock" }
    var chassisScript: String { path + "/chassis-control" }

    func folder(_ machine: RackDefinition.Machine) -> String { "\(path)/\(machine.name)" }
    func bmcFolder(_ machine: RackDefinition.Machine) -> String { "\(path)/\(machine.name)/bmc" }
    func medium(_ machine: RackDefinition.Machine) -> String { "\(path)/\(machine.name)/bmc/medium.iso" }
    func redfishSocket(_ machine: RackDefinition.Machine) -> String { "\(path)/\(machine.name)/redfish.sock" }
    func serialSocket(_ machine: RackDefinition.Machine) -> String { "\(path)/\(machine.name)/serial.sock" }
    func tpm(_ machine: RackDefinition.Machine) -> String { "\(path)/\(machine.name)/tpm" }
    func serialLog(_ machine: RackDefinition.Machine) -> String { "\(path)/\(machine.name)/serial.log" }

    /// Secure Boot has variables of its own, with its keys in them.
    func firmwareVariables(_ machine: RackDefinition.Machine, secureBoot: Bool) -> String {
        let name = secureBoot == (machine.secureBoot == true) ? "OVMF_VARS" : "OVMF_VARS.other"
        return "\(path)/\(machine.name)/\(name).fd"
    }

    func disks(_ machine: RackDefinition.Machine) -> [String] {
        machine.disks.map { disk in
            guard let file = disk.file else { return "\(path)/\(machine.name)/\(disk.serial).raw" }
            return file.hasPrefix("/") ? file : "\(path)/\(file)"
        }
    }

    /// Makes folders, disks and firmware variables that are not there yet.
    func prepare(_ definition: RackDefinition) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: processes, withIntermediateDirectories: true)
        for machine in definition.machines {
            try files.createDirectory(atPath: bmcFolder(machine), withIntermediateDirectories: true)
            if machine.tpm == true {
                try files.createDirectory(atPath: tpm(machine), withIntermediateDirectories: true)
            }
            // Kept from one start to the next, as a real disk is; a sparse file reads as zeros.
            for (disk, file) in zip(machine.disks, disks(machine)) where !files.fileExists(atPath: file) {
                let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
                guard descriptor >= 0 else { throw StateError(action: "creating \(file)", code: errno) }
                defer { close(descriptor) }
                guard ftruncate(descriptor, Int(disk.size)) == 0 else {
                    throw StateError(action: "sizing \(file)", code: errno)
                }
            }
            try prepareVariables(machine, secureBoot: machine.secureBoot == true)
        }
    }

    /// Gives a machine with UEFI fresh variables if it has none yet.
    func prepareVariables(_ machine: RackDefinition.Machine, secureBoot: Bool) throws {
        let own = firmwareVariables(machine, secureBoot: secureBoot)
        guard machine.firmware == .uefi, !FileManager.default.fileExists(atPath: own) else { return }
        let fresh = secureBoot ? QEMUCommandLine.ovmfSecureVariables : QEMUCommandLine.ovmfVariables
        try FileManager.default.copyItem(atPath: fresh, toPath: own)
    }

    /// Has a machine's firmware boot from an address at its next start.
    func bootNext(_ machine: RackDefinition.Machine, secureBoot: Bool, from address: String) throws {
        let file = URL(filePath: firmwareVariables(machine, secureBoot: secureBoot))
        var variables = try FirmwareVariables([UInt8](Data(contentsOf: file)))
        try variables.bootNext(from: address)
        try Data(variables.octets).write(to: file)
    }

    func write(_ text: String, to path: String, executable: Bool = false) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        guard unsafe chmod(path, executable ? 0o755 : 0o600) == 0 else {
            throw StateError(action: "setting the mode of \(path)", code: errno)
        }
    }

    /// Adds a line to a machine's serial log between what the machine itself writes.
    func mark(_ line: String, in log: String) {
        let descriptor = unsafe open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let octets = Array("\n--- \(line) ---\n".utf8)
        _ = unsafe Glibc.write(descriptor, octets, octets.count)
    }
}

/// A file operation of the rack that failed.
struct StateError: Error, CustomStringConvertible {
    var action: String
    var code: Int32

    var description: String { "\(action): error \(code)" }
}

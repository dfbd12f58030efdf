import HardwareProbe
import LinuxKernel

/// The parts of the running machine, reached through the kernel.
struct LivePartChannel: PartChannel {
    func nvme(_ disk: String, _ command: NVMeCommand) -> [UInt8]? {
        guard let device = try? StorageDevice(path: "/dev/\(disk)") else { return nil }
        return try? device.nvme(
            opcode: command.opcode,
            namespace: command.namespace,
            command.word,
            count: command.count
        )
    }

    func scsi(_ disk: String, _ command: [UInt8], count: Int) -> SCSIAnswer? {
        guard let device = try? StorageDevice(path: "/dev/\(disk)"),
            let answer = try? device.scsi(command, count: count)
        else { return nil }
        return SCSIAnswer(octets: answer.octets, status: answer.status, sense: answer.sense)
    }

    func tpm(_ name: String, _ work: (_ exchange: @escaping ([UInt8]) -> [UInt8]?) -> [UInt8]?) -> [UInt8]? {
        // `tpm0` has the resource manager `tpmrm0`.
        guard name.hasPrefix("tpm"), let device = try? TPMDevice(path: "/dev/tpmrm\(name.dropFirst(3))") else {
            return nil
        }
        return work { command in try? device.exchange(command) }
    }
}

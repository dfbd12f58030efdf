import CLinux
import Glibc

/// A disk, open for questions that its own interface answers: NVMe admin commands, and SCSI commands by `SG_IO`. Only
/// commands that read are sent.
public struct StorageDevice: ~Copyable {
    private let descriptor: Int32
    private let path: String

    public init(path: String) throws(KernelError) {
        self.path = path
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw KernelError(call: "open", code: errno, detail: path) }
    }

    deinit {
        close(descriptor)
    }

    /// What an NVMe admin command gives, by its opcode and command words 10 and 11.
    public func nvme(
        opcode: UInt8,
        namespace: UInt32,
        _ word10: UInt32,
        _ word11: UInt32 = 0,
        count: Int,
        within seconds: Double = 5
    ) throws(KernelError) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: max(count, 0))
        let result = unsafe clinux_nvme_admin_read(
            descriptor,
            opcode,
            namespace,
            word10,
            word11,
            &octets,
            UInt32(clamping: octets.count),
            Self.milliseconds(seconds)
        )
        try kernel("NVME_IOCTL_ADMIN_CMD \(opcode)", result, path)
        return octets
    }

    /// What a SCSI command gives: its octets, its status, and the sense data that explains a status that is not 0.
    public func scsi(
        _ command: [UInt8],
        count: Int,
        within seconds: Double = 5
    ) throws(KernelError) -> (octets: [UInt8], status: UInt8, sense: [UInt8]) {
        var octets = [UInt8](repeating: 0, count: max(count, 0))
        var sense = [UInt8](repeating: 0, count: 64)
        var status: UInt8 = 0
        let result = unsafe clinux_scsi_read(
            descriptor,
            command,
            UInt8(clamping: command.count),
            &octets,
            UInt32(clamping: octets.count),
            &status,
            &sense,
            Self.milliseconds(seconds)
        )
        let got = try kernel("SG_IO", result, path)
        return (Array(octets.prefix(Int(got))), status, sense)
    }

    private static func milliseconds(_ seconds: Double) -> UInt32 { UInt32(min(max(seconds, 0), 600) * 1000) }
}

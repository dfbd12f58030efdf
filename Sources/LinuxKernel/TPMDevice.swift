import CLinux
import Glibc

/// A TPM by the kernel's resource manager, which gives every opener a TPM of its own and clears up after it.
public final class TPMDevice: Sendable {
    private let descriptor: Int32
    private let path: String

    public init(path: String = "/dev/tpmrm0") throws(KernelError) {
        self.path = path
        descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw KernelError(call: "open", code: errno, detail: path) }
    }

    deinit {
        close(descriptor)
    }

    /// Sends one command and gives its answer, both with their headers (TPM 2.0 part 1 section 18).
    public func exchange(_ command: [UInt8], within seconds: Double = 30) throws(KernelError) -> [UInt8] {
        var answer = [UInt8](repeating: 0, count: 4096)
        let milliseconds = Int32(min(max(seconds, 0), 600) * 1000)
        let result = unsafe clinux_tpm_exchange(
            descriptor,
            command,
            command.count,
            &answer,
            answer.count,
            milliseconds
        )
        return Array(answer.prefix(Int(try kernel("TPM command", result, path))))
    }
}

import CLinux
import Glibc

/// The way to the management controller through the kernel's driver (`ipmi_devintf`).
public struct IPMIDevice: ~Copyable {
    private let descriptor: Int32

    public init(path: String = "/dev/ipmi0") throws(KernelError) {
        descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw KernelError(call: "open", code: errno, detail: path) }
    }

    deinit {
        close(descriptor)
    }

    /// Asks one question; the answer begins with its completion code, 0 for success (IPMI 2.0 section 5.2).
    public func request(
        function: UInt8,
        command: UInt8,
        _ data: [UInt8],
        within seconds: Double = 2
    ) throws(KernelError) -> [UInt8] {
        var answer = [UInt8](repeating: 0, count: 272)
        let milliseconds = Int32(min(max(seconds, 0), 60) * 1000)
        let result = unsafe clinux_ipmi_request(
            descriptor,
            function,
            command,
            data,
            data.count,
            &answer,
            answer.count,
            milliseconds
        )
        let count = try kernel("IPMI \(function)/\(command)", result)
        return Array(answer.prefix(Int(count)))
    }
}

import CLinux
import Glibc

/// reboot(2). Whoever calls these has told everyone and written everything: nothing is synced or unmounted here.
public enum Power {
    /// Starts again through the firmware. Returns only by throwing.
    public static func restart() throws(KernelError) {
        try kernel("reboot(RESTART)", clinux_restart())
    }

    public static func off() throws(KernelError) {
        try kernel("reboot(POWER_OFF)", clinux_power_off())
    }
}

/// Starting a kernel from the running one.
public enum Kexec {
    /// Loads a kernel and its initial RAM disk for ``start()``.
    public static func load(kernel kernelPath: String, initrd: String?, commandLine: String) throws(KernelError) {
        let kernelFile = try DescriptorFile(reading: kernelPath)
        let initrdFile: DescriptorFile?
        if let initrd {
            initrdFile = try DescriptorFile(reading: initrd)
        } else {
            initrdFile = nil
        }
        defer { withExtendedLifetime((kernelFile, initrdFile)) {} }
        let result = unsafe clinux_kexec_load(kernelFile.descriptor, initrdFile?.descriptor ?? -1, commandLine)
        try kernel("kexec_file_load", result, kernelPath)
    }

    /// Leaves the running kernel for the loaded one. Returns only by throwing.
    public static func start() throws(KernelError) {
        try kernel("reboot(KEXEC)", clinux_kexec_start())
    }
}

/// A file that is open for reading while this object lives.
final class DescriptorFile: Sendable {
    let descriptor: Int32

    init(reading path: String) throws(KernelError) {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw KernelError(call: "open", code: errno, detail: path) }
    }

    deinit {
        close(descriptor)
    }
}

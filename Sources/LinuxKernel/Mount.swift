import CLinux
import Glibc

/// mount(2) and umount2(2).
public enum Mount {
    public struct Flags: OptionSet, Sendable {
        public let rawValue: UInt

        public init(rawValue: UInt) {
            self.rawValue = rawValue
        }

        public static let readOnly = Flags(rawValue: 1)
        public static let noSetUserID = Flags(rawValue: 2)
        public static let noDevices = Flags(rawValue: 4)
        public static let noExecution = Flags(rawValue: 8)
    }

    /// Mounts `source`, a device's path or a kernel file system's name, at the folder `target`.
    public static func attach(
        _ source: String,
        at target: String,
        type: String,
        flags: Flags = [],
        options: String? = nil
    ) throws(KernelError) {
        try kernel(
            "mount",
            unsafe clinux_mount(source, target, type, flags.rawValue, options),
            "\(source) at \(target)"
        )
    }

    /// Unmounts what is at `target`; `lazily` also while files in it are open.
    public static func detach(_ target: String, lazily: Bool = false) throws(KernelError) {
        try kernel("umount2", unsafe clinux_unmount(target, lazily ? 2 : 0), target)
    }

    /// Writes all that the kernel still holds back.
    public static func synchronize() {
        sync()
    }
}

import CLinux
import Glibc

/// Growing ext4 while it is mounted.
public enum Ext4Growth {
    /// Grows the file system mounted at `folder` to `blocks` of its own blocks (EXT4_IOC_RESIZE_FS).
    public static func grow(mountedAt folder: String, toBlocks blocks: UInt64) throws(KernelError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw KernelError(call: "open", code: errno, detail: folder) }
        defer { close(descriptor) }
        try kernel("EXT4_IOC_RESIZE_FS", clinux_ext4_resize(descriptor, blocks), "\(folder) to \(blocks) blocks")
    }
}

import CLinux
import Glibc

/// finit_module(2).
public enum KernelModule {
    /// Loads a module from its file. One that is there already is no error.
    public static func load(_ path: String, parameters: String = "") throws(KernelError) {
        let file = try DescriptorFile(reading: path)
        defer { withExtendedLifetime(file) {} }
        let compressed: Int32 = path.hasSuffix(".ko") ? 0 : 1
        let result = unsafe clinux_load_module(file.descriptor, parameters, compressed)
        guard result != 0 &- EEXIST else { return }
        try kernel("finit_module", result, path)
    }

    /// The running kernel's release, as `/lib/modules` names its folders.
    public static var kernelRelease: String {
        var names = utsname()
        guard unsafe uname(&names) == 0 else { return "" }
        return unsafe withUnsafeBytes(of: &names.release) { octets in
            unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

import CLinux
import Glibc

/// UEFI variables by efivarfs: each a file of four octets of attributes and then the value.
public struct EFIVariables: Sendable {
    public static let globalVendor = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
    /// Kept over power loss, usable before and after the system has started.
    public static let bootAttributes: UInt32 = 7

    private let folder: String

    public init(folder: String = "/sys/firmware/efi/efivars") {
        self.folder = folder
    }

    /// Whether the kernel shows variables: not after a BIOS start, nor while efivarfs is not mounted.
    public var isAvailable: Bool { !PlainFile.names(in: folder).isEmpty }

    /// The names of the variables of the vendor whose names start with `prefix`.
    public func names(startingWith prefix: String) -> [String] {
        let suffix = "-" + Self.globalVendor
        return PlainFile.names(in: folder)
            .filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
            .map { String($0.dropLast(suffix.count)) }
    }

    /// The value without its attributes; nil if there is no such variable.
    public func read(_ name: String) -> [UInt8]? {
        guard let octets = try? PlainFile.read(path(name), limit: 1 << 20), octets.count >= 4 else { return nil }
        return Array(octets.dropFirst(4))
    }

    /// Writes the value in one write(2), as efivarfs demands.
    public func write(_ name: String, _ value: [UInt8]) throws(KernelError) {
        let path = path(name)
        makeMutable(path)
        let attributes = (0..<4).map { UInt8(truncatingIfNeeded: Self.bootAttributes >> UInt32(8 * $0)) }
        try PlainFile.overwrite(path, with: attributes + value)
    }

    private func path(_ name: String) -> String { "\(folder)/\(name)-\(Self.globalVendor)" }

    /// The kernel makes most variables immutable, against `rm -rf`. Where that cannot be undone the write will say so.
    private func makeMutable(_ path: String) {
        guard let file = try? DescriptorFile(reading: path) else { return }
        _ = clinux_make_mutable(file.descriptor)
        withExtendedLifetime(file) {}
    }
}

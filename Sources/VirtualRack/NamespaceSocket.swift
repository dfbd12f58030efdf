import Glibc
import LinuxKernel

/// A UDP socket that belongs to a network namespace, whichever the process is in.
enum NamespaceSocket {
    /// - Parameters:
    ///   - namespace: its name, as in `ip netns`; nil for the process's own.
    ///   - address: an IPv4 address in host order.
    /// - Returns: a descriptor that the caller owns.
    static func open(namespace: String?, address: UInt32, port: UInt16) throws -> Int32 {
        guard let namespace else { return try bound(address: address, port: port) }
        // A socket stays in the namespace that it was made in.
        return try NetworkNamespace(path: "/run/netns/\(namespace)").inside { try bound(address: address, port: port) }
    }

    private static func bound(address: UInt32, port: UInt16) throws -> Int32 {
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { throw StateError(action: "making a socket", code: errno) }
        // A `sockaddr_in` by its octets (ip(7)): which module gives the type's fields depends on how a program is built.
        let name =
            [UInt8(AF_INET), 0, UInt8(port >> 8), UInt8(port & 0xFF)] + address.octets + [UInt8](repeating: 0, count: 8)
        let code = unsafe name.withUnsafeBytes { octets in
            unsafe octets.withMemoryRebound(to: sockaddr.self) { names in
                unsafe bind(descriptor, names.baseAddress, socklen_t(octets.count))
            }
        }
        guard code == 0 else {
            let error = StateError(action: "binding UDP port \(port)", code: errno)
            close(descriptor)
            throw error
        }
        return descriptor
    }
}

extension UInt32 {
    /// The most significant first.
    fileprivate var octets: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) } }
}

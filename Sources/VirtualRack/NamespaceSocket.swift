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
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = address.bigEndian
        let code = unsafe withUnsafePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
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

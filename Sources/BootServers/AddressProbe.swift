import FoundationEssentials
import Glibc
public import Octets

/// Asks the wire whether an address is in use: the kernel is made to look for it by ARP, and its table is read.
///
/// A machine that answers no ping answers ARP; no raw socket is needed.
public enum AddressProbe {
    /// How long an answer is waited for. A machine on the wire answers within a millisecond or two.
    static let patience: Duration = .milliseconds(400)
    private static let look: Duration = .milliseconds(25)

    public static func isInUse(_ address: IPv4Address, on interface: String) async -> Bool {
        guard nudge(address) else { return false }
        let clock = ContinuousClock()
        let end = clock.now + patience
        while clock.now < end {
            try? await Task.sleep(for: look)
            guard let table = try? String(contentsOfFile: "/proc/net/arp", encoding: .utf8) else { return false }
            if hasNeighbour(address, on: interface, in: table) { return true }
            if Task.isCancelled { return false }
        }
        return false
    }

    /// Sends one empty datagram to the discard port (RFC 863); the kernel has to resolve the address for it.
    private static func nudge(_ address: IPv4Address) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = UInt16(9).bigEndian
        target.sin_addr.s_addr = address.rawValue.bigEndian
        let sent = unsafe withUnsafePointer(to: &target) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe sendto(
                    descriptor,
                    nil,
                    0,
                    Int32(MSG_DONTWAIT),
                    pointer,
                    socklen_t(MemoryLayout<sockaddr_in>.size)
                )
            }
        }
        return sent >= 0
    }

    /// Whether `/proc/net/arp` has a complete entry (flag 2) of the address on the interface.
    static func hasNeighbour(_ address: IPv4Address, on interface: String, in table: String) -> Bool {
        table.split(separator: "\n").dropFirst().contains { line in
            let fields = line.split(separator: " ")
            guard fields.count >= 6, fields[0] == address.description, fields[5] == interface,
                let flags = UInt32(fields[2].dropFirst(2), radix: 16)
            else { return false }
            return flags & 2 != 0
        }
    }
}

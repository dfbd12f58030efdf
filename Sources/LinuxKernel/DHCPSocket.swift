import CLinux
import Glibc

/// The socket of a DHCP client on one interface, usable while the interface has no address.
public struct DHCPSocket: ~Copyable {
    private let descriptor: Int32
    private let interface: String

    public init(interface: String) throws(KernelError) {
        self.interface = interface
        descriptor = try kernel("socket", unsafe clinux_dhcp_socket(interface), "DHCP on \(interface)")
    }

    deinit {
        close(descriptor)
    }

    /// Sends to everyone's port 67.
    public func send(_ octets: [UInt8]) throws(KernelError) {
        try kernel("sendto", unsafe clinux_dhcp_send(descriptor, octets, octets.count), "DHCP on \(interface)")
    }

    /// The next datagram, or nil if none came within `seconds`.
    public func receive(within seconds: Double) throws(KernelError) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: 2048)
        let milliseconds = Int32(min(max(seconds, 0), 3600) * 1000)
        let result = unsafe clinux_dhcp_receive(descriptor, &octets, octets.count, milliseconds)
        let count = try kernel("recv", result, "DHCP on \(interface)")
        return count == 0 ? nil : Array(octets.prefix(Int(count)))
    }
}

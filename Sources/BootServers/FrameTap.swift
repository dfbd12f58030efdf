import Glibc
import NIOCore
import NIOPosix
public import Octets

/// Hears every Ethernet frame that an interface sends or receives; needs root (CAP_NET_RAW).
public struct FrameTap: Sendable {
    /// The interface's own IPv4 addresses.
    public let addresses: Set<IPv4Address>
    private let descriptor: Int32
    private let index: Int32

    private static let packetFamily: Int32 = 17  // AF_PACKET
    private static let everyProtocol = UInt16(0x0003)  // ETH_P_ALL
    private static let largestFrame = 2048

    /// - Throws: `FrameTapError` with what the system said.
    public init(interface: String) throws {
        let here = try System.enumerateDevices().filter { $0.name == interface }
        guard let number = here.first?.interfaceIndex else {
            throw FrameTapError(interface: interface, call: "looking for it", code: ENODEV)
        }
        addresses = Set(here.compactMap { $0.address?.ipAddress.flatMap { IPv4Address($0) } })
        index = Int32(number)
        let kind = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(Self.packetFamily, kind, Int32(Self.everyProtocol.bigEndian))
        guard descriptor >= 0 else { throw FrameTapError(interface: interface, call: "socket", code: errno) }
        var address = Self.linkAddress(index)
        let bound = unsafe address.withUnsafeMutableBytes { buffer in
            unsafe buffer.withMemoryRebound(to: sockaddr.self) { pointer in
                unsafe bind(descriptor, pointer.baseAddress, socklen_t(buffer.count))
            }
        }
        guard bound == 0 else {
            let error = FrameTapError(interface: interface, call: "bind", code: errno)
            close(descriptor)
            throw error
        }
    }

    /// `struct sockaddr_ll`, which Swift does not see: family, protocol, interface.
    private static func linkAddress(_ index: Int32) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: 20)
        octets[0] = UInt8(packetFamily)
        octets[3] = UInt8(everyProtocol)
        for shift in 0..<4 { octets[4 + shift] = UInt8(truncatingIfNeeded: index >> Int32(shift * 8)) }
        return octets
    }

    /// The next frame; nil when none came within `milliseconds`. Blocks: for a thread of its own.
    public func next(within milliseconds: Int32) -> [UInt8]? {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&poller, 1, milliseconds) > 0 else { return nil }
        var frame = [UInt8](repeating: 0, count: Self.largestFrame)
        let count = unsafe recv(descriptor, &frame, frame.count, 0)
        guard count > 0 else { return nil }
        return Array(frame.prefix(count))
    }

    /// Sends a UDP datagram to everyone on the wire, from `0.0.0.0` port 68 to port 67, as a client without an address.
    public func broadcast(_ payload: [UInt8], from mac: MACAddress) throws {
        var udp: [UInt8] = []
        udp.append(bigEndian: UInt16(68))
        udp.append(bigEndian: UInt16(67))
        udp.append(bigEndian: UInt16(8 + payload.count))
        udp += [0, 0] + payload
        var ip: [UInt8] = [0x45, 0]
        ip.append(bigEndian: UInt16(20 + udp.count))
        ip += [0, 0, 0, 0, 64, 17, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]
        let sum = stride(from: 0, to: 20, by: 2).reduce(UInt32(0)) { $0 + (UInt32(ip[$1]) << 8 | UInt32(ip[$1 + 1])) }
        let checksum = ~UInt16(truncatingIfNeeded: (sum & 0xFFFF) + sum >> 16)
        ip[10] = UInt8(checksum >> 8)
        ip[11] = UInt8(truncatingIfNeeded: checksum)
        let frame = [UInt8](repeating: 0xFF, count: 6) + mac.octets + [0x08, 0x00] + ip + udp
        let sent = unsafe send(descriptor, frame, frame.count, 0)
        guard sent == frame.count else { throw FrameTapError(interface: "\(index)", call: "send", code: errno) }
    }

    public func end() {
        close(descriptor)
    }
}

/// Why frames cannot be heard.
public struct FrameTapError: Error, Hashable, CustomStringConvertible {
    public var interface: String
    public var call: String
    public var code: Int32

    public var description: String {
        "interface \(interface) cannot be listened on: \(call): \(unsafe String(cString: strerror(code)))"
            + (code == EPERM ? "; this needs root" : "")
    }
}

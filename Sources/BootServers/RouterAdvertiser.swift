import FoundationEssentials
import Glibc
import Octets

/// Sends a router's advertisements on one interface, now and then and to whoever asks, until it is cancelled.
struct RouterAdvertiser: Sendable {
    var interface: String
    var index: Int32
    var advertisement: RouterAdvertisement

    /// RFC 4861 section 6.2.1 has 200 to 600 s; firmware that just came up shall not wait that long.
    private static let interval = 15.0
    private static let look: Duration = .milliseconds(250)
    private static let allRouters = "ff02::2"

    /// - Throws: `RouterAdvertiserError` when the socket cannot be had.
    func run() async throws {
        let descriptor = try open()
        defer { close(descriptor) }
        var next = 0.0
        var clock = 0.0
        while !Task.isCancelled {
            if hasSolicitation(descriptor) { next = clock }
            if clock >= next {
                send(descriptor)
                next = clock + Self.interval
            }
            try await Task.sleep(for: Self.look)
            clock += 0.25
        }
    }

    private func open() throws -> Int32 {
        let kind = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_INET6, kind, Int32(IPPROTO_ICMPV6))
        guard descriptor >= 0 else { throw RouterAdvertiserError(interface: interface, call: "socket", code: errno) }
        // Whoever gets one with another hop limit drops it (RFC 4861 section 6.1.2).
        for (option, value) in [(IPV6_MULTICAST_HOPS, 255), (IPV6_UNICAST_HOPS, 255), (IPV6_MULTICAST_IF, index)] {
            var value = value
            let code = unsafe setsockopt(descriptor, Int32(IPPROTO_IPV6), option, &value, 4)
            guard code == 0 else {
                let error = RouterAdvertiserError(interface: interface, call: "setsockopt", code: errno)
                close(descriptor)
                throw error
            }
        }
        var index = index
        let bindToInterface: Int32 = 62  // SO_BINDTOIFINDEX
        unsafe setsockopt(descriptor, SOL_SOCKET, bindToInterface, &index, 4)
        var membership = ipv6_mreq()
        unsafe inet_pton(AF_INET6, Self.allRouters, &membership.ipv6mr_multiaddr)
        membership.ipv6mr_interface = UInt32(bitPattern: index)
        unsafe setsockopt(
            descriptor,
            Int32(IPPROTO_IPV6),
            IPV6_JOIN_GROUP,
            &membership,
            socklen_t(MemoryLayout<ipv6_mreq>.size)
        )
        return descriptor
    }

    /// Whether someone asked since the last look; everything that came is read.
    private func hasSolicitation(_ descriptor: Int32) -> Bool {
        var found = false
        var buffer = [UInt8](repeating: 0, count: 1500)
        for _ in 0..<64 {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            if buffer[0] == RouterAdvertisement.solicitationType { found = true }
        }
        return found
    }

    private func send(_ descriptor: Int32) {
        let octets = advertisement.octets
        var target = Self.allNodes(on: index)
        _ = unsafe target.withUnsafeMutableBytes { buffer in
            unsafe buffer.withMemoryRebound(to: sockaddr.self) { pointer in
                unsafe sendto(descriptor, octets, octets.count, 0, pointer.baseAddress, socklen_t(buffer.count))
            }
        }
    }

    /// `struct sockaddr_in6` of ff02::1 on an interface: family, port, flow, address, scope.
    private static func allNodes(on index: Int32) -> [UInt8] {
        var octets: [UInt8] = []
        octets.append(littleEndian: UInt16(AF_INET6))
        octets += [0, 0, 0, 0, 0, 0, 0xFF, 0x02] + [UInt8](repeating: 0, count: 13) + [1]
        octets.append(littleEndian: UInt32(bitPattern: index))
        return octets
    }
}

/// Why routers' advertisements cannot be sent.
public struct RouterAdvertiserError: Error, Hashable, CustomStringConvertible {
    public var interface: String
    public var call: String
    public var code: Int32

    public var description: String {
        "routers' advertisements on \(interface): \(call): \(unsafe String(cString: strerror(code)))"
    }
}

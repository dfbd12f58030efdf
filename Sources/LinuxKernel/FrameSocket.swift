import CLinux
import Glibc

/// Hears the Ethernet frames of one ethertype on all interfaces.
public struct FrameSocket: ~Copyable {
    private let descriptor: Int32

    public init(ethertype: UInt16) throws(KernelError) {
        descriptor = try kernel("socket", clinux_frame_socket(ethertype), "AF_PACKET \(ethertype)")
    }

    deinit {
        close(descriptor)
    }

    /// Has the interface take frames to the group of six octets while this socket lives.
    public func join(_ group: [UInt8], on interface: String) throws(KernelError) {
        let index = unsafe if_nametoindex(interface)
        guard index > 0, group.count == 6 else {
            throw KernelError(call: "if_nametoindex", code: index > 0 ? EINVAL : errno, detail: interface)
        }
        let result = unsafe clinux_frame_join(descriptor, index, group)
        try kernel("PACKET_ADD_MEMBERSHIP", result, interface)
    }

    /// The next frame with the interface that it came by, or nil if none came within `seconds`.
    public func receive(within seconds: Double) throws(KernelError) -> (frame: [UInt8], interface: String)? {
        var octets = [UInt8](repeating: 0, count: 9 << 10)
        var index: UInt32 = 0
        let milliseconds = Int32(min(max(seconds, 0), 3600) * 1000)
        let result = unsafe clinux_frame_receive(descriptor, &octets, octets.count, milliseconds, &index)
        let count = try kernel("recvfrom", result, "AF_PACKET")
        guard count > 0, let name = Self.name(of: index) else { return nil }
        return (Array(octets.prefix(Int(count))), name)
    }

    /// Nil for an interface that has gone meanwhile.
    private static func name(of index: UInt32) -> String? {
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE) + 1)
        guard unsafe if_indextoname(index, &name) != nil else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

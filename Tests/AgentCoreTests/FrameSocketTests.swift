import Glibc
import LinuxKernel
import Testing

private func mayListen() -> Bool {
    do {
        _ = try FrameSocket(ethertype: 0x88CC)
        return true
    } catch {
        return false
    }
}

/// Frames that the machine sends to itself; only root may, and not in every container.
@Suite(.enabled(if: mayListen()), .serialized)
struct FrameSocketTests {
    private let frame: [UInt8] = [1, 0x80, 0xC2, 0, 0, 0x0E, 2, 0, 0, 0, 0, 1, 0x88, 0xCC] + Array("a frame".utf8)

    /// Puts a frame on the loopback interface.
    private func send(_ frame: [UInt8]) throws {
        let socket = Glibc.socket(17, Int32(SOCK_RAW.rawValue), 0)
        #expect(socket >= 0)
        defer { close(socket) }
        // sockaddr_ll: family, protocol, index, and where it goes; the index counts.
        let index = unsafe if_nametoindex("lo")
        var address = [UInt8](repeating: 0, count: 20)
        address[0] = 17
        address[4] = UInt8(truncatingIfNeeded: index)
        let sent = unsafe address.withUnsafeBytes { octets in
            unsafe octets.withMemoryRebound(to: sockaddr.self) { address in
                unsafe sendto(socket, frame, frame.count, 0, address.baseAddress, 20)
            }
        }
        #expect(sent == frame.count)
    }

    @Test func aFrameIsHeardWithItsInterface() throws {
        let socket = try FrameSocket(ethertype: 0x88CC)
        try socket.join([1, 0x80, 0xC2, 0, 0, 0x0E], on: "lo")
        try send(frame)
        var heard: [String] = []
        for _ in 0..<4 {
            guard let (octets, interface) = try socket.receive(within: 0.2) else { continue }
            // Others may speak on this machine's links just now.
            if octets == frame { heard.append(interface) }
        }
        #expect(heard == ["lo"], "once, though it was both sent and received here")
    }

    @Test func otherFramesAreNotHeard() throws {
        let socket = try FrameSocket(ethertype: 0x88CC)
        try send(Array(frame[..<12]) + [0x88, 0xB5] + frame[14...])
        let heard = try socket.receive(within: 0.2)
        #expect(heard.map { $0.frame.dropFirst(14).starts(with: "a frame".utf8) } != true)
    }

    @Test func anInterfaceThatIsNotThereIsRefused() throws {
        let socket = try FrameSocket(ethertype: 0x88CC)
        #expect(throws: KernelError.self) { try socket.join([1, 2, 3, 4, 5, 6], on: "nowhere0") }
        #expect(LinkDevice.firmware(of: "nowhere0") == nil)
        #expect(LinkDevice.permanentAddress(of: "lo") == nil)
    }
}

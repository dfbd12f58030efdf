import Glibc
import LLDP
import LinuxKernel

/// Listens for LLDP on all links, those too that come up meanwhile.
struct NeighborListener: Sendable {
    let board: NeighborBoard

    /// A switch speaks every 30 s unless told otherwise (IEEE 802.1AB-2016 section 9.2.5.7).
    static let seconds = 35.0

    /// The groups of bridges near and further (IEEE 802.1AB-2016 table 7-1): switches speak to the first.
    private static let groups: [[UInt8]] = [0x0E, 0x03, 0x00].map { [0x01, 0x80, 0xC2, 0x00, 0x00, $0] }

    /// Listens in the background, on a thread of its own, unless that is under way.
    func start() {
        guard board.begin() else { return }
        Task { try? await onOwnThread { listen(seconds: Self.seconds) } }
    }

    /// Blocks for so long.
    func listen(seconds: Double) {
        defer { board.listen(on: nil) }
        do {
            let socket = try FrameSocket(ethertype: LLDPFrame.ethertype)
            var joined: Set<String> = []
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end {
                let interfaces = NetworkInterface.usable(NetworkInterface.all(), bootMAC: nil)
                for interface in interfaces where joined.insert(interface.name).inserted {
                    for group in Self.groups { try? socket.join(group, on: interface.name) }
                }
                board.listen(on: Set(interfaces.filter(\.hasCarrier).map(\.name)))
                let second = ContinuousClock.now + .seconds(1)
                while ContinuousClock.now < min(second, end) {
                    guard let (frame, interface) = try socket.receive(within: 0.25) else { continue }
                    board.take(frame, from: interface)
                }
            }
        } catch {
            Console.say("no LLDP is heard: \(error)")
        }
    }
}

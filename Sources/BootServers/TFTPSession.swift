import NIOCore
import TFTP

/// One transfer under way on an event loop: carries out what the transfer decides.
final class TFTPSession {
    enum Ending: Sendable {
        case finished(TFTPTransfer.Outcome)
        case failed(String)
    }

    /// How the session reaches the world, and who is told when it is over.
    struct Ways {
        /// Sends packets to the client, in order, together.
        var send: ([TFTPPacket]) -> Void
        var ended: (Ending) -> Void
    }

    private var transfer: TFTPTransfer
    private let loop: any EventLoop
    private let ways: Ways
    private var timer: Scheduled<Void>?
    /// When the transfer wants to be told that time has passed; the timer may fire earlier and is then set again, so that
    /// it need not be set anew for every packet.
    private var deadline: NIODeadline?
    private var firesAt: NIODeadline?
    private var isOver = false
    private let start = ContinuousClock.now

    init(_ transfer: TFTPTransfer, on loop: any EventLoop, ways: Ways) {
        self.transfer = transfer
        self.loop = loop
        self.ways = ways
    }

    private var now: Duration { ContinuousClock.now - start }

    func begin() {
        perform(transfer.start(at: now))
    }

    func received(_ packet: TFTPPacket) {
        guard !isOver else { return }
        perform(transfer.handle(.received(packet), at: now))
    }

    /// Ends without a word to the client.
    func give(up reason: String) {
        end(.failed(reason))
    }

    /// Ends without a word to anyone: the socket is gone.
    func stop() {
        isOver = true
        timer?.cancel()
    }

    private func perform(_ effects: [TFTPTransfer.Effect]) {
        var packets: [TFTPPacket] = []
        var ending: Ending?
        for effect in effects {
            switch effect {
            case .send(let packet):
                packets.append(packet)
            case .setTimer(let delay):
                wait(until: .now() + TimeAmount(delay))
            case .finish(let outcome):
                ending = .finished(outcome)
            case .fail(let reason):
                ending = .failed(reason)
            }
        }
        if !packets.isEmpty { ways.send(packets) }
        if let ending { end(ending) }
    }

    private func wait(until moment: NIODeadline) {
        deadline = moment
        if let firesAt, firesAt <= moment { return }
        timer?.cancel()
        firesAt = moment
        timer = loop.assumeIsolated().scheduleTask(deadline: moment) { self.fired() }
    }

    private func fired() {
        firesAt = nil
        guard !isOver, let deadline else { return }
        guard deadline <= .now() else {
            wait(until: deadline)
            return
        }
        perform(transfer.handle(.timerFired, at: now))
    }

    private func end(_ ending: Ending) {
        guard !isOver else { return }
        stop()
        ways.ended(ending)
    }
}

/// Serves one file to one client: a value that is told what came and when, and says what to do.
///
/// `now` is a reading of any clock that does not go back.
public struct TFTPTransfer: Sendable {
    public enum Event: Hashable, Sendable {
        case received(TFTPPacket)
        case timerFired
    }

    public enum Effect: Hashable, Sendable {
        case send(TFTPPacket)
        /// Replaces the timer that was set before.
        case setTimer(after: Duration)
        case finish(Outcome)
        case fail(String)
    }

    public enum Outcome: Hashable, Sendable {
        /// All blocks were acknowledged; how many octets these were, and how many packets were sent again.
        case sent(octets: Int, resent: Int)
        /// The client wanted to know the size only (EDK2 does this before it asks again).
        case probed
    }

    /// What a server grants at most.
    public struct Limits: Hashable, Sendable {
        /// Octets in a block; 1468 fills an Ethernet frame of 1500.
        public var blockSize = 1468
        /// Blocks in a window.
        public var windowSize = 64
        /// The client is given up when nothing new was acknowledged for so long.
        public var patience: Duration = .seconds(30)

        public init() {}
    }

    private enum Phase {
        case offeringOptions
        case sending
        case done
    }

    private let file: [UInt8]
    private let limits: Limits
    private let granted: TFTPOptions
    private let blockSize: Int
    private let windowSize: Int

    private var phase = Phase.sending
    /// Blocks are counted from 1 without end here; on the wire they wrap from 65535 to 0.
    private var acknowledged = 0
    private var sent = 0
    /// The highest block ever sent: only what is new tells how long a round trip takes.
    private var highest = 0
    /// After a window was sent again, early acknowledgements do nothing more until one covers all that was sent:
    /// a client that acknowledges each block of a window would else get each window many times.
    private var mayRewind = true
    private var resent = 0
    private var retransmission = RetransmissionTimer()
    private var progressAt: Duration = .zero

    /// - Parameter options: what the client asked for; what is unknown or senseless is left out of the answer.
    public init(file: [UInt8], options: TFTPOptions, limits: Limits = Limits()) {
        self.file = file
        self.limits = limits
        var granted = TFTPOptions()
        var blockSize = 512
        var windowSize = 1
        for entry in options.entries {
            switch entry.name {
            case "blksize":
                guard let asked = options.blockSize else { continue }
                blockSize = min(asked, max(limits.blockSize, 8))
                granted["blksize"] = String(blockSize)
            case "windowsize":
                guard let asked = options.windowSize else { continue }
                windowSize = min(asked, max(limits.windowSize, 1))
                granted["windowsize"] = String(windowSize)
            case "tsize":
                guard options.transferSize != nil else { continue }
                granted["tsize"] = String(file.count)
            case "timeout":
                guard let asked = options.timeout else { continue }
                granted["timeout"] = String(asked)
            default: continue
            }
        }
        self.granted = granted
        self.blockSize = blockSize
        self.windowSize = windowSize
    }

    /// The last block is shorter than the others, and empty when the size is a multiple of the block size.
    private var lastBlock: Int { file.count / blockSize + 1 }

    /// What the round trips say, for a client that asks for six seconds shall not lose six for each lost packet; and at
    /// last longer than a client's own timeout, which is five seconds with atftp even where it asks for one: it answers
    /// repetitions once and then not, while each of them starts its clock anew.
    private var timeout: Duration { retransmission.timeout }

    /// The first packets: an OACK when an option was granted, else data.
    public mutating func start(at now: Duration) -> [Effect] {
        progressAt = now
        guard granted.entries.isEmpty else {
            phase = .offeringOptions
            retransmission.sent(at: now)
            return offerOptions()
        }
        return sendWindow(at: now)
    }

    public mutating func handle(_ event: Event, at now: Duration) -> [Effect] {
        switch (phase, event) {
        case (.done, _):
            return []

        case (.offeringOptions, .received(.acknowledgement(block: 0))):
            phase = .sending
            progressAt = now
            retransmission.answered(at: now)
            return sendWindow(at: now)

        case (.offeringOptions, .received(.readRequest)):
            // The client asks again: it did not hear the answer.
            resent += 1
            retransmission.ignoreNextAnswer()
            return offerOptions()

        case (.sending, .received(.acknowledgement(let block))):
            return acknowledge(block, at: now)

        case (.offeringOptions, .received(.error(let code, _)))
        where code == .optionRefused || code == .undefined:
            phase = .done
            return [.finish(.probed)]

        case (_, .received(.error(let code, let message))):
            phase = .done
            return [
                .fail(
                    "the client stopped at block \(acknowledged) of \(lastBlock): error \(code.rawValue) \(message)"
                )
            ]

        case (_, .timerFired):
            return timerFired(at: now)

        // What a server of one file has no use for; the client will say what it means again.
        case (.sending, .received(.readRequest)), (_, .received(.writeRequest)), (_, .received(.data)),
            (_, .received(.optionAcknowledgement)), (.offeringOptions, .received(.acknowledgement)):
            return []
        }
    }

    /// The client has the first word when something was lost here: it asks again, or acknowledges again, after its own
    /// timeout. atftp's client, whose timeout is five seconds whatever it asks for, ends the transfer at a second OACK: it
    /// may lose its acknowledgement twice before there is one.
    private func offerOptions() -> [Effect] {
        [.send(.optionAcknowledgement(granted)), .setTimer(after: .seconds(11))]
    }

    private mutating func acknowledge(_ block: UInt16, at now: Duration) -> [Effect] {
        let step = Int(block &- UInt16(truncatingIfNeeded: acknowledged))
        guard step <= sent - acknowledged else { return [] }
        let early = step < sent - acknowledged
        if step > 0 {
            acknowledged += step
            progressAt = now
            if !early {
                retransmission.answered(at: now)
                mayRewind = true
            }
        }
        if acknowledged == lastBlock {
            phase = .done
            return [.finish(.sent(octets: file.count, resent: resent))]
        }
        if early {
            // Within a window this says that the next block was lost (RFC 7440 section 4). Without windows it is
            // a duplicate, and answering duplicates doubles every packet from then on (RFC 1123 section 4.2.3.1).
            guard windowSize > 1 else { return [] }
            if mayRewind {
                mayRewind = false
                resent += sent - acknowledged
                sent = acknowledged
                retransmission.ignoreNextAnswer()
            } else if step == 0 {
                return []
            }
        }
        return sendWindow(at: now)
    }

    private mutating func timerFired(at now: Duration) -> [Effect] {
        guard now - progressAt < max(limits.patience, timeout * 3) else {
            phase = .done
            let waited = (now - progressAt).components.seconds
            return [.fail("no answer for \(waited) s at block \(acknowledged) of \(lastBlock)")]
        }
        retransmission.expired()
        if phase == .offeringOptions {
            resent += 1
            return offerOptions()
        }
        resent += sent - acknowledged
        mayRewind = false
        sent = acknowledged
        return sendWindow(at: now)
    }

    private mutating func sendWindow(at now: Duration) -> [Effect] {
        let end = min(acknowledged + windowSize, lastBlock)
        guard sent < end else { return [] }
        if sent >= highest { retransmission.sent(at: now) }
        var effects: [Effect] = []
        while sent < end {
            let start = sent * blockSize
            let octets = file[start..<min(start + blockSize, file.count)]
            sent += 1
            highest = max(highest, sent)
            effects.append(.send(.data(block: UInt16(truncatingIfNeeded: sent), octets: octets)))
        }
        return effects + [.setTimer(after: timeout)]
    }
}

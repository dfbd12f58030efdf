import Octets

/// Reads the newest records of the log, oldest first.
///
/// A record names only the one after it. To spare a long log, the newest is asked for first and as many numbers are
/// counted back as records are wanted; where that finds none, or too few, the whole log is gone through.
public struct SELReading: Sendable {
    public struct Outcome: Hashable, Sendable {
        public var info: SELInfo
        public var records: [SELRecord]
        /// Why the records after the last one could not be read.
        public var endedBy: ReadingFailure?
    }

    private enum Phase {
        case info
        case newest(SELInfo)
        case tail(SELInfo)
        case whole(SELInfo)
    }

    private let limit: Int
    private var phase = Phase.info
    private var records: [SELRecord] = []
    private var seen: Set<UInt16> = []

    /// - Parameter limit: how many records are wanted at most.
    public init(limit: Int) {
        self.limit = max(0, limit)
    }

    public func start() -> IPMIRequest { .selInfo }

    /// What an answer leads to.
    public mutating func handle(_ response: IPMIResponse) -> ReadingStep<Outcome> {
        switch phase {
        case .info:
            guard response.completion == .success else { return .failed(.refused(response.completion)) }
            do {
                return begin(try SELInfo(response.data))
            } catch {
                return .failed(.malformed(error))
            }
        case .newest(let info):
            guard let id = SELEntry(response)?.record.id, Int(id) >= limit else { return readWhole(info) }
            phase = .tail(info)
            return ask(id - UInt16(limit - 1))
        case .tail(let info):
            guard let entry = SELEntry(response), take(entry) else { return readWhole(info) }
            if entry.next != 0xFFFF { return ask(entry.next) }
            return records.count < min(limit, info.count) ? readWhole(info) : done(info)
        case .whole(let info):
            guard response.completion == .success else {
                // The log may have been cleared meanwhile.
                return done(info, response.completion == .notPresent ? nil : .refused(response.completion))
            }
            guard let entry = SELEntry(response) else {
                let length = response.data.count
                return done(info, .malformed(.truncated(needed: 2 + SELRecord.length, left: length, at: 0)))
            }
            guard take(entry) else { return done(info, .endless) }
            return entry.next == 0xFFFF ? done(info) : ask(entry.next)
        }
    }

    private mutating func begin(_ info: SELInfo) -> ReadingStep<Outcome> {
        guard info.count > 0, limit > 0 else { return done(info) }
        guard info.count > limit else { return readWhole(info) }
        phase = .newest(info)
        return ask(0xFFFF)
    }

    private mutating func readWhole(_ info: SELInfo) -> ReadingStep<Outcome> {
        phase = .whole(info)
        records = []
        seen = []
        return ask(0)
    }

    private func ask(_ id: UInt16) -> ReadingStep<Outcome> { .ask(.readSEL(id)) }

    /// False when the log goes round in circles.
    private mutating func take(_ entry: SELEntry) -> Bool {
        guard seen.insert(entry.record.id).inserted, entry.next != 0 else { return false }
        records.append(entry.record)
        // What is older than wanted is dropped now and then, so that a long log takes no room.
        if records.count >= limit + 256 { records.removeFirst(records.count - limit) }
        return true
    }

    private func done(_ info: SELInfo, _ failure: ReadingFailure? = nil) -> ReadingStep<Outcome> {
        .done(Outcome(info: info, records: [SELRecord](records.suffix(limit)), endedBy: failure))
    }
}

/// The answer to Get SEL Entry (IPMI 2.0 section 31.5).
struct SELEntry {
    var next: UInt16
    var record: SELRecord

    init?(_ response: IPMIResponse) {
        guard response.completion == .success, response.data.count >= 2 + SELRecord.length,
            let record = try? SELRecord([UInt8](response.data[2...]))
        else { return nil }
        next = UInt16(response.data[0]) | UInt16(response.data[1]) << 8
        self.record = record
    }
}

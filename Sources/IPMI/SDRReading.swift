public import Octets

/// Where sensor records are kept.
public enum SDRSource: Hashable, Sendable {
    /// The repository of the whole system (IPMI 2.0 section 33).
    case repository
    /// The controller's own (section 35).
    case device
}

/// The answer to Get SDR Repository Info (IPMI 2.0 section 33.9).
public struct SDRRepositoryInfo: Hashable, Sendable {
    public var count: Int
    /// In octets; nil when it is more than can be said.
    public var free: Int?
    /// Seconds since 1970 of the last change; all ones are not known.
    public var addedAt: UInt32
    public var erasedAt: UInt32
    public var supportsReservation: Bool

    public init(count: Int, free: Int?, addedAt: UInt32, erasedAt: UInt32, supportsReservation: Bool = true) {
        self.count = count
        self.free = free
        self.addedAt = addedAt
        self.erasedAt = erasedAt
        self.supportsReservation = supportsReservation
    }

    public init(_ data: [UInt8]) throws(WireError) {
        var reader = OctetReader(data)
        _ = try reader.read(1)
        count = Int(try reader.readLittleEndian(UInt16.self))
        let room: UInt16 = try reader.readLittleEndian()
        free = room >= 0xFFFE ? nil : Int(room)
        addedAt = try reader.readLittleEndian()
        erasedAt = try reader.readLittleEndian()
        supportsReservation = try reader.readInteger(UInt8.self) & 0x02 != 0
    }

    public var octets: [UInt8] {
        var octets: [UInt8] = [0x51]
        octets.append(littleEndian: UInt16(clamping: count))
        octets.append(littleEndian: UInt16(clamping: free ?? 0xFFFE))
        octets.append(littleEndian: addedAt)
        octets.append(littleEndian: erasedAt)
        return octets + [supportsReservation ? 0x02 : 0]
    }
}

extension IPMIRequest {
    public static var sdrRepositoryInfo: Self { Self(networkFunction: 0x0A, command: 0x20) }

    static func reserveSDR(_ source: SDRSource) -> Self {
        source == .repository
            ? Self(networkFunction: 0x0A, command: 0x22) : Self(networkFunction: 0x04, command: 0x22)
    }

    static func readSDR(_ source: SDRSource, reservation: UInt16, id: UInt16, offset: Int, count: Int) -> Self {
        var data: [UInt8] = []
        data.append(littleEndian: reservation)
        data.append(littleEndian: id)
        data += [UInt8(clamping: offset), UInt8(clamping: count)]
        return source == .repository
            ? Self(networkFunction: 0x0A, command: 0x23, data: data)
            : Self(networkFunction: 0x04, command: 0x21, data: data)
    }
}

/// Reads all records, each piece by piece, in pieces that the BMC can give, and anew where its reservation was lost.
public struct SDRReading: Sendable {
    /// What was found: records that make no sense, or that the BMC does not give, are left out and counted.
    public struct Outcome: Hashable, Sendable {
        public var records: [SDRRecord] = []
        public var unreadable = 0
        /// Why the records after the last one could not be read.
        public var endedBy: ReadingFailure?
    }

    /// More records than any machine has.
    static let mostRecords = 4096
    /// A repository that changes more often while it is read is given up.
    static let mostLosses = 10

    private enum Phase {
        case reserving
        case header
        case body(SDRRecord.Header, next: UInt16)
    }

    private let source: SDRSource
    private var phase = Phase.reserving
    private var reservation: UInt16 = 0
    private var id: UInt16 = 0
    private var octets: [UInt8] = []
    private var outcome = Outcome()
    private var piece = PieceSize()
    private var losses = 0
    private var seen: Set<UInt16> = []

    public init(source: SDRSource = .repository) {
        self.source = source
    }

    public func start() -> IPMIRequest { .reserveSDR(source) }

    /// What an answer leads to.
    public mutating func handle(_ response: IPMIResponse) -> ReadingStep<Outcome> {
        if case .reserving = phase { return reserved(response) }
        if response.completion == .reservationCancelled { return lost() }
        if response.completion.isAboutLength, piece.shrink() { return .ask(next()) }
        guard response.completion == .success else { return refused(response.completion) }
        var reader = OctetReader(response.data)
        do {
            let next: UInt16 = try reader.readLittleEndian()
            return try took(reader.readRemaining(), next: next)
        } catch {
            return end(.malformed(error))
        }
    }

    private mutating func refused(_ completion: CompletionCode) -> ReadingStep<Outcome> {
        // One record that the BMC does not give is not the end.
        if case .body(_, let next) = phase { return completed(next: next) }
        guard completion == .notPresent else { return end(.refused(completion)) }
        // An empty repository has not even a first record; another one went away with a change.
        if id == 0 { return .done(outcome) }
        return losses > 0 ? startAgain() : end(.refused(completion))
    }

    private mutating func end(_ failure: ReadingFailure) -> ReadingStep<Outcome> {
        guard !outcome.records.isEmpty else { return .failed(failure) }
        outcome.endedBy = failure
        return .done(outcome)
    }

    private mutating func reserved(_ response: IPMIResponse) -> ReadingStep<Outcome> {
        if response.completion == .success {
            var reader = OctetReader(response.data)
            reservation = (try? reader.readLittleEndian()) ?? 0
        } else if response.completion != .invalidCommand {
            return .failed(.refused(response.completion))
        }
        // Who cannot reserve reads with zero.
        phase = .header
        octets = []
        return .ask(next())
    }

    private mutating func lost() -> ReadingStep<Outcome> {
        losses += 1
        guard losses <= Self.mostLosses else { return end(.endless) }
        phase = .reserving
        return .askLater(.reserveSDR(source))
    }

    private mutating func startAgain() -> ReadingStep<Outcome> {
        id = 0
        outcome = Outcome()
        seen = []
        return lost()
    }

    private mutating func took(_ data: ArraySlice<UInt8>, next: UInt16) throws(WireError) -> ReadingStep<Outcome> {
        switch phase {
        case .reserving: return .failed(.endless)
        case .header:
            octets += data
            guard octets.count >= SDRRecord.headerLength else {
                guard !data.isEmpty else { throw .truncated(needed: SDRRecord.headerLength, left: 0, at: 0) }
                return .ask(self.next())
            }
            octets = [UInt8](octets.prefix(SDRRecord.headerLength))
            var reader = OctetReader(octets)
            let header = try SDRRecord.Header(reading: &reader)
            guard header.length > 0 else { return completed(next: next) }
            phase = .body(header, next: next)
            return .ask(self.next())
        case .body(let header, let nextID):
            let whole = SDRRecord.headerLength + header.length
            octets += data.prefix(whole - octets.count)
            // A record may be shorter than it says: what is there is what there is.
            guard octets.count < whole, !data.isEmpty else { return completed(next: nextID) }
            return .ask(self.next())
        }
    }

    private mutating func completed(next: UInt16) -> ReadingStep<Outcome> {
        if let record = try? SDRRecord(octets) {
            outcome.records.append(record)
        } else {
            outcome.unreadable += 1
        }
        octets = []
        phase = .header
        guard next != 0xFFFF else { return .done(outcome) }
        guard next != 0, seen.insert(next).inserted, seen.count < Self.mostRecords else { return end(.endless) }
        id = next
        return .ask(self.next())
    }

    private func next() -> IPMIRequest {
        let whole =
            switch phase {
            case .reserving, .header: SDRRecord.headerLength
            case .body(let header, _): SDRRecord.headerLength + header.length
            }
        let count = min(whole - octets.count, piece.octets)
        return .readSDR(source, reservation: reservation, id: id, offset: octets.count, count: count)
    }
}

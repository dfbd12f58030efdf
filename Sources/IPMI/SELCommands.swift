public import Octets

/// The answer to Get SEL Info (IPMI 2.0 section 31.2).
public struct SELInfo: Hashable, Sendable {
    public var count: Int
    /// In octets; nil when it is more than can be said.
    public var free: Int?
    public var addedAt: SELTime
    public var erasedAt: SELTime
    /// Events were lost for lack of room.
    public var hasOverflown: Bool

    public init(count: Int, free: Int?, addedAt: SELTime, erasedAt: SELTime, hasOverflown: Bool) {
        self.count = count
        self.free = free
        self.addedAt = addedAt
        self.erasedAt = erasedAt
        self.hasOverflown = hasOverflown
    }

    public init(_ data: [UInt8]) throws(WireError) {
        var reader = OctetReader(data)
        _ = try reader.read(1)
        count = Int(try reader.readLittleEndian(UInt16.self))
        let room: UInt16 = try reader.readLittleEndian()
        free = room == 0xFFFF ? nil : Int(room)
        addedAt = SELTime(rawValue: try reader.readLittleEndian())
        erasedAt = SELTime(rawValue: try reader.readLittleEndian())
        hasOverflown = try reader.readInteger(UInt8.self) & 0x80 != 0
    }

    /// Of a log that can be reserved, deleted from and asked for its room.
    public var octets: [UInt8] {
        var octets: [UInt8] = [0x51]
        octets.append(littleEndian: UInt16(clamping: count))
        octets.append(littleEndian: UInt16(clamping: free ?? 0xFFFF))
        octets.append(littleEndian: addedAt.rawValue)
        octets.append(littleEndian: erasedAt.rawValue)
        return octets + [0x0B | (hasOverflown ? 0x80 : 0)]
    }
}

extension IPMIRequest {
    public static var selInfo: Self { Self(networkFunction: 0x0A, command: 0x40) }

    static var reserveSEL: Self { Self(networkFunction: 0x0A, command: 0x42) }

    /// A whole record (IPMI 2.0 section 31.5), which needs no reservation.
    static func readSEL(_ id: UInt16) -> Self {
        var data: [UInt8] = [0, 0]
        data.append(littleEndian: id)
        return Self(networkFunction: 0x0A, command: 0x43, data: data + [0, 0xFF])
    }

    /// IPMI 2.0 section 31.9; without `begins` it asks how far the clearing is.
    static func clearSEL(reservation: UInt16, begins: Bool) -> Self {
        var data: [UInt8] = []
        data.append(littleEndian: reservation)
        data += [UInt8](Array("CLR".utf8)) + [begins ? 0xAA : 0x00]
        return Self(networkFunction: 0x0A, command: 0x47, data: data)
    }
}

/// Empties the log: a reservation, so that no event is lost that was added meanwhile, the order, and looks until it is done.
public struct SELClearing: Sendable {
    private enum Phase {
        case reserving, clearing
    }

    /// How often an event may come between reservation and order, and how often it is looked whether it is done.
    static let mostLosses = 5
    static let mostLooks = 60

    private var phase = Phase.reserving
    private var reservation: UInt16 = 0
    private var losses = 0
    private var looks = 0

    public init() {}

    public func start() -> IPMIRequest { .reserveSEL }

    /// What an answer leads to; true in the end.
    public mutating func handle(_ response: IPMIResponse) -> ReadingStep<Bool> {
        var reader = OctetReader(response.data)
        switch (phase, response.completion) {
        case (.reserving, .success):
            reservation = (try? reader.readLittleEndian()) ?? 0
            phase = .clearing
            return .ask(.clearSEL(reservation: reservation, begins: true))
        case (.reserving, .invalidCommand):
            phase = .clearing
            return .ask(.clearSEL(reservation: 0, begins: true))
        case (.clearing, .reservationCancelled):
            // The clearing itself ends the reservation of some.
            losses += 1
            guard losses <= Self.mostLosses else { return .failed(.endless) }
            phase = .reserving
            return .ask(.reserveSEL)
        case (.clearing, .success):
            let progress: UInt8 = (try? reader.readInteger()) ?? 1
            guard progress & 0x0F == 0 else { return .done(true) }
            looks += 1
            guard looks <= Self.mostLooks else { return .failed(.endless) }
            return .askLater(.clearSEL(reservation: reservation, begins: false))
        case (_, let completion): return .failed(.refused(completion))
        }
    }
}

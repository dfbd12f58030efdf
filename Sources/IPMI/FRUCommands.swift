public import Octets

/// How much FRU information a device has (IPMI 2.0 section 34.1).
public struct FRUAreaInfo: Hashable, Sendable {
    /// In octets.
    public var size: Int
    /// It is read in words of two octets.
    public var isReadInWords: Bool

    public init(size: Int, isReadInWords: Bool = false) {
        self.size = size
        self.isReadInWords = isReadInWords
    }

    public init(_ data: [UInt8]) throws(WireError) {
        var reader = OctetReader(data)
        size = Int(try reader.readLittleEndian(UInt16.self))
        isReadInWords = try reader.readInteger(UInt8.self) & 0x01 != 0
    }

    public var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.append(littleEndian: UInt16(clamping: size))
        return octets + [isReadInWords ? 1 : 0]
    }
}

extension IPMIRequest {
    public static func fruAreaInfo(_ device: UInt8) -> Self {
        Self(networkFunction: 0x0A, command: 0x10, data: [device])
    }

    /// IPMI 2.0 section 34.2; offset and count in words where the device is read so.
    static func readFRU(_ device: UInt8, offset: UInt16, count: UInt8) -> Self {
        var data = [device]
        data.append(littleEndian: offset)
        return Self(networkFunction: 0x0A, command: 0x11, data: data + [count])
    }
}

extension CompletionCode {
    /// Of Read FRU Data: the device is busy.
    static let fruBusy = Self(rawValue: 0x81)
}

/// Reads a FRU device's information piece by piece, in pieces that the BMC can give, and no further than its areas go.
public struct FRUReading: Sendable {
    private let device: UInt8
    private var info: FRUAreaInfo?
    private var octets: [UInt8] = []
    private var piece = PieceSize()
    private var pauses = 0

    public init(device: UInt8) {
        self.device = device
    }

    public func start() -> IPMIRequest { .fruAreaInfo(device) }

    /// What an answer leads to.
    public mutating func handle(_ response: IPMIResponse) -> ReadingStep<[UInt8]> {
        guard let info else { return handleInfo(response) }
        if response.completion == .fruBusy, pauses < 5 {
            pauses += 1
            return .askLater(next(info))
        }
        if response.completion.isAboutLength, piece.shrink() { return .ask(next(info)) }
        guard response.completion == .success else {
            // What was read so far may hold all areas: some devices are smaller than they say.
            return octets.isEmpty ? .failed(.refused(response.completion)) : .done(octets)
        }
        do {
            var reader = OctetReader(response.data)
            let count = Int(try reader.readInteger(UInt8.self)) * (info.isReadInWords ? 2 : 1)
            let data = reader.readRemaining().prefix(min(count, info.size - octets.count))
            guard !data.isEmpty else { return .done(octets) }
            octets += data
        } catch {
            return .failed(.malformed(error))
        }
        let isOver = octets.count >= info.size || FRUInformation.isWhole(octets)
        return isOver ? .done(octets) : .ask(next(info))
    }

    private mutating func handleInfo(_ response: IPMIResponse) -> ReadingStep<[UInt8]> {
        guard response.completion == .success else { return .failed(.refused(response.completion)) }
        do {
            let found = try FRUAreaInfo(response.data)
            info = found
            return found.size == 0 ? .done([]) : .ask(next(found))
        } catch {
            return .failed(.malformed(error))
        }
    }

    private func next(_ info: FRUAreaInfo) -> IPMIRequest {
        let count = min(piece.octets, info.size - octets.count)
        guard info.isReadInWords else {
            return .readFRU(device, offset: UInt16(clamping: octets.count), count: UInt8(clamping: count))
        }
        let words = UInt8(clamping: (count + 1) / 2)
        return .readFRU(device, offset: UInt16(clamping: octets.count / 2), count: words)
    }
}

import Testing

@testable import IPMI

/// A log with a fault where a test asks for one.
private struct Log {
    var ids: [UInt16]
    var canReserve = true
    /// Orders to clear that come too late: an event came between.
    var lateOrders = 0
    /// Looks until the clearing is done.
    var looks = 0
    /// The last record names this one as the next.
    var last: UInt16 = 0xFFFF
    /// Answers with 0xCB to a number counted back.
    var isSparse = false

    private(set) var entriesAsked = 0
    private(set) var isCleared = false
    private var reservation: UInt8 = 0

    init(ids: [UInt16]) { self.ids = ids }

    mutating func answer(_ request: IPMIRequest) -> IPMIResponse {
        func response(_ completion: UInt8, _ data: [UInt8] = []) -> IPMIResponse {
            IPMIResponse(
                networkFunction: 0x0B,
                command: request.command,
                completion: CompletionCode(rawValue: completion),
                data: data
            )
        }
        switch request.command {
        case 0x40:
            let count = [UInt8(ids.count & 0xFF), UInt8(ids.count >> 8)]
            return response(0, [0x51] + count + [UInt8](repeating: 0, count: 11))
        case 0x42:
            guard canReserve else { return response(0xC1) }
            reservation += 1
            return response(0, [reservation, 0])
        case 0x43:
            entriesAsked += 1
            let id = UInt16(request.data[2]) | UInt16(request.data[3]) << 8
            let found = id == 0 ? ids.indices.first : id == 0xFFFF ? ids.indices.last : ids.firstIndex(of: id)
            guard let index = found, !isSparse || [0, 0xFFFF].contains(id) || index > 0 else { return response(0xCB) }
            let next = index + 1 < ids.count ? ids[index + 1] : last
            let record = SELRecord(id: ids[index], content: .other(kind: 0xE0, data: [UInt8](repeating: 7, count: 13)))
            return response(0, [UInt8(next & 0xFF), UInt8(next >> 8)] + record.octets)
        case 0x47:
            if request.data[5] == 0xAA {
                if lateOrders > 0 {
                    lateOrders -= 1
                    return response(0xC5)
                }
                guard !canReserve || request.data[0] == reservation else { return response(0xC5) }
                isCleared = true
            }
            guard looks == 0 else {
                looks -= 1
                return response(0, [0x00])
            }
            return response(0, [0x01])
        default: return response(0xC1)
        }
    }
}

struct SELReadingTests {
    private func carry<Value>(
        _ log: inout Log,
        _ first: IPMIRequest,
        _ handle: (IPMIResponse) -> ReadingStep<Value>
    ) throws -> Value {
        var request = first
        for _ in 0..<100_000 {
            switch handle(log.answer(request)) {
            case .ask(let next), .askLater(let next): request = next
            case .done(let value): return value
            case .failed(let failure): throw failure
            }
        }
        throw ReadingFailure.endless
    }

    private func read(_ log: inout Log, limit: Int) throws -> SELReading.Outcome {
        var reading = SELReading(limit: limit)
        return try carry(&log, reading.start()) { reading.handle($0) }
    }

    @Test func theWholeLogIsReadWhereItIsShort() throws {
        var log = Log(ids: [1, 2, 3, 7])
        let outcome = try read(&log, limit: 10)
        #expect(outcome.records.map(\.id) == [1, 2, 3, 7])
        #expect(outcome.info.count == 4)
        #expect(outcome.endedBy == nil)
    }

    @Test func onlyTheEndOfALongLogIsRead() throws {
        var log = Log(ids: Array(1...3000))
        let outcome = try read(&log, limit: 20)
        #expect(outcome.records.map(\.id) == Array(2981...3000))
        #expect(log.entriesAsked == 21, "one to find the end")
    }

    @Test func aLogWithGapsIsGoneThroughAsAWhole() throws {
        let ids = Array(stride(from: UInt16(10), through: 5000, by: 10))
        var log = Log(ids: ids)
        #expect(try read(&log, limit: 5).records.map(\.id) == ids.suffix(5))
        // Where the number counted back exists, and fewer than wanted come after it.
        var other = Log(ids: Array(1...50) + [96, 98, 100])
        #expect(try read(&other, limit: 5).records.map(\.id) == [49, 50, 96, 98, 100])
    }

    @Test func numbersThatBeganAnewAreNoTrouble() throws {
        // The log wrapped: the newest has a low number.
        var log = Log(ids: Array(65000...65534) + [1, 2, 3])
        #expect(try read(&log, limit: 5).records.map(\.id) == [65533, 65534, 1, 2, 3])
    }

    @Test func anEmptyLogIsNoError() throws {
        var log = Log(ids: [])
        #expect(try read(&log, limit: 5).records.isEmpty)
        var full = Log(ids: [1, 2])
        #expect(try read(&full, limit: 0).records.isEmpty)
        #expect(full.entriesAsked == 0)
    }

    @Test func aLogThatGoesRoundInCirclesEnds() throws {
        var log = Log(ids: [1, 2, 3])
        log.last = 2
        let outcome = try read(&log, limit: 10)
        #expect(outcome.endedBy == .endless)
        #expect(outcome.records.map(\.id) == [1, 2, 3])
    }

    @Test func aBMCWithoutALogRefuses() {
        var reading = SELReading(limit: 5)
        let refusal = IPMIResponse(networkFunction: 0x0B, command: 0x40, completion: .invalidCommand)
        #expect(reading.handle(refusal) == .failed(.refused(.invalidCommand)))
    }

    // MARK: Clearing

    private func clear(_ log: inout Log) throws -> Bool {
        var clearing = SELClearing()
        return try carry(&log, clearing.start()) { clearing.handle($0) }
    }

    @Test func theLogIsClearedWithAReservation() throws {
        var log = Log(ids: [1])
        log.looks = 3
        #expect(try clear(&log))
        #expect(log.isCleared)
    }

    @Test func anEventThatComesBetweenHasTheReservationRenewed() throws {
        var log = Log(ids: [1])
        log.lateOrders = 3
        #expect(try clear(&log))
        log.lateOrders = 100
        #expect(throws: ReadingFailure.endless) { _ = try clear(&log) }
    }

    @Test func aBMCWithoutReservationsIsToldWithZero() throws {
        var log = Log(ids: [1])
        log.canReserve = false
        #expect(try clear(&log))
    }

    @Test func aClearingThatNeverEndsIsGivenUp() {
        var log = Log(ids: [1])
        log.looks = 1_000_000
        #expect(throws: ReadingFailure.endless) { _ = try clear(&log) }
    }
}

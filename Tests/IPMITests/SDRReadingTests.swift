import TestSupport
import Testing

@testable import IPMI

/// The other end of a walk through the records, with a fault where a test asks for one.
private struct Repository {
    var records: [[UInt8]]
    /// Answers with 0xCA to more.
    var most = 255
    /// Before these answers to Get SDR the reservation is lost.
    var losesAt: Set<Int> = []
    var canReserve = true
    /// Answers so to Get SDR for the record with this number, at an offset beyond the header.
    var refuses: (record: Int, completion: UInt8)?
    /// The last record names this one as the next.
    var last: UInt16 = 0xFFFF

    private(set) var reservation: UInt16 = 0
    private(set) var asked = 0
    private(set) var commands: [UInt8] = []

    init(records: [[UInt8]]) { self.records = records }

    mutating func answer(_ request: IPMIRequest) -> IPMIResponse {
        commands.append(request.command)
        func response(_ completion: UInt8, _ data: [UInt8] = []) -> IPMIResponse {
            IPMIResponse(
                networkFunction: request.networkFunction | 1,
                command: request.command,
                completion: CompletionCode(rawValue: completion),
                data: data
            )
        }
        if request.command == 0x22 {
            guard canReserve else { return response(0xC1) }
            reservation += 1
            return response(0, [UInt8(reservation & 0xFF), UInt8(reservation >> 8)])
        }
        asked += 1
        if losesAt.contains(asked) { reservation += 1 }
        let given = UInt16(request.data[0]) | UInt16(request.data[1]) << 8
        guard !canReserve || given == reservation else { return response(0xC5) }
        let id = UInt16(request.data[2]) | UInt16(request.data[3]) << 8
        let offset = Int(request.data[4])
        let count = Int(request.data[5])
        guard count <= most else { return response(0xCA) }
        guard let index = id == 0 ? (records.isEmpty ? nil : 0) : records.firstIndex(where: { number($0) == id }) else {
            return response(0xCB)
        }
        if let refuses, refuses.record == index, offset >= 5 { return response(refuses.completion) }
        let record = records[index]
        let next = index + 1 < records.count ? number(records[index + 1]) : last
        guard offset <= record.count else { return response(0xC9) }
        let piece = record[offset..<min(offset + count, record.count)]
        return response(0, [UInt8(next & 0xFF), UInt8(next >> 8)] + piece)
    }

    private func number(_ record: [UInt8]) -> UInt16 { UInt16(record[0]) | UInt16(record[1]) << 8 }
}

struct SDRReadingTests {
    private let records = SDRTests.compiled.map { octets(hex: $0) }

    private func read(_ repository: inout Repository) throws -> (outcome: SDRReading.Outcome, pauses: Int) {
        var reading = SDRReading()
        var request = reading.start()
        var pauses = 0
        for _ in 0..<20_000 {
            switch reading.handle(repository.answer(request)) {
            case .ask(let next): request = next
            case .askLater(let next):
                pauses += 1
                request = next
            case .done(let outcome): return (outcome, pauses)
            case .failed(let failure): throw failure
            }
        }
        Issue.record("no end after 20000 answers")
        throw ReadingFailure.endless
    }

    private var whole: [SDRRecord] {
        get throws { try records.map { try SDRRecord($0) } }
    }

    @Test(arguments: [255, 32, 20, 9, 5, 4])
    func allRecordsAreReadInPiecesOfAnySize(most: Int) throws {
        var repository = Repository(records: records)
        repository.most = most
        let (outcome, pauses) = try read(&repository)
        #expect(outcome.records == (try whole))
        #expect(outcome.unreadable == 0)
        #expect(outcome.endedBy == nil)
        #expect(pauses == 0)
        #expect(repository.commands.filter { $0 == 0x22 }.count == 1)
        // A header and the rest in two pieces: no more, where the BMC gives as much as all channels carry.
        if most >= 32 { #expect(repository.asked <= 3 * records.count) }
    }

    @Test(arguments: [[1], [2], [3], [4], [2, 5, 9], [1, 2, 3, 4, 5]] as [Set<Int>])
    func aLostReservationIsRenewedAndTheRecordReadAnew(losses: Set<Int>) throws {
        var repository = Repository(records: records)
        repository.losesAt = losses
        let (outcome, pauses) = try read(&repository)
        #expect(outcome.records == (try whole), "each once")
        #expect(pauses == losses.count)
    }

    @Test func aRepositoryThatNeverRestsIsGivenUpWithWhatWasRead() throws {
        var repository = Repository(records: records)
        repository.losesAt = Set(8...1000)
        let outcome = try read(&repository).outcome
        #expect(outcome.endedBy == .endless)
        #expect(!outcome.records.isEmpty)

        repository.losesAt = Set(1...1000)
        var other = Repository(records: records)
        other.losesAt = Set(1...1000)
        #expect(throws: ReadingFailure.endless) { _ = try read(&other) }
    }

    @Test func aBMCWithoutReservationsIsReadWithZero() throws {
        var repository = Repository(records: records)
        repository.canReserve = false
        #expect(try read(&repository).outcome.records == whole)
    }

    @Test func aRecordThatIsNotGivenIsCountedAndTheRestRead() throws {
        var repository = Repository(records: records)
        repository.refuses = (3, 0xFF)
        let outcome = try read(&repository).outcome
        #expect(outcome.records.count == records.count - 1)
        #expect(outcome.unreadable == 1)
    }

    @Test func anEmptyRepositoryIsNoError() throws {
        var repository = Repository(records: [])
        #expect(try read(&repository).outcome == SDRReading.Outcome())
    }

    @Test func recordsThatGoRoundInCirclesEnd() throws {
        var repository = Repository(records: records)
        repository.last = 3
        let outcome = try read(&repository).outcome
        #expect(outcome.endedBy == .endless)
        #expect(outcome.records.count == records.count)
    }

    @Test func aRecordShorterThanItSaysIsCounted() throws {
        var cut = records
        cut[2].removeLast(30)
        var repository = Repository(records: cut)
        let outcome = try read(&repository).outcome
        #expect(outcome.records.count == records.count - 1)
        #expect(outcome.unreadable == 1)
    }

    @Test func aControllersOwnRecordsAreAskedForWithOtherCommands() {
        let reading = SDRReading(source: .device)
        #expect(reading.start() == IPMIRequest(networkFunction: 0x04, command: 0x22))
        let next = IPMIRequest.readSDR(.device, reservation: 0x1234, id: 7, offset: 5, count: 16)
        #expect(next == IPMIRequest(networkFunction: 0x04, command: 0x21, data: [0x34, 0x12, 7, 0, 5, 16]))
    }

    @Test func theRepositorysInformationIsRead() throws {
        // ipmi_sim's answer.
        let info = try SDRRepositoryInfo(octets(hex: "510a00feffa41800000000000002"))
        #expect(info.count == 10)
        #expect(info.free == nil)
        #expect(info.supportsReservation)
        #expect(throws: (any Error).self) { _ = try SDRRepositoryInfo([0x51, 0x0A]) }
    }
}

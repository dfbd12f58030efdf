import Testing

@testable import IPMI

/// A FRU device with a fault where a test asks for one.
private struct Device {
    var octets: [UInt8]
    /// What it says it has.
    var size: Int
    var isReadInWords = false
    /// Refuses more with 0xCA.
    var most = 255
    /// Busy so often.
    var busy = 0
    /// Refuses from this offset on.
    var end: Int?

    private(set) var readings = 0

    init(octets: [UInt8], size: Int? = nil) {
        self.octets = octets
        self.size = size ?? octets.count
    }

    mutating func answer(_ request: IPMIRequest) -> IPMIResponse {
        func response(_ completion: UInt8, _ data: [UInt8] = []) -> IPMIResponse {
            IPMIResponse(
                networkFunction: 0x0B,
                command: request.command,
                completion: CompletionCode(rawValue: completion),
                data: data
            )
        }
        guard request.command == 0x11 else {
            return response(0, [UInt8(size & 0xFF), UInt8(size >> 8), isReadInWords ? 1 : 0])
        }
        readings += 1
        guard busy == 0 else {
            busy -= 1
            return response(0x81)
        }
        let unit = isReadInWords ? 2 : 1
        let offset = (Int(request.data[1]) | Int(request.data[2]) << 8) * unit
        let count = Int(request.data[3]) * unit
        guard count <= most else { return response(0xCA) }
        guard offset < end ?? .max else { return response(0xC9) }
        let piece = octets.dropFirst(offset).prefix(count)
        return response(0, [UInt8(piece.count / unit)] + piece)
    }
}

struct FRUReadingTests {
    private func read(_ device: inout Device) throws -> [UInt8] {
        var reading = FRUReading(device: 0)
        var request = reading.start()
        for _ in 0..<10_000 {
            switch reading.handle(device.answer(request)) {
            case .ask(let next), .askLater(let next): request = next
            case .done(let octets): return octets
            case .failed(let failure): throw failure
            }
        }
        throw ReadingFailure.endless
    }

    private func information(records: Int = 0) throws -> [UInt8] {
        var information = FRUInformation()
        information.board = FRUBoard(serialNumber: FRUField("B1") ?? .empty)
        information.product = FRUProduct(serialNumber: FRUField("a longer serial number, of forty octets.") ?? .empty)
        information.records = (0..<records).map { index in
            FRURecord(kind: FRURecord.Kind(rawValue: 0xC0), data: [UInt8](repeating: UInt8(index), count: 60))
        }
        return try information.octets()
    }

    @Test(arguments: [255, 32, 17, 8, 4], [false, true])
    func aDeviceIsReadInPiecesOfAnySize(most: Int, isReadInWords: Bool) throws {
        let octets = try information()
        var device = Device(octets: octets)
        device.most = most
        device.isReadInWords = isReadInWords
        #expect(try read(&device) == octets)
    }

    @Test(arguments: [0, 1, 5])
    func whatNoAreaNeedsIsNotRead(records: Int) throws {
        let octets = try information(records: records)
        var device = Device(octets: octets + [UInt8](repeating: 0xFF, count: 4000), size: 65535)
        let read = try read(&device)
        #expect(try FRUInformation(read) == FRUInformation(octets))
        #expect(read.count < octets.count + 32)
    }

    @Test func aDeviceThatHoldsSomethingElseIsNotReadOn() throws {
        // What a memory module stores.
        var device = Device(octets: [0x92, 0x11, 0x0B, 0x01] + [UInt8](repeating: 3, count: 252))
        #expect(try read(&device).count == 32)
    }

    @Test func aBusyDeviceIsWaitedForAWhile() throws {
        var device = Device(octets: try information())
        device.busy = 5
        #expect(try read(&device) == device.octets)
        device.busy = 6
        #expect(throws: ReadingFailure.refused(CompletionCode(rawValue: 0x81))) { _ = try read(&device) }
    }

    @Test func aDeviceSmallerThanItSaysGivesWhatItHas() throws {
        var device = Device(octets: try information(records: 5))
        device.size = 2048
        device.end = 64
        #expect(try read(&device).count == 64)
        device.end = 0
        #expect(throws: ReadingFailure.refused(CompletionCode(rawValue: 0xC9))) { _ = try read(&device) }
        var empty = Device(octets: [])
        #expect(try read(&empty).isEmpty)
    }

    @Test func anAnswerThatIsLongerThanAskedForIsCut() throws {
        var reading = FRUReading(device: 7)
        #expect(reading.start() == IPMIRequest(networkFunction: 0x0A, command: 0x10, data: [7]))
        let info = IPMIResponse(networkFunction: 0x0B, command: 0x10, completion: .success, data: [10, 0, 0])
        #expect(
            reading.handle(info) == .ask(IPMIRequest(networkFunction: 0x0A, command: 0x11, data: [7, 0, 0, 10]))
        )
        let long = [UInt8](repeating: 1, count: 200)
        let answer = IPMIResponse(networkFunction: 0x0B, command: 0x11, completion: .success, data: [200] + long)
        #expect(reading.handle(answer) == .done([UInt8](repeating: 1, count: 10)))
        var other = FRUReading(device: 0)
        let short = IPMIResponse(networkFunction: 0x0B, command: 0x10, completion: .success, data: [1])
        guard case .failed(.malformed) = other.handle(short) else { throw CancellationError() }
    }
}

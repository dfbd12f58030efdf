import BMC
import BMCIPMI
import TestSupport
import Testing

@testable import IPMI

/// A recording of OpenIPMI's simulator, made by the real probe.
@Suite(.enabled(if: Simulator.isInstalled), .serialized, .timeLimit(.minutes(5)))
struct IPMIRecordingTests {
    private func record() async throws -> (BMCCapabilities, IPMIRecording) {
        let simulator = try Simulator(furniture: Furniture.commands)
        defer { simulator.end() }
        let connector = IPMIConnector(patience: [.milliseconds(500)])
        let endpoint = BMCEndpoint(
            protocol: .ipmi,
            address: "127.0.0.1",
            port: simulator.port,
            username: "admin",
            password: Secret("secret")
        )
        let gate = BMCGate(endpoint: endpoint, policy: BMCPolicy(attempts: 10)) { try await connector.connect($0) }
        let probe = try await gate.probe(recording: 1)
        return (probe.capabilities, try IPMIRecording(reading: try #require(probe.recording)))
    }

    /// Carries a reading through with what was recorded.
    private func replay<Value>(
        _ first: IPMIRequest,
        _ recording: IPMIRecording,
        _ handle: (IPMIResponse) -> ReadingStep<Value>
    ) throws -> Value {
        var request = first
        for _ in 0..<10_000 {
            switch handle(try #require(recording.answer(to: request), "\(request) was not recorded")) {
            case .ask(let next), .askLater(let next): request = next
            case .done(let value): return value
            case .failed(let failure): throw failure
            }
        }
        throw ReadingFailure.endless
    }

    @Test func aRecordingIsReadAsTheBMCWasAndIsNobodys() async throws {
        let (capabilities, recording) = try await record()
        func detail(_ name: String) -> String? { capabilities.features.first { $0.name == name }?.detail }

        var sensors = SDRReading(source: .repository)
        let records = try replay(sensors.start(), recording) { sensors.handle($0) }
        #expect(records.records.count == Furniture.records.count)
        var log = SELReading(limit: 1)
        #expect("\(try replay(log.start(), recording) { log.handle($0) }.info.count)" == detail("events"))

        var images: [[UInt8]] = []
        for device: UInt8 in 0...1 {
            var reading = FRUReading(device: device)
            images.append(try replay(reading.start(), recording) { reading.handle($0) })
        }
        let machine = try FRUInformation(images[0])
        #expect(machine.remarks.isEmpty, "its checksums fit")
        #expect(machine.product?.manufacturer.text(in: .english) == "Rackwright")
        #expect(machine.product?.version.text(in: .english) == "v2")
        #expect(machine.board?.manufacturer.text(in: .english) == "Boards Ltd")
        // The furniture's.
        for serial in [machine.product?.serialNumber, machine.board?.serialNumber, machine.chassis?.serialNumber] {
            let text = try #require(serial?.text(in: .english))
            #expect(text.count == 4 && text.dropFirst(2).first == "-")
        }
        for text in ["SN-1", "BO-1", "CH-1", "PS-9", "asset 7", "rack side"] {
            #expect(!images.contains { $0.firstRange(of: Array(text.utf8)) != nil }, "\(text) is there")
        }
        let guid: [UInt8] = [0xA1, 0x23, 0x45, 0x67, 0x89, 0xAB]
        let told = recording.answer(to: .systemGUID)?.data ?? []
        #expect(told.firstRange(of: guid) == nil)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func noiseIsDisguisedWithoutHarm(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var recording = IPMIRecording()
        for step in 0..<20 {
            let command: UInt8 = [0x10, 0x11, 0x11, 0x43, 0x37].randomElement(using: &random) ?? 0x11
            let request = IPMIRequest(
                networkFunction: command == 0x37 ? 0x06 : 0x0A,
                command: command,
                data: [0, UInt8(step), 0, 8].dropLast(Int.random(in: 0...3, using: &random)) + []
            )
            let data = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
            }
            recording.note(
                request,
                IPMIResponse(networkFunction: 0x0B, command: command, completion: .success, data: data)
            )
        }
        let made = recording.disguised(&random)
        #expect(made.answers.map(\.answer.count) == recording.answers.map(\.answer.count))
        #expect(try IPMIRecording(reading: made.octets) == made)
    }
}

import TestSupport
import Testing

@testable import IPMI

/// The BMC's end of serial over LAN against our console's end.
struct SOLPortTests {
    private func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

    private func attached() throws -> SOLStream {
        var stream = SOLStream()
        _ = stream.handle(.attach, at: .zero)
        let activation = SerialActivation(inboundSize: 64, outboundSize: 64, port: 623)
        let answer = IPMIResponse(networkFunction: 0x07, command: 0x48, completion: .success, data: activation.octets)
        #expect(stream.handle(.answered(answer), at: .zero).contains(.attached))
        return stream
    }

    /// Both ways at once, with packets lost, doubled and late: everything arrives once and in order.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func nothingIsLostOrDoubledOnABadLine(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var console = try attached()
        var port = SOLPort()
        let typed = (0..<60).flatMap { Array("command \($0)\r".utf8) }
        let written = (0..<300).flatMap { Array("line \($0) of the machine\r\n".utf8) }
        var (shown, heard): ([UInt8], [UInt8]) = ([], [])
        var wire: [(at: Duration, toConsole: Bool, payload: [UInt8])] = []
        var consoleTimer: Duration?
        var now = Duration.zero
        func transmit(_ payload: [UInt8], toConsole: Bool) {
            for _ in 0..<(Int.random(in: 0..<10, using: &random) == 0 ? 2 : 1) {
                guard Int.random(in: 0..<8, using: &random) > 0 else { continue }
                let delay = Duration.milliseconds(Int.random(in: 1...20, using: &random))
                wire.append((now + delay, toConsole, payload))
            }
        }
        func carryOut(_ effects: [SOLStream.Effect]) {
            for effect in effects {
                switch effect {
                case .send(let payload): transmit(payload, toConsole: false)
                case .show(let characters): shown += characters
                case .setTimer(let delay): consoleTimer = now + delay
                case .ask, .attached, .note, .end: break
                }
            }
        }
        func carryOut(_ effects: [SOLPort.Effect]) {
            for effect in effects {
                switch effect {
                case .send(let payload): transmit(payload, toConsole: true)
                case .type(let characters): heard += characters
                case .sendBreak: break
                }
            }
        }
        carryOut(console.handle(.typed(typed), at: now))
        carryOut(port.machineWrote(written, at: now))
        for _ in 0..<20000 where shown.count < written.count || heard.count < typed.count {
            let times = wire.map(\.at) + [consoleTimer, port.wakeAt].compactMap { $0 }
            guard let next = times.min() else { break }
            now = max(now, next)
            if let index = wire.firstIndex(where: { $0.at <= now }) {
                let packet = wire.remove(at: index)
                if packet.toConsole {
                    carryOut(console.handle(.received(packet.payload), at: now))
                } else {
                    carryOut(port.received(packet.payload, at: now))
                }
            } else if let due = consoleTimer, due <= now {
                consoleTimer = nil
                carryOut(console.handle(.timerFired, at: now))
            } else {
                carryOut(port.timerFired(at: now))
            }
        }
        #expect(text(shown) == text(written))
        #expect(text(heard) == text(typed))
    }

    @Test func charactersWaitForMoreAndAFullPacketDoesNot() throws {
        var port = SOLPort()
        #expect(port.machineWrote(Array("a".utf8), at: .zero).isEmpty)
        #expect(port.machineWrote(Array("b".utf8), at: .milliseconds(10)).isEmpty)
        let due = try #require(port.wakeAt)
        #expect(port.timerFired(at: due) == [.send(SOLPacket(sequence: 1, characters: [0x61, 0x62]).octets)])
        var other = SOLPort()
        let many = [UInt8](repeating: 0x78, count: 500)
        let effects = other.machineWrote(many, at: .zero)
        #expect(effects == [.send(SOLPacket(sequence: 1, characters: [UInt8](many.prefix(200))).octets)])
        #expect(other.machineWrote(many, at: .zero).isEmpty, "one packet at a time is on its way")
    }

    @Test func aConsoleThatPausesGetsNothingUntilItGoesOn() throws {
        var port = SOLPort()
        _ = port.received(SOLPacket(flags: .pause).octets, at: .zero)
        #expect(port.machineWrote(Array("words".utf8), at: .zero).isEmpty)
        #expect(port.timerFired(at: .seconds(9)).isEmpty)
        let effects = port.received(SOLPacket().octets, at: .seconds(10))
        #expect(effects == [.send(SOLPacket(sequence: 1, characters: Array("words".utf8)).octets)])
    }

    @Test func whatWasTakenInPartGoesOutAgain() throws {
        var port = SOLPort()
        _ = port.machineWrote(Array("abcdef".utf8), at: .zero)
        _ = port.timerFired(at: .milliseconds(60))
        let effects = port.received(SOLPacket(acknowledged: 1, accepted: 2, flags: .nack).octets, at: .seconds(1))
        #expect(effects == [.send(SOLPacket(sequence: 2, characters: Array("cdef".utf8)).octets)])
    }

    @Test func aConsoleThatIsSilentIsGivenUpAndToldOfTheLoss() throws {
        var port = SOLPort()
        _ = port.machineWrote(Array("lost".utf8), at: .zero)
        var now = Duration.zero
        var sent = 0
        while let due = port.wakeAt {
            now = due
            sent += port.timerFired(at: now).count
        }
        #expect(sent == SOLPort.Settings().attempts)
        _ = port.machineWrote(Array("new".utf8), at: now)
        let effects = port.timerFired(at: now + .seconds(1))
        #expect(effects == [.send(SOLPacket(sequence: 2, flags: .overrun, characters: Array("new".utf8)).octets)])
    }

    @Test func theOldestMakeRoomWhereNobodyReads() throws {
        var settings = SOLPort.Settings()
        settings.waiting = 10
        var port = SOLPort(settings: settings)
        _ = port.received(SOLPacket(flags: .pause).octets, at: .zero)
        _ = port.machineWrote(Array("0123456789".utf8), at: .zero)
        _ = port.machineWrote(Array("abc".utf8), at: .zero)
        let effects = port.received(SOLPacket().octets, at: .zero)
        #expect(
            effects == [.send(SOLPacket(sequence: 1, flags: .overrun, characters: Array("3456789abc".utf8)).octets)]
        )
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func noiseIsTakenWithoutATrap(seed: UInt64) {
        var noise = SeededGenerator(seed: seed)
        var port = SOLPort()
        for _ in 0..<100 {
            _ = port.machineWrote(noise.octets(Int.random(in: 0...300, using: &noise)), at: .zero)
            _ = port.received(noise.octets(Int.random(in: 0...20, using: &noise)), at: .zero)
            if let due = port.wakeAt { _ = port.timerFired(at: due) }
        }
    }
}

import TestSupport
import Testing

@testable import IPMI

struct SOLStreamTests {
    private static let activation = octets(hex: "0000000020000800" + "6f02ffff")

    private func answer(_ completion: UInt8, _ data: [UInt8] = []) -> SOLStream.Event {
        .answered(
            IPMIResponse(
                networkFunction: 0x07,
                command: 0x48,
                completion: CompletionCode(rawValue: completion),
                data: data
            )
        )
    }

    /// A console that is attached at zero, to a BMC that takes 28 characters at once.
    private func attached() -> SOLStream {
        var stream = SOLStream()
        #expect(stream.handle(.attach, at: .zero) == [.ask(.activateSerial)])
        let effects = stream.handle(answer(0, Self.activation), at: .zero)
        #expect(effects == [.attached, .setTimer(after: .seconds(20))])
        return stream
    }

    private func packets(_ effects: [SOLStream.Effect]) throws -> [SOLPacket] {
        try effects.compactMap { effect in
            if case .send(let payload) = effect { try SOLPacket(payload) } else { nil }
        }
    }

    private func acknowledges(_ sequence: UInt8, _ count: Int, _ flags: SOLPacket.Flags = []) -> SOLStream.Event {
        .received(SOLPacket(acknowledged: sequence, accepted: UInt8(count), flags: flags).octets)
    }

    // MARK: Packets

    @Test func packetsAreWrittenAsTheTableSays() throws {
        #expect(SOLPacket(sequence: 1, characters: [0x6C, 0x73]).octets == [1, 0, 0, 0, 0x6C, 0x73])
        #expect(SOLPacket(sequence: 2, flags: [.sendBreak]).octets == [2, 0, 0, 0x10])
        let read = try SOLPacket([0xF3, 0x0F, 9, 0x54, 0x41])
        #expect(read.sequence == 3, "the high bits are reserved")
        #expect(read.acknowledged == 15)
        #expect(read.accepted == 9)
        #expect(read.flags == [.nack, .inactive, .breakDetected])
        #expect(read.characters == [0x41])
        #expect(throws: (any Error).self) { _ = try SOLPacket([1, 2, 3]) }
        #expect(throws: (any Error).self) { _ = try SerialActivation([0, 0, 0, 0, 0x20]) }
        #expect(try SerialActivation(Self.activation).port == 623)
    }

    // MARK: Coming and going

    @Test func aConsoleIsAttachedAndDetached() {
        var stream = attached()
        #expect(stream.handle(.attach, at: .zero).isEmpty, "it is already")
        #expect(stream.handle(.detach, at: .zero) == [.ask(.deactivateSerial)])
        #expect(stream.handle(.typed([0x41]), at: .zero).isEmpty)
        #expect(stream.handle(answer(0), at: .zero) == [.end(.detached)])
        #expect(stream.handle(.typed([0x41]), at: .zero).isEmpty)
    }

    @Test func anothersSessionIsEndedAndTheConsoleAskedForOnceMore() {
        var stream = SOLStream()
        _ = stream.handle(.attach, at: .zero)
        #expect(stream.handle(answer(0x80), at: .zero) == [.ask(.deactivateSerial)])
        #expect(stream.handle(answer(0), at: .zero) == [.note(.tookOver), .ask(.activateSerial)])
        #expect(stream.handle(answer(0, Self.activation), at: .zero).first == .attached)
    }

    @Test func onceMoreAndNotAgain() {
        var stream = SOLStream()
        _ = stream.handle(.attach, at: .zero)
        _ = stream.handle(answer(0x80), at: .zero)
        #expect(stream.handle(answer(0x80), at: .zero) == [.ask(.activateSerial)], "it had ended by itself")
        #expect(stream.handle(answer(0x80), at: .zero) == [.end(.refused(CompletionCode(rawValue: 0x80)))])
    }

    @Test func aBMCWithoutSerialOverLANRefuses() {
        var stream = SOLStream()
        _ = stream.handle(.attach, at: .zero)
        #expect(stream.handle(answer(0x81), at: .zero) == [.end(.refused(CompletionCode(rawValue: 0x81)))])
    }

    @Test func whoLeavesWhileItIsAttachedLeavesNothingBehind() {
        var stream = SOLStream()
        _ = stream.handle(.attach, at: .zero)
        #expect(stream.handle(.detach, at: .zero).isEmpty, "the answer is waited for")
        #expect(stream.handle(answer(0, Self.activation), at: .zero) == [.attached, .ask(.deactivateSerial)])
        #expect(stream.handle(answer(0), at: .zero) == [.end(.detached)])
    }

    @Test func theBMCMayEndIt() throws {
        var stream = attached()
        let last = SOLPacket(sequence: 1, flags: [.inactive], characters: Array("bye".utf8))
        let effects = stream.handle(.received(last.octets), at: .zero)
        #expect(effects.first == .show(Array("bye".utf8)))
        #expect(effects.last == .end(.endedByBMC))
    }

    // MARK: From the machine

    @Test func charactersAreShownAndAcknowledged() throws {
        var stream = attached()
        let packet = SOLPacket(sequence: 1, characters: Array("login".utf8))
        let effects = stream.handle(.received(packet.octets), at: .zero)
        #expect(effects.first == .show(Array("login".utf8)))
        #expect(try packets(effects) == [SOLPacket(acknowledged: 1, accepted: 5)])
    }

    @Test func whatComesTwiceIsShownOnceAndWhatGrewIsShownFurther() throws {
        var stream = attached()
        func receive(_ sequence: UInt8, _ text: String) throws -> (shown: String, answer: SOLPacket?) {
            let packet = SOLPacket(sequence: sequence, characters: Array(text.utf8))
            let effects = stream.handle(.received(packet.octets), at: .zero)
            let shown = effects.compactMap { if case .show(let octets) = $0 { octets } else { nil } }.flatMap { $0 }
            return (String(decoding: shown, as: UTF8.self), try packets(effects).first)
        }
        #expect(try receive(1, "ab").shown == "ab")
        let again = try receive(1, "ab")
        #expect(again.shown == "")
        #expect(again.answer == SOLPacket(acknowledged: 1, accepted: 2), "the acknowledgement was lost")
        let more = try receive(1, "abcd")
        #expect(more.shown == "cd")
        #expect(more.answer == SOLPacket(acknowledged: 1, accepted: 4))
        #expect(try receive(2, "ef").shown == "ef")
        #expect(try receive(1, "abcd").shown == "", "late on its way")
        #expect(try receive(2, "ef").shown == "")
        for sequence in 3...15 { #expect(try receive(UInt8(sequence), "x").shown == "x") }
        #expect(try receive(1, "ab").shown == "ab", "the numbers begin anew")
        let long = try receive(2, String(repeating: "y", count: 300))
        #expect(long.shown.count == 255, "as many as one octet can acknowledge")
        #expect(long.answer?.accepted == 255)
    }

    @Test func lostCharactersAndBreaksAreSaid() {
        var stream = attached()
        let effects = stream.handle(.received(SOLPacket(flags: [.overrun, .breakDetected]).octets), at: .zero)
        #expect(effects.contains(.note(.charactersLost)))
        #expect(effects.contains(.note(.breakSeen)))
    }

    // MARK: To the machine

    @Test func whatIsTypedGoesOutOnePacketAtATime() throws {
        var stream = attached()
        let first = stream.handle(.typed(Array("l".utf8)), at: .zero)
        #expect(try packets(first) == [SOLPacket(sequence: 1, characters: Array("l".utf8))])
        #expect(try packets(stream.handle(.typed(Array("s".utf8)), at: .zero)).isEmpty)
        #expect(try packets(stream.handle(.typed([0x0D]), at: .zero)).isEmpty)
        let second = stream.handle(acknowledges(1, 1), at: .zero)
        #expect(try packets(second) == [SOLPacket(sequence: 2, characters: [0x73, 0x0D])])
        #expect(try packets(stream.handle(acknowledges(1, 1), at: .zero)).isEmpty, "an old acknowledgement")
        #expect(try packets(stream.handle(acknowledges(2, 2), at: .zero)).isEmpty)
    }

    @Test func aLongTextIsCutToWhatTheBMCTakes() throws {
        var stream = attached()
        let text = [UInt8](0..<70)
        var sent: [UInt8] = []
        var effects = stream.handle(.typed(text), at: .zero)
        var sequence: UInt8 = 0
        while let packet = try packets(effects).first {
            sequence += 1
            #expect(packet.sequence == sequence)
            #expect(packet.characters.count <= 28)
            sent += packet.characters
            effects = stream.handle(acknowledges(packet.sequence, packet.characters.count), at: .zero)
        }
        #expect(sent == text)
    }

    @Test func whatWasNotTakenIsSentAnewUnderAnotherNumber() throws {
        var stream = attached()
        _ = stream.handle(.typed(Array("abcdef".utf8)), at: .zero)
        let rest = stream.handle(acknowledges(1, 4), at: .zero)
        #expect(try packets(rest) == [SOLPacket(sequence: 2, characters: Array("ef".utf8))])
    }

    @Test func aBMCThatTakesNothingIsGivenASecond() throws {
        var stream = attached()
        _ = stream.handle(.typed(Array("ab".utf8)), at: .zero)
        let refusal = stream.handle(acknowledges(1, 1, [.nack, .unavailable]), at: .milliseconds(100))
        #expect(try packets(refusal).isEmpty)
        #expect(stream.handle(.timerFired, at: .seconds(1)) == [.setTimer(after: .milliseconds(100))])
        let again = stream.handle(.timerFired, at: .milliseconds(1100))
        #expect(try packets(again) == [SOLPacket(sequence: 2, characters: Array("b".utf8))])
    }

    @Test func aBMCThatIsReadyAgainSaysSo() throws {
        var stream = attached()
        _ = stream.handle(.typed(Array("ab".utf8)), at: .zero)
        _ = stream.handle(acknowledges(1, 0, [.nack]), at: .zero)
        let ready = stream.handle(.received(SOLPacket().octets), at: .milliseconds(10))
        #expect(try packets(ready) == [SOLPacket(sequence: 2, characters: Array("ab".utf8))])
    }

    @Test func whatIsNotAcknowledgedIsSentAgainAndAgainAndThenItEnds() throws {
        var stream = attached()
        let first = try packets(stream.handle(.typed([0x41]), at: .zero))
        var now = Duration.zero
        for _ in 2...8 {
            now += .seconds(1)
            let again = stream.handle(.timerFired, at: now)
            #expect(try packets(again) == first, "the same to the octet")
        }
        #expect(stream.handle(.timerFired, at: now + .seconds(1)) == [.end(.noAnswer)])
    }

    @Test func numbersGoFromOneToFifteen() throws {
        var stream = attached()
        var numbers: [UInt8] = []
        for _ in 0..<17 {
            let packet = try #require(try packets(stream.handle(.typed([0x41]), at: .zero)).first)
            numbers.append(packet.sequence)
            _ = stream.handle(acknowledges(packet.sequence, 1), at: .zero)
        }
        #expect(numbers == Array(1...15) + [1, 2])
    }

    @Test func aBreakKeepsItsPlaceAmongTheCharacters() throws {
        var stream = attached()
        _ = stream.handle(.typed([0x41]), at: .zero)
        _ = stream.handle(.sendBreak, at: .zero)
        _ = stream.handle(.typed([0x42]), at: .zero)
        let broken = try packets(stream.handle(acknowledges(1, 1), at: .zero))
        #expect(broken == [SOLPacket(sequence: 2, flags: [.sendBreak])])
        let after = try packets(stream.handle(acknowledges(2, 0), at: .zero))
        #expect(after == [SOLPacket(sequence: 3, characters: [0x42])])
    }

    @Test func aPauseIsAskedForAndStandsInEveryPacket() throws {
        var stream = attached()
        #expect(try packets(stream.handle(.pause(true), at: .zero)) == [SOLPacket(sequence: 1, flags: [.pause])])
        #expect(try packets(stream.handle(.pause(true), at: .zero)).isEmpty)
        let shown = stream.handle(.received(SOLPacket(sequence: 1, characters: [0x41]).octets), at: .zero)
        #expect(try packets(shown) == [SOLPacket(acknowledged: 1, accepted: 1, flags: [.pause])])
        _ = stream.handle(acknowledges(1, 0), at: .zero)
        #expect(try packets(stream.handle(.pause(false), at: .zero)) == [SOLPacket(sequence: 2)])
    }

    @Test func moreThanCanWaitIsDroppedAndSaid() {
        var limits = SOLStream.Limits()
        limits.waiting = 10
        var stream = SOLStream(limits: limits)
        _ = stream.handle(.attach, at: .zero)
        #expect(stream.handle(.typed([UInt8](0..<8)), at: .zero).isEmpty, "it waits for the console")
        #expect(stream.handle(.typed([UInt8](0..<8)), at: .zero) == [.note(.dropped(6))])
    }

    @Test func aQuietSessionIsKeptAlive() {
        var stream = attached()
        #expect(stream.handle(.timerFired, at: .seconds(19)) == [.setTimer(after: .seconds(1))])
        #expect(stream.handle(.timerFired, at: .seconds(20)).first == .ask(.deviceID))
        #expect(!stream.handle(.timerFired, at: .seconds(90)).contains(.ask(.deviceID)), "one at a time")
        _ = stream.handle(answer(0), at: .seconds(91))
        #expect(stream.handle(.timerFired, at: .seconds(121)).first == .ask(.deviceID))
        #expect(stream.handle(.detach, at: .seconds(121)).isEmpty, "the answer is waited for")
        #expect(stream.handle(answer(0), at: .seconds(122)) == [.ask(.deactivateSerial)])
    }

    /// Whatever comes in whatever order: nothing traps, nothing is sent after the end, one packet is under way at a time.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func anySequenceOfEventsIsTaken(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var stream = SOLStream()
        var now = Duration.zero
        var hasEnded = false
        for _ in 0..<200 {
            now += .milliseconds(Int.random(in: 0...1500, using: &random))
            let event: SOLStream.Event =
                switch Int.random(in: 0..<12, using: &random) {
                case 0: .attach
                case 1, 2: answer([0, 0, 0x80, 0xC1].randomElement(using: &random) ?? 0, Self.activation)
                case 3, 4, 5: .received(random.octets(Int.random(in: 0...40, using: &random)))
                case 6, 7: .typed(random.octets(Int.random(in: 0...100, using: &random)))
                case 8: .sendBreak
                case 9: .pause(Bool.random(using: &random))
                case 10: .timerFired
                default: Int.random(in: 0..<20, using: &random) == 0 ? .detach : .timerFired
                }
            let effects = stream.handle(event, at: now)
            if hasEnded { #expect(effects.isEmpty) }
            hasEnded = hasEnded || effects.contains { if case .end = $0 { true } else { false } }
            for packet in try packets(effects) { #expect(packet.characters.count <= 255) }
        }
    }
}

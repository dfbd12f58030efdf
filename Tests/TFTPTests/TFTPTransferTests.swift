import TFTP
import Testing

extension TFTPTransfer.Effect {
    fileprivate var block: UInt16? {
        guard case .send(.data(let block, _)) = self else { return nil }
        return block
    }

    fileprivate var octets: [UInt8] {
        guard case .send(.data(_, let octets)) = self else { return [] }
        return Array(octets)
    }
}

private func acknowledgement(_ block: UInt16) -> TFTPTransfer.Event {
    .received(.acknowledgement(block: block))
}

@Suite struct TFTPTransferTests {
    static func file(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
    }

    /// Serves `file` to a client that loses nothing; gives what it received.
    static func deliver(_ transfer: inout TFTPTransfer, windowSize: Int = 1) -> (
        octets: [UInt8], outcome: TFTPTransfer.Outcome?
    ) {
        var received: [UInt8] = []
        var now: Duration = .zero
        var effects = transfer.start(at: now)
        for _ in 0..<200_000 {
            now += .milliseconds(1)
            for effect in effects {
                if case .finish(let outcome) = effect { return (received, outcome) }
                received += effect.octets
            }
            guard
                let last = effects.last(where: { $0.block != nil })?.block ?? (received.isEmpty ? 0 : nil)
            else { break }
            effects = transfer.handle(acknowledgement(last), at: now)
        }
        return (received, nil)
    }

    @Test func aGrantedTimeoutIsTheLongestWaitNotEveryWait() throws {
        var transfer = TFTPTransfer(file: [1, 2, 3], options: TFTPOptions(["timeout": "6"]))
        _ = transfer.start(at: .zero)
        let sent = transfer.handle(.received(.acknowledgement(block: 0)), at: .milliseconds(2))
        guard case .setTimer(let wait) = try #require(sent.last) else {
            Issue.record("\(sent)")
            return
        }
        #expect(wait < .seconds(1), "the answer came after two milliseconds")
        var waits: [Duration] = []
        var now = Duration.milliseconds(2)
        for _ in 0..<6 {
            now += .seconds(6)
            guard case .setTimer(let wait) = transfer.handle(.timerFired, at: now).last else { break }
            waits.append(wait)
        }
        #expect(waits == waits.sorted() && waits.allSatisfy { $0 <= .seconds(6) }, "\(waits)")
    }

    @Test(arguments: [0, 1, 511, 512, 513, 1024, 5000])
    func aFileArrivesWhole(count: Int) {
        var transfer = TFTPTransfer(file: Self.file(count), options: TFTPOptions())
        let result = Self.deliver(&transfer)
        #expect(result.octets == Self.file(count))
        #expect(result.outcome == .sent(octets: count, resent: 0))
    }

    @Test func aFileThatFillsItsBlocksEndsWithAnEmptyOne() {
        var transfer = TFTPTransfer(file: Self.file(1024), options: TFTPOptions())
        _ = transfer.start(at: .zero)
        _ = transfer.handle(acknowledgement(1), at: .zero)
        let effects = transfer.handle(acknowledgement(2), at: .zero)
        #expect(effects.first == .send(.data(block: 3, octets: [])))
        #expect(
            transfer.handle(acknowledgement(3), at: .zero) == [.finish(.sent(octets: 1024, resent: 0))]
        )
    }

    @Test func withoutOptionsDataComesFirst() {
        var transfer = TFTPTransfer(file: [1], options: TFTPOptions())
        #expect(
            transfer.start(at: .zero) == [
                .send(.data(block: 1, octets: [1])), .setTimer(after: .seconds(1)),
            ]
        )
        var unknown = TFTPTransfer(file: [1], options: TFTPOptions(["multicast": "", "blksize": "x"]))
        #expect(unknown.start(at: .zero).first == .send(.data(block: 1, octets: [1])))
    }

    @Test func onlyWhatWasAskedForIsGranted() {
        let asked = TFTPOptions([
            "tsize": "0", "blksize": "8192", "windowsize": "1000", "timeout": "3", "x": "y",
        ])
        var transfer = TFTPTransfer(file: Self.file(9), options: asked)
        let granted = TFTPOptions(["tsize": "9", "blksize": "1468", "windowsize": "64", "timeout": "3"])
        #expect(
            transfer.start(at: .zero) == [
                .send(.optionAcknowledgement(granted)), .setTimer(after: .seconds(11)),
            ]
        )
        #expect(transfer.handle(acknowledgement(0), at: .zero).first?.block == 1)
    }

    @Test func optionsAreOfferedAgainToAClientThatAsksAgainAndLateToOneThatIsSilent() {
        let asked = TFTPOptions(["blksize": "512", "timeout": "2"])
        var transfer = TFTPTransfer(file: Self.file(9), options: asked)
        let offer = transfer.start(at: .zero)
        #expect(offer.last == .setTimer(after: .seconds(11)), "later than two timeouts of atftp, whatever it asks for")
        let again = TFTPPacket.readRequest(file: "f", mode: "octet", options: asked)
        #expect(transfer.handle(.received(again), at: .seconds(2)) == offer)
        #expect(transfer.handle(acknowledgement(0), at: .seconds(2)).first?.block == 1)
        #expect(transfer.handle(.received(again), at: .seconds(3)) == [], "data is under way")
    }

    @Test func aClientThatWantedTheSizeOnlyHasNotFailed() {
        var transfer = TFTPTransfer(file: [1], options: TFTPOptions(["tsize": "0"]))
        _ = transfer.start(at: .zero)
        let error = TFTPPacket.error(.optionRefused, message: "User aborted the transfer")
        #expect(transfer.handle(.received(error), at: .zero) == [.finish(.probed)])
        #expect(transfer.handle(acknowledgement(0), at: .zero) == [], "it is over")
    }

    @Test func aClientThatStopsAmidDataHasFailed() {
        var transfer = TFTPTransfer(file: Self.file(2000), options: TFTPOptions())
        _ = transfer.start(at: .zero)
        let effects = transfer.handle(.received(.error(.diskFull, message: "full")), at: .zero)
        #expect(effects == [.fail("the client stopped at block 0 of 4: error 3 full")])
    }

    @Test func aDuplicateAcknowledgementIsNeverAnsweredWithData() {
        var transfer = TFTPTransfer(file: Self.file(2000), options: TFTPOptions())
        _ = transfer.start(at: .zero)
        #expect(transfer.handle(acknowledgement(1), at: .zero).first?.block == 2)
        #expect(transfer.handle(acknowledgement(1), at: .zero) == [])
        #expect(transfer.handle(acknowledgement(0), at: .zero) == [])
        #expect(transfer.handle(acknowledgement(77), at: .zero) == [], "a block that was never sent")
    }

    @Test func aDuplicateOfTheOptionAcknowledgementIsNotAnsweredEither() {
        var transfer = TFTPTransfer(file: Self.file(2000), options: TFTPOptions(["blksize": "512"]))
        _ = transfer.start(at: .zero)
        #expect(transfer.handle(acknowledgement(0), at: .zero).first?.block == 1)
        #expect(transfer.handle(acknowledgement(0), at: .zero) == [])
    }

    @Test func blockNumbersWrapToZero() {
        let file = Self.file(65540 * 8 + 3)
        var transfer = TFTPTransfer(file: file, options: TFTPOptions(["blksize": "8"]))
        let result = Self.deliver(&transfer)
        #expect(result.octets == file)
        #expect(result.outcome == .sent(octets: file.count, resent: 0))
    }

    @Test func windowsWrapToo() {
        let file = Self.file(65600 * 8)
        var transfer = TFTPTransfer(
            file: file,
            options: TFTPOptions(["blksize": "8", "windowsize": "7"])
        )
        let result = Self.deliver(&transfer)
        #expect(result.octets == file)
    }

    @Test func aWindowIsSentAtOnceAndAgainFromWhereItBroke() {
        var transfer = TFTPTransfer(
            file: Self.file(512 * 20),
            options: TFTPOptions(["windowsize": "4"])
        )
        _ = transfer.start(at: .zero)
        #expect(transfer.handle(acknowledgement(0), at: .zero).compactMap(\.block) == [1, 2, 3, 4])
        #expect(transfer.handle(acknowledgement(4), at: .zero).compactMap(\.block) == [5, 6, 7, 8])
        #expect(
            transfer.handle(acknowledgement(5), at: .zero).compactMap(\.block) == [6, 7, 8, 9],
            "6 was lost"
        )
        #expect(transfer.handle(acknowledgement(5), at: .zero) == [], "said twice, sent again once")
        #expect(transfer.handle(acknowledgement(9), at: .zero).compactMap(\.block) == [10, 11, 12, 13])
        #expect(
            transfer.handle(acknowledgement(9), at: .zero).compactMap(\.block) == [10, 11, 12, 13],
            "10 was lost"
        )
    }

    @Test func aClientThatAcknowledgesEachBlockOfAWindowDoesNotGetThemTwice() {
        var transfer = TFTPTransfer(
            file: Self.file(512 * 20),
            options: TFTPOptions(["windowsize": "4"])
        )
        _ = transfer.start(at: .zero)
        _ = transfer.handle(acknowledgement(0), at: .zero)
        var blocks: [UInt16] = []
        for block in UInt16(1)...4 {
            blocks += transfer.handle(acknowledgement(block), at: .zero).compactMap(\.block)
        }
        #expect(blocks == [2, 3, 4, 5, 6, 7, 8], "one window is repeated, no more")
    }

    @Test func whatIsNotAnsweredIsSentAgainMoreAndMoreSlowly() {
        var transfer = TFTPTransfer(file: Self.file(2000), options: TFTPOptions())
        _ = transfer.start(at: .zero)
        var now: Duration = .seconds(1)
        var delays: [Duration] = []
        for _ in 0..<50 {
            let effects = transfer.handle(.timerFired, at: now)
            if case .fail(let reason)? = effects.first {
                #expect(reason.hasPrefix("no answer for 3"), "\(reason)")
                #expect(delays == [2, 4, 8, 8, 8].map { Duration.seconds($0) })
                return
            }
            #expect(effects.first?.block == 1)
            guard case .setTimer(let delay)? = effects.last else { break }
            delays.append(delay)
            now += delay
        }
        Issue.record("never gave up: \(delays)")
    }

    /// atftp's client does not answer repetitions, and each starts its clock anew.
    @Test func aClientIsAtLastLeftLongEnoughToRepeatItselfByItsOwnClockWhateverItAskedFor() {
        var transfer = TFTPTransfer(file: Self.file(2000), options: TFTPOptions(["timeout": "1"]))
        _ = transfer.start(at: .zero)
        var effects = transfer.handle(acknowledgement(0), at: .milliseconds(2))
        var delays: [Duration] = []
        while delays.count < 6, case .setTimer(let delay)? = effects.last {
            delays.append(delay)
            effects = transfer.handle(.timerFired, at: .seconds(delays.count))
        }
        #expect(delays == [250, 500, 1000, 2000, 4000, 8000].map { Duration.milliseconds($0) })
    }

    @Test func aFastClientIsAskedAgainSooner() {
        var transfer = TFTPTransfer(file: Self.file(512 * 100), options: TFTPOptions())
        _ = transfer.start(at: .zero)
        var now: Duration = .zero
        var effects: [TFTPTransfer.Effect] = []
        for block in UInt16(1)...20 {
            now += .milliseconds(2)
            effects = transfer.handle(acknowledgement(block), at: now)
        }
        #expect(effects.last == .setTimer(after: .milliseconds(250)))
    }

    @Test func aRepeatedPacketTellsNothingAboutTheRoundTrip() {
        var transfer = TFTPTransfer(file: Self.file(2000), options: TFTPOptions())
        _ = transfer.start(at: .zero)
        _ = transfer.handle(.timerFired, at: .seconds(1))
        let effects = transfer.handle(acknowledgement(1), at: .milliseconds(1001))
        #expect(effects.last == .setTimer(after: .seconds(2)), "the answer may be to the first packet")
    }
}

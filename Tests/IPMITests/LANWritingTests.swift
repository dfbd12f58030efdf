import Octets
import Testing

@testable import IPMI

/// The order in which a BMC is given another network.
struct LANWritingTests {
    private let move = LANWish(
        addressing: .fixed(IPv4Address(10, 0, 0, 9), netmask: IPv4Address(255, 255, 255, 0), gateway: .any)
    )

    /// The requests as `parameter data`, and the end; `refusals` are completion codes by the request's text, used up one by
    /// one.
    private func run(
        _ wish: LANWish,
        refusals: [String: [UInt8]] = [:]
    ) throws -> (asked: [String], outcome: LANWriting.Outcome) {
        var writing = LANWriting(wish, channel: 1)
        var refusals = refusals
        var request = writing.start()
        var asked: [String] = []
        while asked.count < 40 {
            #expect(request.networkFunction == 0x0C && request.command == 0x01 && request.data.first == 1)
            let text = request.data.dropFirst().map { "\($0)" }.joined(separator: " ")
            asked.append(text)
            var code: UInt8 = 0
            if let left = refusals[text], let first = left.first {
                code = first
                refusals[text] = Array(left.dropFirst())
            }
            let response = IPMIResponse(
                networkFunction: 0x0D,
                command: 0x01,
                completion: CompletionCode(rawValue: code)
            )
            switch writing.handle(response) {
            case .ask(let next), .askLater(let next): request = next
            case .done(let outcome): return (asked, outcome)
            case .failed(let failure): throw failure
            }
        }
        throw ReadingFailure.endless
    }

    @Test func theAddressComesLastUnderALockThatIsCommittedAndLetGo() throws {
        let (asked, outcome) = try run(move)
        #expect(asked == ["0 1", "4 1", "6 255 255 255 0", "12 0 0 0 0", "3 10 0 0 9", "0 2", "0 0"])
        #expect(outcome == LANWriting.Outcome())
    }

    @Test func aVLANIsWrittenLowOctetFirstWithItsBit() throws {
        #expect(try run(LANWish(vlan: 0x123)).asked == ["0 1", "20 35 129", "0 2", "0 0"])
        #expect(try run(LANWish(vlan: 0)).asked == ["0 1", "20 0 0", "0 2", "0 0"])
    }

    @Test func aBMCThatKnowsNoLockTakesOneChangeAndNotTwo() throws {
        let (asked, _) = try run(LANWish(addressing: .dhcp), refusals: ["0 1": [0x80]])
        #expect(asked == ["0 1", "4 2"])
        let both = LANWish(addressing: .dhcp, vlan: 5)
        let refused = try run(both, refusals: ["0 1": [0x80]])
        #expect(refused.asked == ["0 1"], "nothing was written")
        #expect(refused.outcome.refusal?.contains("change one, then the other") == true)
        #expect(try run(both).asked == ["0 1", "4 2", "20 5 128", "0 2", "0 0"])
    }

    @Test func aLockThatNobodyLetsGoIsTakenAway() throws {
        let (asked, outcome) = try run(LANWish(vlan: 5), refusals: ["0 1": [0x81, 0x81, 0x81, 0x81]])
        #expect(asked == ["0 1", "0 1", "0 1", "0 1", "0 0", "0 1", "20 5 128", "0 2", "0 0"])
        #expect(outcome.remarks.count == 1 && outcome.refusal == nil)
        let held = try run(LANWish(vlan: 5), refusals: ["0 1": [0x81, 0x81, 0x81, 0x81, 0x81]])
        #expect(held.outcome.refusal?.contains("somebody else") == true)
    }

    @Test func aGatewayThatIsRefusedIsTriedAgainOnceTheAddressStands() throws {
        let once = try run(move, refusals: ["12 0 0 0 0": [0xCC]])
        #expect(once.asked.suffix(4) == ["3 10 0 0 9", "12 0 0 0 0", "0 2", "0 0"])
        #expect(once.outcome == LANWriting.Outcome())
        let twice = try run(move, refusals: ["12 0 0 0 0": [0xCC, 0xCC]])
        #expect(twice.outcome.refusal == nil)
        #expect(twice.outcome.remarks.first?.contains("gateway") == true)
    }

    @Test func whatIsRefusedLetsTheLockGoAndWritesNoAddress() throws {
        let (asked, outcome) = try run(move, refusals: ["6 255 255 255 0": [0x82]])
        #expect(asked == ["0 1", "4 1", "6 255 255 255 0", "0 0"])
        #expect(outcome.refusal?.contains("netmask") == true)
    }

    @Test func aBMCWithoutACommitIsNoTrouble() throws {
        let (asked, outcome) = try run(LANWish(vlan: 5), refusals: ["0 2": [0x80]])
        #expect(asked.last == "0 0")
        #expect(outcome == LANWriting.Outcome())
    }

    /// Whatever a BMC answers, there is an end, and who got the lock lets it go.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func noAnswerLeadsAroundInCircles(seed: UInt64) throws {
        var number = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next() -> UInt64 {
            number ^= number << 13
            number ^= number >> 7
            number ^= number << 17
            return number
        }
        var wish = next() & 1 == 0 ? move : LANWish(addressing: .dhcp)
        if next() & 1 == 0 { wish.vlan = 7 }
        var writing = LANWriting(wish, channel: 0x0E)
        var request = writing.start()
        var isHeld = false
        for _ in 0..<40 {
            let code: UInt8 = [0, 0, 0, 0x80, 0x81, 0x82, 0xCC, 0xFF][Int(next() & 7)]
            if request.data[1] == 0, code == 0 { isHeld = request.data[2] != 0 }
            let completion = CompletionCode(rawValue: code)
            let isLetGo = request.data[1] == 0 && request.data[2] == 0
            switch writing.handle(IPMIResponse(networkFunction: 0x0D, command: 0x01, completion: completion)) {
            case .ask(let following), .askLater(let following): request = following
            case .done:
                #expect(!isHeld || isLetGo, "the lock was let go, whatever the BMC made of that")
                return
            case .failed: return
            }
        }
        Issue.record("there was no end")
    }

    // MARK: Users

    @Test func namesPasswordsAndAccessAreWrittenAsTheSpecificationHasThem() throws {
        #expect(
            try #require(IPMIRequest.setUserName([UInt8]("eve".utf8), of: 5)).data
                == [5] + [UInt8]("eve".utf8) + [UInt8](repeating: 0, count: 13)
        )
        #expect(IPMIRequest.setUserName([UInt8](repeating: 65, count: 17), of: 5) == nil)
        #expect(IPMIRequest.setUserName([65, 0, 65], of: 5) == nil)
        #expect(IPMIRequest.setUserEnabled(true, of: 5).data.prefix(2) == [5, 1])
        #expect(IPMIRequest.setUserEnabled(false, of: 5).data.prefix(2) == [5, 0])
        #expect(IPMIRequest.setUserAccess(.operator, messaging: true, of: 5, channel: 1).data == [0x91, 5, 3])
        #expect(IPMIRequest.setUserAccess(.user, messaging: nil, of: 5, channel: 1).data == [0x01, 5, 2])
        #expect(IPMIRequest.setUserAccess(nil, messaging: false, of: 5).data == [0x8E, 5, 0x0F])
    }

    @Test func freePlacesAreThoseWithoutANameWhoseNameIsNotFixed() {
        let access: [UInt8: [UInt8]] = [
            1: [5, 0x41, 1, 0x0F], 2: [5, 0x41, 1, 0x14], 3: [5, 0x81, 1, 0x0F], 4: [5, 0x81, 1, 0x0F],
            5: [5, 0x81, 1, 0x12],
        ]
        var reading = UserReading()
        var request = reading.start()
        for _ in 0..<20 {
            let id = request.data[request.data.count - 1]
            let isAccess = request.command == 0x44
            let name: [UInt8] = id == 2 ? [UInt8]("admin".utf8) : []
            let data = isAccess ? access[id] ?? [] : name + [UInt8](repeating: 0, count: 16 - name.count)
            let response = IPMIResponse(
                networkFunction: 0x07,
                command: request.command,
                completion: .success,
                data: data
            )
            guard case .ask(let next) = reading.handle(response) else { break }
            request = next
        }
        #expect(reading.free == [3, 4])
    }
}

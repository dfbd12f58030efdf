import Octets
import TestSupport
import Testing

@testable import IPMI

/// The BMC's end of a session, told what recorded consoles said.
@Suite(.enabled(if: Fixture.assets != nil))
struct BMCRecordingTests {
    private static let peer = BMCSessions.Peer(address: IPv4Address(rawValue: 0x7F00_0001), port: 40000)
    private static let guid = [UInt8](0xA0..<0xB0)

    private var random = SeededGenerator(seed: 11)

    /// Given the recorded BMC's number and challenge, ours says to a foreign console what that BMC said, to the octet.
    @Test(arguments: CaptureTests.sessions)
    mutating func recordedConsolesAreAnsweredAsTheRecordedBMCDid(session: CaptureTests.Session) throws {
        let capture = try Capture(asset: "ipmi/pcap/\(session.file).pcap").datagrams
        let plain = capture.compactMap { try? Packet(plain: $0) }
        func payload(_ kind: Packet.Payload) throws -> [UInt8] {
            try #require(plain.first { $0.payloadType == kind }).payload
        }
        let opened = try OpenedSession(
            KeyExchangeAnswer(Packet(payloadType: .openSessionResponse, payload: payload(.openSessionResponse)))
        )
        let (rakp1, rakp2) = (try payload(.rakp1), try payload(.rakp2))
        var exchange = KeyExchange(
            suite: session.suite,
            consoleSessionID: 0xA0A2_A3A4,
            consoleRandom: [UInt8](rakp1[8..<24])
        )
        exchange.bmcSessionID = opened.bmcSessionID
        exchange.bmcRandom = [UInt8](rakp2[8..<24])
        exchange.bmcGUID = [UInt8](rakp2[24..<40])
        var bmc = BMCSessions(
            guid: exchange.bmcGUID,
            users: [2: .init(name: "admin", password: Array("Pr0v1s10n".utf8), privilege: .administrator)]
        )
        bmc.sessions[opened.bmcSessionID] = .init(
            peer: Self.peer,
            exchange: exchange,
            ceiling: .administrator,
            heardAt: .zero
        )
        var keys: SessionKeys?
        var compared = 0
        for (index, datagram) in capture.enumerated() where datagram.count > 5 && datagram[4] == 0x06 {
            let kind = datagram[5]
            if kind == Packet.Payload.rakp1.rawValue || kind == Packet.Payload.rakp3.rawValue {
                guard case .answer(let octets) = bmc.received(datagram, from: Self.peer, at: .zero, random: &random)
                else {
                    throw CancellationError()
                }
                #expect(octets == capture[index + 1])
                if case .active(let agreed, _) = bmc.sessions[opened.bmcSessionID]?.phase { keys = agreed }
            } else if kind & 0xC0 != 0, let keys, let packet = try? Packet(protected: datagram, keys: keys),
                packet.sessionID == opened.bmcSessionID
            {
                let said = bmc.received(datagram, from: Self.peer, at: .zero, random: &random)
                guard case .command(let request, _) = said, index + 1 < capture.count else { continue }
                let answered = try Packet(protected: capture[index + 1], keys: keys).payload
                let (response, _) = try LANMessage.readResponse(answered)
                #expect(request.request.command == response.command)
                // The addresses of go-ipmi's answers stand the other way round.
                let ours = request.octets(response.completion, response.data)
                #expect(ours[5...].dropLast() == answered[5...].dropLast())
                if !session.file.hasPrefix("goipmi") { #expect(ours == answered) }
                compared += 1
            }
        }
        #expect(compared >= 2)
    }

    @Test
    mutating func aConsoleOfVersion15AndOneWithoutEncryptionGetNoSession() throws {
        for file in ["ipmisim-rmcp15-MD5-power-status", "ipmisim-rmcpplus-c1-power-status"] {
            var bmc = BMCSessions(
                guid: Self.guid,
                users: [2: .init(name: "admin", password: Array("Pr0v1s10n".utf8), privilege: .administrator)]
            )
            var statuses: [RAKPStatus] = []
            for datagram in try Capture(asset: "ipmi/pcap/\(file).pcap").datagrams {
                let said = bmc.received(datagram, from: Self.peer, at: .zero, random: &random)
                if case .answer(let octets) = said, let packet = try? Packet(plain: octets) {
                    statuses.append(try KeyExchangeAnswer(packet).status)
                }
                #expect(bmc.activeCount == 0)
            }
            if file.contains("rmcpplus") { #expect(statuses.first == .invalidIntegrity) }
        }
    }

    @Test
    mutating func recordedPingsArePonged() throws {
        var bmc = BMCSessions(guid: Self.guid, users: [:])
        var pongs = 0
        for file in ["ndpi-rmcp", "ipmisim-rmcp15-MD5-power-status"] {
            let datagrams = try Capture(asset: "ipmi/pcap/\(file).pcap").datagrams
            for (index, datagram) in datagrams.enumerated()
            where datagram.count > 8 && datagram[3] == 0x06 && datagram[8] == 0x80 {
                guard case .answer(let octets) = bmc.received(datagram, from: Self.peer, at: .zero, random: &random)
                else {
                    throw CancellationError()
                }
                let pong = try PresencePing.Pong(datagram: octets)
                #expect(pong.supportsIPMI && pong.tag == datagram[9])
                if !file.hasPrefix("ndpi") { #expect(octets == datagrams[index + 1], "as the recorded BMC") }
                pongs += 1
            }
        }
        #expect(pongs >= 3)
    }

    /// go-ipmi's tests hold the records of a BMC's suites; ours are among them to the octet.
    @Test
    func recordsOfSuitesAreThoseOfAnotherImplementation() throws {
        let text = String(decoding: try Fixture.octets(ofAsset: "ipmi/vectors/go-ipmi.json"), as: UTF8.self)
        for suite in CipherSuite.allCases {
            let hex = suite.record.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(text.contains(hex), "\(hex)")
        }
    }
}

import Foundation
import TestSupport
import Testing

@testable import IPMI

/// Sessions between other people's consoles and BMCs, computed again.
@Suite(.enabled(if: Fixture.assets != nil))
struct CaptureTests {
    struct Session: CustomTestStringConvertible, Sendable {
        var file: String
        var suite: CipherSuite
        var testDescription: String { file }
    }

    static let sessions = [
        Session(file: "goipmi-c17-power-status", suite: .sha256),
        Session(file: "ipmisim-rmcpplus-c3-power-status", suite: .sha1),
        Session(file: "ipmisim-rmcpplus-c3-power-on", suite: .sha1),
        Session(file: "ipmisim-rmcpplus-c3-mcinfo", suite: .sha1),
        Session(file: "ipmisim-rmcpplus-c3-bootdev-pxe-efi", suite: .sha1),
    ]

    @Test(arguments: sessions)
    func aWholeSessionIsComputedAgainToTheOctet(session: Session) throws {
        let capture = try Capture(asset: "ipmi/pcap/\(session.file).pcap").datagrams
        let identity = Identity(
            name: [UInt8]("admin".utf8),
            password: [UInt8]("Pr0v1s10n".utf8),
            generatorKey: [],
            privilege: .administrator
        )
        var exchange = KeyExchange(suite: session.suite, consoleSessionID: 0xA0A2_A3A4, consoleRandom: [])
        var key: [UInt8]?
        var messages: [IPMIResponse] = []
        var protected = 0
        for datagram in capture where datagram.count > 5 && datagram[4] == 0x06 {
            if datagram[5] & 0xC0 != 0 {
                let keys = SessionKeys(suite: session.suite, sessionIntegrityKey: try #require(key))
                let packet = try Packet(protected: datagram, keys: keys)
                let vector = [UInt8](datagram[16..<32])
                #expect(try packet.protectedDatagram(keys: keys, vector: vector) == datagram)
                protected += 1
                if packet.sessionID == exchange.consoleSessionID {
                    messages.append(try LANMessage.readResponse(packet.payload).response)
                }
                continue
            }
            let packet = try Packet(plain: datagram)
            let tag = packet.payload[0]
            switch packet.payloadType {
            case .openSessionRequest:
                #expect(
                    exchange.openSessionRequest(tag: tag, privilege: .administrator).payload.dropFirst(2)
                        == packet.payload.dropFirst(2)
                )
            case .openSessionResponse:
                let opened = try OpenedSession(KeyExchangeAnswer(packet))
                exchange.bmcSessionID = opened.bmcSessionID
                #expect(opened.algorithms[0] == session.suite.authentication)
            case .rakp1:
                exchange = exchange.with(consoleRandom: [UInt8](packet.payload[8..<24]))
                #expect(exchange.rakp1(tag: tag, identity: identity).plainDatagram() == datagram)
            case .rakp2:
                exchange.bmcRandom = [UInt8](packet.payload[8..<24])
                exchange.bmcGUID = [UInt8](packet.payload[24..<40])
                #expect(exchange.rakp2Code(identity) == [UInt8](packet.payload[40...]))
            case .rakp3:
                #expect(exchange.rakp3(tag: tag, code: exchange.rakp3Code(identity)).plainDatagram() == datagram)
            case .rakp4:
                key = exchange.sessionIntegrityKey(identity)
                let check = exchange.rakp4Check(sessionIntegrityKey: try #require(key))
                #expect(check == [UInt8](packet.payload[8...]))
            case .message, .serial:
                break
            }
        }
        #expect(protected >= 6)
        #expect(messages.contains { $0.command == 0x3B && $0.completion == .success })
        if session.file.contains("power-status") {
            let status = try #require(messages.first { $0.networkFunction == 0x01 && $0.command == 0x01 })
            let printed = try String(
                decoding: Fixture.octets(ofAsset: "ipmi/pcap/\(session.file).out.txt"),
                as: UTF8.self
            )
            #expect(try ChassisStatus(status.data).isPowerOn == printed.contains("is on"))
        }
        if session.file.contains("mcinfo") {
            let device = try DeviceID(try #require(messages.first { $0.command == 0x01 }).data)
            #expect(device.version == "2.0")
            #expect(device.manufacturer == 4753)
        }
    }

    @Test func aWrongPasswordShowsInTheProofOfTheBMC() throws {
        let capture = try Capture(asset: "ipmi/pcap/ipmisim-rmcpplus-c3-wrong-password.pcap").datagrams
        let proof = try #require(capture.compactMap { try? Packet(plain: $0) }.first { $0.payloadType == .rakp2 })
        let question = try #require(capture.compactMap { try? Packet(plain: $0) }.first { $0.payloadType == .rakp1 })
        let opened = try #require(
            capture.compactMap { try? Packet(plain: $0) }.first { $0.payloadType == .openSessionResponse }
        )
        var exchange = KeyExchange(
            suite: .sha1,
            consoleSessionID: 0xA0A2_A3A4,
            consoleRandom: [UInt8](question.payload[8..<24])
        )
        exchange.bmcSessionID = try OpenedSession(KeyExchangeAnswer(opened)).bmcSessionID
        exchange.bmcRandom = [UInt8](proof.payload[8..<24])
        exchange.bmcGUID = [UInt8](proof.payload[24..<40])
        func code(_ password: String) -> [UInt8] {
            exchange.rakp2Code(
                Identity(
                    name: [UInt8]("admin".utf8),
                    password: [UInt8](password.utf8),
                    generatorKey: [],
                    privilege: .administrator
                )
            )
        }
        #expect(code("Pr0v1s10n") == [UInt8](proof.payload[40...]))
        #expect(code("wrong") != [UInt8](proof.payload[40...]))
    }

    /// A Dell's proof, by its input and its code.
    @Test func theProofOfARealBMCIsComputedAgain() throws {
        struct Vector: Decodable {
            var input: String
            var code: String
            var password: String

            enum CodingKeys: String, CodingKey {
                case input = "rakp2_hmac_input_hex"
                case code = "key_exchange_auth_code_hex"
                case password
            }
        }
        let file = try Data(Fixture.octets(ofAsset: "ipmi/vectors/rakp-hmac-sha1.json"))
        for vector in try JSONDecoder().decode([Vector].self, from: file) {
            let input = octets(hex: vector.input)
            var exchange = KeyExchange(
                suite: .sha1,
                consoleSessionID: 0xA0A2_A3A4,
                consoleRandom: [UInt8](input[8..<24])
            )
            exchange.bmcSessionID = 0x0000_0B3F
            exchange.bmcRandom = [UInt8](input[24..<40])
            exchange.bmcGUID = [UInt8](input[40..<56])
            let identity = Identity(
                name: [UInt8](input[58...]),
                password: [UInt8](vector.password.utf8),
                generatorKey: [],
                privilege: .administrator
            )
            #expect(identity.roleAndName == [UInt8](input[56...]))
            #expect(exchange.rakp2Code(identity) == octets(hex: vector.code))
        }
    }

    @Test(arguments: sessions)
    func everyPrefixOfAPacketIsRefused(session: Session) throws {
        for datagram in try Capture(asset: "ipmi/pcap/\(session.file).pcap").datagrams {
            for count in 0..<datagram.count {
                let prefix = [UInt8](datagram[..<count])
                #expect(throws: (any Error).self) {
                    if datagram[4] == 0x06 {
                        _ = try Packet(plain: prefix)
                    } else {
                        _ =
                            try Packet.readSessionless(prefix).map(LANMessage.readResponse)
                            ?? { throw CancellationError() }()
                    }
                }
            }
        }
    }
}

extension KeyExchange {
    fileprivate func with(consoleRandom: [UInt8]) -> KeyExchange {
        var copy = KeyExchange(suite: suite, consoleSessionID: consoleSessionID, consoleRandom: consoleRandom)
        copy.bmcSessionID = bmcSessionID
        return copy
    }
}

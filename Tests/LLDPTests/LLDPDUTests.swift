import LLDP
import Octets
import TestSupport
import Testing

struct LLDPDUTests {
    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// A switch's port with a TLV of every kind that is understood, and one of a maker's own.
    static func switchPort() throws -> LLDPDU {
        try LLDPDU(
            chassis: ChassisID(.macAddress, [2, 0, 0, 0, 0, 1]),
            port: PortID(.interfaceName, text("ethernet1/7")),
            timeToLive: 120,
            others: [
                TLV(.portDescription, text("to rack 4 unit 12")), TLV(.systemName, text("leaf-4a")),
                TLV(.systemDescription, text("SONiC\n4.2")),
                TLV(SystemCapabilities(supported: [.bridge, .router], enabled: [.bridge])),
                TLV(ManagementAddress(NetworkAddress(family: 1, address: [10, 0, 0, 7]), objectIdentifier: [43, 6])),
                TLV(PortVLAN(1)), TLV(ProtocolVLAN(flags: 3, vlan: 20)), TLV(VLANName(vlan: 20, name: "storage")),
                TLV(ManagementVLAN(4)), TLV(LinkAggregation(status: 3, aggregatedPort: 9)),
                TLV(EthernetLinkAggregation(status: 1, aggregatedPort: 0)),
                TLV(LinkNegotiation(status: 3, advertised: 1, mode: 30)), TLV(MaximumFrameSize(9216)),
                TLV(LinkPower(support: 7, pairs: 1, powerClass: 4, request: .init(flags: 1, wanted: 2, granted: 3))),
                TLV(MediaCapabilities(capabilities: 0x33, deviceType: 4)),
                TLV(NetworkPolicy(application: 1, policy: 1 << 22 | 301 << 9 | 5 << 6 | 46)),
                TLV(MediaLocation(format: 3, location: text("911"))), TLV(MediaPower(flags: 0x41, power: 255)),
                TLV(.serialNumber, content: text("S-1")), TLV(.organizational, [0, 0x90, 0x69, 1, 0x41]),
            ]
        )
    }

    @Test func everythingIsReadAsItWasWritten() throws {
        let unit = try Self.switchPort()
        let again = try LLDPDU(parsing: unit.octets())
        #expect(again == unit)
        #expect(again.systemName == "leaf-4a" && again.portDescription == "to rack 4 unit 12")
        #expect(again.text(.serialNumber) == "S-1")
        for tlv in again.others { try tlv.expectRoundTrip() }
        let policy = try #require(again.first(NetworkPolicy.self))
        #expect(policy.isTagged && !policy.isUnknown && policy.vlan == 301 && policy.priority == 5 && policy.dscp == 46)
        #expect(again.others.last?.kind == .organizational(0x009069, 1))
    }

    @Test func aFrameMayBeTaggedAndPadded() throws {
        let unit = try Self.switchPort()
        let here = try #require(MACAddress(octets: [2, 0, 0, 0, 0, 2]))
        let bridge = try #require(LLDPFrame.nearestBridge)
        let frame = LLDPFrame(to: bridge, from: here, unit)
        let octets = try frame.octets()
        let tagged = octets[..<12] + [0x88, 0xA8, 0, 5, 0x81, 0, 0, 7] + octets[12...] + [0, 0, 1, 2]
        #expect(try LLDPFrame(parsing: tagged) == frame)
    }

    @Test func theEndMayBeMissing() throws {
        let unit = try Self.switchPort()
        #expect(try LLDPDU(parsing: unit.octets().dropLast(2)) == unit)
    }

    @Test func whatIsLongerThanItsHeaderSaysIsRefused() throws {
        #expect(throws: WireError.invalid(field: "TLV length", value: 512)) {
            try TLV(.systemName, [UInt8](repeating: 65, count: 512))
        }
        #expect(throws: WireError.invalid(field: "TLV type", value: 128)) { try TLV(TLVType(rawValue: 128), []) }
        let long = ChassisID(.local, [UInt8](repeating: 65, count: 600))
        #expect(throws: WireError.self) { try LLDPDU(chassis: long, port: PortID(.local, [49])).octets() }
    }

    @Test func identifiersHaveOneTo255Octets() throws {
        func unit(_ count: Int) -> [UInt8] {
            var octets: [UInt8] = []
            octets.append(bigEndian: UInt16(1) << 9 | UInt16(count + 1))
            return octets + [7] + [UInt8](repeating: 65, count: count) + [4, 2, 7, 49, 6, 2, 0, 9]
        }
        #expect(try LLDPDU(parsing: unit(255)).timeToLive == 9)
        #expect(throws: WireError.truncated(needed: 2, left: 1, at: 0)) { try LLDPDU(parsing: unit(0)) }
        #expect(throws: WireError.invalid(field: "identifier length", value: 256)) { try LLDPDU(parsing: unit(256)) }
    }

    @Test func identifiersThatAreNoTextAreShownAsDigits() {
        #expect("\(ChassisID(.local, [0, 1, 0xAB]))" == "00:01:ab")
        #expect("\(ChassisID(.macAddress, [1, 2]))" == "01:02")
        #expect("\(ChassisID(.networkAddress, [1, 10]))" == "0a")
        #expect("\(PortID(.agentCircuitID, [0x41, 0x42]))" == "41:42")
        #expect("\(PortID(PortID.Subtype(rawValue: 99), Array("Eth 1".utf8) + [0]))" == "Eth 1")
    }

    /// libFuzzer's find: 206 octets were read, and 128 of them written again.
    @Test func anObjectIdentifierBeyondItsLimitIsRefused() throws {
        func tlv(_ count: Int) throws -> TLV {
            let octets: [UInt8] = [5, 1, 10, 0, 0, 7, 2, 0, 0, 0, 3, UInt8(count)]
            return try TLV(.managementAddress, octets + [UInt8](repeating: 43, count: count))
        }
        #expect(try tlv(128).read(ManagementAddress.self)?.objectIdentifier.count == 128)
        #expect(throws: WireError.invalid(field: "object identifier length", value: 129)) {
            try tlv(129).read(ManagementAddress.self)
        }
    }

    @Test func saidTwiceItIsNotBelieved() throws {
        var octets = try Self.switchPort().octets()
        octets.insert(contentsOf: [6, 2, 0, 1], at: octets.count - 2)
        #expect(throws: WireError.invalid(field: "repeated TLV type", value: 3)) { try LLDPDU(parsing: octets) }
    }

    /// Whatever parses is written and parsed again to the same value; nothing crashes.
    @Test(arguments: 0..<500 as Range<UInt64>)
    func noiseParsesToItselfOrIsRefused(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var octets = try Self.switchPort().octets()
        for _ in 0..<Int.random(in: 1...20, using: &generator) {
            octets[Int.random(in: 0..<octets.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        let noise = generator.octets(Int.random(in: 0...600, using: &generator))
        for candidate in [octets, noise, [2, 2, 7, 65, 4, 2, 7, 49, 6, 2, 0, 9] + noise] {
            guard let unit = try? LLDPDU(parsing: candidate) else { continue }
            #expect(try LLDPDU(parsing: unit.octets()) == unit)
            _ = ("\(unit.chassis)", "\(unit.port)", unit.systemName, unit.systemDescription)
            for tlv in unit.others { try tlv.expectRoundTrip() }
        }
    }
}

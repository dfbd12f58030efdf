import LLDP
import Octets
import TestSupport
import Testing

/// What switches and stations sent, as others recorded it.
@Suite(.enabled(if: Fixture.assets != nil, "captures are not beside this checkout"))
struct CapturedFrameTests {
    private static func frames(_ file: String) throws -> [[UInt8]] {
        try Capture(Fixture.octets(ofAsset: "lldp/" + file)).lldpFrames
    }

    private static func units(_ file: String) throws -> [LLDPDU] {
        try frames(file).map { try LLDPFrame(parsing: $0).unit }
    }

    private static func literal(_ name: String) throws -> [UInt8] {
        try Fixture.octets(ofAsset: "lldp/" + name)
    }

    static let captures = [
        "tcpdump/LLDP_and_CDP.pcap": 8, "tcpdump/lldp_mudurl.pcap": 2, "tcpdump/lldp-app-priority.pcap": 1,
        "lldpd/8023bt.pcap": 1, "zeek/lldp.pcap": 1,
    ]

    static let literals =
        (1...5).map { "frame-literals/scapy-lldp-\($0).bin" } + [
            "frame-literals/systemd-stable-test-lldp-rx-2.bin", "frame-literals/systemd-stable-test-lldp-rx-3.bin",
            "systemd-fuzz/fuzz-lldp-rx__basic", "systemd-fuzz/fuzz-lldp-rx__oui",
        ]

    /// Written again it is the same octets, up to padding or check sequence; every TLV that is understood is so by
    /// itself.
    private func isWrittenAlike(_ octets: [UInt8], _ name: String) throws {
        let frame = try LLDPFrame(parsing: octets)
        let written = try frame.octets()
        #expect(octets.starts(with: written.dropLast(2)), "\(name)")
        #expect(try LLDPFrame(parsing: written) == frame)
        for tlv in frame.unit.others { try tlv.expectRoundTrip() }
    }

    @Test(arguments: captures.keys.sorted())
    func everyCapturedFrameIsWrittenAsTheSameOctets(file: String) throws {
        let frames = try Self.frames(file)
        #expect(frames.count == Self.captures[file])
        for frame in frames { try isWrittenAlike(frame, file) }
    }

    @Test(arguments: literals)
    func everyFrameOfOthersTestsIsWrittenAsTheSameOctets(name: String) throws {
        try isWrittenAlike(Self.literal(name), name)
    }

    @Test(arguments: captures.keys.sorted())
    func noPrefixOfACapturedFrameTraps(file: String) throws {
        for frame in try Self.frames(file) {
            let whole = try LLDPFrame(parsing: frame).unit
            for length in 0..<frame.count {
                // One that ends between two TLVs is whole as far as it goes.
                guard let part = try? LLDPFrame(parsing: frame[..<length]) else { continue }
                #expect(whole.others.starts(with: part.unit.others), "\(length)")
            }
        }
    }

    @Test(arguments: [
        "LLDP_and_CDP.pcap": "lldp_cdp-ev.out", "lldp_mudurl.pcap": "lldp_mudurl-v.out",
        "lldp-app-priority.pcap": "lldp-app-priority.out",
    ])
    func tcpdumpSeesTheSameTLVs(capture: String, decode: String) throws {
        let text = try String(decoding: Self.literal("tcpdump/" + decode), as: UTF8.self)
        let golden = GoldenDecode(text).frames
        let units = try Self.units("tcpdump/" + capture)
        #expect(units.count == golden.count)
        for (unit, expected) in zip(units, golden) {
            #expect(expected.prefix(3).map(\.type) == [1, 2, 3] && expected.last?.type == 0)
            #expect(expected[0].text.first?.hasSuffix(": \(unit.chassis)") == true)
            #expect(expected[1].text.first?.hasSuffix(": \(unit.port)") == true)
            #expect(expected[2].text == ["TTL \(unit.timeToLive)s"])
            let others = expected.dropFirst(3).dropLast()
            #expect(unit.others.map(\.type.rawValue) == others.map(\.type))
            #expect(unit.others.map(\.value.count) == others.map(\.length))
            for (tlv, expected) in zip(unit.others, others) where [4, 5, 6].contains(expected.type) {
                let shown = tlv.text?.split(separator: "\n").joined(separator: "^J")
                #expect(shown == expected.text.first)
            }
            for (tlv, expected) in zip(unit.others, others) where expected.type == 8 {
                let address = try #require(try tlv.read(ManagementAddress.self))
                #expect(expected.text.first?.hasSuffix(": \(address.address)") == true)
                #expect(expected.text.last?.hasSuffix(": \(address.interfaceNumber)") == true)
            }
        }
    }

    /// What tcpdump says of the same frames, in `lldp_cdp-ev.out`.
    @Test func aCiscoSwitchNamesItsPortAndItsVLAN() throws {
        let unit = try #require(try Self.units("tcpdump/LLDP_and_CDP.pcap").first)
        #expect("\(unit.chassis)" == "00:19:2f:a7:b2:8d" && unit.chassis.macAddress != nil)
        #expect("\(unit.port)" == "Uplink to S1" && unit.port.subtype == .interfaceAlias)
        #expect(unit.systemName == "S2.cisco.com")
        #expect(unit.portDescription == "GigabitEthernet0/13")
        #expect(unit.systemDescription?.hasPrefix("Cisco IOS Software, C3560") == true)
        #expect(
            unit.first(SystemCapabilities.self)
                == SystemCapabilities(supported: [.bridge, .router], enabled: .bridge)
        )
        #expect(unit.first(PortVLAN.self) == PortVLAN(1))
        let link = try #require(unit.first(LinkNegotiation.self))
        #expect(link.canNegotiate && link.negotiates && link.advertised == 0xC036 && link.mode == 16)
    }

    /// `lldp_mudurl-v.out`.
    @Test func aLinuxStationGivesItsAddresses() throws {
        let unit = try #require(try Self.units("tcpdump/lldp_mudurl.pcap").first)
        #expect("\(unit.port)" == "00:23:54:c2:57:02" && unit.port.subtype == .macAddress)
        #expect(
            unit.all(ManagementAddress.self).map { "\($0.address)" }
                == ["62.12.173.114", "2001:8a8:1006:4:223:54ff:fec2:5702"]
        )
        let link = try #require(unit.first(EthernetLinkAggregation.self))
        #expect(link.canAggregate && !link.isAggregated)
        // A usage description (RFC 8520): nothing here reads it, and it is kept.
        let usage = unit.others.first { $0.kind.organization == 0x00005E }
        #expect(usage?.text == "https://imright.mud.example.com/.well-known/mud/v1/vomitv2.0")
    }

    /// lldpd's own test of it says: 2 pairs, type 3, class 4, 71 W wanted and 51 W granted with single and dual
    /// signature; what 802.3bt added is kept as it is.
    @Test func aSwitchThatPowersItsPortSaysHow() throws {
        let unit = try #require(try Self.units("lldpd/8023bt.pcap").first)
        #expect("\(unit.port)" == "Gi1/0/2" && unit.systemName == "cisco-bt-switch")
        let power = try #require(unit.first(LinkPower.self))
        #expect(power.support == 0x0F && power.pairs == 1 && power.powerClass == 5)
        #expect(power.request == LinkPower.Request(flags: 0x13, wanted: 710, granted: 510))
        #expect(power.extensions.count == 17)
        #expect(unit.first(LinkNegotiation.self)?.mode == 30)
        #expect(unit.first(PortVLAN.self) == PortVLAN(1))
    }

    @Test func aSmallSwitchIsManagedAtItsAddress() throws {
        let unit = try #require(try Self.units("zeek/lldp.pcap").first)
        #expect("\(unit.chassis)" == "00:22:2d:81:db:10" && "\(unit.port)" == "1")
        #expect(unit.port.subtype == .local)
        #expect(unit.portDescription == "Port #1" && unit.systemName == "SMCGS8P-Smart")
        #expect(unit.first(ManagementAddress.self)?.address == NetworkAddress(family: 1, address: [192, 168, 2, 10]))
    }

    /// The frame is of no use without who sends it, but its TLVs are written as 802.1AX has them.
    @Test func linkAggregationIsReadWhereItStandsNow() throws {
        let frames = try Self.frames("tcpdump/lldp_8021_linkagg.pcap")
        #expect(frames.count == 2)
        for (frame, expected) in zip(frames, [(true, 100), (false, 0)] as [(Bool, UInt32)]) {
            #expect(throws: WireError.invalid(field: "TLV type where 1 is due", value: 127)) {
                try LLDPFrame(parsing: frame)
            }
            let tlv = try TLV(.organizational, Array(frame[16..<25]))
            let link = try #require(try tlv.read(LinkAggregation.self))
            #expect(link.canAggregate && link.isAggregated == expected.0 && link.aggregatedPort == expected.1)
        }
    }

    @Test func networkAddressesMayBeIdentifiers() throws {
        let units = try (1...3).map {
            try LLDPFrame(parsing: Self.literal("frame-literals/scapy-lldp-\($0).bin")).unit
        }
        #expect(units.map { "\($0.chassis)" } == ["00:07:ab", "1.1.1.1", "1111::2222"])
        #expect(units.map { "\($0.port)" } == ["07:aa:bb:cc", "2.2.2.2", "2001::abcd"])
        #expect(units.allSatisfy { $0.timeToLive == 20 && $0.others.isEmpty })
    }

    /// systemd's own test of the frame expects these.
    @Test func vlansAreReadAsSystemdReadsThem() throws {
        let frame = try LLDPFrame(parsing: Self.literal("frame-literals/systemd-stable-test-lldp-rx-3.bin"))
        #expect("\(frame.source)" == "01:02:03:04:05:06")
        let unit = frame.unit
        #expect(unit.first(PortVLAN.self)?.vlan == 0x1234)
        #expect(unit.first(ProtocolVLAN.self) == ProtocolVLAN(flags: 1, vlan: 0x7788))
        let name = try #require(unit.first(VLANName.self))
        #expect(name == VLANName(vlan: 0x1234, name: "Vlan51") && name.text == "Vlan51")
        #expect(unit.first(ManagementVLAN.self)?.vlan == 0x0102)
        #expect(unit.first(LinkAggregation.self)?.aggregatedPort == 0x140012)
        #expect(unit.first(LinkPower.self) == LinkPower(support: 7, pairs: 1, powerClass: 0))
    }

    @Test(arguments: ["cdp.0", "cdp.2", "edp.0", "edp.2", "edp.4", "sonmp.1"])
    func framesOfOtherProtocolsAreRefused(name: String) throws {
        let octets = try Self.literal("lldpd-fuzz-seeds/\(name).raw")
        #expect(throws: WireError.self) { try LLDPFrame(parsing: octets) }
        for offset in 0..<octets.count { _ = try? LLDPDU(parsing: octets[offset...]) }
    }

    @Test func framesBesideLLDPAreRefused() throws {
        let frames = try Capture(Self.literal("tcpdump/3560_CDP.pcap")).frames
        #expect(frames.count == 3)
        for frame in frames { #expect(throws: WireError.self) { try LLDPFrame(parsing: frame) } }
    }
}

extension TLV {
    /// What is understood of it is written as it was read, where nothing was left over.
    func expectRoundTrip(at place: SourceLocation = #_sourceLocation) throws {
        func check<Content: TLVContent>(_: Content.Type) throws {
            guard let content = (try? read(Content.self)) ?? nil else { return }
            let written = try TLV(content)
            let isSame = written == self
            let isLonger = written.kind == kind && self.content.starts(with: written.content)
            #expect(isSame || isLonger, "\(self) was written as \(written)", sourceLocation: place)
            #expect(try written.read(Content.self) == content, sourceLocation: place)
        }
        try check(SystemCapabilities.self)
        try check(ManagementAddress.self)
        try check(PortVLAN.self)
        try check(ProtocolVLAN.self)
        try check(VLANName.self)
        try check(ManagementVLAN.self)
        try check(LinkAggregation.self)
        try check(EthernetLinkAggregation.self)
        try check(LinkNegotiation.self)
        try check(LinkPower.self)
        try check(MaximumFrameSize.self)
        try check(MediaCapabilities.self)
        try check(NetworkPolicy.self)
        try check(MediaLocation.self)
        try check(MediaPower.self)
    }
}

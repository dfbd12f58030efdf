import BootDoctor
import DHCP
import Octets
import TestSupport
import Testing

@Suite struct FrameTests {
    private func frame() throws -> Frame {
        let machine = Machine(kind: .uefiROM)
        return Frame(
            sourceMAC: try #require(machine.mac),
            source: .any,
            sourcePort: 68,
            destination: .broadcast,
            destinationPort: 67,
            payload: machine.message(.discover).octets()
        )
    }

    private func changed(_ change: (inout [UInt8], Int) -> Void) throws -> [UInt8] {
        let frame = try frame()
        var octets = frame.octets
        change(&octets, frame.headerStart)
        return octets
    }

    @Test func aFrameIsReadToItsMessage() throws {
        let sighting = try DHCPSighting(frame: frame().octets, at: 12.5)
        #expect(sighting.at == 12.5)
        #expect(sighting.message == Machine(kind: .uefiROM).message(.discover))
        #expect(sighting.sourceMAC == MACAddress("52:54:00:77:00:01"))
        #expect(sighting.source == .any)
        #expect(sighting.sourcePort == 68)
        #expect(sighting.destination == .broadcast)
        #expect(sighting.destinationPort == 67)
    }

    @Test(arguments: [
        [], [0x81, 0x00, 0x20, 0x0A], [0x88, 0xA8, 0, 1, 0x81, 0x00, 0, 2], [0x91, 0x00, 0, 1],
    ])
    func tagsAreReadOver(tags: [UInt8]) throws {
        var frame = try frame()
        frame.tags = tags
        #expect(try DHCPSighting(frame: frame.octets, at: 0).message.messageType == .discover)
    }

    @Test func ipOptionsAndPaddingAreReadOver() throws {
        var frame = try frame()
        frame.ipOptions = [1, 1, 1, 1, 148, 4, 0, 0]
        frame.padding = 40
        let sighting = try DHCPSighting(frame: frame.octets, at: 0)
        #expect(sighting.message == Machine(kind: .uefiROM).message(.discover))
    }

    @Test(arguments: [UInt16(67), 68, 4011])
    func dhcpPortsAreTaken(port: UInt16) throws {
        var frame = try frame()
        frame.destinationPort = port
        #expect(try DHCPSighting(frame: frame.octets, at: 0).destinationPort == port)
        frame.sourcePort = 4011
        frame.destinationPort = 40000
        #expect(try DHCPSighting(frame: frame.octets, at: 0).sourcePort == 4011)
    }

    @Test func whatIsNoDHCPIsRefusedByName() throws {
        var other = try frame()
        other.destinationPort = 53
        let cases: [([UInt8], String, UInt64)] = [
            (try changed { $0[$1 - 1] = 0x06 }, "EtherType", 0x0806),
            (
                try changed {
                    $0[$1 - 2] = 0x86
                    $0[$1 - 1] = 0xDD
                }, "EtherType", 0x86DD
            ),
            (try changed { $0[$1] = 0x65 }, "IP version", 6),
            (try changed { $0[$1] = 0x44 }, "IPv4 header length", 4),
            (
                try changed {
                    $0[$1 + 2] = 0
                    $0[$1 + 3] = 27
                }, "IPv4 total length", 27
            ),
            (try changed { $0[$1 + 6] = 0x20 }, "IPv4 fragment", 0x2000),
            (try changed { $0[$1 + 7] = 0x10 }, "IPv4 fragment", 0x4010),
            (try changed { $0[$1 + 9] = 6 }, "IP protocol", 6),
            (
                try changed {
                    $0[$1 + 24] = 0
                    $0[$1 + 25] = 7
                }, "UDP length", 7
            ),
            (other.octets, "UDP port", 53),
            (try changed { $0[$1 + 28] = 7 }, "op", 7),
            (try changed { $0[$1 + 28 + 236] = 0 }, "magic cookie", 0x0082_5363),
        ]
        for (octets, field, value) in cases {
            #expect(throws: WireError.invalid(field: field, value: value)) { try DHCPSighting(frame: octets, at: 0) }
        }
    }

    @Test func lengthsBeyondTheFrameAreRefused() throws {
        for octets in [
            try changed { $0[$1 + 2] = 0xFF }, try changed { $0[$1 + 24] = 0xFF }, try changed { $0[$1] = 0x4F },
        ] {
            #expect(throws: WireError.self) { try DHCPSighting(frame: octets, at: 0) }
        }
    }

    @Test func everyPrefixIsRefused() throws {
        let octets = try frame().octets
        for length in 0..<octets.count {
            #expect(throws: WireError.self) { try DHCPSighting(frame: octets.prefix(length), at: 0) }
        }
    }

    @Test func malformedPacketsAreCountedForTheirSender() throws {
        var doctor = BootDoctor(own: [Host.ours.address])
        let octets = try changed { $0[$1 + 28] = 7 }
        let taken = [doctor.see(frame: octets, at: 10), doctor.see(frame: octets, at: 11)]
        #expect(taken == [true, true])
        let isDHCP = try doctor.see(frame: changed { $0[$1 + 9] = 6 }, at: 12)
        #expect(!isDHCP, "TCP is none of its business")
        let finding = try #require(doctor.findings(at: 20).first)
        #expect(finding.kind == .malformed)
        #expect(finding.severity == .warning)
        #expect(finding.subject == "52:54:00:77:00:01")
        #expect(
            finding.evidence == [
                "Seen 2 times from +0.0 s to +1.0 s, sent from 0.0.0.0.",
                "The last one cannot be read: op cannot be 7.",
            ]
        )
        #expect(doctor.findings(at: 20).count == 1)
    }

    @Test func goodFramesAreNotCountedAsMalformed() throws {
        var doctor = BootDoctor(own: [])
        try doctor.see(frame: frame().octets, at: 10)
        #expect(doctor.findings(at: 10) == [])
        #expect(doctor.clients(at: 10).count == 1)
    }
}

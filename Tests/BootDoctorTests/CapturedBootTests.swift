import BootDoctor
import Octets
import TestSupport
import Testing

/// Boots of real firmware, captured.
@Suite(.enabled(if: Fixture.assets != nil, "captures are not beside this checkout"))
struct CapturedBootTests {
    /// The frames of a capture file (pcap, little end first, Ethernet) with their instants.
    private static func frames(_ file: String) throws -> [(at: Double, octets: [UInt8])] {
        var reader = OctetReader(try Fixture.octets(ofAsset: "dhcp/" + file))
        _ = try reader.read(24)
        var frames: [(at: Double, octets: [UInt8])] = []
        while reader.remaining >= 16 {
            let seconds: UInt32 = try reader.readLittleEndian()
            let fraction: UInt32 = try reader.readLittleEndian()
            let length: UInt32 = try reader.readLittleEndian()
            _ = try reader.read(4)
            frames.append((Double(seconds) + Double(fraction) / 1e6, Array(try reader.read(Int(length)))))
        }
        return frames
    }

    private func listen(to file: String, own: Set<IPv4Address>) throws -> (doctor: BootDoctor, end: Double) {
        var doctor = BootDoctor(own: own)
        let frames = try Self.frames(file)
        for (instant, octets) in frames { doctor.see(frame: octets, at: instant) }
        return (doctor, (frames.last?.at ?? 0) + 120)
    }

    @Test(arguments: ["qemu-firmware/bios-ipxerom.pcap", "qemu-firmware/uefi-pxe-tftp.pcap"])
    func qemusFirmwareBootsWithoutAFindingButItsEmptyUUID(file: String) throws {
        let (doctor, end) = try listen(to: file, own: [IPv4Address(10, 77, 0, 1)])
        #expect(doctor.findings(at: end).map(\.kind) == [.machineIdentifier])
        let client = try #require(doctor.clients(at: end).first)
        #expect(client.mac == MACAddress("52:54:00:77:00:01"))
        #expect(client.stage == .iPXE)
        #expect(client.address == IPv4Address(10, 77, 0, 152))
    }

    @Test func theSameServerIsForeignToAnother() throws {
        let (doctor, end) = try listen(to: "qemu-firmware/uefi-pxe-tftp.pcap", own: [IPv4Address(10, 77, 0, 2)])
        let finding = try #require(doctor.findings(at: end).first)
        #expect(finding.kind == .foreignServer)
        #expect(finding.subject == "10.77.0.1")
        #expect(finding.evidence.contains { $0.contains("'snponly.efi'") })
    }

    @Test(arguments: [
        ("packetlife/DHCP.cap", IPv4Address(192, 168, 0, 1)),
        ("arkime/wireshark-dhcp.pcap", IPv4Address(192, 168, 0, 1)),
        ("tcpdump/dhcp-rfc3004.pcap", IPv4Address(192, 168, 1, 1)),
        ("zeek/dhcp_inform.pcap", IPv4Address(128, 2, 6, 152)),
        ("suricata/dhcp-eve-extended.pcap", IPv4Address(10, 16, 1, 1)),
    ])
    func ordinaryLeasesGiveNoFinding(file: String, server: IPv4Address) throws {
        let (doctor, end) = try listen(to: file, own: [server])
        #expect(doctor.findings(at: end) == [])
        #expect(!doctor.clients(at: end).isEmpty)
    }

    @Test func zeeksDeclineIsFound() throws {
        let (doctor, end) = try listen(to: "zeek/dhcp.pcap", own: [IPv4Address(128, 2, 6, 152)])
        #expect(doctor.findings(at: end).map(\.kind) == [.addressInUse])
    }

    @Test func tcpdumpsBrokenPacketIsPassedOver() throws {
        let (doctor, end) = try listen(to: "tcpdump/bootp_asan.pcap", own: [])
        #expect(doctor.findings(at: end) == [], "its IP length is beyond the frame")
        #expect(doctor.clients(at: end) == [])
    }
}

import DHCP
import Octets
import TestSupport
import Testing

@Suite(.enabled(if: Fixture.assets != nil, "captures are not beside this checkout"))
struct CapturedMessageTests {
    static let captures = [
        "arkime/wireshark-dhcp.pcap": 4, "netboot/dhcp.pcap": 3, "packetlife/DHCP.cap": 4,
        "qemu-firmware/bios-ipxerom.pcap": 5, "qemu-firmware/uefi-pxe-tftp.pcap": 8,
        "sanders/dhcp_inlease_renewal.pcapng": 2, "sanders/dhcp_nolease_initialization.pcapng": 4,
        "suricata/dhcp-eve-extended-option-60.pcap": 1, "suricata/dhcp-eve-extended.pcap": 2,
        "tcpdump/dhcp-mud.pcap": 2, "tcpdump/dhcp-option-108.pcapng": 2,
        "tcpdump/dhcp-option-33.pcap": 4,
        "tcpdump/dhcp-rfc3004.pcap": 4, "zeek/dhcp.pcap": 8,
        "zeek/dhcp_discover_param_req_and_client_id.pcap": 1, "zeek/dhcp_inform.pcap": 2,
        "zeek/hw-type0.pcap": 1,
    ]

    static func messages(_ file: String) throws -> [[UInt8]] {
        try Capture(Fixture.octets(ofAsset: "dhcp/" + file)).datagrams
            .filter { [67, 68, 4011].contains($0.target) }.map(\.payload)
    }

    @Test(arguments: captures.keys.sorted())
    func everyCapturedMessageIsWrittenAndReadAgainAsTheSame(file: String) throws {
        let messages = try Self.messages(file)
        #expect(messages.count >= Self.captures[file] ?? 1)
        for octets in messages {
            let message = try DHCPMessage(parsing: octets)
            #expect(message.messageType != nil)
            let written = message.octets(maximumSize: 1500)
            #expect(written.count >= 300)
            #expect(try DHCPMessage(parsing: written) == message)
        }
    }

    @Test(arguments: [
        "byte-literals/dhcproto-1.bin", "byte-literals/dhcproto-2.bin", "byte-literals/dhcproto-3.bin",
        "byte-literals/ryu-1.bin", "byte-literals/scapy-1.bin", "byte-literals/scapy-2.bin",
        "byte-literals/scapy-3.bin", "byte-literals/scapy-4.bin", "byte-literals/scapy-5.bin",
        "pxe-literals/pxe-x86-bios-discover-360.bin", "pxe-literals/pxe-x86-bios-tftp-discover.bin",
    ])
    func everySingleMessageIsWrittenAndReadAgainAsTheSame(file: String) throws {
        // Scapy's begin with the headers of IP and UDP.
        let octets = try Fixture.octets(ofAsset: "dhcp/" + file).dropFirst(
            file.contains("scapy") ? 28 : 0
        )
        let message = try DHCPMessage(parsing: octets)
        #expect(try DHCPMessage(parsing: message.octets(maximumSize: 1500)) == message)
        for length in 0..<240 {
            #expect(throws: WireError.self) { try DHCPMessage(parsing: octets.prefix(length)) }
        }
        for length in 240..<max(octets.count, 240) {
            _ = try? DHCPMessage(parsing: octets.prefix(length))
        }
    }

    @Test(arguments: ["discover-example.hex", "request4-example.hex"])
    func perfdhcpsTemplatesAreReadAsFarAsTheyAreRight(file: String) throws {
        let text = try Fixture.octets(ofAsset: "dhcp/kea/" + file).filter { $0 > 32 }
        let octets = try stride(from: 0, to: text.count - 1, by: 2).map { index in
            try #require(UInt8(String(decoding: text[index..<index + 2], as: UTF8.self), radix: 16))
        }
        let message = try DHCPMessage(parsing: octets)
        #expect(try DHCPMessage(parsing: message.octets(maximumSize: 1500)) == message)
    }

    @Test func fuzzedMessagesNeverTrap() throws {
        let names = [
            "buffer-overflow-1", "discover-existing", "discover-new", "release", "request-new",
        ]
        for name in names {
            let octets = try Fixture.octets(ofAsset: "dhcp/systemd-fuzz/fuzz-dhcp-server__" + name)
            if let message = try? DHCPMessage(parsing: octets) {
                #expect(try DHCPMessage(parsing: message.octets(maximumSize: 65535)) == message)
            }
        }
        for file in ["fuzz-dhcp-client__parse-memleak", "fuzz-dhcp6-client__crash-initial1"] {
            let octets = try Fixture.octets(ofAsset: "dhcp/systemd-fuzz/" + file)
            #expect(throws: WireError.self) { try DHCPMessage(parsing: octets) }
        }
        for datagram in try Capture(Fixture.octets(ofAsset: "dhcp/tcpdump/bootp_asan.pcap")).datagrams {
            #expect(throws: WireError.self) { try DHCPMessage(parsing: datagram.payload) }
        }
    }

    @Test func qemusFirmwareSaysWhatItIs() throws {
        let uefi = try Self.messages("qemu-firmware/uefi-pxe-tftp.pcap").map {
            try DHCPMessage(parsing: $0)
        }
        let first = try #require(uefi.first)
        #expect(first.messageType == .discover)
        #expect(first.clientArchitectures == [.uefiX64])
        #expect(first.isPXEClient && !first.isIPXE)
        #expect(first.vendorClass == "PXEClient:Arch:00007:UNDI:003000")
        #expect(first.machineIdentifier?.count == 16)
        #expect(uefi.contains { $0.isIPXE && $0.userClasses == ["iPXE"] })

        let bios = try Self.messages("qemu-firmware/bios-ipxerom.pcap").map {
            try DHCPMessage(parsing: $0)
        }
        #expect(bios.first?.isIPXE == true)
        #expect(bios.first?.clientArchitectures == [.biosX86])
    }

    @Test func userClassesInTheStandardsEncodingAreAList() throws {
        let classes = try Self.messages("tcpdump/dhcp-rfc3004.pcap").map {
            try DHCPMessage(parsing: $0).userClasses
        }
        #expect(classes.contains { !$0.isEmpty })
    }
}

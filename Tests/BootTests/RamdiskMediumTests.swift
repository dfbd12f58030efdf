import BootMedia
import Octets
import TestSupport
import Testing

@testable import Boot

struct RamdiskMediumTests {
    private let unified = [UInt8](repeating: 0xEF, count: 6000)
    private let commandLine = 2048..<3072

    private func medium() throws -> RamdiskMedium {
        var header: [UInt8] = [0x4D, 0x5A] + [UInt8](repeating: 0, count: 0x3A)
        header.append(littleEndian: UInt32(0x40))
        header += [0x50, 0x45, 0, 0, 0, 0, 1, 0] + [UInt8](repeating: 0, count: 16)
        header += Array(".cmdline".utf8)
        for number in [commandLine.count, 0, commandLine.count, commandLine.lowerBound] {
            header.append(littleEndian: UInt32(number))
        }
        header += [UInt8](repeating: 0, count: 16)
        return try RamdiskMedium(
            RamdiskMedium.Parts(
                kernel: Composition(path: "/vmlinuz", size: 5000),
                initrd: Composition(path: "/initrd", size: 7000),
                unified: Composition(path: "/efi", size: unified.count),
                layout: try UnifiedKernelImage(header: header, fileSize: unified.count),
                isolinux: [UInt8](repeating: 0x11, count: 4000),
                library: [UInt8](repeating: 0x22, count: 3000)
            )
        )
    }

    private func octets(_ image: Composition) -> [UInt8] {
        image.pieces.flatMap { piece -> [UInt8] in
            switch piece {
            case .octets(let octets): Array(octets)
            case .zeros(let count): [UInt8](repeating: 0, count: count)
            case .file(let path, let range): [UInt8](repeating: path == "/efi" ? 0xEF : 0x33, count: range.count)
            }
        }
    }

    /// A node's words are all that differs, and stand in both places: the files are not copied.
    @Test func theWordsOfANodeStandInISOLINUXsScriptAndInTheUnifiedImage() throws {
        let medium = try medium()
        let first = try #require(medium.image(["rackwright.token=one", "console=ttyS0"]))
        let second = try #require(medium.image(["rackwright.token=two", "console=ttyS0"]))
        #expect(first.count == medium.count && second.count == medium.count)
        let (left, right) = (octets(first), octets(second))
        let differing = left.indices.filter { left[$0] != right[$0] }
        #expect(differing.count == 6, "three letters in two places")
        let text = String(decoding: left, as: UTF8.self)
        #expect(text.contains("APPEND rackwright.token=one console=ttyS0\n"))
        #expect(text.contains("KERNEL /VMLINUZ\n") && text.contains("INITRD /INITRD.IMG\n"))
        let isProgram = { (index: Int) in left[index..<index + 64].allSatisfy { $0 == 0xEF } }
        let start = try #require(left.indices.dropLast(64).first(where: isProgram))
        let section = left[start + commandLine.lowerBound..<start + commandLine.upperBound]
        #expect(String(decoding: section, as: UTF8.self).hasPrefix("rackwright.token=one console=ttyS0   "))
        #expect(left[start..<start + commandLine.lowerBound].allSatisfy { $0 == 0xEF })
        #expect(left[start + commandLine.upperBound..<start + unified.count].allSatisfy { $0 == 0xEF })
        #expect(first.files == ["/vmlinuz": 5000, "/initrd": 7000, "/efi": unified.count])
        let inMemory = first.pieces.reduce(0) { if case .octets(let octets) = $1 { $0 + octets.count } else { $0 } }
        #expect(inMemory < 40_000, "\(inMemory) octets are made for a node")
    }

    @Test func wordsThatWouldBeOthersOrDoNotFitMakeNoMedium() throws {
        let medium = try medium()
        #expect(medium.image(["two words"]) == nil)
        #expect(medium.image(["a\nKERNEL=b"]) == nil)
        #expect(medium.image([String(repeating: "x", count: commandLine.count + 1)]) == nil)
    }

    @Test func tokensAreFoundInPathsAndKeptFromPeople() {
        let path = RamdiskMedium.path(token: "0123abcd")
        #expect(path.hasSuffix(".iso"), "some BMCs take nothing else")
        #expect(RamdiskMedium.token(inPath: String(path.dropFirst("/boot/".count))) == "0123abcd")
        for other in ["media", "media/a", "media/a/b.iso", "media/a/ramdisk.iso/b", "vmlinuz", ""] {
            #expect(RamdiskMedium.token(inPath: other) == nil)
        }
        let text = RamdiskMedium.withoutTokens("it holds http://10.0.0.1:8080\(path) and http://10.0.0.1\(path).")
        #expect(!text.contains("0123abcd"))
        let hidden = "/boot/media/.../ramdisk.iso"
        #expect(text == "it holds http://10.0.0.1:8080\(hidden) and http://10.0.0.1\(hidden).")
        #expect(RamdiskMedium.withoutTokens("nothing of ours") == "nothing of ours")
    }
}

struct StaticNetworkTests {
    @Test func whatOperatorsSayBecomesWordsForTheAgent() throws {
        let network = try StaticNetwork(
            address: "10.0.0.5/24",
            gateway: "10.0.0.1",
            nameServers: ["10.0.0.2", "9.9.9.9"],
            mac: "52-54-00-AA-00-01",
            vlan: 42
        )
        #expect(
            network.arguments == [
                "rackwright.address=10.0.0.5/24", "rackwright.gateway=10.0.0.1", "rackwright.dns=10.0.0.2,9.9.9.9",
                "rackwright.vlan=42",
            ]
        )
        #expect(network.description == "10.0.0.5/24 by 10.0.0.1, DNS 10.0.0.2 9.9.9.9, VLAN 42, on 52:54:00:aa:00:01")
        #expect(try StaticNetwork(address: "10.0.0.5/31").arguments == ["rackwright.address=10.0.0.5/31"])
    }

    @Test(arguments: [
        "", "10.0.0.5", "10.0.0.5/", "10.0.0.5/33", "10.0.0.0/24", "10.0.0.255/24", "fd00::1/64", "0.0.0.0/32",
    ])
    func whatIsNoHostsAddressIsRefused(address: String) {
        #expect(throws: StaticNetworkError.self) { try StaticNetwork(address: address) }
    }

    @Test func whatDoesNotFitIsRefusedWithItsName() {
        func reason(_ make: () throws -> StaticNetwork) -> String {
            do { return "\(try make())" } catch { return "\(error)" }
        }
        let address = "10.0.0.5/24"
        #expect(reason { try StaticNetwork(address: address, gateway: "10.0.1.1") }.contains("gateway '10.0.1.1'"))
        #expect(reason { try StaticNetwork(address: address, gateway: "10.0.0.5") }.contains("gateway"))
        #expect(reason { try StaticNetwork(address: address, nameServers: ["dns"]) }.contains("name server 'dns'"))
        #expect(
            reason { try StaticNetwork(address: address, nameServers: ["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"]) }
                .contains("three")
        )
        #expect(reason { try StaticNetwork(address: address, mac: "x") }.contains("'x' is no MAC address"))
        #expect(reason { try StaticNetwork(address: address, vlan: 4095) }.contains("4095"))
    }
}

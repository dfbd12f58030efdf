import Crypto
import ImageFormat
import Testing

@testable import AgentCore

struct SmallFormatTests {
    @Test(arguments: [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Tue, 29 Feb 2028 12:00:00 GMT", 1_835_438_400), ("Sun, 22 Nov 2026 20:40:23 GMT", 1_795_380_023),
    ])
    func aDateHeaderIsSecondsSince1970(text: String, seconds: Int64) {
        #expect(HTTPDate.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 0001 08:49:37 GMT",
    ])
    func otherFormsOfDatesAreRefused(text: String) {
        #expect(HTTPDate.seconds(text) == nil)
    }

    @Test func pemReadsWhatItWrites() {
        let der = (0..<200).map { UInt8($0) }
        let text = PEM.text(der, label: "CERTIFICATE")
        #expect(PEM.octets("noise\n" + text + "more", label: "CERTIFICATE") == der)
        #expect(PEM.octets(text, label: "KEY") == nil)
        #expect(PEM.octets("-----BEGIN CERTIFICATE-----\nAAAA", label: "CERTIFICATE") == nil)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 64 })
    }

    @Test func aCertificateRequestIsSignedByItsOwnKey() throws {
        let key = P256.Signing.PrivateKey()
        let pem = try CertificateRequest.pem(for: key, commonName: "rackwright-agent")
        let der = try #require(PEM.octets(pem, label: "CERTIFICATE REQUEST"))
        // SEQUENCE, two octets of length or three; then the information, whose own length says where it ends.
        let start = der[1] == 0x81 ? 3 : 2
        let length = Int(der[start + 1] == 0x81 ? der[start + 2] : der[start + 1])
        let end = start + (der[start + 1] == 0x81 ? 3 : 2) + length
        let signature = der[(end + 12 + 3)...]
        #expect(
            key.publicKey.isValidSignature(
                try P256.Signing.ECDSASignature(derRepresentation: signature),
                for: der[start..<end]
            )
        )
        #expect(der.count < 512)
    }

    @Test func aLoaderEntryGivesItsOptions() {
        let entry = LoaderEntry(
            """
            # made by kernel-install
            title   Debian
            version 6.1.0-56
            linux   /vmlinuz
            initrd  /initrd.img
            options root=LABEL=root ro
            options   quiet
            """
        )
        #expect(entry.linux == "/vmlinuz")
        #expect(entry.initrd == ["/initrd.img"])
        #expect(entry.options == "root=LABEL=root ro quiet")
        #expect(LoaderEntry("").options == "")
    }

    @Test func theInstalledCommandLineIsKeptOrMade() {
        #expect(
            InstalledCommandLine.text(installed: "root=LABEL=r ro", rootPartition: "ABC", added: "console=ttyS0")
                == "root=LABEL=r ro console=ttyS0"
        )
        #expect(
            InstalledCommandLine.text(installed: nil, rootPartition: "ABC", added: "")
                == "root=PARTUUID=abc ro console=ttyS0"
        )
        #expect(
            InstalledCommandLine.text(installed: "quiet $tuned", rootPartition: "ABC", added: "")
                == "root=PARTUUID=abc quiet ro"
        )
    }

    @Test func aBootEntryIsWrittenAsTheFirmwareReadsIt() throws {
        let guid = try #require(GUID("00112233-4455-6677-8899-aabbccddeeff"))
        let entry = EFIBootEntry(
            description: "R",
            partition: .init(number: 1, firstSector: 2048, sectorCount: 131_072, guid: guid),
            loader: "\\A"
        )
        let octets = entry.encoded()
        let expected: [UInt8] =
            [1, 0, 0, 0, 56, 0, 0x52, 0, 0, 0, 4, 1, 42, 0, 1, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0]
            + guid.octets + [2, 2, 4, 4, 10, 0, 0x5C, 0, 0x41, 0, 0, 0, 0x7F, 0xFF, 4, 0]
        #expect(octets == expected)
    }

    @Test func ourBootEntryComesFirstAndIsNeverThereTwice() throws {
        let guid = try #require(GUID("00112233-4455-6677-8899-aabbccddeeff"))
        let entry = EFIBootEntry(
            description: "Rackwright",
            partition: .init(number: 1, firstSector: 2048, sectorCount: 1, guid: guid),
            loader: "\\EFI\\BOOT\\BOOTX64.EFI"
        )
        let others: [String: [UInt8]] = [
            "Boot0000": [1, 0, 0, 0], "Boot0002": [], "BootOrder": [0, 0], "BootZZZZ": [],
        ]
        let first = try #require(EFIBootPlan(entry, existing: others, order: [2, 0, 0, 0]))
        #expect(first.variable == "Boot0001")
        #expect(first.order == [1, 0, 2, 0, 0, 0])
        var again = others
        again["Boot000A"] = first.value
        let second = try #require(EFIBootPlan(entry, existing: again, order: [2, 0, 10, 0, 0, 0, 9]))
        #expect(second.variable == "Boot000A")
        #expect(second.order == [10, 0, 2, 0, 0, 0])
    }

    @Test func aBMCsUSBNetworkIsNotUsedUnlessTheMachineBootedFromIt() {
        let bmc = NetworkInterface(name: "eth0", mac: "02:00:00:00:00:01", driver: "cdc_ether")
        let second = NetworkInterface(name: "eth2", mac: "02:00:00:00:00:02", driver: "igb")
        let first = NetworkInterface(name: "eth1", mac: "02:00:00:00:00:03", driver: nil)
        let all = [bmc, second, first]
        #expect(NetworkInterface.usable(all, bootMAC: second.mac) == [second, first])
        #expect(NetworkInterface.usable(all, bootMAC: nil) == [first, second])
        #expect(NetworkInterface.usable(all, bootMAC: bmc.mac) == [bmc, first, second])
    }
}

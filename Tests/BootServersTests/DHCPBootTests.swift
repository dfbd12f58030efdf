import Boot
import BootServers
import DHCP
import Octets
import TestSupport
import Testing

private let script =
    "http://10.77.0.1:8080/boot/ipxe?mac=52:54:00:77:00:07"
    + "&uuid=04030201-0605-0807-090a-0b0c0d0e0f10&platform=efi"

extension DHCPMessage {
    fileprivate var discoveryControl: [UInt8]? {
        options[.vendorSpecific].flatMap { Encapsulated(reading: $0)[Encapsulated.discoveryControl] }
    }
}

@Suite struct DHCPBootTests {
    @Test(arguments: [(Client.biosROM, "undionly.kpxe"), (.uefiROM, "snponly.efi")])
    func aROMGetsAddressAndLoaderInOneOffer(client: Client, file: String) throws {
        var responder = try responder()
        let decision = try responder.take(discover(7, client))
        let offer = try #require(decision.reply?.message)
        #expect(offer.yourAddress != .any)
        #expect(offer.nextServer == server)
        #expect(offer.bootFile == Array(file.utf8), "some firmware reads the header only")
        #expect(offer.text(.bootFileName) == file)
        #expect(offer.text(.tftpServerName) == "10.77.0.1")
        #expect(offer.vendorClass == "PXEClient")
        #expect(offer.discoveryControl == [8], "else the client goes on to ask on port 4011")
        #expect(offer.machineIdentifier == (1...16).map { UInt8($0) })
        #expect(decision.events.last?.detail.isEmpty == false)
        let octets = offer.octets()
        #expect(octets.count <= 548)
        #expect(try DHCPMessage(parsing: octets) == offer)
    }

    @Test func iPXEGetsItsScriptAndDoesNotWaitForAProxy() throws {
        var responder = try responder()
        let offer = try #require(try responder.take(discover(7, .iPXE)).reply?.message)
        #expect(offer.text(.bootFileName) == script)
        #expect(offer.bootFile == Array(script.utf8))
        #expect(offer.vendorClass == nil)
        #expect(offer.options[.iPXE] == [176, 1, 1])
        #expect(offer.options[.vendorSpecific] == nil)
    }

    @Test func iPXEGetsItsScriptWhateverIsWantedOfIt() throws {
        var responder = try responder()
        for intent in [BootIntent.disk, .none(reason: "no role"), .ramdisk(token: "t")] {
            let offer = try responder.take(discover(7, .iPXE), intent: intent).reply?.message
            #expect(offer?.text(.bootFileName) == script)
        }
    }

    @Test func uefiThatBootsByHTTPGetsAURLAndItsOwnWordBack() throws {
        var responder = try responder()
        let offer = try #require(try responder.take(discover(7, .uefiHTTP)).reply?.message)
        #expect(offer.text(.bootFileName) == "http://10.77.0.1:8080/boot/snponly.efi")
        #expect(offer.vendorClass == "HTTPClient")
        #expect(offer.options[.vendorSpecific] == nil)
    }

    @Test(arguments: [Client.biosROM, .uefiROM, .uefiHTTP])
    func aMachineThatBootsItsDiskGetsAnAddressOnly(client: Client) throws {
        var responder = try responder()
        let offer = try #require(try responder.take(discover(7, client), intent: .disk).reply?.message)
        #expect(offer.yourAddress != .any)
        #expect(
            offer.bootFile.isEmpty && offer.options[.bootFileName] == nil && offer.vendorClass == nil
        )
    }

    @Test func aSystemGetsAnAddressOnly() throws {
        var responder = try responder()
        let offer = try #require(try responder.take(discover(7, .system)).reply?.message)
        #expect(offer.yourAddress != .any)
        for code in [OptionCode.bootFileName, .tftpServerName, .vendorClass, .vendorSpecific, .iPXE] {
            #expect(offer.options[code] == nil)
        }
        #expect(offer.nextServer == .any)
    }

    @Test func x64IsKnownByEitherNumberAndOldROMsByTheirVendorClass() throws {
        var responder = try responder()
        for architectures in [[9], [0x29, 7], [7, 6]] as [[UInt16]] {
            var message = try discover(7, .uefiROM)
            message.clientArchitectures = architectures.map(ClientArchitecture.init(rawValue:))
            #expect(responder.take(message).reply?.message.text(.bootFileName) == "snponly.efi")
        }
        var message = try discover(7, .uefiROM)
        message.options[.clientArchitecture] = nil
        #expect(responder.take(message).reply?.message.text(.bootFileName) == "snponly.efi")
        message.vendorClass = "PXEClient"
        #expect(responder.take(message).reply?.message.text(.bootFileName) == "undionly.kpxe")
        message.clientArchitectures = [.uefiARM64]
        #expect(responder.take(message).reply?.message.text(.bootFileName) == nil)
    }

    @Test func aProxyOffersBootFilesWithoutAddresses() throws {
        var responder = try responder(mode: .proxy)
        let offer = try #require(try responder.take(discover(7, .uefiROM)).reply?.message)
        #expect(offer.yourAddress == .any)
        #expect(offer.leaseTime == nil && offer.options[.subnetMask] == nil)
        #expect(offer.vendorClass == "PXEClient")
        #expect(offer.discoveryControl == [8])
        #expect(offer.text(.bootFileName) == "snponly.efi")
        let toIPXE = try #require(try responder.take(discover(7, .iPXE)).reply?.message)
        #expect(toIPXE.vendorClass == "PXEClient")
        #expect(toIPXE.text(.bootFileName) == script)
        #expect(try responder.take(discover(7, .system)).ignoredBecause != nil)
        #expect(
            try responder.take(discover(7, .uefiROM), intent: .disk).ignoredBecause
                == "it shall boot its disk"
        )
    }

    @Test func aProxyAnswersRequestsOnItsOwnPortOnly() throws {
        var responder = try responder(mode: .proxy)
        var request = try discover(7, .uefiROM)
        request.messageType = .request
        request.serverIdentifier = IPv4Address(10, 77, 0, 254)
        #expect(
            responder.take(request).ignoredBecause
                == "it takes an address from another server, 10.77.0.254"
        )
        request.serverIdentifier = nil
        request.clientAddress = IPv4Address(10, 77, 0, 60)
        let proxy = DHCPIngress(
            interface: "prov0",
            address: server,
            source: IPv4Address(10, 77, 0, 60),
            sourcePort: 4011,
            onProxyPort: true
        )
        let reply = try #require(responder.take(request, from: proxy).reply)
        #expect(reply.destination == .source(IPv4Address(10, 77, 0, 60), port: 4011))
        #expect(reply.message.messageType == .acknowledge)
        #expect(reply.message.yourAddress == .any)
        #expect(reply.message.text(.bootFileName) == "snponly.efi")
        #expect(
            try responder.take(discover(7, .uefiROM), from: proxy).ignoredBecause
                == "a proxy does not answer DISCOVER"
        )
    }

    @Test func aFullServerAnswersOnTheProxyPortToo() throws {
        var responder = try responder()
        var request = try discover(7, .uefiROM)
        request.messageType = .request
        request.clientAddress = IPv4Address(10, 77, 0, 100)
        let proxy = DHCPIngress(
            interface: "prov0",
            address: server,
            source: IPv4Address(10, 77, 0, 100),
            sourcePort: 68,
            onProxyPort: true
        )
        #expect(
            responder.take(request, from: proxy).reply?.message.text(.bootFileName) == "snponly.efi"
        )
    }

    @Test(
        .enabled(if: Fixture.assets != nil, "captures are not beside this checkout"),
        arguments: ["pxe-x86-bios-discover-360.bin", "pxe-x86-bios-tftp-discover.bin"]
    )
    func realROMsAreAnswered(file: String) throws {
        var responder = try responder()
        let message = try DHCPMessage(parsing: Fixture.octets(ofAsset: "dhcp/pxe-literals/" + file))
        let request = try #require(responder.bootRequest(for: message, from: ingress))
        #expect(request.firmware == .bios)
        #expect(request.stage == .rom)
        #expect(responder.take(message).reply?.message.text(.bootFileName) == "undionly.kpxe")
    }
}

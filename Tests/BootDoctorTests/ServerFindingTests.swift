import BootDoctor
import DHCP
import Octets
import Testing

@Suite struct ServerFindingTests {
    @Test func anotherServerIsNamedWithItsMACAddressAndWhatItGives() throws {
        var scene = Scene()
        scene.boot(Machine(kind: .biosROM), by: .router, .plain("pxelinux.0"))
        let finding = try #require(scene.finding(.foreignServer))
        #expect(finding.severity == .warning)
        #expect(finding.subject == "10.77.0.254")
        #expect(finding.summary == "Another DHCP server, 10.77.0.254, gives addresses here.")
        #expect(
            finding.evidence == [
                "OFFER once at +0.1 s, ACK once at +0.3 s, NAK never, to 1 client.",
                "It gave 10.77.0.101 last.",
                "It sends from 10.77.0.254, MAC address 00:11:22:33:44:55.",
                "It names boot file 'pxelinux.0', next server 10.77.0.254.",
                "Our server was not seen to give addresses here.",
            ]
        )
        #expect(scene.kinds == [.foreignServer])
    }

    @Test func besideOursItIsAProblem() throws {
        var scene = Scene()
        scene.boot(Machine(kind: .system, last: 1))
        scene.boot(Machine(kind: .system, last: 2), by: .router)
        let finding = try #require(scene.finding(.foreignServer))
        #expect(finding.severity == .problem)
        #expect(finding.summary == "Another DHCP server, 10.77.0.254, gives addresses here, together with ours.")
        #expect(finding.evidence.last?.contains("2 times from +0.1 s to +0.3 s") == true)
    }

    @Test func aRefusalAloneBetraysAServer() throws {
        var scene = Scene()
        scene.answer(Machine(kind: .system), .refuse, by: .router, address: nil)
        #expect(scene.finding(.foreignServer)?.summary == "Another DHCP server, 10.77.0.254, refuses addresses here.")
    }

    @Test func aServerThatBelongsHereAndAnswersToInformAreNoFinding() {
        var scene = Scene(expected: [Host.router.address])
        scene.boot(Machine(kind: .system), by: .router)
        scene.answer(Machine(kind: .system), .refuse, by: .router, address: nil)
        #expect(scene.findings == [])
        var other = Scene()
        other.answer(Machine(kind: .system), .acknowledge, by: .router, address: nil)
        #expect(other.findings == [], "whoever answers an INFORM gives no address")
    }

    @Test func aCopyOfOurConfigurationIsFoundByItsSource() throws {
        var scene = Scene()
        let machine = Machine(kind: .system)
        scene.answer(machine, .offer, by: .router, address: machine.address) {
            $0.serverIdentifier = Host.ours.address
        }
        let finding = try #require(scene.finding(.foreignServer))
        #expect(finding.subject == "10.77.0.254")
        #expect(finding.severity == .problem)
        #expect(finding.evidence.contains("Its server identifier is that of our server."))
    }

    @Test func ourAnswersThroughARelayAreOurs() {
        var scene = Scene()
        let machine = Machine(kind: .system)
        scene.answer(machine, .offer, by: .router, address: machine.address) {
            $0.serverIdentifier = Host.ours.address
            $0.relayAddress = Host.router.address
            $0.setAddresses(.router, to: [Host.router.address])
        }
        #expect(scene.findings == [])
    }

    @Test func aServerWithoutIdentifierIsKnownByItsSource() {
        var scene = Scene()
        scene.answer(Machine(kind: .system), .offer, by: .router, address: IPv4Address(10, 77, 0, 5)) {
            $0.serverIdentifier = nil
        }
        #expect(scene.finding(.foreignServer)?.subject == "10.77.0.254")
    }

    @Test func anotherProxyIsNamed() throws {
        var scene = Scene()
        let machine = Machine(kind: .uefiROM)
        scene.answer(machine, .offer, by: .proxy, address: nil, .pxe("wdsmgfw.efi", direct: true))
        let finding = try #require(scene.finding(.foreignProxy))
        #expect(finding.severity == .warning)
        #expect(finding.subject == "10.77.0.9")
        #expect(finding.evidence.contains("It names boot file 'wdsmgfw.efi', next server 10.77.0.9."))
        #expect(scene.kinds == [.foreignProxy], "it gives no addresses")
        scene.answer(machine, .offer, address: machine.address, .pxe("snponly.efi", direct: true))
        #expect(scene.finding(.foreignProxy)?.severity == .problem, "the client may take either")
    }

    @Test func ourOwnProxyIsNoFinding() {
        var scene = Scene()
        scene.answer(Machine(kind: .uefiROM), .offer, address: nil, .pxe("snponly.efi", direct: true))
        #expect(scene.findings == [])
    }

    @Test func anIdentifierOutsideTheOfferedSubnetIsFound() throws {
        var scene = Scene()
        let machine = Machine(kind: .uefiROM)
        func offer(_ change: @escaping (inout DHCPMessage) -> Void) {
            scene.answer(machine, .offer, address: machine.address, .pxe("snponly.efi", direct: true), change)
        }
        offer { $0.serverIdentifier = IPv4Address(10, 77, 0, 2) }
        #expect(scene.finding(.serverIdentifier) == nil, "another address in the same subnet can be reached")
        offer { $0.options[.subnetMask] = nil }
        #expect(scene.finding(.serverIdentifier) == nil, "without netmask nothing is known")
        offer { $0.yourAddress = IPv4Address(172, 18, 0, 3) }
        #expect(scene.finding(.serverIdentifier) == nil, "it is on this wire, whatever the subnet")
        offer { $0.serverIdentifier = IPv4Address(172, 18, 0, 3) }
        let finding = try #require(scene.finding(.serverIdentifier))
        #expect(finding.severity == .warning)
        #expect(finding.subject == "172.18.0.3")
        #expect(
            finding.evidence.last == "Last: it offered 10.77.0.101 with netmask 255.255.255.0 to 52:54:00:77:00:01, "
                + "in a packet from 10.77.0.1."
        )
    }

    @Test func behindARelayTheIdentifierMayBeElsewhereWhenThereIsARouter() {
        var scene = Scene(expected: [Host.router.address])
        let machine = Machine(kind: .system)
        for routers in [[Host.router.address], []] {
            #expect(scene.finding(.serverIdentifier) == nil)
            scene.answer(machine, .offer, by: .router, address: machine.address) {
                $0.serverIdentifier = IPv4Address(192, 0, 2, 1)
                $0.relayAddress = Host.router.address
                $0.setAddresses(.router, to: routers)
            }
        }
        #expect(scene.finding(.serverIdentifier) != nil, "without a router it is out of reach")
    }
}

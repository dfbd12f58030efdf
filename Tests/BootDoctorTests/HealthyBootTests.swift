import BootDoctor
import DHCP
import Octets
import Testing

/// Where all goes well, nothing is found.
@Suite struct HealthyBootTests {
    @Test func aMachineThatBootsOverTFTPGivesNoFinding() {
        var scene = Scene()
        for machine in (1...3).map({ Machine(kind: .uefiROM, last: $0) }) {
            scene.boot(machine, .pxe("snponly.efi", direct: true))
            scene.wait(3)
            scene.boot(machine.as(.iPXE), .plain("http://10.77.0.1:8080/boot/ipxe?mac=x"))
            scene.wait(20)
            scene.boot(machine.as(.system))
        }
        scene.wait(600)
        #expect(scene.findings == [])
        #expect(scene.doctor.clients(at: scene.now).map(\.stage) == [.system, .system, .system])
    }

    @Test func biosLoadsThroughUndionlyAndHTTPBootThroughAURI() {
        var scene = Scene()
        let old = Machine(kind: .biosROM, last: 1)
        scene.boot(old, .pxe("undionly.kpxe", direct: true))
        scene.boot(old.as(.biosIPXE), .plain("http://10.77.0.1/boot.ipxe"))
        let new = Machine(kind: .uefiHTTP, last: 2)
        scene.boot(new, .http("http://10.77.0.1:8080/boot/snponly.efi"))
        scene.boot(new.as(.iPXE), .plain("http://10.77.0.1/boot.ipxe"))
        scene.wait(600)
        #expect(scene.findings == [])
    }

    @Test func aProxyBesideAnExpectedServerGivesNoFinding() {
        var scene = Scene(expected: [Host.router.address])
        let machine = Machine(kind: .uefiROM)
        // PXE asks again although it has an address, until a proxy answers as well.
        for pause in [4.0, 8] {
            scene.say(machine, .discover)
            scene.answer(machine, .offer, by: .router, address: machine.address)
            scene.wait(pause)
        }
        scene.say(machine, .discover)
        scene.answer(machine, .offer, by: .router, address: machine.address)
        scene.answer(machine, .offer, address: nil, .pxe("snponly.efi", direct: true))
        #expect(scene.kinds == [])
        scene.say(machine, .request) { $0.serverIdentifier = Host.router.address }
        scene.answer(machine, .acknowledge, by: .router, address: machine.address)
        scene.wait(60)
        #expect(scene.findings == [])
    }

    @Test func aSlowServerAndALostPacketAreNoFinding() {
        var scene = Scene()
        let machine = Machine(kind: .biosIPXE)
        scene.say(machine, .discover)
        scene.wait(1)
        scene.say(machine, .discover)
        scene.wait(2)
        scene.say(machine, .discover)
        scene.answer(machine, .offer, address: machine.address, .plain("http://10.77.0.1/boot.ipxe"))
        scene.say(machine, .request)
        scene.wait(2)
        #expect(scene.kinds == [])
        scene.say(machine, .request)
        scene.answer(machine, .acknowledge, address: machine.address, .plain("http://10.77.0.1/boot.ipxe"))
        scene.wait(60)
        #expect(scene.findings == [])
    }

    @Test func renewalsAreNoFindingEvenWhenTheirAnswersGoPastTheListener() {
        var scene = Scene()
        let machine = Machine(kind: .system)
        scene.boot(machine)
        for _ in 0..<5 {
            scene.wait(1800)
            scene.say(machine, .request, to: .ours) { $0.clientAddress = machine.address }
        }
        scene.wait(60)
        scene.say(machine, .inform) { $0.clientAddress = machine.address }
        scene.answer(machine, .acknowledge, address: nil) { $0.clientAddress = machine.address }
        scene.say(machine, .release) { $0.clientAddress = machine.address }
        #expect(scene.findings == [])
    }

    @Test func aRelayedMachineGivesNoFinding() {
        var scene = Scene()
        let machine = Machine(kind: .uefiROM)
        // Two routers relay each broadcast; the server's identifier is in its own subnet.
        let relays = [IPv4Address(10, 88, 0, 2), IPv4Address(10, 88, 0, 3)]
        for type in [MessageType.discover, .request] {
            for relay in relays {
                scene.say(machine, type) { $0.relayAddress = relay }
                scene.answer(
                    machine,
                    type == .discover ? .offer : .acknowledge,
                    address: IPv4Address(10, 88, 0, 50),
                    .pxe("snponly.efi", direct: true)
                ) {
                    $0.relayAddress = relay
                    $0.setAddresses(.router, to: [relay])
                }
                scene.wait(0.01)
            }
        }
        scene.wait(60)
        #expect(scene.findings == [])
        let client = scene.doctor.clients(at: scene.now).first
        #expect(client?.discovers == 1, "the second relay's copy is not a second DISCOVER")
        #expect(client?.requests == 1)
    }

    @Test func anEmptyWireGivesNothing() {
        let scene = Scene()
        #expect(scene.findings == [])
        #expect(scene.doctor.clients(at: 5) == [])
    }
}

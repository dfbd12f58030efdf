import BootDoctor
import DHCP
import Octets
import Testing

/// proxyDHCP: two offers that firmware does not put together, and the second half on port 4011.
@Suite struct ProxyPhaseTests {
    private let machine = Machine(kind: .uefiROM)

    @Test func firmwareThatDoesNotMergeOffersIsNamed() throws {
        var scene = Scene(expected: [Host.router.address])
        scene.discoverAgainAndAgain(machine) { [machine] scene in
            scene.answer(machine, .offer, by: .router, address: machine.address)
            scene.answer(machine, .offer, address: nil, .pxe("snponly.efi", direct: true))
        }
        let finding = try #require(scene.finding(.proxyOfferNotTaken))
        #expect(finding.severity == .problem)
        #expect(finding.subject == "52:54:00:77:00:01")
        #expect(
            finding.evidence == [
                "DISCOVER 4 times from +0.0 s to +28.0 s, no REQUEST.",
                "Offer of 10.77.0.101 from 10.77.0.254, no boot file, 4 times from +0.0 s to +28.0 s.",
                "Offer without an address from 10.77.0.1 (ours), boot file 'snponly.efi', next server 10.77.0.1, "
                    + "4 times from +0.0 s to +28.0 s.",
            ]
        )
        #expect(finding.advice.contains("full DHCP server"))
        #expect(scene.kinds == [.proxyOfferNotTaken])
    }

    @Test func fewerRepeatsCountOnceTheClientHasGivenUp() {
        var scene = Scene(expected: [Host.router.address])
        scene.discoverAgainAndAgain(machine, times: 3) { [machine] scene in
            scene.answer(machine, .offer, by: .router, address: machine.address)
            scene.answer(machine, .offer, address: nil, .pxe("snponly.efi", direct: true))
        }
        #expect(scene.findings == [])
        scene.wait(10)
        #expect(scene.kinds == [.proxyOfferNotTaken])
    }

    @Test func aRequestPutsAnEndToIt() {
        var scene = Scene(expected: [Host.router.address])
        scene.discoverAgainAndAgain(machine) { [machine] scene in
            scene.answer(machine, .offer, by: .router, address: machine.address)
            scene.answer(machine, .offer, address: nil, .pxe("snponly.efi", direct: true))
        }
        scene.say(machine, .request) { $0.serverIdentifier = Host.router.address }
        #expect(scene.findings == [])
    }

    /// The proxied boot up to the acknowledged address, with what sends the client to port 4011.
    private func sentToProxyPort(by host: Host = .ours) -> Scene {
        var scene = Scene(expected: [Host.router.address, Host.proxy.address])
        scene.say(machine, .discover)
        scene.answer(machine, .offer, by: .router, address: machine.address)
        scene.answer(machine, .offer, by: host, address: nil, .pxe("snponly.efi", direct: false))
        scene.say(machine, .request) { $0.serverIdentifier = Host.router.address }
        scene.answer(machine, .acknowledge, by: .router, address: machine.address)
        scene.wait(1)
        return scene
    }

    private func ask(_ scene: inout Scene, _ host: Host = .ours) {
        scene.say(machine, .request, to: host, port: 4011) { $0.clientAddress = machine.address }
    }

    @Test func aClientThatNeverAsksOnPort4011IsNamed() throws {
        var scene = sentToProxyPort()
        #expect(scene.findings == [], "it still has time")
        scene.wait(30)
        let finding = try #require(scene.finding(.proxyPortNotAsked))
        #expect(finding.severity == .problem)
        #expect(finding.evidence.first?.contains("It says PXEClient in option 60") == true)
        #expect(finding.evidence.last == "The address was acknowledged at +0.0 s.")
        #expect(scene.kinds == [.proxyPortNotAsked])
    }

    @Test func forAnotherServersOfferTheDoctorSaysThatItMayNotHaveSeenIt() throws {
        var scene = sentToProxyPort(by: .proxy)
        scene.wait(30)
        let finding = try #require(scene.finding(.proxyPortNotAsked))
        #expect(finding.severity == .warning)
        #expect(finding.evidence.last?.contains("may have gone past this listener") == true)
    }

    @Test func onePhaseIsEnoughWhenTheFileIsNamedOutright() {
        var scene = Scene()
        scene.boot(machine, .pxe("snponly.efi", direct: true))
        scene.wait(60)
        #expect(scene.findings == [])
        var without = Scene()
        without.boot(machine, .pxe(nil, direct: true))
        without.wait(60)
        #expect(without.kinds == [.proxyPortNotAsked], "43.6 = 8 without a file leads nowhere")
    }

    @Test func aQuestionOnPort4011WithoutAnswerIsNamed() throws {
        var scene = sentToProxyPort()
        for pause in [4.0, 8, 16] {
            ask(&scene)
            scene.wait(pause)
        }
        let finding = try #require(scene.finding(.proxyPortNotAnswered))
        #expect(finding.severity == .problem)
        #expect(finding.evidence.first == "Asked 10.77.0.1 (ours) 3 times from +1.0 s to +13.0 s.")
        #expect(scene.kinds == [.proxyPortNotAnswered])
    }

    @Test func anAnswerFromPort4011IsTheEnd() {
        var scene = sentToProxyPort()
        ask(&scene)
        scene.answer(machine, .acknowledge, address: nil, .pxe("snponly.efi", direct: true), fromPort: 4011)
        scene.wait(60)
        #expect(scene.findings == [])
    }

    @Test func aClientThatComesOnAsIPXEHadItsFile() {
        var scene = sentToProxyPort()
        ask(&scene)
        scene.wait(4)
        scene.boot(machine.as(.iPXE), by: .router)
        scene.wait(60)
        #expect(scene.findings == [])
    }

    @Test func aFileThatIsFetchedByTFTPIsTheEnd() throws {
        var scene = sentToProxyPort()
        let request = try Frame(
            sourceMAC: #require(machine.mac),
            source: machine.address,
            sourcePort: 1829,
            destination: Host.ours.address,
            destinationPort: 69,
            payload: [0, 1] + Array("snponly.efi".utf8) + [0] + Array("octet".utf8) + [0]
        )
        let isDHCP = scene.doctor.see(frame: request.octets, at: scene.now)
        #expect(!isDHCP)
        scene.wait(60)
        #expect(scene.findings == [])
    }

    @Test func eachBootCountsByItself() {
        var scene = sentToProxyPort()
        scene.answer(machine, .offer, by: .proxy, address: nil, .pxe("snponly.efi", direct: true))
        scene.wait(60)
        #expect(scene.findings == [], "one offer that names the file outright is enough")
        scene.say(machine, .discover)
        #expect(scene.findings == [], "nothing has been offered yet")
        scene.answer(machine, .offer, by: .proxy, address: nil, .pxe("snponly.efi", direct: false))
        scene.answer(machine, .acknowledge, by: .router, address: machine.address)
        scene.wait(60)
        #expect(scene.kinds == [.proxyPortNotAsked])
    }

    @Test func onceTheServerIsPutRightTheFindingGoes() {
        var scene = sentToProxyPort()
        scene.wait(60)
        #expect(scene.kinds == [.proxyPortNotAsked])
        scene.say(machine, .discover)
        scene.answer(machine, .offer, by: .router, address: machine.address)
        scene.answer(machine, .offer, address: nil, .pxe("snponly.efi", direct: true))
        scene.say(machine, .request) { $0.serverIdentifier = Host.router.address }
        scene.answer(machine, .acknowledge, by: .router, address: machine.address)
        scene.wait(60)
        #expect(scene.findings == [])
    }
}

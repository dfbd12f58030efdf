import BootDoctor
import DHCP
import Octets
import Testing

/// Clients that ask again and again, and why.
@Suite struct AttemptTests {
    private let machine = Machine(kind: .uefiROM)

    @Test func aClientThatNobodyAnswersIsNamed() throws {
        var scene = Scene()
        scene.discoverAgainAndAgain(machine, times: 2)
        #expect(scene.findings == [])
        scene.discoverAgainAndAgain(machine, times: 1)
        let finding = try #require(scene.finding(.notAnswered))
        #expect(finding.severity == .problem)
        #expect(
            finding.summary == "52:54:00:77:00:01 (PXE ROM, UEFI x64) asks for an address, and nobody offers one."
        )
        #expect(finding.evidence == ["DISCOVER 3 times from +0.0 s to +12.0 s.", "No OFFER was seen."])
        #expect(scene.kinds == [.notAnswered])
    }

    @Test func aProxyAloneIsNoAnswer() {
        var scene = Scene()
        scene.discoverAgainAndAgain(machine) { [machine] in
            $0.answer(machine, .offer, address: nil, .pxe("snponly.efi", direct: true))
        }
        #expect(scene.kinds == [.notAnswered])
        #expect(scene.evidence(.notAnswered).contains("Offer without an address from 10.77.0.1 (ours)"))
    }

    @Test func anOfferThatIsNeverRequestedIsNamedWithAReason() throws {
        var scene = Scene()
        scene.discoverAgainAndAgain(machine) { [machine] in
            $0.answer(machine, .offer, address: machine.address)
        }
        let finding = try #require(scene.finding(.offerNotTaken))
        #expect(finding.severity == .problem)
        #expect(finding.evidence.last == "None of the offers names a boot file.")
        #expect(scene.kinds == [.offerNotTaken])
        var other = Scene()
        let web = Machine(kind: .uefiHTTP)
        other.discoverAgainAndAgain(web) { $0.answer(web, .offer, address: web.address) }
        #expect(other.evidence(.offerNotTaken).contains("echoes HTTPClient"))
    }

    @Test func aRequestThatNobodyAcknowledgesIsNamed() throws {
        var scene = Scene()
        scene.say(machine, .discover)
        scene.answer(machine, .offer, address: machine.address, .pxe("snponly.efi", direct: true))
        for pause in [4.0, 8, 16] {
            scene.say(machine, .request) {
                $0.serverIdentifier = Host.ours.address
                $0.requestedAddress = machine.address
            }
            scene.wait(pause)
        }
        let finding = try #require(scene.finding(.requestNotAcknowledged))
        #expect(finding.severity == .problem)
        #expect(
            finding.evidence.prefix(2) == [
                "REQUEST for 10.77.0.101, 3 times from +0.0 s to +12.0 s, neither ACK nor NAK.",
                "It names 10.77.0.1 (ours).",
            ]
        )
        #expect(scene.kinds == [.requestNotAcknowledged])
        scene.answer(machine, .acknowledge, address: machine.address, .pxe("snponly.efi", direct: true))
        #expect(scene.findings == [])
    }

    @Test func onlyServersSinceTheLastAnswerAreNamed() {
        var scene = Scene(expected: [Host.router.address])
        scene.boot(machine, .pxe("snponly.efi", direct: true))
        for _ in 0..<2 {
            scene.say(machine, .request) { $0.serverIdentifier = Host.router.address }
            scene.wait(8)
        }
        #expect(scene.finding(.requestNotAcknowledged)?.evidence[1] == "It names 10.77.0.254.")
    }

    @Test func aRequestWithoutClassBelongsToItsDiscover() {
        var scene = Scene()
        scene.say(machine, .discover)
        scene.answer(machine, .offer, address: machine.address, .pxe("snponly.efi", direct: true))
        scene.say(machine, .request) {
            $0.vendorClass = nil
            $0.clientArchitectures = []
            $0.options[.clientMachineIdentifier] = nil
        }
        scene.answer(machine, .acknowledge, address: machine.address, .pxe("snponly.efi", direct: true))
        scene.wait(60)
        #expect(scene.findings == [])
        #expect(scene.doctor.clients(at: scene.now).map(\.stage) == [.rom])
    }

    @Test func renewalsInARowWithoutAnswerAreNamed() {
        var scene = Scene()
        let machine = Machine(kind: .system)
        scene.boot(machine)
        for _ in 0..<2 {
            scene.wait(60)
            scene.say(machine, .request) { $0.clientAddress = machine.address }
        }
        scene.wait(10)
        #expect(scene.kinds == [.requestNotAcknowledged])
    }

    @Test func refusalsInARowAreNamedWithWhatTheySay() throws {
        var scene = Scene()
        func refused(_ text: String) {
            scene.say(machine, .discover)
            scene.answer(machine, .offer, address: machine.address, .pxe("snponly.efi", direct: true))
            scene.say(machine, .request) { $0.requestedAddress = machine.address }
            scene.answer(machine, .refuse, address: nil) { $0.options[.message] = Array(text.utf8) }
            scene.wait(10)
        }
        refused("not your\u{1B}[2J address")
        #expect(scene.findings == [], "one refusal is how a client learns that it has moved")
        refused("not your\u{1B}[2J address")
        let finding = try #require(scene.finding(.refusedRepeatedly))
        #expect(finding.severity == .problem)
        #expect(
            finding.evidence == [
                "NAK 2 times from +0.0 s to +10.0 s from 10.77.0.1 (ours).", "It says: 'not your?[2J address'.",
                "It requested 10.77.0.101.",
            ]
        )
        #expect(scene.kinds == [.refusedRepeatedly])
        scene.boot(machine, .pxe("snponly.efi", direct: true))
        #expect(scene.findings == [])
    }

    @Test func anAddressInUseIsNamed() throws {
        var scene = Scene()
        let machine = Machine(kind: .system)
        scene.boot(machine)
        scene.say(machine, .decline) { $0.requestedAddress = machine.address }
        let finding = try #require(scene.finding(.addressInUse))
        #expect(finding.severity == .warning)
        #expect(finding.evidence == ["DECLINE once at +0.3 s of 10.77.0.101."])
        #expect(scene.kinds == [.addressInUse])
        scene.say(machine, .decline) { $0.requestedAddress = machine.address }
        #expect(scene.finding(.addressInUse)?.severity == .problem)
    }

    @Test func differentAddressesOfTwoServersAreAConflict() throws {
        var scene = Scene(expected: [Host.router.address])
        scene.say(machine, .discover)
        scene.answer(machine, .offer, address: machine.address, .pxe("snponly.efi", direct: true))
        scene.answer(machine, .offer, by: .router, address: machine.address)
        #expect(scene.findings == [], "both know where the machine belongs")
        scene.answer(machine, .offer, by: .router, address: IPv4Address(10, 77, 0, 200))
        let finding = try #require(scene.finding(.conflictingOffers))
        #expect(finding.severity == .warning)
        #expect(finding.evidence.count == 3)
        #expect(scene.kinds == [.conflictingOffers])
    }

    @Test func oneServerMayOfferAnotherAddress() {
        var scene = Scene()
        for last in [UInt8(1), 2] {
            scene.say(machine, .discover)
            scene.answer(machine, .offer, address: IPv4Address(10, 77, 0, last), .pxe("snponly.efi", direct: true))
        }
        #expect(scene.findings == [])
    }

    @Test func aClientThatTakesAnotherServersOfferIsNamed() throws {
        var scene = Scene()
        scene.say(machine, .discover)
        scene.answer(machine, .offer, address: machine.address, .pxe("snponly.efi", direct: true))
        scene.say(machine, .request) { $0.serverIdentifier = Host.router.address }
        let finding = try #require(scene.finding(.otherServerTaken))
        #expect(finding.severity == .warning)
        #expect(finding.summary.hasSuffix("takes that of 10.77.0.254."))
        #expect(scene.kinds == [.otherServerTaken])
        scene.say(machine, .request) { $0.serverIdentifier = Host.ours.address }
        #expect(scene.findings == [])
    }
}

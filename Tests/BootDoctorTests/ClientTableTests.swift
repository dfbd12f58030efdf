import BootDoctor
import DHCP
import Octets
import Testing

@Suite struct ClientTableTests {
    @Test func aClientIsSummedUp() throws {
        var scene = Scene()
        let machine = Machine(kind: .uefiROM)
        scene.boot(machine, .pxe("snponly.efi", direct: true))
        scene.answer(machine, .offer, by: .proxy, address: nil, .pxe("other.efi", direct: true))
        scene.wait(10)
        let clients = scene.doctor.clients(at: scene.now)
        let client = try #require(clients.first)
        #expect(clients.count == 1)
        #expect(client.mac == machine.mac)
        #expect(client.stage == .rom)
        #expect(client.firmware == "UEFI x64")
        #expect(client.architectures == [.uefiX64])
        #expect(client.vendorClass == "PXEClient:Arch:00007:UNDI:003000")
        #expect([client.discovers, client.offers, client.requests, client.acknowledgements] == [1, 2, 1, 1])
        #expect(client.refusals == 0)
        #expect(client.address == machine.address)
        #expect(client.firstSeen == 1000)
        #expect(client.lastSeen == client.firstSeen + 0.1 + 0.1 + 0.1)
        #expect(client.idle == scene.now - client.lastSeen)
        #expect(client.offered.map(\.server) == [Host.ours.address, Host.proxy.address])
        #expect(client.offered.map(\.isOwn) == [true, false])
        #expect(client.offered.map(\.isProxy) == [false, true])
        #expect(client.offered.map(\.bootFile) == ["snponly.efi", "other.efi"])
        #expect(client.offered.map(\.count) == [2, 1])
    }

    @Test func anAnswerToInformIsNoOffer() {
        var scene = Scene()
        let machine = Machine(kind: .system)
        scene.say(machine, .inform) { $0.clientAddress = machine.address }
        scene.answer(machine, .acknowledge, address: nil, .plain("pxelinux.0"))
        #expect(scene.doctor.clients(at: scene.now).map(\.offered) == [[]])
    }

    @Test func theLastStageIsShownAndClientsStandByMACAddress() {
        var scene = Scene()
        scene.say(Machine(kind: .system, last: 9), .discover)
        let first = Machine(kind: .uefiROM, last: 3)
        scene.boot(first, .pxe("snponly.efi", direct: true))
        scene.say(first.as(.iPXE), .discover)
        scene.answer(Machine(kind: .system, last: 5), .offer, address: IPv4Address(10, 77, 0, 5))
        let clients = scene.doctor.clients(at: scene.now)
        #expect(clients.map(\.mac.octets.last) == [3, 5, 9])
        #expect(clients.map(\.stage) == [.iPXE, .unknown, .system])
        #expect(clients.map(\.firmware) == ["UEFI x64", "unknown", "unknown"])
    }

    @Test func theLongestSilentAreForgotten() throws {
        var scene = Scene(clientLimit: 32)
        for index in 0..<200 {
            scene.say(Machine(kind: .system, last: 1), .discover)
            scene.say(Machine(kind: .system, last: UInt8(2 + index % 250)), .discover)
            #expect(scene.doctor.clients(at: scene.now).count <= 32)
        }
        #expect(scene.doctor.clients(at: scene.now).first?.discovers == 200)
        let left = scene.doctor.clients(at: scene.now).compactMap(\.mac.octets.last)
        #expect(left.first == 1, "who speaks is kept")
        #expect(left.last == 201)
        #expect(left.count >= 30)
    }

    @Test func addressesOfNobodyAreNoClients() {
        var scene = Scene()
        for address: [UInt8] in [[], [0, 0, 0, 0, 0, 0], [1, 0, 0x5E, 0, 0, 1], [1, 2, 3, 4, 5, 6, 7, 8]] {
            scene.say(Machine(kind: .system), .discover) { $0.hardwareAddress = address }
        }
        #expect(scene.doctor.clients(at: 0) == [])
    }

    @Test func findingsStandWorstFirstAndAlwaysTheSameWay() {
        var scene = Scene()
        for last in 1...9 {
            let machine = Machine(kind: .uefiROM, last: UInt8(last))
            scene.discoverAgainAndAgain(machine) { scene in
                scene.answer(machine, .offer, by: .router, address: machine.address, .plain("pxelinux.0"))
            }
            scene.say(Machine(kind: .uefiROM, last: UInt8(last + 20)), .discover) {
                $0.options[.clientMachineIdentifier] = nil
            }
        }
        let findings = scene.findings
        #expect(findings.map(\.severity) == findings.map(\.severity).sorted(by: >))
        #expect(Set(findings.map(\.severity)) == Set(Finding.Severity.allCases))
        #expect(findings.map(\.subject).prefix(9) == (1...9).map { "52:54:00:77:00:0\($0)" }[...])
        for _ in 0..<5 {
            // Dictionaries have another order in every copy that grows anew.
            var again = scene
            again.say(Machine(kind: .system, last: 200), .discover)
            #expect(again.findings == findings)
        }
    }

    @Test func everyFindingIsPlainText() {
        var scene = Scene()
        let machine = Machine(kind: .uefiROM)
        scene.discoverAgainAndAgain(machine) { scene in
            scene.answer(machine, .offer, by: .router, address: machine.address, .plain("\u{1B}]0;x\u{7}\r\n.kpxe"))
        }
        for finding in scene.findings {
            for text in [finding.subject, finding.summary, finding.advice] + finding.evidence {
                #expect(text.utf8.allSatisfy { (32...126).contains($0) }, "\(text)")
                #expect(!text.contains("!") && !text.isEmpty)
            }
            #expect(finding.summary.hasSuffix(".") && finding.advice.hasSuffix("."))
        }
    }
}

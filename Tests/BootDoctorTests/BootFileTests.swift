import BootDoctor
import DHCP
import Octets
import Testing

/// What is offered to whom.
@Suite struct BootFileTests {
    private func offered(_ boot: Scene.Boot, to kind: Machine.Kind, as change: (inout DHCPMessage) -> Void = { _ in })
        -> Scene
    {
        var scene = Scene()
        let machine = Machine(kind: kind)
        scene.say(machine, .discover, change)
        scene.answer(machine, .offer, address: machine.address, boot)
        return scene
    }

    @Test(arguments: [
        (Machine.Kind.uefiROM, "undionly.kpxe"), (.uefiROM, "pxelinux.0"), (.uefiROM, "boot/x64/wdsnbp.com"),
        (.uefiROM, "grub2/i386-pc/core.0"), (.uefiROM, "ipxe.pxe"), (.armROM, "undionly.kkpxe"),
        (.biosROM, "snponly.efi"), (.biosROM, "EFI\\BOOT\\BOOTX64.EFI"), (.biosROM, "grubnetx64.efi.signed"),
        (.armROM, "snponly-x86_64.efi"), (.armROM, "bootx64.efi"), (.uefiROM, "grubaa64.efi"),
        (.uefiROM, "arm64/snp.efi"), (.uefiROM, "bin-i386-efi/ipxe.efi"), (.uefiROM, "bootia32.efi"),
        (.iPXE, "undionly.kpxe"),
    ])
    func aFileForOtherFirmwareIsFound(kind: Machine.Kind, file: String) throws {
        let scene = offered(.pxe(file, direct: true), to: kind)
        let finding = try #require(scene.finding(.wrongArchitecture))
        #expect(finding.severity == .problem)
        #expect(finding.subject == "52:54:00:77:00:01")
        #expect(finding.evidence.first?.contains("'\(file)' is for") == true)
        #expect(scene.kinds == [.wrongArchitecture])
    }

    @Test(arguments: [
        (Machine.Kind.uefiROM, "snponly.efi"), (.uefiROM, "BOOTX64.EFI"), (.uefiROM, "x86_64/shimx64.efi"),
        (.armROM, "snp-arm64.efi"), (.armROM, "BOOTAA64.EFI"), (.armROM, "ipxe.efi"),
        (.biosROM, "undionly.kpxe"), (.biosROM, "lpxelinux.0"), (.biosROM, "some/loader.bin"),
        (.uefiROM, "no-ending"),
    ])
    func aFileThatFitsOrCannotBeToldIsNoFinding(kind: Machine.Kind, file: String) {
        #expect(offered(.pxe(file, direct: true), to: kind).findings == [])
    }

    @Test func bothNumbersOfX64AreOneArchitecture() {
        for number in [UInt16(7), 9, 16, 17] {
            let scene = offered(.pxe("snponly-x64.efi", direct: true), to: .uefiROM) {
                $0.clientArchitectures = [ClientArchitecture(rawValue: number)]
            }
            #expect(scene.findings == [])
            #expect(scene.doctor.clients(at: 0).first?.firmware == "UEFI x64")
        }
    }

    @Test func aListOfArchitecturesIsServedByAnyOfThem() {
        func scene(_ file: String) -> Scene {
            offered(.pxe(file, direct: true), to: .uefiROM) { $0.clientArchitectures = [.uefiARM64, .uefiX64] }
        }
        #expect(scene("bootx64.efi").findings == [])
        #expect(scene("bootaa64.efi").findings == [])
        #expect(scene("bootia32.efi").kinds == [.wrongArchitecture])
        #expect(
            scene("undionly.kpxe").evidence(.wrongArchitecture).hasPrefix(
                "The boot file 'undionly.kpxe' is for BIOS, the client is UEFI ARM64 and UEFI x64."
            )
        )
    }

    @Test func withoutOption93TheClassTellsAndElseItIsBIOS() {
        let silent = offered(.pxe("snponly.efi", direct: true), to: .biosROM) {
            $0.clientArchitectures = []
            $0.vendorClass = "PXEClient"
        }
        #expect(silent.evidence(.wrongArchitecture).contains("the client is BIOS (it sends no option 93)"))
        let named = offered(.pxe("snponly.efi", direct: true), to: .uefiROM) { $0.clientArchitectures = [] }
        #expect(named.findings == [])
    }

    @Test func anArchitectureThatIsNotKnownIsNotJudged() {
        let scene = offered(.pxe("undionly.kpxe", direct: true), to: .uefiROM) {
            $0.clientArchitectures = [ClientArchitecture(rawValue: 0x29)]
        }
        #expect(scene.findings == [])
        #expect(scene.doctor.clients(at: 0).first?.firmware == "architecture 41")
    }

    @Test func aListOfOddLengthIsNoted() throws {
        let scene = offered(.pxe("snponly.efi", direct: true), to: .uefiROM) {
            $0.options[.clientArchitecture] = [0, 7, 0]
        }
        let finding = try #require(scene.finding(.oddArchitectureList))
        #expect(finding.severity == .note)
        #expect(finding.summary.contains("3 octets"))
        #expect(scene.kinds == [.oddArchitectureList])
    }

    @Test(arguments: [
        (Machine.Kind.uefiROM, "http://10.77.0.1/snponly.efi"), (.biosROM, "tftp://10.77.0.1/undionly.kpxe"),
        (.uefiROM, "boot.ipxe"),
    ])
    func whatAROMCannotLoadIsFound(kind: Machine.Kind, file: String) {
        let scene = offered(.pxe(file, direct: true), to: kind)
        #expect(scene.kinds == [.bootFileNotUsable])
        #expect(scene.findings.first?.severity == .problem)
    }

    @Test func httpBootWantsAURIAndItsOwnWord() {
        #expect(offered(.http("http://10.77.0.1/snponly.efi"), to: .uefiHTTP).findings == [])
        #expect(offered(.http("HTTPS://boot.example/a64/live.iso?x=.0"), to: .uefiHTTP).findings == [])
        #expect(offered(.nothing, to: .uefiHTTP).findings == [], "an address alone is no boot offer")
        #expect(offered(.http("snponly.efi"), to: .uefiHTTP).kinds == [.bootFileNotUsable])
        #expect(offered(.http("ftp://10.77.0.1/snponly.efi"), to: .uefiHTTP).kinds == [.bootFileNotUsable])
        #expect(offered(.http(nil), to: .uefiHTTP).kinds == [.httpOfferIgnored])
        #expect(offered(.plain("http://10.77.0.1/snponly.efi"), to: .uefiHTTP).kinds == [.httpOfferIgnored])
        #expect(
            offered(.pxe("snponly.efi", direct: true), to: .uefiHTTP).kinds == [.bootFileNotUsable, .httpOfferIgnored]
        )
        #expect(offered(.http("http://10.77.0.1/bootaa64.efi"), to: .uefiHTTP).kinds == [.wrongArchitecture])
    }

    @Test func besideAnOfferThatFitsItIsAWarning() {
        var scene = Scene(expected: [Host.router.address])
        let machine = Machine(kind: .uefiROM)
        scene.say(machine, .discover)
        scene.answer(machine, .offer, by: .router, address: machine.address, .plain("pxelinux.0"))
        #expect(scene.finding(.wrongArchitecture)?.severity == .problem)
        scene.answer(machine, .offer, address: nil, .pxe("snponly.efi", direct: true))
        #expect(scene.finding(.wrongArchitecture)?.severity == .warning)
        scene.answer(machine, .offer, by: .router, address: machine.address, .plain("snponly.efi"))
        #expect(scene.findings == [], "the server has been put right")
    }

    @Test func iPXETakesURIsAndScripts() {
        for file in ["http://10.77.0.1/boot.ipxe", "tftp://10.77.0.1/boot.ipxe", "menu.php", "vmlinuz"] {
            #expect(offered(.plain(file), to: .iPXE).findings == [])
        }
    }

    @Test func repliesThatAreTooLargeAreFound() throws {
        func replies(_ size: Int, limit: UInt16?) -> Scene {
            var scene = Scene()
            let machine = Machine(kind: .system)
            scene.say(machine, .discover) { $0.maximumSize = limit }
            scene.answer(machine, .offer, address: machine.address) {
                $0.options[.domainName] = [UInt8](repeating: 97, count: size)
            }
            return scene
        }
        let finding = try #require(replies(1400, limit: 600).finding(.offerTooLarge))
        #expect(finding.severity == .warning)
        #expect(finding.evidence[1] == "It says that it takes 600 (option 57).")
        #expect(replies(700, limit: nil).finding(.offerTooLarge)?.severity == .note)
        #expect(replies(1000, limit: 1472).findings == [])
        #expect(replies(450, limit: nil).findings == [], "some of it may stand in file and sname")
    }
}

import Boot
import Octets
import Testing

@Suite struct UEFILoaderTests {
    static let unified = "rackwright-52-54-00-77-00-01.efi"

    private func full(uefi: UEFILoader = .automatic) throws -> BootConfiguration {
        try BootConfiguration(
            controller: IPv4Address(10, 77, 0, 1),
            caSHA256: "ab12",
            shim: "shimx64.efi",
            hasUnifiedKernel: true,
            uefi: uefi
        )
    }

    /// Without shim and unified kernel image.
    private func bare() throws -> BootConfiguration { try configuration() }

    private func file(
        _ stage: BootStage,
        _ node: BootNode = BootNode(),
        _ configuration: BootConfiguration
    ) throws -> String? {
        let answer = try BootAnswer(
            to: request(.uefiX64, stage),
            intent: .ramdisk(token: "t"),
            node: node,
            configuration: configuration
        )
        switch answer.action {
        case .loader(let file): return file
        case .http(let url):
            let start = configuration.bootURL + "/boot/"
            return url.hasPrefix(start) ? String(url.dropFirst(start.count)) : url
        case .script, .disk, .ignore: return nil
        }
    }

    @Test func hTTPBootTakesTheUnifiedKernelImageAndPXETakesIPXE() throws {
        let configuration = try full()
        #expect(try file(.httpClient, BootNode(), configuration) == Self.unified)
        #expect(try file(.rom, BootNode(), configuration) == "snponly.efi")
        #expect(try file(.httpClient, BootNode(), bare()) == "snponly.efi", "there is none")
    }

    @Test func aMachineThatHadSecureBootOnGetsTheSignedChain() throws {
        for stage in [BootStage.rom, .httpClient] {
            #expect(try file(stage, BootNode(secureBoot: true), full()) == "shimx64.efi")
            #expect(try file(stage, BootNode(secureBoot: false), full()) != "shimx64.efi")
        }
        #expect(try file(.rom, BootNode(secureBoot: true), bare()) == "snponly.efi")
    }

    @Test func anOperatorsWordForANodeCountsMoreThanThatForAll() throws {
        let configuration = try full(uefi: .shim)
        #expect(try file(.rom, BootNode(), configuration) == "shimx64.efi")
        #expect(try file(.rom, BootNode(loader: .ipxe), configuration) == "ipxe.efi")
        #expect(try file(.rom, BootNode(loader: .unified), configuration) == Self.unified)
    }

    @Test func loadsThatLedNowhereBringAnotherLoaderAndThenAnEnd() throws {
        let configuration = try full()
        #expect(try file(.rom, BootNode(fruitlessLoads: 1), configuration) == "snponly.efi")
        let fruitless = BootNode(fruitlessLoads: BootNode.loadsUntilOtherLoader)
        #expect(try file(.rom, fruitless, configuration) == "shimx64.efi", "Secure Boot may be on")
        #expect(try file(.rom, fruitless, bare()) == "ipxe.efi", "there is no shim")
        var known = fruitless
        known.secureBoot = false
        #expect(try file(.rom, known, configuration) == "ipxe.efi")
        #expect(
            try file(.rom, BootNode(loader: .snponly, fruitlessLoads: 3), configuration) == "snponly.efi",
            "an operator's word stands"
        )
        for firmware in [BootFirmware.bios, .uefiX64] {
            let answer = try BootAnswer(
                to: request(firmware, .rom),
                intent: .ramdisk(token: "t"),
                node: BootNode(fruitlessLoads: BootNode.loadsUntilLoop),
                configuration: configuration
            )
            guard case .ignore(let reason) = answer.action else {
                Issue.record("\(answer.action)")
                continue
            }
            #expect(reason.contains("loop"))
        }
    }

    @Test func loadsAreCountedOnceForEachBootAndForgotten() throws {
        let mac = try #require(MACAddress("52:54:00:77:00:01"))
        var history = BootHistory()
        #expect(history.fruitlessLoads(of: mac, at: 0) == 0)
        history.handedLoader(to: mac, at: 0)
        history.handedLoader(to: mac, at: 2)
        #expect(history.fruitlessLoads(of: mac, at: 3) == 1, "DISCOVER and REQUEST are one load")
        history.handedLoader(to: mac, at: 60)
        #expect(history.fruitlessLoads(of: mac, at: 61) == 2)
        history.cameFurther(mac)
        #expect(history.fruitlessLoads(of: mac, at: 62) == 0)
        for round in 0..<BootNode.loadsUntilLoop { history.handedLoader(to: mac, at: 100 + Double(round) * 20) }
        #expect(history.fruitlessLoads(of: mac, at: 300) == BootNode.loadsUntilLoop)
        #expect(history.fruitlessLoads(of: mac, at: 1000) == 0, "a loop is not answered for a while, not for ever")
    }

    @Test(arguments: [
        ("autoexec.ipxe", BootFileName.autoexec), ("efi/AUTOEXEC.IPXE", .autoexec),
        ("grub/grub.cfg", .grub(nil)), ("grub/x86_64-efi/command.lst", .probe), ("grub.cfg-0A4D0001", .probe),
        ("pxelinux.cfg/default", .pxelinux(nil)), ("pxelinux.cfg/0A4D", .probe),
        ("pxelinux.cfg/b8945908-d6a6-41a9-611d-74a6ab80b83d", .probe),
        ("shimx64_revocations.efi", .probe), ("snponly.efi", .file("snponly.efi")), ("a/b.efi", .file("a/b.efi")),
        ("rackwright-x.efi", .file("rackwright-x.efi")),
    ])
    func namesSayWhatIsAskedFor(path: String, name: BootFileName) {
        #expect(BootFileName(path) == name)
    }

    @Test func namesSayWhichMachineAsks() throws {
        let mac = try #require(MACAddress("52:54:00:77:00:0a"))
        #expect(BootFileName("grub.cfg-01-52-54-00-77-00-0A") == .grub(mac))
        #expect(BootFileName("pxelinux.cfg/01-52-54-00-77-00-0a") == .pxelinux(mac))
        #expect(BootFileName(BootFileName.unified(for: mac)) == .unified(mac))
    }

    @Test func gRUBAndPXELINUXAreToldWhatIPXEIsTold() throws {
        let mac = try #require(MACAddress("52:54:00:77:00:01"))
        let words = try configuration().ramdiskArguments(mac: mac, token: "tok-1").joined(separator: " ")
        let grub = try LoaderScript.grub(for: mac, intent: .ramdisk(token: "tok-1"), configuration: configuration())
        #expect(grub.contains("linux /vmlinuz \(words)\ninitrd /initrd.img\n"))
        let pxelinux = try LoaderScript.pxelinux(
            for: mac,
            intent: .ramdisk(token: "tok-1"),
            configuration: configuration()
        )
        #expect(pxelinux.contains("APPEND \(words)\n"))
        #expect(try LoaderScript.grub(for: mac, intent: .disk, configuration: configuration()).contains("chainloader"))
        #expect(
            try LoaderScript.pxelinux(for: mac, intent: .disk, configuration: configuration()).contains("LOCALBOOT 0")
        )
        let bad = try LoaderScript.grub(
            for: mac,
            intent: .ramdisk(token: "a\nhalt"),
            configuration: configuration()
        )
        #expect(!bad.contains("halt"))
        let reason = try LoaderScript.grub(
            for: mac,
            intent: .none(reason: "a\"; halt; $x"),
            configuration: configuration()
        )
        #expect(!reason.contains("$x") && !reason.contains("a\""))
    }
}

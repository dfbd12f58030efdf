import Boot
import Octets
import Testing

func configuration() throws -> BootConfiguration {
    try BootConfiguration(controller: IPv4Address(10, 77, 0, 1), caSHA256: "ab12")
}

func request(_ firmware: BootFirmware, _ stage: BootStage, uuid: String? = nil) throws
    -> BootRequest
{
    BootRequest(
        mac: try #require(MACAddress("52:54:00:77:00:01")),
        uuid: uuid,
        firmware: firmware,
        stage: stage
    )
}

@Suite struct BootAnswerTests {
    static let script = "http://10.77.0.1:8080/boot/ipxe?mac=52:54:00:77:00:01&platform="

    @Test(arguments: [
        (BootFirmware.bios, BootStage.rom, BootAnswer.Action.loader(file: "undionly.kpxe")),
        (.uefiX64, .rom, .loader(file: "snponly.efi")),
        (.uefiX64, .httpClient, .http(url: "http://10.77.0.1:8080/boot/snponly.efi")),
        (.bios, .iPXE, .script(url: script + "pcbios")),
        (.uefiX64, .iPXE, .script(url: script + "efi")),
    ])
    func aMachineThatShallRunTheRamdiskGetsTheNextPiece(
        firmware: BootFirmware,
        stage: BootStage,
        action: BootAnswer.Action
    ) throws {
        for intent in [BootIntent.ramdisk(token: "t"), .none(reason: "no role")] {
            let answer = try BootAnswer(
                to: request(firmware, stage),
                intent: intent,
                configuration: configuration()
            )
            #expect(answer.action == action)
            #expect(answer.explanation.count >= 2)
        }
    }

    @Test(arguments: [BootFirmware.bios, .uefiX64, .uefiIA32, .uefiARM64, .other(0x29)])
    func iPXENeverGetsALoader(firmware: BootFirmware) throws {
        for intent in [BootIntent.ramdisk(token: "t"), .disk, .none(reason: "")] {
            let answer = try BootAnswer(
                to: request(firmware, .iPXE),
                intent: intent,
                configuration: configuration()
            )
            guard case .script = answer.action else {
                Issue.record("\(firmware) \(intent): \(answer)")
                continue
            }
        }
    }

    @Test(arguments: [BootStage.rom, .httpClient])
    func aMachineThatShallBootItsDiskIsNamedNoFile(stage: BootStage) throws {
        let answer = try BootAnswer(
            to: request(.uefiX64, stage),
            intent: .disk,
            configuration: configuration()
        )
        #expect(answer.action == .disk)
    }

    @Test func whatHasNoLoaderIsIgnoredWithAReason() throws {
        let answer = try BootAnswer(
            to: request(.other(0x29), .rom),
            intent: .ramdisk(token: "t"),
            configuration: configuration()
        )
        #expect(
            answer.action == .ignore(reason: "there is no loader for architecture 41, stage PXE ROM")
        )
    }

    @Test func aSystemAndAStrangerAreLeftAlone() throws {
        for (stage, intent) in [
            (BootStage.system, BootIntent.ramdisk(token: "t")), (.iPXE, .ignore(reason: "foreign")),
        ] {
            let answer = try BootAnswer(
                to: request(.bios, stage),
                intent: intent,
                configuration: configuration()
            )
            guard case .ignore = answer.action else {
                Issue.record("\(answer)")
                continue
            }
        }
    }

    @Test func theScriptsURLNamesTheMachine() throws {
        let url = try configuration().scriptURL(
            for: request(.uefiX64, .iPXE, uuid: "00112233-4455-6677-8899-aabbccddeeff")
        )
        #expect(
            url == "http://10.77.0.1:8080/boot/ipxe?mac=52:54:00:77:00:01"
                + "&uuid=00112233-4455-6677-8899-aabbccddeeff&platform=efi"
        )
        #expect(url.utf8.count < 128, "fits the header of a DHCP message")
    }

    @Test(arguments: ["a b", "", "${net0/mac}", "a\nb", "x||y", "a\"b"])
    func aWordThatWouldNotSurviveIsRefused(word: String) {
        #expect(throws: BootConfigurationError.self) {
            try BootConfiguration(controller: .any, caSHA256: "ab", kernelArguments: [word])
        }
    }
}

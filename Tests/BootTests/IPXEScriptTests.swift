import Boot
import Testing

@Suite struct IPXEScriptTests {
    @Test func theRamdiskIsStartedWithAllThatTheAgentNeeds() throws {
        let text = try IPXEScript.text(
            for: request(.uefiX64, .iPXE),
            intent: .ramdisk(token: "tok-1"),
            configuration: configuration()
        )
        #expect(
            text == """
                #!ipxe
                echo Rackwright: ramdisk for 52:54:00:77:00:01
                imgfree
                kernel --name vmlinuz http://10.77.0.1:8080/boot/vmlinuz initrd=initrd.img \
                rackwright.url=https://10.77.0.1:8443 rackwright.ca=ab12 rackwright.token=tok-1 \
                rackwright.boot=http://10.77.0.1:8080 BOOTIF=01-52-54-00-77-00-01 console=tty0 console=ttyS0 || goto failed
                initrd --name initrd.img http://10.77.0.1:8080/boot/initrd.img || goto failed
                boot || goto failed
                :failed
                echo Rackwright: the ramdisk could not be loaded from http://10.77.0.1:8080
                imgfree
                sleep 10
                chain --replace http://10.77.0.1:8080/boot/ipxe?mac=52:54:00:77:00:01&platform=efi&attempt=1 || exit 1

                """
        )
    }

    @Test func theDiskIsBootedAsTheFirmwareCan() throws {
        let bios = try IPXEScript.text(
            for: request(.bios, .iPXE),
            intent: .disk,
            configuration: configuration()
        )
        #expect(bios.hasSuffix("\nsanboot --no-describe --drive 0x80 || exit\n"))
        let uefi = try IPXEScript.text(
            for: request(.uefiX64, .iPXE),
            intent: .disk,
            configuration: configuration()
        )
        #expect(uefi.hasSuffix("\nexit\n"))
        #expect(!uefi.contains("sanboot"))
    }

    @Test func waitingEnds() throws {
        var attempt = 0
        for _ in 0..<100 {
            let text = try IPXEScript.text(
                for: request(.bios, .iPXE),
                intent: .none(reason: "no role fits"),
                attempt: attempt,
                configuration: configuration()
            )
            #expect(text.hasPrefix("#!ipxe\necho Rackwright: 52:54:00:77:00:01 waits: no role fits\n"))
            if text.hasSuffix("giving up\nexit 1\n") {
                #expect(attempt == 29)
                return
            }
            attempt += 1
            #expect(text.contains("&attempt=\(attempt) || exit 1"))
        }
        Issue.record("it never ends")
    }

    @Test(arguments: [-5, Int.min, Int.max, 1000])
    func aSenselessAttemptDoesNotTrap(attempt: Int) throws {
        let text = try IPXEScript.text(
            for: request(.bios, .iPXE),
            intent: .none(reason: "r"),
            attempt: attempt,
            configuration: configuration()
        )
        #expect(text.hasPrefix("#!ipxe\n"))
    }

    @Test func aReasonCannotBecomeACommand() throws {
        let text = try IPXEScript.text(
            for: request(.bios, .iPXE),
            intent: .none(reason: "x || shell && ${mac}\nshell #é"),
            configuration: configuration()
        )
        #expect(text.contains("waits: x __ shell __ __mac__shell __\n"))
        let token = try IPXEScript.text(
            for: request(.bios, .iPXE),
            intent: .ramdisk(token: "a b"),
            configuration: configuration()
        )
        #expect(!token.contains("kernel"))
    }

    @Test func autoexecChainsByTheMachinesOwnAddress() throws {
        let text = IPXEScript.chain(configuration: try configuration())
        #expect(text.hasPrefix("#!ipxe\n"))
        #expect(
            text.contains(
                "chain --replace http://10.77.0.1:8080/boot/ipxe?mac=${mac}&uuid=${uuid}&platform=${platform} || goto failed"
            )
        )
    }
}

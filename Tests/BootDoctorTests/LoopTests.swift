import BootDoctor
import DHCP
import Octets
import Testing

@Suite struct LoopTests {
    private let machine = Machine(kind: .uefiROM)

    @Test func firmwareThatComesBackFromIPXEAgainAndAgainIsALoop() throws {
        var scene = Scene()
        for round in 0..<3 {
            #expect(scene.findings == [], "two boots may be an operator's, after round \(round)")
            scene.boot(machine, .pxe("snponly.efi", direct: true))
            scene.wait(5)
            scene.boot(machine.as(.iPXE), .plain("http://10.77.0.1/boot.ipxe"))
            scene.wait(100)
        }
        let finding = try #require(scene.finding(.bootLoop))
        #expect(finding.severity == .problem)
        #expect(
            finding.summary
                == "52:54:00:77:00:01 starts its network boot again and again, from firmware to iPXE and back."
        )
        #expect(
            finding.evidence.first == "Its firmware started 3 times from +0.0 s to +211.2 s, and came to iPXE 3 times."
        )
        #expect(scene.kinds == [.bootLoop])
    }

    @Test func firmwareThatNeverLoadsItsFileIsALoopAsWell() throws {
        var scene = Scene()
        for _ in 0..<3 {
            scene.boot(machine, .pxe("missing.efi", direct: true))
            scene.wait(60)
        }
        let finding = try #require(scene.finding(.bootLoop))
        #expect(finding.evidence.first?.hasSuffix("and came to iPXE 0 times.") == true)
        #expect(finding.advice.contains("TFTP server's log"))
    }

    @Test func anOperatingSystemBetweenIsNoLoop() {
        var scene = Scene()
        for _ in 0..<6 {
            scene.boot(machine, .pxe("snponly.efi", direct: true))
            scene.boot(machine.as(.iPXE), .plain("http://10.77.0.1/boot.ipxe"))
            scene.boot(machine.as(.system))
            scene.wait(60)
        }
        #expect(scene.findings == [])
    }

    @Test func bootsFarApartAreNoLoop() {
        var scene = Scene()
        for _ in 0..<6 {
            scene.boot(machine, .pxe("snponly.efi", direct: true))
            scene.boot(machine.as(.iPXE), .plain("http://10.77.0.1/boot.ipxe"))
            scene.wait(3600)
        }
        #expect(scene.findings == [])
    }

    @Test func pxeThenHTTPInOneBootAreOneStart() {
        var scene = Scene()
        for _ in 0..<2 {
            scene.boot(machine, .pxe("missing.efi", direct: true))
            scene.wait(30)
            scene.boot(machine.as(.uefiHTTP), .http("http://10.77.0.1/missing.efi"))
            scene.wait(30)
        }
        #expect(scene.findings == [])
        scene.boot(machine, .pxe("missing.efi", direct: true))
        #expect(scene.kinds == [.bootLoop])
    }

    @Test func iPXEThatIsGivenALoaderIsAChainLoop() throws {
        var scene = Scene()
        scene.boot(machine, .pxe("snponly.efi", direct: true))
        scene.boot(machine.as(.iPXE), .pxe("snponly.efi", direct: true))
        #expect(scene.findings == [], "a ROM's iPXE may load another")
        scene.wait(5)
        scene.boot(machine.as(.iPXE), .pxe("snponly.efi", direct: true))
        #expect(scene.finding(.chainLoop)?.severity == .warning)
        scene.wait(5)
        scene.boot(machine.as(.iPXE), .pxe("snponly.efi", direct: true))
        let finding = try #require(scene.finding(.chainLoop))
        #expect(finding.severity == .problem)
        #expect(finding.evidence.first == "iPXE started again 2 times from +5.6 s to +10.9 s.")
        #expect(finding.evidence.last?.contains("boot file 'snponly.efi'") == true)
        #expect(scene.kinds == [.chainLoop])
    }

    @Test func firmwareBetweenIsNoChain() {
        var scene = Scene()
        for _ in 0..<2 {
            scene.boot(machine, .pxe("snponly.efi", direct: true))
            scene.boot(machine.as(.iPXE), .plain("http://10.77.0.1/grubx64.efi"))
            scene.wait(60)
        }
        #expect(scene.findings == [], "iPXE may start another program than itself")
    }

    @Test func aScriptEndsTheChain() {
        var scene = Scene()
        for _ in 0..<2 { scene.boot(machine.as(.biosIPXE), .pxe("undionly.kpxe", direct: true)) }
        #expect(scene.kinds == [.chainLoop])
        scene.boot(machine.as(.biosIPXE), .plain("http://10.77.0.1/boot.ipxe"))
        #expect(scene.findings == [])
    }

    @Test func iPXEInTheROMLoopsByItself() throws {
        var scene = Scene()
        let machine = Machine(kind: .biosIPXE)
        for _ in 0..<4 {
            #expect(scene.findings == [])
            scene.boot(machine, .plain("http://10.77.0.1/boot.ipxe"))
            scene.wait(60)
        }
        #expect(scene.kinds == [.bootLoop])
        #expect(scene.finding(.bootLoop)?.evidence.first == "iPXE started 4 times from +0.0 s to +180.9 s.")
    }

    @Test func whoeverIsNotAnsweredIsNotInALoop() {
        var scene = Scene()
        for _ in 0..<5 {
            scene.discoverAgainAndAgain(machine)
            scene.discoverAgainAndAgain(machine.as(.uefiHTTP))
        }
        #expect(!scene.kinds.contains(.bootLoop))
        #expect(scene.kinds == [.notAnswered, .notAnswered])
    }
}

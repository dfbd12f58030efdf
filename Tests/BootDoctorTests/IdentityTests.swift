import BootDoctor
import DHCP
import Octets
import Testing

@Suite struct IdentityTests {
    private let machine = Machine(kind: .uefiROM)

    @Test func anIdentifierThatChangesIsShownInBothForms() throws {
        var scene = Scene()
        scene.say(machine, .discover) { $0.options[.clientIdentifier] = [0, 0xAB, 0xCD] }
        scene.say(machine.as(.iPXE), .discover) { $0.options[.clientIdentifier] = [1, 0x52, 0x54, 0, 0x77, 0, 1] }
        let finding = try #require(scene.finding(.clientIdentifierChanges))
        #expect(finding.severity == .note)
        #expect(
            finding.evidence == [
                "PXE ROM: 00abcd, once at +0.0 s.", "iPXE: 01525400770001, once at +0.0 s.",
            ]
        )
        #expect(scene.kinds == [.clientIdentifierChanges])
    }

    @Test func withDifferentAddressesItIsAWarning() throws {
        var scene = Scene()
        for (index, kind) in [Machine.Kind.uefiROM, .system].enumerated() {
            let stage = machine.as(kind)
            scene.say(stage, .request) { $0.options[.clientIdentifier] = [0xFF, UInt8(index)] }
            scene.answer(stage, .acknowledge, address: IPv4Address(10, 77, 0, UInt8(50 + index)))
        }
        let finding = try #require(scene.finding(.clientIdentifierChanges))
        #expect(finding.severity == .warning)
        #expect(finding.evidence.last == "It was given 10.77.0.50 and 10.77.0.51.")
    }

    @Test func noIdentifierAndTheMACAddressAreTheSame() {
        var scene = Scene()
        scene.boot(machine, .pxe("snponly.efi", direct: true))
        scene.say(machine.as(.iPXE), .discover) { $0.options[.clientIdentifier] = [1, 0x52, 0x54, 0, 0x77, 0, 1] }
        #expect(scene.findings == [])
    }

    @Test(
        arguments: [
            (nil, "no machine identifier"), ([0] + [UInt8](repeating: 0, count: 16), "of zeroes"),
            ([0, 1, 2], "of 3 octets"), ([1] + [UInt8](repeating: 7, count: 16), "of type 1"),
            ([0] + [UInt8](repeating: 0xFF, count: 16), "without a UUID"), ([], "of 0 octets"),
        ] as [([UInt8]?, String)]
    )
    func aMachineIdentifierThatTellsNothingIsNoted(value: [UInt8]?, text: String) throws {
        var scene = Scene()
        scene.say(machine, .discover) { $0.options[.clientMachineIdentifier] = value }
        let finding = try #require(scene.finding(.machineIdentifier))
        #expect(finding.severity == .note)
        #expect(finding.summary.contains(text))
        #expect(scene.kinds == [.machineIdentifier])
        scene.say(machine, .discover)
        #expect(scene.findings == [], "what it said last counts")
    }

    @Test func anOperatingSystemNeedsNoMachineIdentifier() {
        var scene = Scene()
        scene.say(Machine(kind: .system), .discover)
        #expect(scene.findings == [])
    }

    @Test func aBOOTPClientIsNamed() throws {
        var scene = Scene()
        let old = Machine(kind: .bootp)
        scene.say(old, nil)
        let finding = try #require(scene.finding(.bootpOnly))
        #expect(finding.severity == .warning)
        #expect(finding.evidence == ["Seen once at +0.0 s, and no DISCOVER or REQUEST from it."])
        #expect(scene.kinds == [.bootpOnly])
        scene.say(old.as(.system), .discover)
        #expect(scene.findings == [], "it speaks DHCP as well")
    }
}

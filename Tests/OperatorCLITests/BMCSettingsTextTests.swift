import OperatorAPI
import OperatorCLI
import Testing

struct BMCSettingsTextTests {
    @Test func attributesAreShownWithWhatWaits() {
        let report = BIOSReport(
            node: "n1",
            attributes: ["BootMode": "Uefi", "Cores": "4"],
            pending: [BIOSChangeReport(name: "Cores", before: "4", after: "8")],
            remarks: ["the registry R cannot be read"]
        )
        #expect(
            BMCSettingsText.bios(report, matching: nil, Samples.look) == """
                ATTRIBUTE  VALUE  AFTER RESTART
                BootMode   Uefi
                Cores      4      8
                1 changes wait for the next restart
                the registry R cannot be read
                """
        )
        #expect(!BMCSettingsText.bios(report, matching: "boot", Samples.look).contains("Cores"))
        #expect(
            BMCSettingsText.bios(report, matching: "zz", Samples.look).contains("no attributes whose name holds 'zz'")
        )
    }

    @Test func aDifferenceSaysWhetherItWasAskedFor() {
        let change = BIOSChangeReport(name: "Cores", before: "4", after: "8")
        let secret = BIOSChangeReport(name: "SetupPassword", before: nil, after: nil)
        let trial = BIOSOutcomeReport(node: "n1", changes: [change, secret], asked: false)
        #expect(
            BMCSettingsText.outcome(trial, Samples.look) == """
                ATTRIBUTE      NOW  THEN
                Cores          4    8
                SetupPassword  -    (kept to itself)
                nothing was changed: this is what would be
                """
        )
        var asked = trial
        asked.asked = true
        asked.pending = [change]
        asked.job = "waits for the next restart; Task successfully scheduled."
        let text = BMCSettingsText.outcome(asked, Samples.look)
        #expect(text.contains("waits for the next restart: Cores"))
        #expect(text.contains("the BMC's job: waits for the next restart"))
        let none = BIOSOutcomeReport(node: "n1", changes: [], asked: false)
        #expect(BMCSettingsText.outcome(none, Samples.look) == "n1: all of it is so already")
    }

    @Test func secureBootSaysNowAndThen() {
        let same = SecureBootReport(node: "n1", enabled: true, inForce: true, mode: "UserMode")
        #expect(BMCSettingsText.secureBoot(same, Samples.look) == "Secure Boot of n1: on now (UserMode)")
        let later = SecureBootReport(node: "n1", enabled: true, inForce: false)
        #expect(
            BMCSettingsText.secureBoot(later, Samples.look)
                == "Secure Boot of n1: off now, on from the next restart on"
        )
        let unsaid = SecureBootReport(node: "n1", enabled: nil, inForce: nil)
        #expect(BMCSettingsText.secureBoot(unsaid, Samples.look) == "Secure Boot of n1: not said now")
    }

    @Test func theDriveSaysWhatIsInIt() {
        let empty = MediaReport(node: "n1", slot: "CD", image: nil)
        #expect(BMCSettingsText.media(empty, Samples.look) == "n1, drive CD: empty")
        let full = MediaReport(node: "n1", slot: "CD", image: "http://h/\u{1B}a.iso", bootsNext: "cd, once")
        #expect(BMCSettingsText.media(full, Samples.look) == "n1, drive CD: http://h/ a.iso\nboots next: cd, once")
    }

    @Test func firmwareThatIsNotInUseIsShownOnDemand() {
        let components = [
            FirmwareReport.Component(id: "BIOS", name: "BIOS", version: "2", updateable: true, installed: true),
            FirmwareReport.Component(id: "Old", name: "BIOS", version: "1", updateable: false, installed: false),
        ]
        let report = FirmwareReport(node: "n1", components: components)
        #expect(
            BMCSettingsText.firmware(report, all: false, Samples.look) == """
                NAME  VERSION  UPDATE  ID
                BIOS  2        yes     BIOS
                """
        )
        #expect(BMCSettingsText.firmware(report, all: true, Samples.look).contains("BIOS (not in use)  1"))
    }

    @Test func aShareIsToldWithoutOctets() {
        let bar = ProgressBar(label: "update ", startedAt: 0, countsOctets: false)
        #expect(bar.line(done: 50, total: 100, Samples.look).hasSuffix(" 50 %"))
    }
}

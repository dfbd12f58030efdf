import Inventory
import InventoryDrift
import Testing

struct HealthDriftTests {
    /// What is found when a disk's health goes from one to the other.
    private func findings(_ before: Inventory.DiskHealth?, _ after: Inventory.DiskHealth?) -> [Finding] {
        var (old, new) = (Samples.server, Samples.server)
        old.disks[0].health = before
        new.disks[0].health = after
        return Drift(from: old, to: new).findings
    }

    @Test func aDiskThatBeginsToFailBlocks() {
        let failing = Inventory.DiskHealth(verdict: .failing, reasons: ["spare blocks below the threshold"])
        for before in [Inventory.DiskHealth(verdict: .ok), .init(verdict: .warning), nil] {
            let found = findings(before, failing)
            #expect(found.map(\.rule) == [.diskFailing] && found.map(\.severity) == [.block])
            #expect(found.first?.text == "disk S1 says that it fails (spare blocks below the threshold)")
        }
        #expect(findings(failing, failing) == [], "somebody has looked at it before")
        #expect(findings(failing, .init(verdict: .ok)).map(\.severity) == [.note])
        #expect(findings(failing, nil) == [], "what is not known any more is no change")
    }

    @Test func aNewDiskThatFailsBlocksToo() {
        var after = Samples.server
        after.disks.append(.init(name: "sdb", serial: "S9", size: 1 << 40, health: .init(verdict: .failing)))
        #expect(Drift(from: Samples.server, to: after).findings.map(\.rule) == [.diskFailing, .diskAdded])
    }

    @Test func aWarningIsOneAndItsEndIsANote() {
        #expect(findings(.init(verdict: .ok), .init(verdict: .warning)).map(\.rule) == [.diskWarns])
        #expect(findings(.init(verdict: .warning), .init(verdict: .ok)).map(\.rule) == [.diskRecovered])
        #expect(findings(nil, .init(verdict: .warning)) == [])
    }

    @Test func wearIsToldOfAtItsMarksAlone() {
        func wear(_ before: Int, _ after: Int) -> [Finding.Pair] {
            findings(.init(wear: before), .init(wear: after)).map { .init($0.rule, $0.severity) }
        }
        #expect(wear(10, 79) == [])
        #expect(wear(79, 80) == [.init(.diskWorn, .note)])
        #expect(wear(80, 89) == [])
        #expect(wear(79, 101) == [.init(.diskWorn, .note)], "one finding, however many marks")
        #expect(wear(95, 12) == [.init(.diskRecovered, .note)], "another disk's figure, or a mended firmware")
    }

    @Test func growingErrorsAreWarnings() {
        let found = findings(
            .init(reallocated: 1, pending: 0, mediaErrors: 2),
            .init(reallocated: 4, pending: 8, mediaErrors: 2)
        )
        #expect(found.allSatisfy { $0.rule == .diskErrors && $0.severity == .warning } && found.count == 2)
        #expect(found.first?.text == "disk S1 has sectors that cannot be read: 8, and 0 before")
        #expect(findings(.init(pending: 8), .init(pending: 0)) == [])
    }

    @Test func anotherEndorsementKeyIsAnotherBoardOrModule() {
        var (before, after) = (Samples.server, Samples.server)
        before.tpm = .init(
            version: "2.0",
            endorsementKey: String(repeating: "a", count: 64),
            endorsementKeyType: "rsa2048"
        )
        after.tpm = before.tpm
        after.tpm?.endorsementKey = String(repeating: "b", count: 64)
        let found = Drift(from: before, to: after).findings
        #expect(found.map(\.rule) == [.tpmExchanged] && found.map(\.severity) == [.block])
        #expect(found.first?.change.hasSuffix("the board or the TPM was exchanged") == true)
        after.tpm?.endorsementKeyType = "ecc_p256"
        #expect(Drift(from: before, to: after).findings == [], "another of its keys was asked for")
        after.tpm?.endorsementKey = nil
        #expect(Drift(from: before, to: after).findings == [])
    }

    @Test func bootEntriesThatChangeAreNotes() {
        var (before, after) = (Samples.server, Samples.server)
        before.efi = .init(
            current: "0001",
            order: ["0001", "0002"],
            entries: [
                .init(number: "0001", name: "PXE", active: true), .init(number: "0002", name: "Disk", path: "HD(1)"),
            ]
        )
        after.efi = .init(
            current: "0002",
            order: ["0003", "0001"],
            entries: [
                .init(number: "0001", name: "PXE", active: false),
                .init(number: "0003", name: "Rackwright", path: "HD(1)/File(x)"),
            ]
        )
        let found = Drift(from: before, to: after).findings
        #expect(found.allSatisfy { $0.rule == .bootEntriesChanged && $0.severity == .note })
        #expect(
            found.map(\.text) == [
                "the boot entry 0002 'Disk' is gone", "the boot entry 0003 'Rackwright' is new (HD(1)/File(x))",
                "the boot entry 0001 is not tried any more", "the boot order was 0001 0002 and is 0003 0001",
            ]
        )
        after.efi = before.efi
        after.efi?.current = "0002"
        #expect(Drift(from: before, to: after).findings == [], "which entry was used is no change")
        after.efi = nil
        #expect(Drift(from: before, to: after).findings == [])
    }
}

extension Finding {
    struct Pair: Equatable {
        var rule: Rule
        var severity: Severity

        init(_ rule: Rule, _ severity: Severity) { (self.rule, self.severity) = (rule, severity) }
    }
}

import Inventory

/// What parts say of their own health, and what says which board it is.
extension Drift {
    /// Percent of a disk's endurance at which people want to hear of it.
    private static let wearMarks = [80, 90, 100]

    /// - Parameter before: nil where it was not known; a disk that says that it fails is told of all the same
    static func health(of disk: Inventory.Disk, before: Inventory.DiskHealth?) -> [Finding] {
        guard let health = disk.health else { return [] }
        var findings: [Finding] = []
        let reasons = bracketed(health.reasons?.joined(separator: ", "))
        switch (before?.verdict, health.verdict) {
        case (.failing, .failing), (.warning, .warning): break
        case (_, .failing): findings.append(Finding(.diskFailing, disk.words, "says that it fails" + reasons))
        case (.failing, .warning), (.failing, .ok):
            findings.append(Finding(.diskRecovered, disk.words, "does not say any more that it fails" + reasons))
        case (.some, .warning): findings.append(Finding(.diskWarns, disk.words, "warns" + reasons))
        case (.warning, .ok): findings.append(Finding(.diskRecovered, disk.words, "does not warn any more"))
        case (_, .warning), (_, .ok), (_, nil): break
        }
        guard let before else { return findings }
        if let old = before.wear, let new = health.wear {
            let (marksBefore, marks) = (wearMarks.filter { old >= $0 }, wearMarks.filter { new >= $0 })
            if marks.count > marksBefore.count, let mark = marks.last {
                let change = "has used up \(new) % of its endurance, which was \(old) %; \(mark) % is a mark to look at"
                findings.append(Finding(.diskWorn, disk.words, change))
            } else if marks.count < marksBefore.count {
                let change = "has used up \(new) % of its endurance, which was \(old) %"
                findings.append(Finding(.diskRecovered, disk.words, change))
            }
        }
        let counts = [
            ("lost data in errors of its media", before.mediaErrors, health.mediaErrors),
            ("has sectors that cannot be read", before.pending, health.pending),
            ("replaced sectors by spare ones", before.reallocated, health.reallocated),
        ]
        for (what, old, new) in counts {
            guard let old, let new, new > old else { continue }
            findings.append(Finding(.diskErrors, disk.words, "\(what): \(new), and \(old) before"))
        }
        return findings
    }

    /// A module that cannot say its key at one of the two inspections has not changed.
    var endorsement: [Finding] {
        guard let old = before.tpm?.endorsementKey, let new = after.tpm?.endorsementKey,
            before.tpm?.endorsementKeyType == after.tpm?.endorsementKeyType, old.lowercased() != new.lowercased()
        else { return [] }
        let change = "was \(old.prefix(16))… and is \(new.prefix(16))…: the board or the TPM was exchanged"
        return [Finding(.tpmExchanged, "the TPM's endorsement key", change)]
    }

    var bootEntries: [Finding] {
        guard let old = before.efi, let new = after.efi else { return [] }
        func words(_ entry: Inventory.EFIBoot.Entry) -> String {
            [entry.number, entry.name.map { "'\($0)'" }].compactMap(\.self).joined(separator: " ")
        }
        let pairing = Pairing(old.entries, new.entries, by: [\.number])
        var findings = pairing.gone.map { Finding(.bootEntriesChanged, "the boot entry \(words($0))", "is gone") }
        findings += pairing.new.map {
            Finding(.bootEntriesChanged, "the boot entry \(words($0))", "is new" + bracketed($0.path))
        }
        for (old, new) in pairing.pairs {
            var parts = [changed(old.name, new.name), changed(old.path, new.path)].compactMap(\.self)
            if let before = old.active, let after = new.active, before != after {
                parts.append(after ? "is tried again" : "is not tried any more")
            }
            guard !parts.isEmpty else { continue }
            let change = parts.joined(separator: ", ")
            findings.append(Finding(.bootEntriesChanged, "the boot entry \(old.number)", change))
        }
        if let order = changed(old.order?.joined(separator: " "), new.order?.joined(separator: " ")) {
            findings.append(Finding(.bootEntriesChanged, "the boot order", order))
        }
        return findings
    }
}

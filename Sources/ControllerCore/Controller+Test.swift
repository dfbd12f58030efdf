import AgentAPI
import Inventory
import Lifecycle
public import OperatorAPI
import Store

extension RecordKind {
    static let test = Self(rawValue: "test")
}

/// The last test that was asked for of a node.
struct TestRecord: Codable, Hashable, Sendable {
    /// Counts the node's tests.
    var number: Int
    /// The disks that are overwritten, by what does not change; empty for a test that harms nothing.
    var disks: [RootDisk]
    var minutes: Double
    /// What the node had come to when it was asked for: approved is this, and nothing that came after.
    var serial: Int
    /// It was begun, for which its approval is spent.
    var isApproved: Bool

    /// What the agent is told.
    func order(serial: Int) -> Instruction {
        let seconds = minutes * 60
        return Instruction(
            id: "test-\(number)-\(serial)",
            action: .checkWriting(
                CheckWriting(approval: "test-\(number)", disks: disks, seconds: seconds, load: seconds)
            )
        )
    }
}

extension Controller {
    /// Begins a test that harms nothing; of one that overwrites disks says what would be lost, and waits for its approval.
    public func test(_ name: String, _ wanted: TestNode) async throws -> TestReport {
        guard TestNode.minutesAllowed.contains(wanted.minutes) else {
            let allowed = TestNode.minutesAllowed
            throw ControllerProblem("a test takes \(allowed.lowerBound) to \(Int(allowed.upperBound)) minutes")
        }
        guard wanted.burnIn || wanted.disks.isEmpty else {
            throw ControllerProblem("disks are overwritten by a burn-in alone: give --burn-in as well")
        }
        let instant = now()
        let (id, report) = try await store.write { transaction in
            let record = try transaction.node(named: name)
            try transaction.checkTest(of: record)
            let disks = wanted.burnIn ? try transaction.disks(wanted.disks, of: record) : []
            let last = try transaction.get(TestRecord.self, .test, record.id)
            let test = TestRecord(
                number: (last?.number ?? 0) + 1,
                disks: try disks.map { try RootDisk(tested: $0, of: record.name) },
                minutes: wanted.minutes,
                serial: record.lifecycle.serial,
                isApproved: false
            )
            try transaction.put(.test, record.id, encoding: test)
            if wanted.burnIn {
                let names = disks.map(\.name).joined(separator: ", ")
                let text = "test \(test.number) was asked for, which overwrites \(names): it waits for its approval"
                try transaction.note(record.id, at: instant, "operator", text)
            }
            let report = TestReport(
                node: record.name,
                number: test.number,
                minutes: test.minutes,
                disks: disks.map(TestReport.Disk.init),
                needsApproval: wanted.burnIn
            )
            return (record.id, report)
        }
        guard !report.needsApproval else { return report }
        var begun = report
        begun.message = try await begin(report.number, of: id)
        return begun
    }

    /// Begins the test with that number, once.
    public func approveTest(of name: String, _ approval: ApproveTest) async throws -> String {
        let record = try await store.read { try $0.node(named: name) }
        return try await begin(approval.number, of: record.id)
    }

    private func begin(_ number: Int, of id: String) async throws -> String {
        let known = try await store.read { reader in
            let record = try reader.node(id)
            try reader.checkTest(of: record)
            return (record: record, test: try reader.test(number, of: record))
        }
        let isDestructive = !known.test.disks.isEmpty
        let after = try await take(
            .testRequested(isDestructive),
            for: id,
            source: "operator",
            note: isDestructive ? "test \(number) approved" : "operator: test \(number)",
            opensGate: true,
            keep: { transaction, record in
                // Once more in the transaction that spends it. What is thrown here undoes the decision.
                var test = try transaction.test(number, of: record, before: record.lifecycle.serial - 1)
                try transaction.refuseMember(record)
                test.isApproved = true
                try transaction.put(.test, id, encoding: test)
            }
        )
        return "\(after.name): \(after.lifecycle.name), \(after.lifecycle.evidence)"
    }

    /// What the test under way wants of the agent.
    func testInstruction(for record: NodeRecord) async throws -> Instruction? {
        let test = try await store.read { try $0.get(TestRecord.self, .test, record.id) }
        guard let test, test.isApproved else { return nil }
        return test.order(serial: record.lifecycle.serial)
    }
}

extension StoreReading {
    /// Refuses a node that is in use, or that something else waits for.
    fileprivate func checkTest(of record: NodeRecord) throws {
        guard record.lifecycle.legalVerbs.contains("test") else {
            let legal = record.lifecycle.legalVerbs.joined(separator: ", ")
            throw ControllerProblem(
                "\(record.name) is \(record.lifecycle.name): a node is tested in manageable or available; possible: \(legal)",
                .conflict
            )
        }
        try refuseMember(record)
    }

    /// The test with that number, if it may begin.
    fileprivate func test(_ number: Int, of record: NodeRecord, before serial: Int? = nil) throws -> TestRecord {
        let again = "ask for it anew: rackwright node test \(record.name)"
        guard let test = try get(TestRecord.self, .test, record.id), test.number == number else {
            throw ControllerProblem(
                "test \(number) is not the last that was asked for of \(record.name); \(again)",
                .conflict
            )
        }
        guard !test.isApproved else {
            throw ControllerProblem(
                "test \(number) of \(record.name) was begun before, and is begun once; \(again)",
                .conflict
            )
        }
        guard test.serial == serial ?? record.lifecycle.serial else {
            throw ControllerProblem(
                "something was done with \(record.name) after test \(number) was asked for; \(again)",
                .conflict
            )
        }
        return test
    }

    /// The disks to overwrite: those that were named, or all that are no sticks and no virtual drives.
    fileprivate func disks(_ names: [String], of record: NodeRecord) throws -> [Inventory.Disk] {
        guard let inventory = try get(Inventory.self, .inventory, record.id), inventory.source == nil else {
            throw ControllerProblem(
                "it is not known which disks \(record.name) has: rackwright node inspect \(record.name)",
                .conflict
            )
        }
        let fixed = inventory.disks.filter { $0.removable != true && $0.transport != "usb" }
        guard !names.isEmpty else {
            guard !fixed.isEmpty else { throw ControllerProblem("\(record.name) has no disks to overwrite", .conflict) }
            return fixed
        }
        var found: [Inventory.Disk] = []
        var problems: [String] = []
        for name in names {
            let fitting = inventory.disks.filter { [$0.name, $0.serial, $0.wwn].contains(name) }
            if fitting.count == 1, let disk = fitting.first {
                if !found.contains(disk) { found.append(disk) }
            } else {
                let known = inventory.disks.map { "\($0.name) (\($0.serial ?? "no serial number"))" }
                problems.append(
                    "\(record.name) has \(fitting.isEmpty ? "no disk" : "\(fitting.count) disks") '\(name)'; there are: "
                        + (known.isEmpty ? "none" : known.joined(separator: ", "))
                )
            }
        }
        guard problems.isEmpty else { throw ControllerProblem(problems) }
        return found
    }
}

extension RootDisk {
    fileprivate init(tested disk: Inventory.Disk, of node: String) throws {
        guard let size = disk.size, disk.serial != nil || disk.wwn != nil || disk.busPath != nil else {
            throw ControllerProblem(
                "\(node): \(disk.name) tells neither what it is nor where: it cannot be told from others and is not overwritten"
            )
        }
        self.init(
            serial: disk.serial,
            wwn: disk.wwn,
            busPath: disk.busPath,
            size: UInt64(clamping: size),
            lastName: disk.name
        )
    }
}

extension TestReport.Disk {
    fileprivate init(_ disk: Inventory.Disk) {
        var holds = (disk.signatures ?? []).map(\.brief)
        for partition in disk.partitions ?? [] {
            let content = (partition.signatures ?? []).map(\.brief).joined(separator: ", ")
            let words = [partition.label.map { "'\($0)'" }, content.isEmpty ? nil : content].compactMap(\.self)
            holds.append("partition \(partition.number)" + (words.isEmpty ? "" : ": " + words.joined(separator: " ")))
        }
        self.init(name: disk.name, size: disk.size, model: disk.model, serial: disk.serial ?? disk.wwn, holds: holds)
    }
}

extension Inventory.Signature {
    fileprivate var brief: String { type + (label.map { " '\($0)'" } ?? "") }
}

extension StoreTransaction {
    /// Says what a test found, once, and keeps a node that failed it from everything until somebody has looked.
    func judgeTest(_ report: InventoryReport, of record: inout NodeRecord, at instant: Double) throws {
        guard report.instruction.hasPrefix("test-"), let found = report.inventory.burnIn,
            try get(InspectionRecord.self, .inspection, record.id)?.instruction != report.instruction
        else { return }
        let failures = found.failures
        let words = failures.isEmpty ? found.words : failures
        let verdict = failures.isEmpty ? "the test found nothing wrong" : "the test failed"
        try note(record.id, at: instant, "controller", "\(verdict): \(words.joined(separator: "; "))".oneLine)
        guard let first = failures.first, record.lifecycle.quarantined == nil else { return }
        let more = failures.count == 1 ? "" : ", and \(failures.count - 1) more"
        record.lifecycle.quarantined = "its test failed: \(first.oneLine)\(more)"
    }
}

extension Inventory.Health {
    /// What was tried.
    fileprivate var words: [String] {
        let parts = [
            cpu.map { "\($0.threads) threads for \($0.duration) s" },
            memory.map { "\($0.tested >> 20) MiB of memory for \($0.duration) s" },
        ]
        let written = (disks ?? []).compactMap { disk in
            disk.written.map { written in
                "\(written >> 20) MiB of \(disk.name) overwritten" + (disk.writing.map { " at \($0) MB/s" } ?? "")
            }
        }
        return parts.compactMap(\.self) + written
    }

    /// What went wrong in a test, a few words each.
    var failures: [String] {
        var found: [String] = []
        if let cpu, cpu.mismatches > 0 { found.append("processors computed wrongly \(cpu.mismatches) times") }
        if let memory, memory.mismatches > 0 { found.append("\(memory.mismatches) words of memory differ") }
        for disk in disks ?? [] {
            let name = [disk.name, disk.serial].compactMap(\.self).joined(separator: " ")
            if disk.errors > 0 { found.append("disk \(name): \(disk.errors) reads or writes failed") }
            if let wrong = disk.mismatches, wrong > 0 {
                found.append("disk \(name): \(wrong) MiB differ from what was written")
            }
        }
        return found
    }
}

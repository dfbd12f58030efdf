import BMC
import Boot
import FoundationEssentials
import Lifecycle
import Logging
import Store

/// The operation of a node that an event is about, judged in the transaction that takes the event.
struct Subject: Sendable {
    /// Of another operation than this it is set aside; nil for any.
    var serial: Int?
    /// What it is, for the timeline: `report on write-1-3`. Nil where nobody misses it.
    var text: String?
    /// What else must hold; where it does not, nothing happens.
    var holds: @Sendable (any StoreReading, NodeRecord) throws -> Bool = { _, _ in true }
}

extension Subject {
    /// The operation whose serial an instruction's id ends with.
    init(instruction: String, _ text: String) {
        self.init(serial: instruction.split(separator: "-").last.flatMap { Int($0) } ?? -1, text: text)
    }
}

extension NodeLifecycle {
    /// Whether an instruction belongs to the operation that is under way or was the last.
    func isAbout(_ instruction: String) -> Bool { instruction.hasSuffix("-\(serial)") }
}

extension Controller {
    /// Takes one event for one node: decides and stores in one transaction, acts after it.
    ///
    /// - Parameters:
    ///   - opensGate: the event is an operator's word, for which the BMC may be asked once more with the same credentials
    ///   - change: what else becomes of the record; after the decision
    ///   - keep: what is stored beside the record, and what the record becomes by it
    @discardableResult
    func take(
        _ event: NodeLifecycle.Event,
        for id: String,
        source: String = "controller",
        note: String? = nil,
        about subject: Subject = Subject(),
        opensGate: Bool = false,
        change: @escaping @Sendable (inout NodeRecord) -> Void = { _ in },
        keep: @escaping @Sendable (any StoreTransaction, inout NodeRecord) throws -> Void = { _, _ in }
    ) async throws -> NodeRecord {
        let instant = now()
        let (record, effects, before) = try await store.write { transaction in
            var record = try transaction.node(id)
            record.lifecycle = heard.caughtUp(record.lifecycle, of: id)
            let found = record
            record.lifecycle.bootPatience = settings.bootPatience
            let before = record.lifecycle
            if let serial = subject.serial, serial != before.serial {
                if let text = subject.text {
                    try transaction.note(id, at: instant, source, "a late \(text) was set aside")
                }
                return (found, [NodeLifecycle.Effect](), before.name)
            }
            guard try subject.holds(transaction, record) else { return (found, [], before.name) }
            let effects: [NodeLifecycle.Effect]
            do {
                effects = try record.lifecycle.handle(event, at: instant)
            } catch {
                throw ControllerProblem("\(record.name): \(error)", .conflict)
            }
            change(&record)
            try keep(transaction, &record)
            try transaction.put(.node, id, encoding: record)
            // Agents say everything at least once: what changes nothing was said before.
            if let note, source != "agent" || record.lifecycle != before {
                try transaction.note(id, at: instant, source, note)
            }
            if let text = subject.text, before.setsAside(event) {
                try transaction.note(
                    id,
                    at: instant,
                    source,
                    "a late \(text) was set aside: the node is \(before.name)"
                )
            }
            try transaction.journal(event, from: before, to: record, effects, source: source, at: instant)
            return (record, effects, before.name)
        }
        if before != record.lifecycle.name {
            log.info(
                "\(before) -> \(record.lifecycle.name): \(record.lifecycle.evidence)",
                metadata: ["node": "\(record.name)", "id": "\(id)"]
            )
        }
        remember(record)
        if opensGate { try? await gate(record).reopen() }
        for effect in effects { perform(effect, record) }
        return record
    }

    /// Puts what a boot needs to know of the node, and its deadline, into memory.
    func remember(_ record: NodeRecord) {
        deadlines.set(record.id, record.lifecycle.deadline)
        media.serve(record.servedMedium, for: record.id)
        media.owe(record.owesEject, record.id)
        events.expect(Self.isTended(record), record.id)
        directory.set(
            BootDirectory.Entry(
                node: record.id,
                macs: record.macs,
                uuid: MachineWord.known(record.uuid),
                wantsRamdisk: record.mayBootRamdisk,
                bootsMedium: record.bootsMedium == true,
                installed: record.lifecycle.generation > 0 || record.lifecycle.hasWrittenDisk,
                loader: record.bootLoader.flatMap { UEFILoader(rawValue: $0) },
                secureBoot: record.secureBoot
            )
        )
    }
}

extension StoreTransaction {
    /// Writes on the timeline what an event made of a node.
    func journal(
        _ event: NodeLifecycle.Event,
        from before: NodeLifecycle,
        to record: NodeRecord,
        _ effects: [NodeLifecycle.Effect],
        source: String,
        at instant: Double
    ) throws {
        let (id, after) = (record.id, record.lifecycle)
        if event == .tick, effects.contains(.networkBoot) {
            let left = after.attemptsLeft
            try note(id, at: instant, source, "nothing was heard in time: booted again, attempts left: \(left)")
        }
        if before.name != after.name || before.evidence != after.evidence {
            let way = before.name == after.name ? after.name : "\(before.name) -> \(after.name)"
            try note(id, at: instant, "controller", "\(way): \(after.evidence)")
        } else if let answer = event.answerOfBMC {
            // Asked for by somebody who waits for it: the same as the last time is an answer too.
            try note(id, at: instant, source, answer)
        }
        if after.claimed != before.claimed, let claim = after.claim { try note(id, at: instant, "controller", claim) }
    }
}

extension NodeLifecycle.Event {
    fileprivate var answerOfBMC: String? {
        switch self {
        case .verified(let text): text
        case .verifyFailed(let reason): "the check of the BMC failed: \(reason)"
        default: nil
        }
    }
}

extension NodeLifecycle {
    /// Whether the ramdisk may be started on the node and its agent may enroll.
    var mayBootRamdisk: Bool { wantsRamdisk && quarantined == nil && maintenance == nil }

    /// The image of a deployment under way, or of one that failed further on, is on the disk: the machine may start it.
    var hasWrittenDisk: Bool {
        switch state {
        case .deploying(let deployment): deployment.stage != .writing
        case .failed(let failure): failure.deployment.map { $0.stage != .writing } ?? false
        case .enroll, .verifying, .manageable, .inspecting, .available, .active, .servicing, .testing: false
        }
    }
}

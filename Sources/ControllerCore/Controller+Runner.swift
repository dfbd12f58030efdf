import FoundationEssentials
import Lifecycle
import Logging
import Planning
import Store

extension Controller {
    /// Puts a line on a node's timeline.
    public func note(_ node: String, _ source: String, _ text: String) async {
        let instant = now()
        do {
            try await store.write { try $0.note(node, at: instant, source, text) }
        } catch {
            log.error("the timeline cannot be written: \(error)", metadata: ["node": "\(node)"])
        }
    }

    /// What was decided before a stop and may never have been done; and what the boot servers must know.
    public func resume() async throws {
        let instant = now()
        let owed = try await store.write { transaction in
            for run in try transaction.all(RunRecord.self, .run) { try transaction.put(run) }
            return try transaction.all(NodeRecord.self, .node).map { record in
                var record = record
                let before = record.lifecycle
                let effects = record.lifecycle.resume(at: instant)
                if record.lifecycle != before { try transaction.put(.node, record.id, encoding: record) }
                if record.lifecycle.attemptsLeft < before.attemptsLeft {
                    try transaction.note(
                        record.id,
                        at: instant,
                        "controller",
                        "the controller started: the machine is booted again, attempts left: "
                            + "\(record.lifecycle.attemptsLeft)"
                    )
                }
                return (record, effects)
            }
        }
        for (record, effects) in owed {
            remember(record)
            for effect in effects { perform(effect, record) }
        }
        settlePasswords(of: owed.map(\.0))
        settleMoves(of: owed.map(\.0))
    }

    /// Looks after deadlines and runs, about once a second, until it is cancelled.
    public func watch() async throws {
        defer { effects.cancelAll() }
        while !Task.isCancelled {
            do {
                try await tick()
            } catch {
                log.error("\(error)")
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// One look at every deadline and run.
    func tick() async throws {
        let instant = now()
        for id in try await due(at: instant) {
            do { try await take(.tick, for: id) } catch { deadlines.set(id, nil) }
        }
        for id in media.toEject(at: instant) {
            if let record = try await store.read({ try $0.get(NodeRecord.self, .node, id) }) { ejectMedium(of: record) }
        }
        try await advanceRuns()
    }

    private func due(at instant: Double) async throws -> [String] {
        if let due = deadlines.due(at: instant) { return due }
        let stored = try await store.read { try $0.all(NodeRecord.self, .node) }
        let all = stored.compactMap { record in record.lifecycle.deadline.map { (record.id, $0) } }
        deadlines.replace(with: Dictionary(all) { $1 }, readAt: instant)
        for record in stored { media.owe(record.owesEject, record.id) }
        return deadlines.due(at: instant) ?? []
    }
}

extension StoreReading {
    func node(_ id: String) throws -> NodeRecord {
        guard let record = try get(NodeRecord.self, .node, id) else {
            throw ControllerProblem("there is no node '\(id)'", .notFound)
        }
        return record
    }

    /// A node by its name or id.
    ///
    /// - Parameter isAsBefore: takes a name that one node had before, too: for what was begun under it
    func node(named name: String, orOnce isAsBefore: Bool = false) throws -> NodeRecord {
        if let record = try get(NodeRecord.self, .node, name) { return record }
        let all = try all(NodeRecord.self, .node)
        guard let record = all.first(where: { $0.name == name }) else {
            let heirs = all.filter { $0.formerNames?.contains(name) ?? false }
            if isAsBefore, heirs.count == 1, let heir = heirs.first { return heir }
            if !heirs.isEmpty {
                let names = heirs.map(\.name).sorted().joined(separator: " and ")
                let called = names + (heirs.count == 1 ? " was" : " were")
                throw ControllerProblem("there is no node '\(name)' any more; \(called) called so", .notFound)
            }
            let known = all.map(\.name).sorted().joined(separator: ", ")
            throw ControllerProblem(
                "there is no node '\(name)'; " + (all.isEmpty ? "none is enrolled" : "nodes are \(known)"),
                .notFound
            )
        }
        return record
    }

    func plan(_ generation: Int) throws -> Plan {
        guard let plan = try get(Plan.self, .plan, Plan.id(generation)) else {
            throw ControllerProblem("there is no plan \(generation)", .notFound)
        }
        return plan
    }
}

extension Plan {
    /// Sorts as numbers do.
    static func id(_ generation: Int) -> String {
        let digits = String(generation)
        return String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    }
}

extension StoreTransaction {
    func note(_ node: String, at instant: Double, _ source: String, _ text: String) throws {
        try append(TimelineEntry(node: node, at: instant, source: source, text: text))
    }
}

import BMC
public import Boot
import FoundationEssentials
import Inventory
import Lifecycle
import Logging
import Matching
public import OperatorAPI
import Planning
import Store

extension Controller {
    /// Makes the nodes of a table known and checks their BMCs. All rows, or none.
    public func enroll(_ request: EnrollNodes) async throws -> [NodeSummary] {
        let table = try NodeTable(csv: request.csv, file: request.file)
        let instant = now()
        let enrolled = NodeLifecycle(at: instant)
        // Already on its way when it is stored: a controller that is killed next goes on with the check.
        var lifecycle = enrolled
        lifecycle.bootPatience = settings.bootPatience
        let effects: [NodeLifecycle.Effect]
        do {
            effects = try lifecycle.handle(.verifyRequested, at: instant)
        } catch {
            throw ControllerProblem("\(error)", .conflict)
        }
        let found = try await store.read { try $0.all(NodeRecord.self, .node).filter(\.isUndecided) }
        // A machine that made itself known keeps what it told of itself.
        let rows = try table.rows(among: found)
        var records: [NodeRecord] = []
        for (row, known) in rows {
            let id = known?.id ?? UUID().uuidString.lowercased()
            let bmc = NodeRecord.BMCRecord(
                protocol: row.protocol,
                address: row.address,
                port: row.port,
                username: row.user,
                sealedPassword: try box.seal(row.password, context: "bmc \(id)"),
                certificate: nil
            )
            var record =
                known
                ?? NodeRecord(
                    id: id,
                    name: row.name,
                    bmc: bmc,
                    macs: [],
                    lifecycle: lifecycle,
                    servicesUp: [],
                    lastFailure: []
                )
            record.rename(to: row.name)
            record.ruled?.name = nil
            record.rack = row.rack
            record.unit = row.unit
            record.bmc = bmc
            for mac in row.macs where !record.macs.contains(mac) { record.macs.append(mac) }
            record.network = row.network
            record.bootsMedium = row.bootsMedium ? true : nil
            record.discovered = nil
            record.lifecycle = lifecycle
            records.append(record)
        }
        let fresh = records
        let file = request.file
        try await store.write { transaction in
            let known = try transaction.all(NodeRecord.self, .node)
            var problems: [String] = []
            for (record, (row, _)) in zip(fresh, rows) {
                if let other = known.holder(ofName: record.name, besides: record.id) {
                    problems.append(
                        "\(file):\(row.line): a node '\(other.name)' is already enrolled (BMC \(other.bmc.address))"
                    )
                }
                let isTaken: (NodeRecord) -> Bool = { other in
                    other.id != record.id && record.bmc.isSameBMC(as: other.bmc)
                }
                if let before = known.first(where: { $0.id == record.id }), !before.isUndecided {
                    problems.append("\(file):\(row.line): '\(before.name)' was enrolled by somebody else meanwhile")
                }
                if let network = row.network, let other = known.holder(of: network, besides: record.id) {
                    problems.append(
                        "\(file):\(row.line): \(network.address) is given to node '\(other.name)' already"
                    )
                }
                if let other = known.first(where: isTaken) {
                    problems.append(
                        "\(file):\(row.line): the BMC \(row.address) already belongs to node '\(other.name)'"
                    )
                }
            }
            guard problems.isEmpty else { throw ControllerProblem(problems, .conflict) }
            for record in fresh {
                try transaction.put(.node, record.id, encoding: record)
                try transaction.note(record.id, at: instant, "operator", "enrolled from \(file)")
                try transaction.journal(
                    .verifyRequested,
                    from: enrolled,
                    to: record,
                    effects,
                    source: "operator",
                    at: instant
                )
            }
        }
        for record in records {
            remember(record)
            // Another node may have been there before with credentials that were wrong.
            try? await gate(record).reopen()
            for effect in effects { perform(effect, record) }
        }
        return try await nodes().filter { summary in fresh.contains { $0.id == summary.id } }
    }

    public func nodes() async throws -> [NodeSummary] {
        try await store.read { try $0.all(NodeRecord.self, .node) }
            .map(summary)
            .sorted { $0.name < $1.name }
    }

    func summary(_ record: NodeRecord) -> NodeSummary {
        let power = power[record.id]
        return NodeSummary(
            id: record.id,
            name: record.name,
            state: record.lifecycle.name,
            role: record.installed?.content.role ?? (record.lifecycle.state == .available ? nil : record.assignedRole),
            generation: record.lifecycle.generation,
            address: record.address,
            rack: record.place.rack,
            unit: record.place.unit,
            labels: record.allLabels.isEmpty ? nil : record.allLabels,
            reserved: record.keptFor?.words,
            bmc: record.isUndecided
                ? (record.bmc.address.isEmpty ? "none" : "found at \(record.bmc.address)")
                : record.bmc.text,
            maintenance: record.lifecycle.maintenance,
            quarantined: record.lifecycle.quarantined,
            evidence: record.isUndecided
                ? "discovered: enroll it by a row of a CSV that has its name or \(record.macs.first ?? "its MAC")"
                : [record.lifecycle.evidence, record.lifecycle.claim].compactMap(\.self).joined(separator: "; "),
            progress: progress[record.id].map { entry in
                "\(entry.stage) \(entry.percent) %"
            },
            power: power?.state.map { "\($0)" },
            powerSeenAt: power?.state == nil ? nil : power?.seenAt,
            powerProblem: power?.failing?.reason
        )
    }

    /// Everything about one node on one screen.
    public func explain(_ name: String) async throws -> NodeExplanation {
        let (record, entries, inspection, inventory, events) = try await store.read { reader in
            let record = try reader.node(named: name)
            let events = try reader.get(BMCEventsRecord.self, .bmcEvents, record.id)
            let inspection = try reader.get(InspectionRecord.self, .inspection, record.id)
            let inventory = try reader.get(Inventory.self, .inventory, record.id)
            return (record, try reader.timeline(of: record.id, after: 0, limit: 15), inspection, inventory, events)
        }
        let lifecycle = heard.caughtUp(record.lifecycle, of: record.id)
        var failure: String?
        if case .failed(let found) = lifecycle.state { failure = found.reason }
        return NodeExplanation(
            summary: summary(record),
            enteredAt: lifecycle.enteredAt,
            deadline: lifecycle.deadline,
            nextActor: lifecycle.nextActor,
            legal: lifecycle.legalVerbs,
            attemptsLeft: lifecycle.attemptsLeft,
            agent: lifecycle.agent.map { "\($0.mode.rawValue), \(Int(max(0, now() - $0.at))) s ago" },
            failure: failure,
            lastFailure: record.lastFailure,
            inventory: inventory.map { inventory in
                inventory.source == .bmc ? "told by its BMC, until it is inspected" : "told by the machine itself"
            },
            ramdisk: record.ramdiskText,
            drift: inspection?.before == nil ? nil : inspection?.findings.map(\.line),
            formerNames: record.formerNames,
            events: events.map { report(record, $0, $0.critical) },
            timeline: entries.map(TimelineItem.init)
        )
    }

    public func timeline(_ name: String, after: Int, limit: Int) async throws -> [TimelineItem] {
        try await store.read { reader in
            let record = try reader.node(named: name)
            return try reader.timeline(of: record.id, after: after, limit: min(max(1, limit), 10_000)).map(
                TimelineItem.init
            )
        }
    }

    /// An operator's verb on one node.
    public enum Verb: String, CaseIterable, Sendable {
        case verify, inspect, retry, abort, release, delete
        /// A person did at the machine what was asked for.
        case pressed
        case setMaintenance = "set-maintenance"
        case unsetMaintenance = "unset-maintenance"
    }

    /// Carries out an operator's verb; answers with what happened in one line.
    public func act(_ verb: Verb, on name: String, reason: String) async throws -> String {
        let record = try await store.read { try $0.node(named: name) }
        let said = "operator: \(verb.rawValue)" + (reason.isEmpty ? "" : " (\(reason))")
        func take(_ event: NodeLifecycle.Event, opensGate: Bool = false) async throws {
            try await self.take(event, for: record.id, source: "operator", note: said, opensGate: opensGate)
        }
        if record.isUndecided, verb != .delete, verb != .setMaintenance, verb != .unsetMaintenance {
            throw ControllerProblem(
                "\(record.name) was discovered and its BMC is not known: enroll it by a row of a CSV that has its name or MAC",
                .conflict
            )
        }
        switch verb {
        case .verify: try await take(.verifyRequested, opensGate: true)
        case .inspect: try await take(.inspectRequested, opensGate: true)
        case .retry: try await take(.retryRequested, opensGate: true)
        case .abort:
            try await take(.abortRequested)
            progress.clear(record.id)
        case .pressed: try await take(.handworkDone)
        case .release: try await edit(record.id, said) { $0.lifecycle.quarantined = nil }
        case .setMaintenance:
            try await edit(record.id, said) { $0.lifecycle.maintenance = reason.isEmpty ? "by an operator" : reason }
        case .unsetMaintenance: try await edit(record.id, said) { $0.lifecycle.maintenance = nil }
        case .delete: try await delete(record)
        }
        guard let after = try? await store.read({ try $0.node(record.id) }) else { return "\(record.name): deleted" }
        if verb == .verify, after.lifecycle.isAtRest, after.lifecycle.state == record.lifecycle.state {
            return
                "\(record.name): \(after.lifecycle.name), and its BMC is being asked: rackwright explain \(record.name)"
        }
        return "\(record.name): \(after.lifecycle.name), \(after.lifecycle.evidence)"
    }

    func edit(_ id: String, _ said: String, _ change: @escaping @Sendable (inout NodeRecord) -> Void)
        async throws
    {
        let instant = now()
        let record = try await store.write { transaction in
            var record = try transaction.node(id)
            change(&record)
            try transaction.put(.node, id, encoding: record)
            try transaction.note(id, at: instant, "operator", said)
            return record
        }
        remember(record)
    }

    /// Chooses what the node's UEFI firmware loads first; nil: as for all nodes.
    public func setLoader(_ loader: UEFILoader?, of name: String) async throws -> String {
        let record = try await store.read { try $0.node(named: name) }
        let word = loader?.rawValue
        let said = "operator: loads " + (word.map { "\($0) first" } ?? "what is configured for all")
        try await edit(record.id, said) { $0.bootLoader = word }
        return "\(record.name): \(said.dropFirst("operator: ".count)) at its next network boot"
    }

    private func delete(_ record: NodeRecord) async throws {
        try await store.write { transaction in
            let record = try transaction.node(record.id)
            guard record.lifecycle.legalVerbs.contains("delete") else {
                throw ControllerProblem(
                    "\(record.name) is \(record.lifecycle.name): it can be deleted in enroll, manageable, available or maintenance",
                    .conflict
                )
            }
            try transaction.remove(.node, record.id)
            try transaction.remove(.inventory, record.id)
            try transaction.remove(.inspection, record.id)
            try transaction.remove(.test, record.id)
            try transaction.remove(.bmcEvents, record.id)
            try transaction.remove(.renaming, record.id)
        }
        leaveEvents(of: record)
        directory.remove(record.id)
        media.serve(nil, for: record.id)
        media.owe(false, record.id)
        heard.clear(record.id)
        deadlines.set(record.id, nil)
        emptyDriveOfForgotten(record)
    }

    // MARK: Tokens

    /// Makes an operator's token; the store keeps its hash.
    ///
    /// - Parameter handOver: gives the token to its owner before it is good for anything, so that a token that was kept
    ///   is never one that nobody has.
    public func createOperatorToken(
        name: String,
        handOver: @Sendable (NewToken) throws -> Void = { _ in }
    ) async throws -> NewToken {
        let new = NewToken(name: name, token: "rw_" + TokenText.make())
        try handOver(new)
        let record = OperatorTokenRecord(name: name, createdAt: now())
        try await store.write { try $0.put(.operatorToken, TokenText.hash(new.token), encoding: record) }
        return new
    }

    /// The operator that has this token.
    public func operatorName(token: String) async throws -> String {
        let hash = TokenText.hash(token)
        let record = try await store.read { try $0.get(OperatorTokenRecord.self, .operatorToken, hash) }
        guard let record else { throw ControllerProblem("the token is not one of this controller", .forbidden) }
        await noteUse(ofToken: hash, record)
        return record.name
    }

    public func hasOperatorTokens() async throws -> Bool {
        try await store.read { try !$0.documents(.operatorToken).isEmpty }
    }
}

extension TimelineItem {
    init(_ entry: TimelineEntry) {
        self.init(number: entry.number, at: entry.at, source: entry.source, text: entry.text)
    }
}

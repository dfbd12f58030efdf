import BMC
import FoundationEssentials
import Logging
public import OperatorAPI
import Store

/// Machines' serial consoles, for operators.
extension Controller {
    /// Attaches an operator to a node's console; the node's BMC is asked for it where nobody is there yet.
    public func attachConsole(of name: String, operator person: String) async throws -> ConsoleAttachment {
        let record = try await store.read { try $0.node(named: name) }
        let session = try await console(of: record)
        let id = TokenText.make()
        let position = await session.attach(id, name: person)
        await note(record.id, "operator", "\(person) is attached to the console")
        return ConsoleAttachment(
            id: id,
            node: record.name,
            position: position,
            others: await session.names(without: id)
        )
    }

    /// What a console wrote after a position; waits for it for some seconds.
    public func consoleOutput(
        of name: String,
        attachment: String,
        after position: Int,
        wait: Int
    ) async throws -> ConsoleOutput {
        let session = try await attached(name)
        let wait = Duration.seconds(min(max(0, wait), 30))
        guard let found = await session.output(for: attachment, after: position, wait: wait) else {
            throw Self.notAttached(name)
        }
        let isAll = found.octets.isEmpty
        return ConsoleOutput(
            data: Data(found.octets),
            next: found.next,
            ended: isAll ? await session.ending : nil
        )
    }

    public func typeIntoConsole(of name: String, attachment: String, _ input: ConsoleInput) async throws {
        let typed = try await attached(name).type([UInt8](input.data), sendsBreak: input.sendsBreak, for: attachment)
        guard typed else { throw Self.notAttached(name) }
    }

    public func detachConsole(of name: String, attachment: String) async throws -> Message {
        let record = try await store.read { try $0.node(named: name, orOnce: true) }
        await consoles[record.id]?.detach(attachment)
        await closeUnusedConsoles()
        return Message(message: "\(record.name): detached from the console")
    }

    /// The end of what is recorded of a node's console.
    public func consoleRecord(of name: String, limit: Int) async throws -> [UInt8] {
        let record = try await store.read { try $0.node(named: name) }
        return ConsoleLog.recorded(path: consolePath(record), limit: limit)
    }

    /// Whether a node's console is recorded when nobody is attached to it, too.
    public func recordConsole(of name: String, _ isRecorded: Bool) async throws -> Message {
        let id = try await store.read { try $0.node(named: name).id }
        let instant = now()
        let text =
            isRecorded ? "the console is recorded from now on" : "the console is recorded only while somebody looks on"
        let record = try await store.write { transaction in
            var record = try transaction.node(id)
            record.recordsConsole = isRecorded
            try transaction.put(.node, id, encoding: record)
            try transaction.note(id, at: instant, "operator", text)
            return record
        }
        await closeUnusedConsoles()
        return Message(message: "\(record.name): \(text)")
    }

    // MARK: Looking after them

    /// Opens the consoles to be recorded and leaves those that nobody needs, until it is cancelled.
    public func watchConsoles() async throws {
        var failures: [String: Int] = [:]
        var dueAt: [String: Double] = [:]
        do {
            while !Task.isCancelled {
                let recorded = await recordedNodes()
                for record in recorded where (dueAt[record.id] ?? 0) <= now() {
                    do {
                        _ = try await console(of: record)
                        failures[record.id] = nil
                    } catch {
                        let count = failures[record.id, default: 0] + 1
                        failures[record.id] = count
                        dueAt[record.id] = now() + min(600, 15 * Double(1 << min(count, 6)))
                        if count == 1 { await note(record.id, "bmc", "the console is not recorded: \(error)".oneLine) }
                    }
                }
                await consoles.close(exceptRecorded: Set(recorded.map(\.id)))
                try await Task.sleep(for: .seconds(5))
            }
        } catch {
            await consoles.closeAll()
            throw error
        }
    }

    private func recordedNodes() async -> [NodeRecord] {
        let all = try? await store.read { try $0.all(NodeRecord.self, .node) }
        return (all ?? []).filter { $0.recordsConsole == true && !$0.isUndecided }
    }

    private func closeUnusedConsoles() async {
        await consoles.close(exceptRecorded: Set(await recordedNodes().map(\.id)))
    }

    private func console(of record: NodeRecord) async throws -> ConsoleSession {
        do {
            return try await consoles.session(of: record.id, path: consolePath(record), now: now, log: log) {
                try await consoleGate(record).console()
            }
        } catch let error as BMCError {
            throw ControllerProblem("\(record.name): \(error)".oneLine, .conflict)
        }
    }

    private func attached(_ name: String) async throws -> ConsoleSession {
        // Whoever is attached stays so when the node gets another name.
        let record = try await store.read { try $0.node(named: name, orOnce: true) }
        guard let session = await consoles[record.id] else { throw Self.notAttached(name) }
        return session
    }

    private static func notAttached(_ name: String) -> ControllerProblem {
        ControllerProblem("nobody is attached to the console of \(name) like this any more: attach again", .conflict)
    }

    /// Serial over LAN is IPMI's; BMCs that are spoken to by Redfish have it at the same address.
    private func consoleGate(_ record: NodeRecord) async throws -> BMCGate {
        guard record.bmc.way.hasBMC else {
            throw ControllerProblem("\(record.name) has no BMC that a console could come by", .conflict)
        }
        guard record.bmc.way != .ipmi else { return try await gate(record) }
        var endpoint = try endpoint(of: record)
        endpoint.protocol = .ipmi
        endpoint.port = nil
        return await gates.gate(for: endpoint)
    }

    private func consolePath(_ record: NodeRecord) -> String { "\(settings.consoleFolder)/\(record.id).log" }
}

import BMC
import FoundationEssentials
import Logging
import Octets
public import OperatorAPI
import Redfish
import Store

/// What BMCs say by themselves.
extension Controller {
    /// Whether somebody who sends events is a node's BMC.
    public enum EventAdmission: Hashable, Sendable {
        case admitted(node: String)
        /// There is nothing here for whoever asks.
        case unknown
        /// The right one, and too often.
        case tooMany
    }

    /// The longest request with events that is read, in octets.
    public static let eventLengthLimit = EventPayload.lengthLimit
    /// The header that BMCs send along where they know how to.
    public static let eventHeader = EventAddress.headerName

    /// Judges who sends events by the two last parts of the path and by the header.
    public func admitEvents(node id: String, secret: String, header: String?) async throws -> EventAdmission {
        guard settings.eventsBase != nil, id.utf8.count <= 64, secret.utf8.count <= 64 else { return .unknown }
        let found = try await store.read { reader in
            try reader.get(NodeRecord.self, .node, id).map { record in
                (record, try reader.get(BMCEventsRecord.self, .bmcEvents, id))
            }
        }
        guard let (record, events) = found else { return .unknown }
        let address = EventAddress(record, box)
        guard equalInConstantTime(secret.utf8, address.secret.utf8) else { return .unknown }
        if let header {
            guard equalInConstantTime(header.utf8, address.header.utf8) else { return .unknown }
        } else if events?.demandsHeader == true {
            return .unknown
        }
        guard self.events.admits(id, at: now()) else { return .tooMany }
        if header != nil, let events, events.demandsHeader != true {
            try await changeEvents(of: id, events.place) { $0.demandsHeader = true }
        }
        return .admitted(node: id)
    }

    /// Takes what a node's BMC sent.
    ///
    /// - Throws: `ControllerProblem` for what is no event.
    public func takeEvents(_ octets: [UInt8], of id: String) async throws {
        let payload: EventPayload
        do {
            payload = try EventPayload(reading: octets)
        } catch {
            throw ControllerProblem("this is no event: \(error)".oneLine)
        }
        let record = try await store.read { try $0.node(id) }
        let texts = payload.events.map(\.text)
        events.arrived(.init(text: texts.first ?? "nothing that is known here", at: .now), of: id)
        let instant = now()
        let taken = payload.events.map { event in
            (
                event: BMCEventsRecord.Event(
                    at: instant,
                    time: event.time,
                    severity: event.severity?.rawValue,
                    text: event.text,
                    message: event.messageID,
                    origin: event.origin
                ),
                key: "\(event.id ?? "")|\(event.messageID ?? "")|\(event.time ?? 0)|\(event.text)",
                isQuiet: event.tellsOfLogin && event.severity ?? .ok == .ok
            )
        }
        try await take(taken, omitted: payload.omitted, of: record) { events in
            events.lastReceived = instant
        }
        if payload.events.contains(where: \.mayTellOfPower) { lookAtPower(of: id) }
    }

    /// Keeps what is new of a BMC's events, and puts what is worth it on the node's timeline.
    func take(
        _ all: [(event: BMCEventsRecord.Event, key: String, isQuiet: Bool)],
        omitted: Int,
        of record: NodeRecord,
        note: String? = nil,
        _ change: @escaping @Sendable (inout BMCEventsRecord) -> Void
    ) async throws {
        let (id, place, instant) = (record.id, record.bmc.place, now())
        let address = EventAddress(record, box)
        let all = all.map { taken in
            var taken = taken
            taken.event.text = address.withoutSecrets(taken.event.text)
            return taken
        }
        let (new, told) = events.take(
            all.map { ($0.key, $0.event.time != nil, $0.event.severity == BMCSeverity.critical.rawValue) },
            omitted: omitted,
            of: id,
            at: instant
        )
        let fresh = new.map { all[$0].event }
        let lines = [note].compactMap(\.self) + told.filter { !all[$0].isQuiet }.map { Self.line(all[$0].event) }
        try await changeEvents(of: id, place, notes: lines) { events in
            change(&events)
            events.add(fresh)
        }
    }

    private static func line(_ event: BMCEventsRecord.Event) -> String {
        let about = [event.message, event.origin].compactMap(\.self)
        return (event.polled ? "event log" : "event") + (event.severity.map { ", \($0)" } ?? "") + ": " + event.text
            + (about.isEmpty ? "" : " [\(about.joined(separator: ", "))]")
    }

    func changeEvents(
        of id: String,
        _ place: String,
        notes: [String] = [],
        _ change: @escaping @Sendable (inout BMCEventsRecord) -> Void
    ) async throws {
        let instant = now()
        try await store.write { transaction in
            guard try transaction.get(NodeRecord.self, .node, id) != nil else { return }
            let before = try transaction.events(of: id, at: place)
            var events = before ?? BMCEventsRecord(place: place)
            change(&events)
            if events != before { try transaction.put(.bmcEvents, id, encoding: events) }
            for note in notes { try transaction.note(id, at: instant, "bmc", note) }
        }
    }

    /// Looks at a machine's power now, and a little later where nothing has changed: BMCs show it late.
    func lookAtPower(of id: String) {
        // By a key of its own: nobody has to wait for it who wants the BMC.
        effects.start(Self.powerLook(id)) {
            for pause in [0, 2, 5] {
                guard (try? await Task.sleep(for: .seconds(pause))) != nil,
                    let record = try? await store.read({ try $0.node(id) }), let gate = try? await gate(record)
                else { return }
                let before = power[id]?.state
                let answer: PowerSweep.Answer
                do {
                    answer = try await gate.glance(within: .seconds(10)).map { .state($0) } ?? .inUse
                } catch let error as BMCError {
                    answer = .failed(error)
                } catch {
                    return
                }
                for line in power.took(answer, of: id, at: now(), period: 60) { await note(id, "bmc", line.oneLine) }
                if case .state(let state) = answer, let before, state != before { return }
            }
        }
    }

    /// What the work on a node is called.
    static func powerLook(_ id: String) -> String { "power of \(id), after an event" }

    // MARK: For operators

    /// The last events of a node's BMC, and how they come.
    public func recentEvents(of name: String) async throws -> BMCEventsReport {
        let (record, events) = try await store.read { reader in
            let record = try reader.node(named: name)
            return (record, try reader.get(BMCEventsRecord.self, .bmcEvents, record.id))
        }
        return report(record, events, events?.recent ?? [])
    }

    func report(
        _ record: NodeRecord,
        _ events: BMCEventsRecord?,
        _ list: [BMCEventsRecord.Event]
    ) -> BMCEventsReport {
        var report =
            events.map { $0.report(record.name, checkedAt: self.events[record.id]?.checkedAt, events: list) }
            ?? BMCEventsReport(node: record.name, source: .none)
        if settings.eventsBase == nil { report.source = .off }
        return report
    }

    /// Asks a node's BMC for a test event and waits for it.
    public func testEvents(of name: String, within limit: Duration = .seconds(20)) async throws -> BMCEventTest {
        let (record, events) = try await store.read { reader in
            let record = try reader.node(named: name)
            return (record, try reader.get(BMCEventsRecord.self, .bmcEvents, record.id))
        }
        guard settings.eventsBase != nil else {
            throw ControllerProblem("events are switched off: bmc_events in controller.yaml", .conflict)
        }
        guard events?.subscription != nil else {
            let reason = events?.refusal ?? "it has not been asked yet"
            throw ControllerProblem("the BMC of \(record.name) sends no events: \(reason)", .conflict)
        }
        let (number, arrivals) = self.events.arrivals(of: record.id)
        defer { self.events.stopWaiting(number, for: record.id) }
        let start = ContinuousClock.now
        let id = "rackwright-\(UInt32.random(in: 0 ... .max))"
        _ = try await atBMC(of: name) { gate in try await gate.submitTestEvent(id: id, at: now()) }
        let patience = Task {
            try await Task.sleep(for: limit)
            self.events.stopWaiting(number, for: record.id)
        }
        defer { patience.cancel() }
        for await arrival in arrivals {
            let taken = start.duration(to: arrival.at).components
            let milliseconds = Int(taken.seconds) * 1000 + Int(taken.attoseconds / 1_000_000_000_000_000)
            let text = EventAddress(record, box).withoutSecrets(arrival.text)
            return BMCEventTest(node: record.name, arrived: true, milliseconds: milliseconds, text: text)
        }
        try Task.checkCancellation()
        return BMCEventTest(
            node: record.name,
            arrived: false,
            text: "the BMC took the order and nothing came within \(limit): can it reach "
                + "\(settings.eventsBase ?? "the controller"), and does it speak TLS 1.2?"
        )
    }
}

import BMC
import FoundationEssentials
import Lifecycle
import Logging
import OperatorAPI
import Redfish
import Store

/// Subscriptions kept alive, and event logs read where there are none.
extension Controller {
    /// BMCs that are looked after at once.
    private static let eventWidth = 32
    /// Entries of a log that are taken over at once.
    private static let logLimit = 20

    /// Looks after all BMCs' events, until it is cancelled. Where they are switched off, subscriptions that are left are
    /// ended.
    public func watchEvents() async throws {
        var round = 0
        while !Task.isCancelled {
            do {
                if settings.eventsBase == nil {
                    if round % 600 == 0 { try await endSubscriptions() }
                } else {
                    // There may be ten thousand, and hardly ever another: read once a minute, as for deadlines, or when it is.
                    try await tendEvents(readsNodes: round % 60 == 0 || (round % 5 == 0 && events.takesStock()))
                }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                log.error("BMCs' events are not looked after: \(error)")
            }
            round += 1
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// One round: what is due is begun.
    func tendEvents(readsNodes: Bool) async throws {
        for (id, line) in events.sums(at: now()) { await note(id, "bmc", line) }
        if readsNodes {
            let records = try await store.read { try $0.all(NodeRecord.self, .node) }.filter(Self.isTended)
            events.keep(
                records.map { ($0.id, $0.bmc.way == .redfish) },
                at: now(),
                jitter: { Double.random(in: 0...1) }
            )
        }
        for (id, duty) in events.begin(at: now(), width: Self.eventWidth) {
            effects.start("events of \(id), \(duty)") {
                await tendEvents(of: id, duty)
                events.ended(id)
            }
        }
    }

    static func isTended(_ record: NodeRecord) -> Bool {
        !record.isUndecided && record.bmc.way.hasBMC && !record.bmc.address.isEmpty && record.lifecycle.state != .enroll
    }

    func tendEvents(of id: String, _ duty: EventTending.Duty) async {
        guard let record = try? await store.read({ try $0.node(id) }), let gate = try? await gate(record) else {
            return events.forget(id)
        }
        let jitter = Double.random(in: 0...1)
        do {
            switch duty {
            case .subscribe: try await subscribe(record, gate, jitter)
            case .poll: try await poll(record, gate, jitter)
            }
        } catch let error as BMCError where [.notSupported, .refused, .protocolError].contains(error.kind) {
            await refused(error, duty, record, jitter)
        } catch {
            events.change(id) { $0.failed(duty, at: now(), jitter: jitter) }
            log.debug("\(duty) for events failed: \(error)", metadata: ["node": "\(record.name)"])
        }
    }

    private func subscribe(_ record: NodeRecord, _ gate: BMCGate, _ jitter: Double) async throws {
        guard let base = settings.eventsBase else { return }
        let address = EventAddress(record, box)
        let (id, instant) = (record.id, now())
        guard let done = try await gate.subscribe(address.subscription(base)) else {
            return events.change(id) { $0.postponed(.subscribe, at: instant, jitter: jitter) }
        }
        // The node may have gone, or got another BMC, meanwhile.
        let known = try await store.read { reader in
            (try reader.get(NodeRecord.self, .node, id), try reader.events(of: id, at: record.bmc.place))
        }
        guard known.0?.bmc.place == record.bmc.place else { return leaveEvents(of: record) }
        events.change(id) { $0.subscribed(at: instant, jitter: jitter) }
        let wasThere = known.1?.subscription != nil
        let note: String? =
            if done.isNew {
                wasThere
                    ? "the BMC had lost the subscription to its events; it has a new one"
                    : "the BMC sends its events from now on"
            } else {
                wasThere ? nil : "the BMC sends its events: the subscription is there"
            }
        try await changeEvents(of: id, record.bmc.place, notes: [note].compactMap(\.self)) { events in
            if done.isNew { events.demandsHeader = nil }
            events.subscription = address.withoutSecrets(done.place)
            if done.isNew || events.subscribedSince == nil { events.subscribedSince = instant }
            (events.polledSince, events.mark, events.refusal, events.logRefusal) = (nil, nil, nil, nil)
            if done.isNew { events.remarks = done.remarks }
        }
    }

    private func poll(_ record: NodeRecord, _ gate: BMCGate, _ jitter: Double) async throws {
        let (id, instant) = (record.id, now())
        let before = try await store.read { try $0.events(of: id, at: record.bmc.place) }
        guard let news = try await gate.logNews(since: before?.mark, limit: Self.logLimit) else {
            return events.change(id) { $0.postponed(.poll, at: now(), jitter: jitter) }
        }
        events.change(id) { $0.polled(at: now(), jitter: jitter) }
        guard news.mark != before?.mark || before?.polledSince == nil else { return }
        let taken = news.events.map { event in
            let text = ServiceEvent.clean(event.text, ServiceEvent.textLimit) ?? "-"
            return (
                event: BMCEventsRecord.Event(
                    at: instant,
                    time: event.time,
                    severity: event.severity?.rawValue,
                    text: text + (event.hasEnded ? ", ended" : ""),
                    origin: ServiceEvent.clean(event.source, 120),
                    polled: true
                ),
                key: "log|\(event.id)|\(event.time ?? 0)|\(text)",
                isQuiet: ServiceEvent.tellsOfLogin("\(event.source) \(text)") && event.severity ?? .ok == .ok
            )
        }
        let mark = news.mark
        try await take(
            taken,
            omitted: news.omitted,
            of: record,
            note: news.wasRestarted ? "the BMC's event log was emptied, or has gone round, since it was read" : nil
        ) { events in
            events.mark = mark
            events.polledSince = events.polledSince ?? instant
            events.logRefusal = nil
        }
        let tellsOfPower = news.events.contains { $0.text.lowercased().contains("power") }
        if tellsOfPower { lookAtPower(of: id) }
    }

    private func refused(
        _ error: BMCError,
        _ duty: EventTending.Duty,
        _ record: NodeRecord,
        _ jitter: Double
    ) async {
        let (id, instant) = (record.id, now())
        let reason = EventAddress(record, box).withoutSecrets("\(error)".oneLine)
        events.change(id) { tending in
            switch duty {
            case .subscribe: tending.cannotSubscribe(at: instant, jitter: jitter)
            case .poll: tending.cannotPoll(at: instant, jitter: jitter)
            }
        }
        do {
            let before = try await store.read { try $0.get(BMCEventsRecord.self, .bmcEvents, id) }
            let isNews = duty == .subscribe && before?.refusal != reason
            let note = isNews ? "the BMC sends no events, its log is read instead: \(reason)" : nil
            try await changeEvents(of: id, record.bmc.place, notes: [note].compactMap(\.self)) { events in
                switch duty {
                case .subscribe: (events.subscription, events.subscribedSince, events.refusal) = (nil, nil, reason)
                case .poll: events.logRefusal = reason
                }
            }
        } catch {
            log.error("\(error)", metadata: ["node": "\(record.name)"])
        }
    }

    // MARK: The end of it

    /// Takes away what was left at a BMC that is no node's any more, or another's, as well as can be.
    func leaveEvents(of record: NodeRecord) {
        events.forget(record.id)
        guard record.bmc.way == .redfish, settings.eventsBase != nil, Self.isTended(record) else { return }
        effects.start("events of \(record.id), left at \(record.bmc.place)") {
            do {
                _ = try await gate(record).unsubscribe(marks: EventAddress.marks(of: record.id))
            } catch {
                let place = "\(record.bmc.text)"
                log.info("a subscription may be left at \(place): \(error)", metadata: ["node": "\(record.name)"])
            }
        }
    }

    /// Ends all subscriptions: they are not wanted any more.
    func endSubscriptions() async throws {
        let nodes = try await store.read { reader in
            try reader.all(NodeRecord.self, .node).filter { record in
                try reader.get(BMCEventsRecord.self, .bmcEvents, record.id)?.subscription != nil
            }
        }
        for record in nodes {
            do {
                _ = try await gate(record).unsubscribe(marks: EventAddress.marks(of: record.id))
                try await changeEvents(of: record.id, record.bmc.place, notes: ["the BMC sends no events any more"]) {
                    ($0.subscription, $0.subscribedSince, $0.demandsHeader) = (nil, nil, nil)
                }
            } catch let error as BMCError {
                log.info("a subscription could not be ended: \(error)", metadata: ["node": "\(record.name)"])
            }
        }
    }
}

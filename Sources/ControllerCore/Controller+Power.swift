import BMC
import Lifecycle
import Logging
import Store

extension Controller {
    /// Keeps the power state of all nodes in sync with their BMCs, until it is cancelled.
    ///
    /// - Parameter period: within so long every BMC that answers is asked once.
    public func watchPower(every period: Duration) async throws {
        let clock = ContinuousClock()
        while !Task.isCancelled {
            let start = clock.now
            do {
                try await sweepPower(PowerSweep(period: period * 3 / 4), period: period)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                log.error("the power states cannot be read: \(error)")
            }
            let rest = period - start.duration(to: clock.now)
            try await Task.sleep(for: max(rest, .seconds(1)))
        }
    }

    /// Looks at every BMC that is due.
    func sweepPower(_ sweep: PowerSweep, period: Duration) async throws {
        let records = try await store.read { try $0.all(NodeRecord.self, .node) }.filter { record in
            !record.isUndecided && !record.bmc.address.isEmpty && record.lifecycle.state != .enroll
        }
        let byID = Dictionary(records.map { ($0.id, $0) }) { first, _ in first }
        let seconds = Double(period.components.seconds)
        try await sweep.run(over: power.due(among: records.map(\.id), at: now())) { id in
            guard let record = byID[id] else { throw CancellationError() }
            return try await gate(record)
        } report: { id, answer in
            let wasSilent = power[id]?.failing != nil
            for line in power.took(answer, of: id, at: now(), period: seconds) { await note(id, "bmc", line.oneLine) }
            // A BMC that was away may have forgotten who is subscribed.
            if wasSilent, case .state = answer { events.change(id) { $0.hurry(at: now()) } }
        }
    }

    /// Logs out of the BMCs.
    public func closeBMCSessions() async { await gates.closeSessions() }
}

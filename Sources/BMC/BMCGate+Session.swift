/// A session without an operation.
struct KeptSession: Sendable {
    var driver: any BMCDriver
    var endpoint: BMCEndpoint
    var until: Duration
}

/// The session that operations share.
extension BMCGate {
    /// Keeps it for the next operation.
    func keep(_ driver: any BMCDriver, of endpoint: BMCEndpoint) {
        // The way to the BMC was changed while the operation was under way.
        guard endpoint == self.endpoint, kept == nil else {
            return close(driver)
        }
        kept = KeptSession(
            driver: driver,
            endpoint: endpoint,
            until: timing.now() + policy.keptSession(endpoint.protocol)
        )
        if reaper == nil { reaper = Task { await reap() } }
    }

    /// The session for an operation; nil when one has to log in.
    func takeKept() -> KeptSession? {
        defer { kept = nil }
        guard let kept else { return nil }
        guard kept.endpoint == endpoint, timing.now() < kept.until else {
            close(kept.driver)
            return nil
        }
        return kept
    }

    /// Logs out, if nothing is under way: a stop of the program, or of the use of this BMC.
    public func closeKept() {
        guard let session = kept else { return }
        kept = nil
        close(session.driver)
    }

    /// The same, and waits for it.
    func closeKeptAndWait() async {
        guard let session = kept else { return }
        kept = nil
        await Self.logOut(session.driver, within: policy.closeDeadline, timing)
    }

    private func close(_ driver: any BMCDriver) {
        let (policy, timing) = (policy, timing)
        Task { await Self.logOut(driver, within: policy.closeDeadline, timing) }
    }

    /// Lives as long as there may be a session to close.
    private func reap() async {
        while isBusy || kept != nil {
            let wait = kept.map { $0.until - timing.now() } ?? policy.keptSession(endpoint.protocol)
            guard (try? await timing.limit(max(wait, .milliseconds(10)))) != nil else { break }
            if let kept, kept.until <= timing.now() { closeKept() }
        }
        reaper = nil
    }
}

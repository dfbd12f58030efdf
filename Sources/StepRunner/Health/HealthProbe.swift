import AgentAPI

/// Tries a health check until it holds or its deadline has passed.
struct HealthProbe {
    var executor: any CommandExecutor
    var clock: any StepClock
    /// Ends the wait at once.
    var stop: StopFlag?

    /// Answers what was observed last when the check did not hold in time; nil when it held. Throws when told to stop.
    func failure(of check: HealthCheck) throws -> String? {
        let deadline = clock.now() + max(0, check.deadline)
        var tries = 0
        while true {
            try stop?.check()
            tries += 1
            let left = deadline - clock.now()
            let found = try observe(check.probe, timeout: max(1, min(left, 30)))
            // What was ended before its time has told nothing.
            try stop?.check()
            guard let observed = found else { return nil }
            guard clock.now() + max(0.05, check.interval) < deadline else {
                return "it did not hold within \(check.deadline) s (\(tries) tries): \(observed)"
            }
            try clock.sleep(seconds: max(0.05, check.interval)) { try stop?.check() }
        }
    }

    static func name(of probe: HealthCheck.Probe) -> String {
        switch probe {
        case .http(let url, let contains): contains.map { "GET \(url) with '\($0)'" } ?? "GET \(url)"
        case .command(let words): words.joined(separator: " ")
        case .tcp(let host, let port): "TCP \(host) port \(port)"
        }
    }

    /// Nil when it holds, else what was found.
    private func observe(_ probe: HealthCheck.Probe, timeout: Double) throws -> String? {
        let clock = clock
        switch probe {
        case .http(let url, let contains):
            return waitOutside(until: stop, blocking: { Self.ask(url, contains, timeout, clock) }) ?? "no answer yet"
        case .tcp(let host, let port):
            return waitOutside(until: stop, blocking: { Self.call(host, port, timeout, clock) }) ?? "no answer yet"
        case .command(let words):
            do {
                let result = try executor.run(Command(arguments: words, timeout: timeout), until: stop)
                if result.timedOut { return "it did not end within \(timeout) s" }
                guard result.status != 0 else { return nil }
                return "it ended with \(result.status): \(result.lastWords)"
            } catch let error as CommandError {
                return error.description
            }
        }
    }

    private static func ask(_ url: String, _ part: String?, _ timeout: Double, _ clock: any StepClock) -> String? {
        do {
            let answer = try HTTPAnswer(to: HTTPRequest(url: url, timeout: timeout), clock: clock)
            let text = String(decoding: answer.body, as: UTF8.self)
            guard (200...299).contains(answer.status) else {
                return "it answered \(answer.status) \(answer.reason): \(text.prefix(200))"
            }
            if let part, text.firstRange(of: part) == nil {
                return "it answered \(answer.status), but without '\(part)': \(text.prefix(200))"
            }
            return nil
        } catch {
            return error.description
        }
    }

    private static func call(_ host: String, _ port: Int, _ timeout: Double, _ clock: any StepClock) -> String? {
        do {
            _ = try Connection(host: host, port: port, timeout: timeout, clock: clock)
            return nil
        } catch {
            return error.description
        }
    }
}

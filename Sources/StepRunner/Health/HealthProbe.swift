import AgentAPI

/// Tries a health check until it holds or its deadline has passed.
struct HealthProbe {
    var executor: any CommandExecutor
    var clock: any StepClock
    var checkpoint: () throws -> Void

    /// Answers what was observed last when the check did not hold in time; nil when it held.
    func failure(of check: HealthCheck) throws -> String? {
        let deadline = clock.now() + max(0, check.deadline)
        var tries = 0
        while true {
            try checkpoint()
            tries += 1
            let left = deadline - clock.now()
            guard let observed = try observe(check.probe, timeout: max(1, min(left, 30))) else { return nil }
            guard clock.now() + max(0.05, check.interval) < deadline else {
                return "it did not hold within \(check.deadline) s (\(tries) tries): \(observed)"
            }
            clock.sleep(seconds: max(0.05, check.interval))
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
        switch probe {
        case .http(let url, let contains):
            do {
                let answer = try HTTPAnswer(to: HTTPRequest(url: url, timeout: timeout), clock: clock)
                let text = String(decoding: answer.body, as: UTF8.self)
                guard (200...299).contains(answer.status) else {
                    return "it answered \(answer.status) \(answer.reason): \(text.prefix(200))"
                }
                if let contains, text.firstRange(of: contains) == nil {
                    return "it answered \(answer.status), but without '\(contains)': \(text.prefix(200))"
                }
                return nil
            } catch {
                return error.description
            }
        case .tcp(let host, let port):
            do {
                _ = try Connection(host: host, port: port, timeout: timeout, clock: clock)
                return nil
            } catch {
                return error.description
            }
        case .command(let words):
            do {
                let result = try executor.run(Command(arguments: words, timeout: timeout))
                if result.timedOut { return "it did not end within \(timeout) s" }
                guard result.status != 0 else { return nil }
                return "it ended with \(result.status): \(result.lastWords)"
            } catch let error as CommandError {
                return error.description
            }
        }
    }
}

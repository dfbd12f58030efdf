extension Containers {
    /// Seconds that a registry may be away.
    private static let patience: Double = 20 * 60
    /// How often a registry that answers is asked for an image that it does not give.
    private static let attempts = 3

    /// Gets an image onto the node, unless it is there; waits for a registry that is away.
    ///
    /// - Parameters:
    ///   - stop: ends the wait, and the pull itself
    ///   - waits: told once, when the registry is found to be away
    func pull(_ image: String, until stop: StopFlag?, waits: (String) -> Void) throws {
        // A digest names one image for all time; a tag may meanwhile name another one.
        if image.contains("@sha256:"), try run(["podman", "image", "exists", image]).status == 0 { return }
        var refusals = 0
        var absences = 0
        var awaySince: Double?
        while true {
            try stop?.check()
            let command = Command(arguments: ["podman", "pull", "--quiet", image], timeout: 1800)
            let result = try executor.run(command, until: stop)
            if result.status == 0 { return }
            try stop?.check()
            let pause: Double
            if result.timedOut || Self.isAbsence(result.lastWords) {
                absences += 1
                let since = awaySince ?? clock.now()
                awaySince = since
                guard clock.now() - since < Self.patience else { throw Self.failure(image, result) }
                if absences == 1 { waits("the registry is away: \(result.lastWords)") }
                // A rack that waits must not come back all at once.
                pause = Double(min(15, 2 << min(absences - 1, 3))) * .random(in: 0.5...1)
            } else {
                refusals += 1
                guard refusals < Self.attempts else { throw Self.failure(image, result) }
                pause = 2
            }
            try clock.sleep(seconds: pause) { try stop?.check() }
        }
    }

    /// Gets an image that is known by its digest, so that it is there when it is needed; what stands in the way is told
    /// then.
    func fetch(_ image: String, until stop: StopFlag?) {
        guard image.contains("@sha256:"), (try? run(["podman", "image", "exists", image]).status) == 1 else { return }
        _ = try? executor.run(Command(arguments: ["podman", "pull", "--quiet", image], timeout: 1800), until: stop)
    }

    private static func failure(_ image: String, _ result: CommandResult) -> ModuleFailure {
        ModuleFailure("pulling the image \(image): \(result.lastWords)")
    }

    /// Whether podman's last error says that the registry could not be reached or could not answer, and not what it
    /// answered.
    static func isAbsence(_ words: String) -> Bool {
        let lines = words.lowercased().split(separator: "\n")
        // Before its error podman tells of tries of its own.
        let start = lines.lastIndex { $0.hasPrefix("error:") } ?? lines.startIndex
        let error = lines[start...].joined(separator: "\n")
        let says = { (part: String) in error.firstRange(of: part) != nil }
        return !answerWords.contains(where: says) && absenceWords.contains(where: says)
    }

    /// What registries answer, in the words of podman's libraries.
    private static let answerWords = [
        "manifest unknown", "name unknown", "blob unknown", "denied", "unauthorized", "not found", "x509", "invalid",
    ]

    /// How a connection fails, in the words of Go's net and net/http, and a registry's 5xx.
    private static let absenceWords = [
        "connection refused", "connection reset", "connection timed out", "no route to host", "host is down",
        "network is unreachable", "broken pipe", "i/o timeout", "handshake timeout", "deadline exceeded",
        "awaiting headers", "closed network connection", "unexpected eof", ": eof", "no such host",
        "failure in name resolution", "server misbehaving", "http status: 5", "statuscode: 5", "too many requests",
        "internal server error", "bad gateway", "service unavailable", "gateway timeout",
    ]
}

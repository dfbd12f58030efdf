import BMC
import Logging

/// One machine's console while somebody looks at it or it is recorded.
actor ConsoleSession {
    private struct Attachment {
        var name: String
        /// Seconds since 1970.
        var seenAt: Double
    }

    /// Who says nothing for so many seconds has gone without a word.
    private static let patience = 60.0

    private let console: any BMCConsole
    private let now: @Sendable () -> Double
    private let logger: Logger
    private var log: ConsoleLog
    private var attachments: [String: Attachment] = [:]
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var lastWaiter = 0
    private var fileIsBroken = false
    /// Why the console is over; empty when it was detached from.
    private(set) var ending: String?

    init(console: any BMCConsole, path: String, now: @escaping @Sendable () -> Double, log logger: Logger) {
        self.console = console
        self.now = now
        self.logger = logger
        log = ConsoleLog(path: path)
    }

    /// Takes what comes, until the console ends.
    func run() async {
        for await event in console.events {
            switch event {
            case .output(let octets): record(octets)
            case .note(let text): record(text)
            case .end(let reason):
                record(reason ?? "the console was left")
                ending = reason ?? ""
            }
        }
        ending = ending ?? ""
        wakeAll()
    }

    // MARK: Who looks on

    func attach(_ id: String, name: String) -> Int {
        let position = log.end
        attachments[id] = Attachment(name: name, seenAt: now())
        record("\(name) is attached")
        return position
    }

    func detach(_ id: String) {
        guard let attachment = attachments.removeValue(forKey: id) else { return }
        record("\(attachment.name) has left")
    }

    func names(without id: String) -> [String] {
        attachments.filter { $0.key != id }.map(\.value.name).sorted()
    }

    /// Whether somebody is there; those who said nothing for long are not any more.
    func isInUse() -> Bool {
        let deadline = now() - Self.patience
        for (id, attachment) in attachments where attachment.seenAt < deadline {
            attachments[id] = nil
            record("\(attachment.name) is silent and counts as gone")
        }
        return !attachments.isEmpty
    }

    private func see(_ id: String) -> Bool {
        guard attachments[id] != nil else { return false }
        attachments[id]?.seenAt = now()
        return true
    }

    // MARK: What is said

    /// What came after a position; waits for something to come.
    /// - Returns: Nil when nobody is attached by that name.
    func output(for id: String, after position: Int, wait: Duration) async -> (octets: [UInt8], next: Int)? {
        guard see(id) else { return nil }
        if log.end <= position, ending == nil { await more(within: wait) }
        _ = see(id)
        return log.read(after: position)
    }

    /// - Returns: False when nobody is attached by that name.
    func type(_ octets: [UInt8], sendsBreak: Bool, for id: String) async -> Bool {
        guard see(id) else { return false }
        if !octets.isEmpty { await console.type(octets) }
        if sendsBreak { await console.sendBreak() }
        return true
    }

    func end() async { await console.detach() }

    private func record(_ text: String) { record(Array("\r\n[rackwright: \(text)]\r\n".utf8)) }

    private func record(_ octets: [UInt8]) {
        do {
            try log.append(octets)
            fileIsBroken = false
        } catch {
            // The console goes on; one line in the log is enough.
            if !fileIsBroken { logger.error("a console is not recorded: \(error)") }
            fileIsBroken = true
        }
        wakeAll()
    }

    private func more(within limit: Duration) async {
        lastWaiter += 1
        let number = lastWaiter
        let timer = Task {
            try await Task.sleep(for: limit)
            wake(number)
        }
        await withCheckedContinuation { waiters[number] = $0 }
        timer.cancel()
    }

    private func wake(_ number: Int) { waiters.removeValue(forKey: number)?.resume() }

    private func wakeAll() {
        for waiter in waiters.values { waiter.resume() }
        waiters = [:]
    }
}

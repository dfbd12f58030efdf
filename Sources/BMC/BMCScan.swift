import Synchronization

/// A search for BMCs in ranges of addresses: who answers there, and which of some logins each takes.
///
/// Logins are tried with care: after the allowed number of refusals a BMC is left in peace, no login is tried there twice,
/// and a sign that an account was locked ends the tries at that BMC, and that login's everywhere: its account may be one
/// for all.
public struct BMCScan: Sendable {
    /// Looks whether a BMC of a protocol answers at an address; nil where none does. Without a port the protocol's own.
    public typealias Look =
        @Sendable (_ protocol: BMCProtocol, _ address: String, _ port: Int?) async throws -> BMCPresence?

    public struct Options: Hashable, Sendable {
        /// Refused logins at one BMC.
        public var attempts = 1
        /// Between two logins at one BMC.
        public var pause = Duration.seconds(5)
        /// Addresses looked at at once.
        public var concurrency = 32
        /// Addresses begun in a second.
        public var rate = 100
        public var protocols = [BMCProtocol.redfish, .ipmi]
        /// Tries what a BMC refused in an earlier search, too.
        public var again = false
        public var redfishPort: Int?
        public var ipmiPort: Int?
        /// For emulators.
        public var allowsPlainHTTP = false

        public init() {}
    }

    private let options: Options
    private let credentials: [BMCCredential]
    private let gates: BMCGates
    private let timing: BMCTiming
    private let look: Look
    private let owner: @Sendable (String) async -> String?

    /// - Parameter owner: the enrolled node whose BMC is at an address.
    public init(
        options: Options,
        credentials: [BMCCredential],
        gates: BMCGates,
        timing: BMCTiming = .system,
        look: @escaping Look,
        owner: @escaping @Sendable (String) async -> String?
    ) {
        self.options = options
        self.credentials = credentials
        self.gates = gates
        self.timing = timing
        self.look = look
        self.owner = owner
    }

    /// Searches all addresses; ends early, without an error, when its task is cancelled.
    ///
    /// - Parameters:
    ///   - found: told of each BMC when all about it is known.
    ///   - progress: told how many addresses are done.
    public func run(
        _ addresses: [String],
        found: @escaping @Sendable (BMCFinding) -> Void,
        progress: @escaping @Sendable (Int) -> Void
    ) async {
        let turns = Turns(count: addresses.count, gap: .seconds(1) / max(1, options.rate))
        let locked = LockedLogins()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<min(max(1, options.concurrency), addresses.count) {
                group.addTask {
                    while !Task.isCancelled, let turn = turns.next(at: timing.now()) {
                        if turn.wait > .zero { try? await timing.sleep(turn.wait) }
                        guard !Task.isCancelled else { return }
                        if let finding = await finding(at: addresses[turn.index], locked) { found(finding) }
                        progress(turns.finish())
                    }
                }
            }
        }
    }

    /// Who has which address to look at, and when.
    private final class Turns: Sendable {
        private struct State {
            var index = 0
            var free = Duration.zero
            var finished = 0
        }

        private let count: Int
        private let gap: Duration
        private let state = Mutex(State())

        init(count: Int, gap: Duration) {
            self.count = count
            self.gap = gap
        }

        func next(at now: Duration) -> (index: Int, wait: Duration)? {
            state.withLock { state in
                guard state.index < count else { return nil }
                let start = max(now, state.free)
                state.free = start + gap
                state.index += 1
                return (state.index - 1, start - now)
            }
        }

        func finish() -> Int {
            state.withLock { state in
                state.finished += 1
                return state.finished
            }
        }
    }

    /// The names of logins that are left alone everywhere.
    private final class LockedLogins: Sendable {
        private let names = Mutex<Set<String>>([])

        func insert(_ name: String) { names.withLock { _ = $0.insert(name) } }
        func contains(_ name: String) -> Bool { names.withLock { $0.contains(name) } }
    }

    // MARK: One address

    private func finding(at address: String, _ locked: LockedLogins) async -> BMCFinding? {
        var presences: [BMCPresence] = []
        await withTaskGroup(of: BMCPresence?.self) { group in
            for wanted in options.protocols {
                let port = wanted == .redfish ? options.redfishPort : options.ipmiPort
                group.addTask { try? await look(wanted, address, port) }
            }
            for await presence in group { if let presence { presences.append(presence) } }
        }
        guard !presences.isEmpty else { return nil }
        let order = options.protocols
        presences.sort { (order.firstIndex(of: $0.protocol) ?? 0) < (order.firstIndex(of: $1.protocol) ?? 0) }
        var finding = BMCFinding(address: address, presences: presences)
        finding.node = await owner(address)
        await logIn(&finding, locked)
        return finding
    }

    private func logIn(_ finding: inout BMCFinding, _ locked: LockedLogins) async {
        var tried: Set<BMCEndpoint.Login> = []
        var asked = 0
        for credential in credentials where credential.fits(finding.address, finding.presences) {
            let isFirst = tried.insert(endpoint(finding, finding.presences[0], credential).login).inserted
            guard finding.node == nil, isFirst else { continue }
            guard finding.refused.count < options.attempts, !Task.isCancelled,
                !locked.contains(credential.name)
            else {
                finding.untried.append(credential.name)
                continue
            }
            if asked > 0 { try? await timing.sleep(options.pause) }
            // It may have been enrolled while this search was under way.
            finding.node = await owner(finding.address)
            guard finding.node == nil else { return }
            asked += 1
            switch await trial(credential, &finding) {
            case .accepted(let accepted):
                finding.accepted = accepted
                return
            case .refused: finding.refused.append(credential.name)
            case .locked:
                finding.refused.append(credential.name)
                finding.remarks.append("a login seems to be locked: no more is tried here, nor that login elsewhere")
                locked.insert(credential.name)
                finding.untried += credentials.drop { $0.name != credential.name }.dropFirst()
                    .filter { $0.fits(finding.address, finding.presences) }.map(\.name)
                return
            case .failed: continue
            }
        }
    }

    private enum Outcome {
        case accepted(BMCFinding.Accepted)
        case refused, locked, failed
    }

    /// Tries a login by each protocol until one says yes or no.
    private func trial(_ credential: BMCCredential, _ finding: inout BMCFinding) async -> Outcome {
        for presence in finding.presences {
            let candidate = endpoint(finding, presence, credential)
            do {
                switch try await gates.trial(candidate, again: options.again) {
                case .accepted(let identity, let power):
                    return .accepted(
                        .init(
                            credential: credential.name,
                            protocol: presence.protocol,
                            identity: identity,
                            power: power
                        )
                    )
                case .refusedBefore:
                    finding.remarks.append("\(credential.name) was refused in an earlier search and not tried again")
                    return .refused
                case .failed(let error):
                    if error.isSignOfLockout { return .locked }
                    if error.kind == .wrongCredentials { return .refused }
                    finding.remarks.append("\(error)")
                }
            } catch {
                return .failed
            }
        }
        return .failed
    }

    private func endpoint(_ finding: BMCFinding, _ presence: BMCPresence, _ credential: BMCCredential) -> BMCEndpoint {
        BMCEndpoint(
            protocol: presence.protocol,
            address: finding.address,
            port: presence.port,
            username: credential.username,
            password: credential.password,
            allowsPlainHTTP: options.allowsPlainHTTP
        )
    }
}

extension BMCError {
    /// The BMC speaks of an account that is locked, or that it counts refusals.
    var isSignOfLockout: Bool {
        guard [.wrongCredentials, .refused, .busy].contains(kind) else { return false }
        let text = detail.lowercased()
        let signs = ["locked", "lockout", "lock out", "too many", "temporarily disabled", "penalty"]
        return signs.contains { text.contains($0) }
    }
}

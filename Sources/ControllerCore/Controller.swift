public import BMC
public import Boot
public import Catalog
public import Crypto
import FoundationEssentials
public import Inventory
public import Lifecycle
public import Logging
public import Planning
public import Store
import Synchronization

/// The controller's decisions, tied to its edges: every request, report and timer comes in here.
///
/// Each takes one transaction in which it decides and stores; what has to be done follows after it.
public struct Controller: Sendable {
    let store: any Store
    let box: SecretBox
    let authority: CertificateAuthority
    let signingKey: Curve25519.Signing.PrivateKey
    let gates: BMCGates
    let lookForBMC: BMCScan.Look
    let stock: any ImageStock
    let catalog: @Sendable () throws(CatalogProblems) -> Catalog
    let readRoles: @Sendable ([String: String]) throws(CatalogProblems) -> [Role]
    let rules: @Sendable () throws(CatalogProblems) -> [Rule]
    let readRules: @Sendable ([String: String]) throws(CatalogProblems) -> [Rule]
    let settings: Settings
    let now: @Sendable () -> Double
    let log: Logger
    public let directory: BootDirectory
    let progress = ProgressBoard()
    let heard = HeardBoard()
    let deadlines = DeadlineBoard()
    let effects = EffectTasks()
    let boots = BootBoard()
    let discoveries = DiscoveryGate()
    let power = PowerBoard()
    let consoles = ConsoleBoard()
    let media = MediaBoard()
    let events = EventBoard()

    /// What of the configuration the decisions need.
    public struct Settings: Sendable {
        public var boot: BootConfiguration
        /// Where nodes pull containers from: `10.77.0.1:8443`.
        public var registry: String
        public var discovery: Bool
        /// Seconds a node may take from power-on to the agent's call.
        public var bootPatience: Double
        /// Where consoles are recorded; a folder that is there.
        public var consoleFolder: String
        /// How thoroughly machines are tried out when they are inspected.
        public var healthChecks: Inventory.Health.Depth
        /// Why no medium with the ramdisk can be made; nil when one can.
        public var mediumProblem: String?
        /// Where BMCs reach the controller with their events: `https://10.77.0.1:8443`; nil: they are asked for none.
        public var eventsBase: String?

        public init(
            boot: BootConfiguration,
            registry: String,
            discovery: Bool,
            bootPatience: Double = NodeLifecycle.bootSeconds,
            consoleFolder: String,
            healthChecks: Inventory.Health.Depth = .off,
            mediumProblem: String? = nil,
            eventsBase: String? = nil
        ) {
            self.boot = boot
            self.registry = registry
            self.discovery = discovery
            self.bootPatience = bootPatience
            self.consoleFolder = consoleFolder
            self.healthChecks = healthChecks
            self.mediumProblem = mediumProblem
            self.eventsBase = eventsBase
        }
    }

    /// - Parameters:
    ///   - readRoles: reads roles from the texts of files, by the files' names.
    ///   - lookForBMC: looks for BMCs at the protocols' own ports, and at others where a search names them.
    ///   - readRoles: reads roles from the texts of files, by the files' names
    ///   - readRules: the same for rules
    ///   - rules: those of the catalogue, which are applied to each inventory that comes in
    public init(
        store: any Store,
        box: SecretBox,
        authority: CertificateAuthority,
        signingKey: Curve25519.Signing.PrivateKey,
        gates: BMCGates,
        lookForBMC: @escaping BMCScan.Look = { _, _, _ in nil },
        stock: any ImageStock,
        settings: Settings,
        log: Logger,
        directory: BootDirectory = BootDirectory(),
        now: @escaping @Sendable () -> Double,
        readRoles: @escaping @Sendable ([String: String]) throws(CatalogProblems) -> [Role],
        readRules: @escaping @Sendable ([String: String]) throws(CatalogProblems) -> [Rule] = { _ in [] },
        rules: @escaping @Sendable () throws(CatalogProblems) -> [Rule] = { [] },
        catalog: @escaping @Sendable () throws(CatalogProblems) -> Catalog
    ) {
        self.store = store
        self.box = box
        self.authority = authority
        self.signingKey = signingKey
        self.gates = gates
        self.lookForBMC = lookForBMC
        self.stock = stock
        self.settings = settings
        self.log = log
        self.directory = directory
        self.now = now
        self.readRoles = readRoles
        self.readRules = readRules
        self.rules = rules
        self.catalog = catalog
        directory.letStrangersBoot(settings.discovery)
    }
}

/// The images and container images a controller can give out.
public protocol ImageStock: Sendable {
    /// By name.
    func images() async throws -> [String: PlanningImage]
    /// `web:2` to `sha256:…`.
    func containerImages() async throws -> [String: String]
}

/// How far long work on nodes is; in memory, since it is said again and again.
final class ProgressBoard: Sendable {
    struct Entry: Hashable, Sendable {
        var stage: String
        var done: UInt64
        var total: UInt64
        var at: Double

        /// Whether the work has come further since.
        func isFurther(than earlier: Entry?) -> Bool {
            guard let earlier else { return true }
            return stage != earlier.stage || done > earlier.done
        }

        /// Of a hundred; the agent's numbers are not trusted.
        var percent: Int {
            guard total > 0, done < total else { return total == 0 ? 0 : 100 }
            return Int(Double(done) / Double(total) * 100)
        }
    }

    private let entries = Mutex<[String: Entry]>([:])

    func set(_ node: String, _ entry: Entry) {
        entries.withLock { $0[node] = entry }
    }

    func clear(_ node: String) {
        entries.withLock { _ = $0.removeValue(forKey: node) }
    }

    subscript(node: String) -> Entry? {
        entries.withLock { $0[node] }
    }
}

/// The effects under way, so that one is not started twice beside itself and all end when the controller does.
final class EffectTasks: Sendable {
    private struct State {
        var running: [String: Task<Void, Never>] = [:]
        /// Asked for while the same was under way: begins when that has ended.
        var next: [String: @Sendable () async -> Void] = [:]
    }

    private let state = Mutex(State())

    func start(_ key: String, _ work: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            guard state.running[key] == nil else {
                state.next[key] = work
                return
            }
            state.running[key] = Task {
                await work()
                finished(key)
            }
        }
    }

    /// Marks work that is done elsewhere as under way; false where it is already.
    func hold(_ key: String) -> Bool {
        state.withLock { state in
            guard state.running[key] == nil else { return false }
            state.running[key] = Task {}
            return true
        }
    }

    /// What was held is over.
    func release(_ key: String) { finished(key) }

    func isRunning(_ key: String) -> Bool { state.withLock { $0.running[key] != nil } }

    /// Whether something is being done to the node; keys end with it.
    func isUnderWay(forNode id: String) -> Bool {
        state.withLock { state in state.running.keys.contains { $0.hasSuffix(" \(id)") } }
    }

    private func finished(_ key: String) {
        let next = state.withLock { state in
            state.running[key] = nil
            return state.next.removeValue(forKey: key)
        }
        if let next { start(key, next) }
    }

    func cancelAll() {
        let all = state.withLock { state in
            state.next = [:]
            return Array(state.running.values)
        }
        for task in all { task.cancel() }
    }
}

import AgentAPI
import BMC
import Boot
import Catalog
import Crypto
import FoundationEssentials
import Inventory
import Jinja
import Logging
import Octets
import OperatorAPI
import Planning
import Store
import StoreSQLite
import Synchronization
import Testing
import YAML

@testable import ControllerCore

/// A controller on a store in a folder of its own, with BMCs that do what they are told and a clock that stands.
final class Bench: Sendable {
    let folder: String
    let clock = Mutex(1_800_000_000.0)
    let webVersion = Mutex("1")
    let resets = Mutex<[String]>([])
    /// Transactions that wrote.
    let writes = Mutex(0)
    /// Each is done before a transaction that writes, one for one: what comes between a look and a decision.
    let beforeWrites = Mutex<[@Sendable () async throws -> Void]>([])
    /// Logins at BMCs that were tried.
    let logins = Mutex(0)
    /// What the BMCs accept.
    let bmcPassword = Mutex(Bench.password)
    /// What the BMCs wrote down.
    let events = Mutex([BMCEvent(id: "1", time: 1_799_999_000, source: "Fan 1", text: "Lower Critical going low")])
    /// Those that were opened.
    let consoles = Mutex<[LoudConsole]>([])
    /// What operators set on the machines.
    let settings = Mutex(MachineSettings())
    /// Gives the service `web` a parameter `password` of type secret.
    let webHasSecret = Mutex(false)
    /// The texts of the catalogue's rules, by their files' names.
    let rules = Mutex<[String: String]>([:])
    /// The texts of runbooks beside the shipped ones, by their files' names.
    let runbooks = Mutex<[String: String]>([:])
    /// A network that the workers are on.
    let network = Mutex<String?>(nil)
    private let key = Curve25519.Signing.PrivateKey()
    private let boxKey = SecretBox.newKey()
    private let current: Mutex<(controller: Controller, life: Life)?> = Mutex(nil)

    /// Of one controller: after its end it stores nothing any more.
    final class Life: Sendable {
        let writesLeft: Mutex<Int?> = Mutex(nil)

        struct Over: Error {}

        func spend() throws {
            try writesLeft.withLock { left in
                guard let count = left else { return }
                guard count > 0 else { throw Over() }
                left = count - 1
            }
        }
    }

    static let password = "s3cr3t-of-the-bmc"

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/controller-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try restart()
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var controller: Controller {
        get throws {
            guard let made = current.withLock({ $0?.controller }) else { throw CancellationError() }
            return made
        }
    }

    /// Lets the controller die after so many more transactions that write.
    func die(afterWrites count: Int) {
        current.withLock { $0?.life.writesLeft.withLock { $0 = count } }
    }

    /// A new controller over the same store, as after a crash.
    func restart(discovery: Bool = false, lookForBMC: @escaping BMCScan.Look = { _, _, _ in nil }) throws {
        die(afterWrites: 0)
        let life = Life()
        let authority = try CertificateAuthority(folder: folder, now: Date(timeIntervalSince1970: now))
        let catalogFolder = Self.checkout + "/controller-config"
        let gates = BMCGates(
            timing: BMCTiming(now: { .zero }, sleep: { _ in }, jitter: { 0 }),
            connect: { [self] endpoint in
                logins.withLock { $0 += 1 }
                if endpoint.protocol == .manual { return ManualDriver() }
                if settings.withLock({ $0.network.silent.contains(endpoint.address) }) {
                    throw BMCError(.unreachable, bmc: "\(endpoint)", operation: "logging in", detail: "silence")
                }
                guard endpoint.password.reveal() == bmcPassword.withLock({ $0 }) else {
                    throw BMCError(.wrongCredentials, bmc: "\(endpoint)", operation: "logging in", detail: "no")
                }
                return Driver(bench: self, address: endpoint.address)
            }
        )
        let made = Controller(
            store: CountingStore(base: try SQLiteStore(path: folder + "/store.sqlite"), bench: self, life: life),
            box: try SecretBox(key: boxKey),
            authority: authority,
            signingKey: key,
            gates: gates,
            lookForBMC: lookForBMC,
            stock: Stock(),
            settings: Controller.Settings(
                boot: try BootConfiguration(
                    controller: IPv4Address(10, 77, 0, 1),
                    caSHA256: authority.fingerprint
                ),
                registry: "10.77.0.1:8443",
                discovery: discovery,
                bootPatience: 1200,
                consoleFolder: folder,
                healthChecks: .quick,
                eventsBase: "https://10.77.0.1:8443"
            ),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { [self] in now },
            readRoles: CatalogFolder.roles,
            readRules: CatalogFolder.rules,
            rules: { [self] () throws(CatalogProblems) in try CatalogFolder.rules(in: rules.withLock { $0 }) },
            catalog: { [self] () throws(CatalogProblems) in
                var catalog = try CatalogFolder(path: catalogFolder).load()
                for tier in ["application", "database", "proxy"] {
                    catalog.services[tier] = nil
                    for index in catalog.roles.indices { catalog.roles[index].services.removeAll { $0 == tier } }
                }
                catalog.parameters["web", default: [:]]["version"] = .string(webVersion.withLock { $0 })
                if webHasSecret.withLock({ $0 }), var parameter = catalog.services["web"]?.parameters.first {
                    parameter.name = "password"
                    parameter.type = .secret
                    parameter.fallback = nil
                    catalog.services["web"]?.parameters.append(parameter)
                }
                if let network = network.withLock({ $0 }) { try catalog.add(network: network) }
                for (name, text) in runbooks.withLock({ $0 }) { try catalog.add(runbook: text, in: name) }
                return catalog
            }
        )
        current.withLock { $0 = (made, life) }
    }

    var now: Double { clock.withLock { $0 } }

    func pass(_ seconds: Double) { clock.withLock { $0 += seconds } }

    /// Gives effects that run beside the test the turns they need.
    func until(_ what: () async throws -> Bool) async throws -> Bool {
        // By the clock: on a busy machine a count of turns is over before the store has written once.
        let end = ContinuousClock.now + .seconds(30)
        repeat {
            if try await what() { return true }
            try await Task.sleep(for: .milliseconds(1))
        } while ContinuousClock.now < end
        return false
    }

    /// Waits until nothing is being done at the node's BMC.
    func settle(_ name: String) async throws {
        let (controller, id) = (try controller, try await node(name).id)
        #expect(try await until { !controller.effects.isUnderWay(forNode: id) })
    }

    /// With three nodes whose BMCs were verified, and nothing under way at them.
    static func enrolled() async throws -> Bench {
        let bench = try Bench()
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        for name in ["node-1", "node-2", "node-3"] {
            #expect(try await bench.until { try await bench.node(name).state == "manageable" })
            try await bench.settle(name)
        }
        return bench
    }

    func timeline(_ name: String) async throws -> [String] {
        try await controller.timeline(name, after: 0, limit: 1000).map(\.text)
    }

    /// Waits for the node's BMC to be verified and asks for its inspection.
    func inspect(_ name: String) async throws {
        #expect(try await until { try await node(name).state == "manageable" })
        _ = try await controller.act(.inspect, on: name, reason: "")
    }

    func node(_ name: String) async throws -> NodeSummary {
        try await controller.explain(name).summary
    }

    static let checkout: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()

    private struct CountingStore: Store {
        let base: SQLiteStore
        unowned let bench: Bench
        let life: Life

        func write<Result: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> Result) async throws
            -> Result
        {
            bench.writes.withLock { $0 += 1 }
            if let first = bench.beforeWrites.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { try await first() }
            try life.spend()
            return try await base.write(body)
        }

        func read<Result: Sendable>(_ body: @escaping @Sendable (any StoreReading) throws -> Result) async throws
            -> Result
        {
            try await base.read(body)
        }
    }

    private struct Stock: ImageStock {
        func images() async throws -> [String: PlanningImage] {
            ["debian-12": PlanningImage(digest: "1m4g3", size: 3_000_000_000)]
        }

        func containerImages() async throws -> [String: String] {
            ["directory:1": "sha256:d1", "web:1": "sha256:w1", "web:2": "sha256:w2"]
        }
    }
}

import AgentAPI
import Catalog
import Crypto
import FoundationEssentials
import Logging
public import OperatorAPI
import Planning
import Store

/// A secret parameter's values, sealed, the newest last. A plan holds to the one that was the newest when it was made.
struct SecretRecord: Codable, Hashable, Sendable {
    /// `keystone.admin_password`.
    var name: String
    /// Seconds since 1970.
    var setAt: Double
    var versions: [Version]

    struct Version: Codable, Hashable, Sendable {
        /// Cut from the SHA-256 of what is sealed, so that it tells nothing of the value.
        var id: String
        var sealed: Data
    }

    static let versionsKept = 20
    static let longest = 64 << 10

    static func context(_ name: String) -> String { "secret \(name)" }
}

extension Controller {
    /// Gives a secret parameter of the catalogue its value; plans made from now on use it.
    public func setSecret(_ name: String, _ request: SetSecret) async throws -> Message {
        guard !request.value.isEmpty else { throw ControllerProblem("the value of the secret '\(name)' is empty") }
        guard request.value.utf8.count <= SecretRecord.longest else {
            throw ControllerProblem("the value of the secret '\(name)' is longer than \(SecretRecord.longest) octets")
        }
        let known = try secretNames()
        guard known.contains(name) else {
            let found = known.isEmpty ? "none" : known.joined(separator: ", ")
            throw ControllerProblem(
                "the catalogue has no parameter '\(name)' of type secret; it has: \(found)",
                .notFound
            )
        }
        let instant = now()
        let context = SecretRecord.context(name)
        let sealed = try box.seal(request.value, context: context)
        let version = SecretRecord.Version(
            id: String(Hexadecimal.text(SHA256.hash(data: sealed)).prefix(16)),
            sealed: sealed
        )
        let message = try await store.write { [box] transaction in
            let old = try transaction.get(SecretRecord.self, .secret, name)
            if let last = old?.versions.last, try box.open(last.sealed, context: context) == request.value {
                return "\(name) has this value already"
            }
            let versions = ((old?.versions ?? []) + [version]).suffix(SecretRecord.versionsKept)
            let record = SecretRecord(name: name, setAt: instant, versions: Array(versions))
            try transaction.put(.secret, name, encoding: record)
            return old == nil ? "\(name) is set" : "\(name) is changed; nodes get it by the next plan"
        }
        log.info("\(message)")
        return Message(message: message)
    }

    /// The secrets that have a value, by name, without it.
    public func secrets() async throws -> [SecretSummary] {
        try await store.read { try $0.all(SecretRecord.self, .secret) }
            .map { SecretSummary(name: $0.name, setAt: $0.setAt) }
            .sorted { $0.name < $1.name }
    }

    /// Forgets all values of a secret. Nodes keep what they have.
    public func removeSecret(_ name: String) async throws -> Message {
        try await store.write { transaction in
            guard try transaction.document(.secret, name) != nil else {
                throw ControllerProblem("there is no secret '\(name)'", .notFound)
            }
            for run in try transaction.runsUnderWay() {
                let plan = try transaction.plan(run.generation)
                guard plan.secretVersions[name] == nil else {
                    throw ControllerProblem("run \(run.id) is under way and uses the secret '\(name)'", .conflict)
                }
            }
            try transaction.remove(.secret, name)
        }
        return Message(message: "\(name) is removed")
    }

    private func secretNames() throws -> [String] {
        let catalog = try readCatalog()
        let owners =
            catalog.services.values.map { ($0.name, $0.parameters) }
            + catalog.runbooks.values.map { ($0.name, $0.parameters) }
        return owners.flatMap { owner, parameters in
            parameters.filter { $0.type == .secret }.map { "\(owner).\($0.name)" }
        }.sorted()
    }

    /// The node's bundle with the values of its secrets, as the plan holds to them.
    ///
    /// A runbook is told its own secrets alone. Those of the node's services are in its bundle to be kept out of what its
    /// tasks print, where they are known still.
    func bundle(of node: NodePlan, in plan: Plan) async throws -> Bundle {
        let carried = node.content.services.flatMap { service in
            (service.secrets ?? [:]).map { Wanted(owner: service.name, parameter: $0.key, version: $0.value) }
        }
        let own = plan.runbook.map { runbook in
            runbook.secrets.map { Wanted(owner: runbook.name, parameter: $0.key, version: $0.value) }
        }
        let told = (own ?? carried).sorted { ($0.owner, $0.parameter) < ($1.owner, $1.parameter) }
        let hidden = own == nil ? [] : carried
        let fresh = node.bundle
        guard !told.isEmpty || !hidden.isEmpty else { return fresh }
        return try await store.read { [box] reader in
            var bundle = fresh
            func value(_ wanted: Wanted) throws -> String? {
                let record = try reader.get(SecretRecord.self, .secret, wanted.name)
                let found = record?.versions.first { $0.id == wanted.version }
                return try found.map { try box.open($0.sealed, context: SecretRecord.context(wanted.name)) }
            }
            for wanted in told {
                guard let value = try value(wanted) else { throw MissingSecret(name: wanted.name) }
                bundle.insert(secret: value, for: wanted.parameter, of: wanted.owner)
            }
            for wanted in hidden { if let value = try value(wanted) { bundle.hide(value) } }
            return bundle
        }
    }

    /// One secret parameter and which of its values is meant.
    private struct Wanted: Sendable {
        var owner: String
        var parameter: String
        var version: String

        var name: String { "\(owner).\(parameter)" }
    }
}

/// A plan holds to a value that is not kept any more.
struct MissingSecret: Error, CustomStringConvertible {
    var name: String

    var description: String {
        "the value of the secret '\(name)' that the plan was made with is not kept any more: "
            + "abort, set it (rackwright secret set \(name)) and make a new plan"
    }
}

extension NodeContent {
    /// Names of secrets to the ids of their values.
    var secretVersions: [String: String] {
        var found: [String: String] = [:]
        for service in services {
            for (parameter, version) in service.secrets ?? [:] { found["\(service.name).\(parameter)"] = version }
        }
        return found
    }
}

extension StoreReading {
    /// The id of the newest value of every secret, by name.
    func secretVersions() throws -> [String: String] {
        var found: [String: String] = [:]
        for record in try all(SecretRecord.self, .secret) { found[record.name] = record.versions.last?.id }
        return found
    }
}

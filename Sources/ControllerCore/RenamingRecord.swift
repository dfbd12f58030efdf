import FoundationEssentials
import Planning
import Store

extension RecordKind {
    /// That a node got another name, under its id.
    static let renaming = Self(rawValue: "renaming")
}

/// The last time that a node got another name. Plans that were made before hold the old one, in its own files and in
/// those of others, and are not carried out any more.
struct RenamingRecord: Codable, Hashable, Sendable {
    var node: String
    /// What it was called, the last name last.
    var former: [String]
    var name: String
    /// The newest plan that was there.
    var generation: Int
    /// Tells it from another renaming of the node.
    var mark: String

    /// `node-2 was renamed to web-1`
    var words: String { "\(former.last ?? "a node") was renamed to \(name)" }

    /// Whether a plan speaks of the node by an old name.
    func concerns(_ plan: Plan) -> Bool { plan[node: node] != nil || plan.unchanged.contains { former.contains($0) } }
}

extension StoreReading {
    func renamings() throws -> [RenamingRecord] { try all(RenamingRecord.self, .renaming) }

    /// A renaming after a plan was made, of a node that it speaks of.
    func renaming(since plan: Plan) throws -> RenamingRecord? {
        try renamings().first { $0.generation >= plan.generation && $0.concerns(plan) }
    }

    /// The highest number of a plan; 0 for none.
    func newestGeneration() throws -> Int { try ids(.plan).compactMap { Int($0) }.max() ?? 0 }
}

extension StoreTransaction {
    /// Keeps that a node has another name now, where it has.
    func keepRenaming(of record: NodeRecord, from name: String) throws {
        guard record.name != name else { return }
        let renaming = RenamingRecord(
            node: record.id,
            former: record.formerNames ?? [],
            name: record.name,
            generation: try newestGeneration(),
            mark: UUID().uuidString
        )
        try put(.renaming, record.id, encoding: renaming)
    }
}

extension NodeRecord {
    /// How many names that it had are kept.
    private static let formerNamesKept = 16

    /// Takes a name, and keeps the one it had: who asks for that is told of the new one.
    mutating func rename(to new: String) {
        guard new != name else { return }
        let former = (formerNames ?? []).filter { $0 != new && $0 != name } + [name]
        formerNames = Array(former.suffix(Self.formerNamesKept))
        name = new
    }
}

extension [NodeRecord] {
    /// Another node that has a name: host names are the same in small letters and capitals (RFC 4343), and operators may
    /// write a node's id where a name stands.
    func holder(ofName name: String, besides id: String) -> NodeRecord? {
        let name = name.lowercased()
        return first { $0.id != id && ($0.name.lowercased() == name || $0.id == name) }
    }
}

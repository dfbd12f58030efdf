import FoundationEssentials
import Logging
public import OperatorAPI
import Store

/// Operators' tokens, which are kept by their hashes.
extension Controller {
    /// How exactly it is kept when a token was used last, in seconds: not every request shall write.
    static let tokenUseGrain = 3600.0

    public func operatorTokens() async throws -> [TokenReport] {
        try await store.read { reader in
            try reader.documents(.operatorToken).map { entry in
                let record = try JSONDecoder().decode(OperatorTokenRecord.self, from: entry.document)
                return TokenReport(
                    id: TokenReport.id(hash: entry.id),
                    name: record.name,
                    createdAt: record.createdAt,
                    usedAt: record.usedAt
                )
            }
        }
        .sorted { ($0.name, $0.createdAt, $0.id) < ($1.name, $1.createdAt, $1.id) }
    }

    /// Takes tokens away, by their owner's name or one of them by its id. The last one stays: nobody could make another.
    ///
    /// - Returns: the names of their owners, and a sentence
    public func revokeOperatorTokens(_ word: String) async throws -> (names: Set<String>, message: Message) {
        let (names, count) = try await store.write { transaction in
            let all = try transaction.documents(.operatorToken).map { entry in
                (entry.id, try JSONDecoder().decode(OperatorTokenRecord.self, from: entry.document).name)
            }
            let named = all.filter { $0.1 == word }
            let chosen = named.isEmpty ? all.filter { TokenReport.id(hash: $0.0) == word } : named
            guard !chosen.isEmpty else {
                let known = Set(all.map(\.1)).sorted().joined(separator: ", ")
                throw ControllerProblem("there is no token of '\(word)'; there are those of \(known)", .notFound)
            }
            guard chosen.count < all.count else {
                throw ControllerProblem(
                    "no other token would be left: make one first, rackwright token create",
                    .conflict
                )
            }
            for (hash, _) in chosen { try transaction.remove(.operatorToken, hash) }
            return (Set(chosen.map(\.1)), chosen.count)
        }
        let what =
            count == 1 ? "1 token of \(names.sorted().joined(separator: ", ")) is" : "\(count) tokens of \(word) are"
        return (names, Message(message: "\(what) good for nothing any more"))
    }

    /// Keeps, coarsely, that a token was used.
    func noteUse(ofToken hash: String, _ record: OperatorTokenRecord) async {
        let instant = now()
        guard instant - (record.usedAt ?? 0) >= Self.tokenUseGrain else { return }
        do {
            try await store.write { transaction in
                // One that was taken away meanwhile stays away.
                guard var stored = try transaction.get(OperatorTokenRecord.self, .operatorToken, hash) else { return }
                stored.usedAt = instant
                try transaction.put(.operatorToken, hash, encoding: stored)
            }
        } catch {
            log.warning("the use of a token could not be kept: \(error)")
        }
    }
}

extension TokenReport {
    /// The beginning of its hash, of which nothing can be made.
    static func id(hash: String) -> String { String(hash.prefix(8)) }
}

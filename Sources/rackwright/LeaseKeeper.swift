import BootServers
import FoundationEssentials
import Logging

/// Keeps leases of one kind: at once in the journal, those of a second together in the store.
struct LeaseKeeper<Lease: JournaledLease & Codable>: Sendable {
    private let journal: LeaseJournal<Lease>
    private let pending = PendingLeases<Lease>()
    private let id: @Sendable (Lease) -> String
    private let store: @Sendable ([(id: String, document: Data)]) async throws -> Void
    private let log: Logger
    /// What an earlier process gave and did not store.
    let unsettled: [Lease]

    /// - Throws: `LeaseJournalError` when the journal cannot be opened.
    init(
        journal path: String,
        log: Logger,
        id: @escaping @Sendable (Lease) -> String,
        store: @escaping @Sendable ([(id: String, document: Data)]) async throws -> Void
    ) throws {
        journal = try LeaseJournal(path: path)
        self.log = log
        self.id = id
        self.store = store
        unsettled = journal.leases()
        keep(unsettled)
    }

    /// Before the answers that promise the leases go out.
    func keep(_ leases: [Lease]) {
        do {
            try journal.append(leases)
        } catch {
            log.error("the leases of \(leases.map(id).joined(separator: ", ")) are kept in memory alone: \(error)")
        }
        pending.add(leases)
    }

    /// Stores what was kept, once a second, until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            let batch = pending.take()
            guard !batch.isEmpty else { continue }
            do {
                let newest = Dictionary(batch.map { (id($0), $0) }) { _, newer in newer }
                try await store(newest.map { ($0.key, try $0.value.document()) })
                journal.settle(batch.count)
            } catch {
                log.error("\(batch.count) leases cannot be stored yet: \(error)")
                pending.giveBack(batch)
            }
        }
    }
}

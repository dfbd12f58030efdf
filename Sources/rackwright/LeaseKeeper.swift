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
        for lease in unsettled { keep(lease) }
    }

    /// Before the answer that promises the lease goes out.
    func keep(_ lease: Lease) {
        do {
            try journal.append(lease)
        } catch {
            log.error("the lease of \(id(lease)) is kept in memory alone: \(error)")
        }
        pending.add(lease)
    }

    /// Stores what was kept, once a second, until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            let batch = pending.take()
            guard !batch.isEmpty else { continue }
            do {
                try await store(batch.map { (id($0), try JSONEncoder().encode($0)) })
                journal.settle(batch.count)
            } catch {
                log.error("\(batch.count) leases cannot be stored yet: \(error)")
                pending.giveBack(batch)
            }
        }
    }
}

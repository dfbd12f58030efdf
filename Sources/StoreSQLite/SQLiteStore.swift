import FoundationEssentials
import GRDB
public import Store

/// A store in one SQLite file: one writer, write-ahead log.
public struct SQLiteStore: Store {
    private let pool: DatabasePool

    /// Opens the file, makes it if it is not there, and brings its tables up to date.
    public init(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        pool = try DatabasePool(path: path, configuration: configuration)
        try Self.migrations.migrate(pool)
    }

    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await pool.write { database in try body(Transaction(database: database)) }
    }

    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try await pool.read { database in try body(Transaction(database: database)) }
    }

    /// Named once, never edited.
    private static var migrations: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("records and timeline") { database in
            try database.execute(
                sql: """
                    CREATE TABLE record (
                        kind TEXT NOT NULL, id TEXT NOT NULL, document BLOB NOT NULL, PRIMARY KEY (kind, id)
                    ) WITHOUT ROWID;
                    CREATE TABLE timeline (
                        number INTEGER PRIMARY KEY AUTOINCREMENT, node TEXT NOT NULL, at REAL NOT NULL,
                        source TEXT NOT NULL, text TEXT NOT NULL
                    );
                    CREATE INDEX timeline_of_node ON timeline (node, number);
                    """
            )
        }
        return migrator
    }
}

/// One transaction on the database it was made for.
private struct Transaction: StoreTransaction {
    let database: Database

    func document(_ kind: RecordKind, _ id: String) throws -> Data? {
        let select = try database.cachedStatement(sql: "SELECT document FROM record WHERE kind = ? AND id = ?")
        return try Data.fetchOne(select, arguments: [kind.rawValue, id])
    }

    func ids(_ kind: RecordKind) throws -> [String] {
        try String.fetchAll(
            database,
            sql: "SELECT id FROM record WHERE kind = ? ORDER BY id",
            arguments: [kind.rawValue]
        )
    }

    func documents(_ kind: RecordKind) throws -> [(id: String, document: Data)] {
        try Row.fetchAll(
            database,
            sql: "SELECT id, document FROM record WHERE kind = ? ORDER BY id",
            arguments: [kind.rawValue]
        ).map { ($0["id"], $0["document"]) }
    }

    func timeline(of node: String, after: Int, limit: Int) throws -> [TimelineEntry] {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT * FROM timeline WHERE node = ? AND number > ? ORDER BY number DESC LIMIT ?",
            arguments: [node, after, limit]
        )
        return rows.reversed().map { row in
            TimelineEntry(
                number: row["number"],
                node: row["node"],
                at: row["at"],
                source: row["source"],
                text: row["text"]
            )
        }
    }

    func put(_ kind: RecordKind, _ id: String, _ document: Data) throws {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO record (kind, id, document) VALUES (?, ?, ?)
                ON CONFLICT (kind, id) DO UPDATE SET document = excluded.document
                """
        )
        try upsert.execute(arguments: [kind.rawValue, id, document])
    }

    func remove(_ kind: RecordKind, _ id: String) throws {
        try database.execute(sql: "DELETE FROM record WHERE kind = ? AND id = ?", arguments: [kind.rawValue, id])
    }

    func append(_ entry: TimelineEntry) throws {
        let insert = try database.cachedStatement(
            sql: "INSERT INTO timeline (node, at, source, text) VALUES (?, ?, ?, ?)"
        )
        try insert.execute(arguments: [entry.node, entry.at, entry.source, entry.text])
    }
}

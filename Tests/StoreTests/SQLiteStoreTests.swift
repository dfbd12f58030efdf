import FoundationEssentials
import Store
import StoreSQLite
import Testing

@Suite struct SQLiteStoreTests {
    private func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/store-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test func itDoesWhatEveryStoreMust() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await StoreConformance(store: SQLiteStore(path: folder + "/store.sqlite")).all()
    }

    @Test func openingItAgainFindsEverything() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let kind = RecordKind(rawValue: "thing")
        for turn in 0..<3 {
            let store = try SQLiteStore(path: folder + "/store.sqlite")
            #expect(try await store.read { try $0.documents(kind) }.count == turn)
            #expect(try await store.read { try $0.timeline(of: "n", after: 0, limit: 9) }.count == turn)
            try await store.write { transaction in
                try transaction.put(kind, "\(turn)", Data([1]))
                try transaction.append(TimelineEntry(node: "n", at: 1, source: "s", text: "\(turn)"))
            }
        }
    }

    @Test func aFileThatIsNoDatabaseIsRefused() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(repeating: 0x41, count: 4096).write(to: URL(filePath: folder + "/store.sqlite"))
        #expect(throws: (any Error).self) { try SQLiteStore(path: folder + "/store.sqlite") }
    }
}

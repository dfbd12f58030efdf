import FoundationEssentials
import Store
import Testing

/// What every store must do; run on each.
struct StoreConformance {
    let store: any Store
    let kind = RecordKind(rawValue: "thing")

    func all() async throws {
        try await recordsAreKeptByKindAndID()
        try await aBodyThatThrowsLeavesAllAsItWas()
        try await concurrentWritersAllLand()
        try await timelinesKeepTheirOrderAndLimits()
        try await recordsThatCannotBeReadSayWhich()
    }

    func recordsAreKeptByKindAndID() async throws {
        let other = RecordKind(rawValue: "other")
        try await store.write { transaction in
            try transaction.put(kind, "b", Data([2]))
            try transaction.put(kind, "a", Data([1]))
            try transaction.put(kind, "a", Data([3]))
            try transaction.put(other, "a", Data([4]))
            #expect(try transaction.document(kind, "a") == Data([3]), "a transaction sees what it wrote")
        }
        let found = try await store.read { try $0.documents(kind).map { "\($0.id)\([UInt8]($0.document))" } }
        #expect(found == ["a[3]", "b[2]"])
        #expect(try await store.read { try $0.ids(kind) } == ["a", "b"])
        try await store.write { transaction in
            try transaction.remove(kind, "a")
            try transaction.remove(kind, "never there")
        }
        #expect(try await store.read { try $0.document(kind, "a") } == nil)
        #expect(try await store.read { try $0.document(other, "a") } == Data([4]))
    }

    func aBodyThatThrowsLeavesAllAsItWas() async throws {
        struct Stop: Error {}
        try await store.write { try $0.put(kind, "kept", Data([1])) }
        await #expect(throws: Stop.self) {
            try await store.write { transaction in
                try transaction.put(kind, "kept", Data([9]))
                try transaction.put(kind, "new", Data([9]))
                try transaction.append(TimelineEntry(node: "stopped", at: 1, source: "s", text: "t"))
                throw Stop()
            }
        }
        #expect(try await store.read { try $0.document(kind, "kept") } == Data([1]))
        #expect(try await store.read { try $0.document(kind, "new") } == nil)
        #expect(try await store.read { try $0.timeline(of: "stopped", after: 0, limit: 9) } == [])
    }

    func concurrentWritersAllLand() async throws {
        try await store.write { try $0.put(kind, "counter", encoding: [0]) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<20 {
                group.addTask {
                    for _ in 0..<10 {
                        try await store.write { transaction in
                            let count = try transaction.get([Int].self, kind, "counter")?.first ?? -1
                            try transaction.put(kind, "counter", encoding: [count + 1])
                            try transaction.append(TimelineEntry(node: "busy", at: 0, source: "s", text: "\(writer)"))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(
            try await store.read { try $0.get([Int].self, kind, "counter") } == [200],
            "no write is lost to another"
        )
        #expect(try await store.read { try $0.timeline(of: "busy", after: 0, limit: 1000) }.count == 200)
    }

    func timelinesKeepTheirOrderAndLimits() async throws {
        try await store.write { transaction in
            for number in 1...10 {
                try transaction.append(
                    TimelineEntry(node: "n", at: Double(100 - number), source: "s", text: "\(number)")
                )
                try transaction.append(TimelineEntry(node: "m", at: 0, source: "s", text: "other"))
            }
        }
        let all = try await store.read { try $0.timeline(of: "n", after: 0, limit: 100) }
        #expect(all.map(\.text) == (1...10).map { "\($0)" }, "by the order in which they were noted, not by clocks")
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.number < $1.number })
        let last = try await store.read { try $0.timeline(of: "n", after: 0, limit: 3) }
        #expect(last.map(\.text) == ["8", "9", "10"], "the newest, oldest first")
        let after = try await store.read { try $0.timeline(of: "n", after: all[6].number, limit: 100) }
        #expect(after.map(\.text) == ["8", "9", "10"])
        #expect(try await store.read { try $0.timeline(of: "nobody", after: 0, limit: 3) } == [])
    }

    func recordsThatCannotBeReadSayWhich() async throws {
        try await store.write { try $0.put(kind, "broken", Data("{".utf8)) }
        let error = await #expect(throws: StoreError.self) {
            try await store.read { try $0.get([Int].self, kind, "broken") }
        }
        #expect(error?.description.hasPrefix("the stored thing 'broken' cannot be read") ?? false)
    }
}

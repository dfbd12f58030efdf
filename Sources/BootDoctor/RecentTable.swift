/// A dictionary that forgets what was not touched for longest when it is full: whoever sends from ever new addresses
/// fills no memory.
struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var value: Value
        var touched: UInt64
    }

    private var entries: [Key: Entry] = [:]
    private var touches: UInt64 = 0
    let limit: Int

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    var count: Int { entries.count }

    var pairs: [(key: Key, value: Value)] { entries.map { ($0.key, $0.value.value) } }

    subscript(key: Key) -> Value? { entries[key]?.value }

    /// Changes the entry of `key`, in place; makes a new one when there is none.
    mutating func update(_ key: Key, new: @autoclosure () -> Value, _ change: (inout Value) -> Void) {
        touches += 1
        if entries[key] == nil {
            makeRoom()
            entries[key] = Entry(value: new(), touched: touches)
        }
        guard let index = entries.index(forKey: key) else { return }
        entries.values[index].touched = touches
        change(&entries.values[index].value)
    }

    /// Some go at a time, so that a flood does not sort the table for every packet.
    private mutating func makeRoom() {
        guard entries.count >= limit else { return }
        let oldest = entries.sorted { $0.value.touched < $1.value.touched }
        for entry in oldest.prefix(max(1, limit / 16)) { entries[entry.key] = nil }
    }
}

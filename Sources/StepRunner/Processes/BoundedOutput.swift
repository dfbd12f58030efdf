/// Keeps the beginning and the end of a stream, however long it is.
struct BoundedOutput {
    private let limit: Int
    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    private var dropped = 0

    /// `limit` octets of each end are kept.
    init(limit: Int = 512 * 1024) {
        self.limit = limit
    }

    mutating func append(_ octets: ArraySlice<UInt8>) {
        let fitting = min(limit - head.count, octets.count)
        head += octets.prefix(fitting)
        tail += octets.dropFirst(fitting)
        guard tail.count > 2 * limit else { return }
        dropped += tail.count - limit
        tail.removeFirst(tail.count - limit)
    }

    var octets: [UInt8] {
        let overhang = max(0, tail.count - limit)
        let lost = dropped + overhang
        guard lost > 0 else { return head + tail }
        return head + Array("\n[… \(lost) octets left out …]\n".utf8) + tail.dropFirst(overhang)
    }
}

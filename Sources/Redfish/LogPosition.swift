/// Where a log was when it was read last: what has come since can be told from what was there.
public struct LogPosition: Codable, Hashable, Sendable {
    /// How many entries there were.
    public var count: Int
    /// The first and the last entry, in the service's own order.
    public var first: String
    public var last: String
    /// The newest one, which is either of them.
    public var newest: String
    /// When that was written, by the BMC's clock.
    public var time: Double?

    public init(count: Int, first: String, last: String, newest: String, time: Double?) {
        self.count = count
        self.first = first
        self.last = last
        self.newest = newest
        self.time = time
    }

    /// What a log's entries say against it.
    public enum News: Hashable, Sendable {
        case none
        /// The entries at these places came since.
        case entries(Range<Int>)
        /// What was read last is not there: the log was emptied, or has rolled over.
        case restarted
    }

    /// Emptied logs may give the same names again: whether the newest is still the same is for the caller to see.
    ///
    /// - Parameter ids: of all entries, in the service's own order
    public func news(in ids: [String]) -> News {
        guard let here = ids.first, let there = ids.last else { return count == 0 ? .none : .restarted }
        guard count > 0 else { return .entries(0..<ids.count) }
        if ids.count == count, here == first, there == last { return .none }
        guard let place = ids.firstIndex(of: newest) else { return .restarted }
        // Newest first, or last: a log of one entry says it by where the others went.
        let isDescending = count > 1 ? newest == first : place > 0
        return .entries(isDescending ? 0..<place : place + 1..<ids.count)
    }
}

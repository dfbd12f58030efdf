/// How far a long piece of work is, as one line.
public struct ProgressBar: Sendable {
    public var label: String
    /// Seconds since 1970.
    public var startedAt: Double
    /// Whether octets are counted; otherwise the share alone is told.
    public var countsOctets: Bool

    /// What is counted, where that is not octets: `addresses`.
    public var things: String?

    public init(label: String, startedAt: Double, countsOctets: Bool = true, things: String? = nil) {
        self.label = label
        self.startedAt = startedAt
        self.countsOctets = countsOctets
        self.things = things
    }

    /// `upload [#####...............]  27 %  1.2 GiB of 4.4 GiB  88.0 MiB/s`
    public func line(done: UInt64, total: UInt64?, _ look: Appearance) -> String {
        guard countsOctets || Self.percent(done, of: total) != nil else { return label }
        let elapsed = look.now - startedAt
        let speed = elapsed >= 1 && done > 0 ? "  \(text(Self.rate(done, elapsed)))/s" : ""
        guard let percent = Self.percent(done, of: total), let total else {
            return "\(label)  \(text(done))\(speed)"
        }
        let filled = percent / 5
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
        let number = String(repeating: " ", count: max(0, 3 - String(percent).count)) + "\(percent) %"
        let counts = countsOctets ? "  \(text(done)) of \(text(total, isLast: true))\(speed)" : ""
        let line = "\(label) [\(bar)] \(number)\(counts)"
        return look.width.map { line.cut(to: max(0, $0 - 1)) } ?? line
    }

    private func text(_ count: UInt64, isLast: Bool = false) -> String {
        guard let things else { return Octets.text(count) }
        return isLast ? "\(count) \(things)" : "\(count)"
    }

    /// 0 to 100; nil when the whole is not known.
    static func percent(_ done: UInt64, of total: UInt64?) -> Int? {
        guard let total, total > 0 else { return nil }
        return min(100, Int(Double(done) / Double(total) * 100))
    }

    private static func rate(_ done: UInt64, _ elapsed: Double) -> UInt64 {
        UInt64(min(Double(done) / elapsed, 1e15))
    }
}

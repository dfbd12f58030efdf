/// How far a long piece of work is, as one line.
public struct ProgressBar: Sendable {
    public var label: String
    /// Seconds since 1970.
    public var startedAt: Double
    /// Whether octets are counted; otherwise the share alone is told.
    public var countsOctets: Bool

    public init(label: String, startedAt: Double, countsOctets: Bool = true) {
        self.label = label
        self.startedAt = startedAt
        self.countsOctets = countsOctets
    }

    /// `upload [#####...............]  27 %  1.2 GiB of 4.4 GiB  88.0 MiB/s`
    public func line(done: UInt64, total: UInt64?, _ look: Appearance) -> String {
        guard countsOctets || Self.percent(done, of: total) != nil else { return label }
        let elapsed = look.now - startedAt
        let speed = elapsed >= 1 && done > 0 ? "  \(Octets.text(Self.rate(done, elapsed)))/s" : ""
        guard let percent = Self.percent(done, of: total), let total else {
            return "\(label)  \(Octets.text(done))\(speed)"
        }
        let filled = percent / 5
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
        let number = String(repeating: " ", count: max(0, 3 - String(percent).count)) + "\(percent) %"
        let counts = countsOctets ? "  \(Octets.text(done)) of \(Octets.text(total))\(speed)" : ""
        let line = "\(label) [\(bar)] \(number)\(counts)"
        return look.width.map { line.cut(to: max(0, $0 - 1)) } ?? line
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

extension String {
    /// The text on one line without control characters: what machines report must not steer the terminal.
    public var oneLine: String { cleaned(keepingLines: false) }

    /// The text's lines, each without control characters.
    var cleanLines: [String] {
        cleaned(keepingLines: true).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private func cleaned(keepingLines: Bool) -> String {
        var clean = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar == "\n" && keepingLines: clean.append(scalar)
            case .control where scalar == "\r" && keepingLines: break
            case .control, .lineSeparator, .paragraphSeparator: clean.append(" ")
            case .format: break
            default: clean.append(scalar)
            }
        }
        return String(clean)
    }

    /// Cut to a number of columns, the last of them an ellipsis.
    public func cut(to width: Int) -> String {
        guard count > width else { return self }
        return width > 0 ? prefix(width - 1) + "…" : ""
    }
}

/// Octets in words: `3.9 GiB`.
enum Octets {
    static func text(_ count: some BinaryInteger) -> String {
        let count = UInt64(clamping: count)
        let units: [(name: String, size: UInt64)] = [
            ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
        ]
        guard let unit = units.first(where: { count >= $0.size }) else { return "\(count) B" }
        let tenths = (count % unit.size) * 10 / unit.size
        return "\(count / unit.size).\(tenths) \(unit.name)"
    }
}

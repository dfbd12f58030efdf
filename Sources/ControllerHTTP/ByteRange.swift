/// What a Range header asks of a file (RFC 9110 section 14).
enum ByteRange: Hashable, Sendable {
    /// No range, several ranges, or not understood: the whole file is sent, which the RFC allows.
    case whole
    case part(ClosedRange<Int>)
    /// It begins past the end.
    case unsatisfiable

    init(_ header: String?, size: Int) {
        self = .whole
        guard let header, header.lowercased().hasPrefix("bytes=") else { return }
        let bounds = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2 else { return }
        switch (bounds[0].isEmpty, bounds[1].isEmpty) {
        case (true, true):
            return
        case (true, false):
            guard let count = Self.number(bounds[1]) else { return }
            self = count > 0 && size > 0 ? .part(max(0, size - count)...(size - 1)) : .unsatisfiable
        case (false, let open):
            guard let first = Self.number(bounds[0]) else { return }
            let last = open ? Int.max : Self.number(bounds[1])
            guard let last, first <= last else { return }
            self = first < size ? .part(first...min(last, size - 1)) : .unsatisfiable
        }
    }

    /// Digits alone; a number too large for any file is as good as the largest.
    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text) ?? Int.max
    }
}

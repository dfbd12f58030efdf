/// A shell pattern as in `modules.alias`: `*`, `?` and `[…]` with ranges (fnmatch(3) without flags).
public struct GlobPattern: Hashable, Sendable {
    private let pattern: [UInt8]

    public init(_ pattern: some StringProtocol) {
        self.pattern = Array(pattern.utf8)
    }

    public func matches(_ text: String) -> Bool {
        matches(Array(text.utf8))
    }

    func matches(_ text: [UInt8]) -> Bool {
        var inPattern = 0
        var inText = 0
        // Where to go on when what followed the last star did not fit.
        var retry: (pattern: Int, text: Int)?
        while inText < text.count {
            if inPattern < pattern.count, pattern[inPattern] == UInt8(ascii: "*") {
                inPattern += 1
                retry = (inPattern, inText)
            } else if let next = single(at: inPattern, matching: text[inText]) {
                inPattern = next
                inText += 1
            } else if let last = retry {
                inPattern = last.pattern
                inText = last.text + 1
                retry = (last.pattern, inText)
            } else {
                return false
            }
        }
        return pattern[inPattern...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// The position after the pattern's next element, if that takes `octet`.
    private func single(at position: Int, matching octet: UInt8) -> Int? {
        guard position < pattern.count else { return nil }
        switch pattern[position] {
        case UInt8(ascii: "?"):
            return position + 1
        case UInt8(ascii: "["):
            guard let (takes, next) = bracket(at: position, octet) else { fallthrough }
            return takes ? next : nil
        default:
            return pattern[position] == octet ? position + 1 : nil
        }
    }

    /// Reads `[…]`; nil when it is never closed and so stands for itself.
    private func bracket(at position: Int, _ octet: UInt8) -> (takes: Bool, next: Int)? {
        var index = position + 1
        let negated =
            index < pattern.count && (pattern[index] == UInt8(ascii: "!") || pattern[index] == UInt8(ascii: "^"))
        if negated { index += 1 }
        let start = index
        var found = false
        while index < pattern.count {
            let low = pattern[index]
            if low == UInt8(ascii: "]"), index > start { return (found != negated, index + 1) }
            var high = low
            if index + 2 < pattern.count, pattern[index + 1] == UInt8(ascii: "-"),
                pattern[index + 2] != UInt8(ascii: "]")
            {
                high = pattern[index + 2]
                index += 2
            }
            if low <= octet && octet <= high { found = true }
            index += 1
        }
        return nil
    }
}

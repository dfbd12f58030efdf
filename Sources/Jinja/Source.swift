/// A text being lexed, with line ends made `\n`.
struct Source: Sendable {
    let name: String
    let octets: [UInt8]

    init(_ text: String, name: String, keepTrailingNewline: Bool = true) {
        self.name = name
        var octets: [UInt8] = []
        octets.reserveCapacity(text.utf8.count)
        var afterReturn = false
        for octet in text.utf8 {
            if octet == 0x0A, afterReturn {
                afterReturn = false
                continue
            }
            afterReturn = octet == 0x0D
            octets.append(afterReturn ? 0x0A : octet)
        }
        if !keepTrailingNewline, octets.last == 0x0A { octets.removeLast() }
        self.octets = octets
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: octets[range.clamped(to: 0..<octets.count)], as: UTF8.self)
    }

    func has(_ word: StaticString, at offset: Int) -> Bool {
        let word = word.description.utf8
        return offset >= 0 && offset + word.count <= octets.count && octets[offset...].starts(with: word)
    }

    /// Line and column, both from 1.
    func place(of offset: Int) -> (line: Int, column: Int) {
        let before = octets[..<min(max(offset, 0), octets.count)]
        let line = before.count { $0 == 0x0A } + 1
        let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return (line, column)
    }

    func failure(_ message: String, at offset: Int, expression: String = "") -> JinjaError {
        let (line, column) = place(of: offset)
        return JinjaError(message, template: name, line: line, column: column, expression: expression)
    }
}

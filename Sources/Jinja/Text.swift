/// Text as Python's strings are handled: by code point.

extension String {
    init(scalars: some Sequence<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self = String(view)
    }
}

extension Unicode.Scalar {
    /// `\w`: letters, digits and the underscore.
    var isWord: Bool {
        switch value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
        case 0...0x7F: false
        default: isLetter || properties.numericType != nil
        }
    }

    var isLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    /// `\d`
    var isDecimalDigit: Bool {
        value < 0x80 ? (0x30...0x39).contains(value) : properties.numericType == .decimal
    }
}

func capitalized(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return "" }
    return first.properties.titlecaseMapping + String(text.unicodeScalars.dropFirst()).lowercased()
}

/// Python's `strip`, `lstrip` and `rstrip`.
func stripped(_ text: String, _ characters: String?, left: Bool, right: Bool) -> String {
    let set = characters.map { Set($0.unicodeScalars) }
    func isStripped(_ scalar: Unicode.Scalar) -> Bool { set?.contains(scalar) ?? scalar.isPythonSpace }
    var scalars = Substring(text).unicodeScalars
    while left, let first = scalars.first, isStripped(first) { scalars.removeFirst() }
    while right, let last = scalars.last, isStripped(last) { scalars.removeLast() }
    return String(scalars)
}

/// Python's `str.center`, which leans left or right as its C code does.
func centered(_ text: String, _ width: Int, fill: String) -> String {
    let length = text.unicodeScalars.count
    guard width > length else { return text }
    let pad = width - length
    let left = pad / 2 + (pad & width & 1)
    return String(repeating: fill, count: left) + text + String(repeating: fill, count: pad - left)
}

/// The place of a part in a text, in octets.
func find(_ part: String, in text: String) -> Int? {
    find(Array(part.utf8), in: Array(text.utf8), from: 0)
}

private func find(_ part: [UInt8], in text: [UInt8], from start: Int) -> Int? {
    guard part.count <= text.count - start else { return nil }
    guard let first = part.first else { return start }
    var index = start
    let last = text.count - part.count
    while index <= last {
        if text[index] == first {
            var length = 1
            while length < part.count, text[index + length] == part[length] { length += 1 }
            if length == part.count { return index }
        }
        index += 1
    }
    return nil
}

/// Python's `splitlines`, without the line ends.
func splitLines(_ text: String, keepEnds: Bool = false) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var afterReturn = false
    for scalar in text.unicodeScalars {
        if afterReturn {
            afterReturn = false
            if scalar == "\n" {
                if keepEnds, let last = lines.popLast() { lines.append(last + "\n") }
                continue
            }
        }
        switch scalar {
        case "\n", "\r", "\u{0B}", "\u{0C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}":
            if keepEnds { line.append(scalar) }
            lines.append(String(line))
            line = String.UnicodeScalarView()
            afterReturn = scalar == "\r"
        default: line.append(scalar)
        }
    }
    if !line.isEmpty { lines.append(String(line)) }
    return lines
}

/// Python's `str.split`: by white space, or by a separator.
func split(_ text: String, by separator: String?, limit: Int) -> [String] {
    guard let separator else {
        var parts: [String] = []
        var rest = Substring(text).unicodeScalars
        while true {
            while let first = rest.first, first.isPythonSpace { rest.removeFirst() }
            if rest.isEmpty { return parts }
            if limit >= 0, parts.count == limit {
                parts.append(String(rest))
                return parts
            }
            let end = rest.firstIndex { $0.isPythonSpace } ?? rest.endIndex
            parts.append(String(rest[..<end]))
            rest = rest[end...]
        }
    }
    let octets = Array(text.utf8)
    let separatorOctets = Array(separator.utf8)
    var parts: [String] = []
    var start = 0
    while limit < 0 || parts.count < limit, let next = find(separatorOctets, in: octets, from: start) {
        parts.append(String(decoding: octets[start..<next], as: UTF8.self))
        start = next + separatorOctets.count
    }
    parts.append(String(decoding: octets[start...], as: UTF8.self))
    return parts
}

/// Python's `str.rsplit` by a separator: the limit counts from the right.
func splitFromRight(_ text: String, by separator: String?, limit: Int) -> [String] {
    let reversedText = String(scalars: text.unicodeScalars.reversed())
    let reversedSeparator = separator.map { String(scalars: $0.unicodeScalars.reversed()) }
    return split(reversedText, by: reversedSeparator, limit: limit)
        .map { String(scalars: $0.unicodeScalars.reversed()) }
        .reversed()
}

extension Evaluation {
    func spaces(_ count: Int) throws -> String {
        try charge(count, times: 1)
        return String(repeating: " ", count: max(0, count))
    }

    /// Python's `str.replace`; no limit when it is negative.
    func replace(_ old: String, _ new: String, in text: String, limit: Int) throws -> String {
        if old.isEmpty {
            var result = ""
            var left = limit
            try charge(text.utf8.count + 1, times: new.utf8.count + 1)
            for scalar in text.unicodeScalars {
                if left != 0 { result += new }
                left -= left > 0 ? 1 : 0
                result.unicodeScalars.append(scalar)
            }
            return left != 0 ? result + new : result
        }
        let parts = split(text, by: old, limit: limit)
        try charge(parts.count, times: new.utf8.count)
        try charge(text.utf8.count)
        return parts.joined(separator: new)
    }
}

/// A text without the white space around it.
func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.isPythonSpace }),
        let last = scalars.lastIndex(where: { !$0.isPythonSpace })
    else { return "" }
    return String(scalars[first...last])
}

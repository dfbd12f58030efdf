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
    if var octets = asciiOctets(of: text) {
        for index in octets.indices { octets[index] = index == 0 ? upperCase(octets[index]) : lowerCase(octets[index]) }
        return String(decoding: octets, as: UTF8.self)
    }
    guard let first = text.unicodeScalars.first else { return "" }
    return first.properties.titlecaseMapping + String(text.unicodeScalars.dropFirst()).lowercased()
}

/// The octets of a text that is ASCII alone.
func asciiOctets(of text: String) -> [UInt8]? {
    let octets = Array(text.utf8)
    return octets.allSatisfy { $0 < 0x80 } ? octets : nil
}

func upperCase(_ octet: UInt8) -> UInt8 {
    (0x61...0x7A).contains(octet) ? octet - 0x20 : octet
}

func lowerCase(_ octet: UInt8) -> UInt8 {
    (0x41...0x5A).contains(octet) ? octet + 0x20 : octet
}

/// Python's `strip`, `lstrip` and `rstrip`.
func stripped(_ text: String, _ characters: String?, left: Bool, right: Bool) -> String {
    // Most texts have nothing around them.
    if characters == nil, let first = text.utf8.first, let last = text.utf8.last, (0x21...0x7E).contains(first),
        (0x21...0x7E).contains(last)
    {
        return text
    }
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
    find(part.utf8.span, in: text.utf8.span, from: 0)
}

private func find(_ part: Span<UInt8>, in text: Span<UInt8>, from start: Int) -> Int? {
    guard part.count <= text.count - start else { return nil }
    guard !part.isEmpty else { return start }
    let first = part[0]
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

/// Where a part that is not empty stands in a text, in octets; no limit when it is negative.
func places(of part: String, in text: String, limit: Int) -> [Int] {
    let part = part.utf8.span
    let text = text.utf8.span
    var places: [Int] = []
    var start = 0
    while limit < 0 || places.count < limit, let next = find(part, in: text, from: start) {
        if places.isEmpty { places.reserveCapacity(4) }
        places.append(next)
        start = next + part.count
    }
    return places
}

/// Python's `splitlines`, without the line ends.
public func splitLines(_ text: String, keepEnds: Bool = false) -> [String] {
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
    var parts: [String] = []
    var start = text.startIndex
    for place in places(of: separator, in: text, limit: limit) {
        let end = text.utf8.index(text.startIndex, offsetBy: place)
        parts.append(String(text[start..<end]))
        start = text.utf8.index(end, offsetBy: separator.utf8.count)
    }
    parts.append(String(text[start...]))
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
        let places = places(of: old, in: text, limit: limit)
        try charge(places.count + 1, times: new.utf8.count)
        try charge(text.utf8.count)
        if places.isEmpty { return text }
        let octets = text.utf8.span
        var result = Output()
        result.reserve(octets.count + places.count * new.utf8.count)
        var start = 0
        for place in places {
            result.append(octets.extracting(start..<place))
            result.append(new.utf8.span)
            start = place + old.utf8.count
        }
        result.append(octets.extracting(start...))
        return result.text
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

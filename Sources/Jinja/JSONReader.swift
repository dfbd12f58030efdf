import OrderedCollections

/// A reader of JSON that keeps the order of keys and never goes deeper than `maximumDepth`.
struct JSONReader {
    static let maximumDepth = 200

    let octets: [UInt8]
    private var position = 0

    init(octets: [UInt8]) {
        self.octets = octets
    }

    mutating func readDocument() throws -> Value {
        let value = try readValue(depth: 0)
        skipSpace()
        guard position == octets.count else { throw failure("text after the value") }
        return value
    }

    private func failure(_ message: String) -> JinjaError {
        let line = octets[..<min(position, octets.count)].count { $0 == UInt8(ascii: "\n") } + 1
        return JinjaError("reading JSON, \(message) at octet \(position)", template: "JSON", line: line)
    }

    private var current: UInt8? { position < octets.count ? octets[position] : nil }

    private mutating func skipSpace() {
        while let octet = current, octet == 0x20 || (0x09...0x0A).contains(octet) || octet == 0x0D { position += 1 }
    }

    private mutating func take(_ octet: UInt8) -> Bool {
        guard current == octet else { return false }
        position += 1
        return true
    }

    private mutating func take(word: StaticString) -> Bool {
        let text = word.description.utf8
        guard octets[position...].starts(with: text) else { return false }
        position += text.count
        return true
    }

    private mutating func readValue(depth: Int) throws -> Value {
        guard depth < Self.maximumDepth else { throw failure("nested too deep") }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try readDictionary(depth: depth)
        case UInt8(ascii: "["): return try readList(depth: depth)
        case UInt8(ascii: "\""): return .string(try readString())
        case .some(0x30...0x39), UInt8(ascii: "-"): return try readNumber()
        default:
            if take(word: "true") { return true }
            if take(word: "false") { return false }
            if take(word: "null") { return .none }
            throw failure(current == nil ? "the text ends where a value was expected" : "no value found")
        }
    }

    private mutating func readDictionary(depth: Int) throws -> Value {
        position += 1
        var entries: OrderedDictionary<String, Value> = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .dict(entries) }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("no key found") }
            let key = try readString()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("no ':' after key '\(key)'") }
            entries[key] = try readValue(depth: depth + 1)
            skipSpace()
            if take(UInt8(ascii: "}")) { return .dict(entries) }
            guard take(UInt8(ascii: ",")) else { throw failure("neither ',' nor '}' after a value") }
        }
    }

    private mutating func readList(depth: Int) throws -> Value {
        position += 1
        var items: [Value] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .list(items) }
        while true {
            items.append(try readValue(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .list(items) }
            guard take(UInt8(ascii: ",")) else { throw failure("neither ',' nor ']' after a value") }
        }
    }

    private mutating func readNumber() throws -> Value {
        let start = position
        var isWhole = true
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard skipDigits() > 0 else { throw failure("no digits in a number") }
        }
        if take(UInt8(ascii: ".")) {
            isWhole = false
            guard skipDigits() > 0 else { throw failure("no digits after a decimal point") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
            guard skipDigits() > 0 else { throw failure("no digits in an exponent") }
        }
        let text = String(decoding: octets[start..<position], as: UTF8.self)
        if isWhole, let number = Int(text) { return .int(number) }
        guard let number = Double(text), number.isFinite else { throw failure("number \(text) is out of range") }
        return .double(number)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let octet = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) { position += 1 }
        return position - start
    }

    private mutating func readString() throws -> String {
        position += 1
        var text: [UInt8] = []
        while let octet = current {
            position += 1
            switch octet {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try readEscape(into: &text)
            case 0..<0x20: throw failure("a control character in a string")
            default: text.append(octet)
            }
        }
        throw failure("the text ends inside a string")
    }

    private mutating func readEscape(into text: inout [UInt8]) throws {
        guard let octet = current else { throw failure("the text ends inside a string") }
        position += 1
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(octet)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"):
            var code = try readHexadecimal()
            if (0xD800...0xDBFF).contains(code), take(word: "\\u") {
                let low = try readHexadecimal()
                guard (0xDC00...0xDFFF).contains(low) else { throw failure("half a surrogate pair") }
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
            text.append(contentsOf: String(scalar).utf8)
        default: throw failure("an unknown escape")
        }
    }

    private mutating func readHexadecimal() throws -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let octet = current, let digit = Character(Unicode.Scalar(octet)).hexDigitValue else {
                throw failure("\\u without four hexadecimal digits")
            }
            position += 1
            code = code << 4 | UInt32(digit)
        }
        return code
    }
}

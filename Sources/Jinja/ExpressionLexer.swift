/// Cuts expressions into tokens.
struct ExpressionLexer {
    /// What ends the tag that the expression stands in.
    enum Terminator {
        case endOfText, variable, block
    }

    let source: Source
    private(set) var position: Int
    private var brackets: [Token.Symbol] = []
    private let keepsBackslashes: Bool

    init(source: Source, position: Int = 0, keepsBackslashes: Bool = false) {
        self.source = source
        self.position = position
        self.keepsBackslashes = keepsBackslashes
    }

    /// All tokens up to the terminator, which is left standing at `position`.
    mutating func tokens(until terminator: Terminator) throws -> [Token] {
        var tokens: [Token] = []
        while true {
            skipSpace()
            if position >= source.octets.count {
                guard case .endOfText = terminator else { throw source.failure("the tag is not closed", at: position) }
                if let open = brackets.last { throw source.failure("'\(open.rawValue)' is not closed", at: position) }
                break
            }
            if brackets.isEmpty, isTerminator(terminator) { break }
            tokens.append(try nextToken(after: tokens.last))
        }
        tokens.append(Token(kind: .end, offset: position))
        return tokens
    }

    private func isTerminator(_ terminator: Terminator) -> Bool {
        switch terminator {
        case .endOfText: false
        case .variable: source.has("}}", at: position) || source.has("-}}", at: position)
        case .block:
            source.has("%}", at: position) || source.has("-%}", at: position) || source.has("+%}", at: position)
        }
    }

    private mutating func skipSpace() {
        while position < source.octets.count {
            switch source.octets[position] {
            case 0x09...0x0D, 0x1C...0x20: position += 1
            default: return
            }
        }
    }

    private func octet(at offset: Int) -> UInt8 {
        offset < source.octets.count ? source.octets[offset] : 0
    }

    private mutating func nextToken(after previous: Token?) throws -> Token {
        let start = position
        let first = source.octets[position]
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            return Token(kind: try number(afterDot: previous?.kind == .symbol(.dot)), offset: start)
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            return Token(kind: .string(try string(quote: first)), offset: start)
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
            while Self.isNameOctet(octet(at: position)) { position += 1 }
            let name = source.text(start..<position)
            guard Self.isName(name) else { throw source.failure("'\(name)' is not a name", at: start) }
            return Token(kind: .name(name), offset: start)
        default:
            for length in [2, 1] where start + length <= source.octets.count {
                guard let symbol = Token.Symbol(rawValue: source.text(start..<start + length)) else { continue }
                position += length
                try balance(symbol, at: start)
                return Token(kind: .symbol(symbol), offset: start)
            }
            throw source.failure("unexpected character \(pythonQuoted(source.text(start..<start + 1)))", at: start)
        }
    }

    static func isNameOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default: false
        }
    }

    private static func isName(_ name: String) -> Bool {
        name.unicodeScalars.enumerated().allSatisfy { index, scalar in
            scalar.value < 0x80 || (index == 0 ? scalar.properties.isXIDStart : scalar.properties.isXIDContinue)
        }
    }

    private mutating func balance(_ symbol: Token.Symbol, at offset: Int) throws {
        let expected: Token.Symbol
        switch symbol {
        case .leftParenthesis, .leftBracket, .leftBrace:
            brackets.append(symbol)
            return
        case .rightParenthesis: expected = .leftParenthesis
        case .rightBracket: expected = .leftBracket
        case .rightBrace: expected = .leftBrace
        default: return
        }
        guard brackets.popLast() == expected else {
            throw source.failure("unexpected '\(symbol.rawValue)'", at: offset)
        }
    }

    // MARK: Numbers

    private mutating func digits(_ radix: Int) -> String {
        var digits = ""
        while true {
            let next = octet(at: position)
            let following = octet(at: position + 1)
            if let digit = Character(Unicode.Scalar(next)).hexDigitValue, digit < radix {
                digits.unicodeScalars.append(Unicode.Scalar(next))
                position += 1
            } else if next == UInt8(ascii: "_"), !digits.isEmpty || radix != 10,
                let digit = Character(Unicode.Scalar(following)).hexDigitValue, digit < radix
            {
                position += 1
            } else {
                return digits
            }
        }
    }

    private mutating func number(afterDot: Bool) throws -> Token.Kind {
        let start = position
        if octet(at: position) == UInt8(ascii: "0"), let radix = Self.radix(of: octet(at: position + 1)) {
            position += 2
            let digits = digits(radix)
            guard !digits.isEmpty else { throw source.failure("no digits in a number", at: start) }
            guard let number = Int(digits, radix: radix) else { throw tooLarge(start) }
            return .int(number)
        }
        var text = digits(10)
        let whole = text
        if !afterDot {
            if octet(at: position) == UInt8(ascii: "."), Self.isDigit(octet(at: position + 1)) {
                position += 1
                text += "." + digits(10)
            }
            if octet(at: position) | 0x20 == UInt8(ascii: "e") {
                let sign = octet(at: position + 1)
                let isSigned = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
                if Self.isDigit(octet(at: position + (isSigned ? 2 : 1))) {
                    position += isSigned ? 2 : 1
                    text += "e" + (sign == UInt8(ascii: "-") ? "-" : "") + digits(10)
                }
            }
        }
        if text == whole {
            guard whole.utf8.first != UInt8(ascii: "0") || whole.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) else {
                throw source.failure("a number with leading zeros", at: start)
            }
            guard let number = Int(whole) else { throw tooLarge(start) }
            return .int(number)
        }
        guard let number = Double(text), number.isFinite else { throw tooLarge(start) }
        return .double(number)
    }

    private func tooLarge(_ start: Int) -> JinjaError {
        source.failure("number \(source.text(start..<position)) is out of range", at: start)
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }

    private static func radix(of octet: UInt8) -> Int? {
        switch octet | 0x20 {
        case UInt8(ascii: "x"): 16
        case UInt8(ascii: "o"): 8
        case UInt8(ascii: "b"): 2
        default: nil
        }
    }

    // MARK: Strings

    /// A string with Python's escapes; an unknown escape stands for itself.
    private mutating func string(quote: UInt8) throws -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while position < source.octets.count {
            let octet = source.octets[position]
            position += 1
            if octet == quote { return String(decoding: text, as: UTF8.self) }
            guard octet == UInt8(ascii: "\\"), position < source.octets.count else {
                text.append(octet)
                continue
            }
            let escape = source.octets[position]
            position += 1
            if keepsBackslashes {
                text += [octet, escape]
                continue
            }
            switch escape {
            case 0x0A: break
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.append(escape)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "a"): text.append(0x07)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "v"): text.append(0x0B)
            case UInt8(ascii: "x"): try appendScalar(digits: 2, radix: 16, to: &text)
            case UInt8(ascii: "u"): try appendScalar(digits: 4, radix: 16, to: &text)
            case UInt8(ascii: "U"): try appendScalar(digits: 8, radix: 16, to: &text)
            case UInt8(ascii: "N"): throw source.failure("\\N escapes are not known", at: position - 2)
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                position -= 1
                try appendScalar(digits: 3, radix: 8, to: &text)
            default: text += [octet, escape]
            }
        }
        throw source.failure("the string is not closed", at: start)
    }

    /// Exactly so many hexadecimal digits, or up to so many octal ones.
    private mutating func appendScalar(digits count: Int, radix: Int, to text: inout [UInt8]) throws {
        let start = position
        var code: UInt32 = 0
        while position - start < count, let digit = Character(Unicode.Scalar(octet(at: position))).hexDigitValue,
            digit < radix
        {
            code = code &* UInt32(radix) | UInt32(digit)
            position += 1
        }
        guard position - start == count || radix == 8, let scalar = Unicode.Scalar(code) else {
            throw source.failure("an incomplete escape", at: start)
        }
        text.append(contentsOf: String(scalar).utf8)
    }
}

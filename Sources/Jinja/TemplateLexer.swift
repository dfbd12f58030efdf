/// A stretch of a template: text, or a tag with its tokens.
enum TemplatePiece: Sendable {
    case text(String)
    case output([Token])
    case block([Token])
}

/// How a template's white space is treated.
struct TemplateSyntax: Hashable, Sendable {
    var trimBlocks: Bool
    var lstripBlocks: Bool
    var keepTrailingNewline: Bool
    /// Whether backslashes in strings between `{{` and `}}` are what they are.
    var keepsBackslashes = false
}

/// Cuts a template into text and tags.
struct TemplateLexer {
    private let source: Source
    private let syntax: TemplateSyntax
    private var position = 0
    private var pieces: [TemplatePiece] = []
    /// Whether what comes next starts a line.
    private var atLineStart = true

    init(source: Source, syntax: TemplateSyntax) {
        self.source = source
        self.syntax = syntax
    }

    mutating func read() throws -> [TemplatePiece] {
        while let start = nextTag(from: position) {
            let isVariable = source.has("{{", at: start)
            let sign = octet(at: start + 2)
            addText(position..<start, sign: sign, isVariable: isVariable)
            position = start + 2
            if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
            if source.has("{#", at: start) {
                try skipComment()
                continue
            }
            if !isVariable, let end = endOfWord("raw", from: position) {
                try readRaw(from: end)
                continue
            }
            var lexer = ExpressionLexer(
                source: source,
                position: position,
                keepsBackslashes: isVariable && syntax.keepsBackslashes
            )
            let tokens = try lexer.tokens(until: isVariable ? .variable : .block)
            position = lexer.position
            pieces.append(isVariable ? .output(tokens) : .block(tokens))
            skipTagEnd(trims: !isVariable && syntax.trimBlocks)
        }
        add(text: position..<source.octets.count)
        return pieces
    }

    private func octet(at offset: Int) -> UInt8 {
        offset < source.octets.count ? source.octets[offset] : 0
    }

    private func nextTag(from start: Int) -> Int? {
        var offset = start
        while offset + 1 < source.octets.count {
            if source.octets[offset] == UInt8(ascii: "{") {
                switch source.octets[offset + 1] {
                case UInt8(ascii: "{"), UInt8(ascii: "%"), UInt8(ascii: "#"): return offset
                default: break
                }
            }
            offset += 1
        }
        return nil
    }

    private func isSpace(_ octet: UInt8) -> Bool {
        (0x09...0x0D).contains(octet) || (0x1C...0x20).contains(octet)
    }

    /// Adds the text before a tag, less what the tag's sign or `lstripBlocks` takes away.
    private mutating func addText(_ range: Range<Int>, sign: UInt8, isVariable: Bool) {
        var end = range.upperBound
        if sign == UInt8(ascii: "-") {
            let text = source.text(range)
            let kept = stripped(text, nil, left: false, right: true)
            end = range.lowerBound + kept.utf8.count
        } else if sign != UInt8(ascii: "+"), syntax.lstripBlocks, !isVariable {
            let lineEnd = source.octets[range].lastIndex(of: 0x0A)
            let line = lineEnd.map { $0 + 1 } ?? range.lowerBound
            if lineEnd != nil || atLineStart, source.octets[line..<end].allSatisfy(isSpace) { end = line }
        }
        add(text: range.lowerBound..<end)
    }

    private mutating func add(text range: Range<Int>) {
        if !range.isEmpty { pieces.append(.text(source.text(range))) }
    }

    /// Skips `-%}`, `%}`, `}}` and their like, and the white space that goes with them.
    private mutating func skipTagEnd(trims: Bool) {
        let sign = octet(at: position)
        let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
        position += isSigned ? 3 : 2
        atLineStart = false
        if sign == UInt8(ascii: "-") {
            let start = position
            while let scalar = scalar(at: position), scalar.isPythonSpace { position += String(scalar).utf8.count }
            atLineStart = position > start && source.octets[position - 1] == 0x0A
        } else if !isSigned, trims, octet(at: position) == 0x0A {
            position += 1
            atLineStart = true
        }
    }

    private func scalar(at offset: Int) -> Unicode.Scalar? {
        guard offset < source.octets.count else { return nil }
        if source.octets[offset] < 0x80 { return Unicode.Scalar(source.octets[offset]) }
        return source.text(offset..<min(offset + 4, source.octets.count)).unicodeScalars.first
    }

    private mutating func skipComment() throws {
        var end = position
        while !source.has("#}", at: end) {
            guard end < source.octets.count else { throw source.failure("the comment is not closed", at: position - 2) }
            end += 1
        }
        let sign = end > position ? source.octets[end - 1] : 0
        position = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") ? end - 1 : end
        skipTagEnd(trims: syntax.trimBlocks)
    }

    /// The place after `word` and the tag's end, when that is what stands here.
    private func endOfWord(_ word: StaticString, from start: Int) -> Int? {
        var offset = start
        while isSpace(octet(at: offset)) { offset += 1 }
        guard source.has(word, at: offset) else { return nil }
        offset += word.utf8CodeUnitCount
        while isSpace(octet(at: offset)) { offset += 1 }
        return source.has("%}", at: offset) || source.has("-%}", at: offset) || source.has("+%}", at: offset)
            ? offset : nil
    }

    private mutating func readRaw(from end: Int) throws {
        let start = position
        position = end
        skipTagEnd(trims: false)
        let textStart = position
        var offset = position
        while offset < source.octets.count {
            if source.has("{%", at: offset) {
                let sign = octet(at: offset + 2)
                let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
                if let close = endOfWord("endraw", from: offset + (isSigned ? 3 : 2)) {
                    addText(textStart..<offset, sign: sign, isVariable: false)
                    position = close
                    skipTagEnd(trims: syntax.trimBlocks)
                    return
                }
            }
            offset += 1
        }
        throw source.failure("'raw' is not closed", at: start)
    }
}

import Jinja

/// Where in their data a value is: `inventory.disks[*].size`, `node://driver_info.ipmi_address`, `inventory[cpu][count]`.
struct FieldPath: Hashable {
    enum Part: Hashable {
        case name(String)
        case each
        case index(Int)
    }

    var source: String
    var parts: [Part]

    /// - Parameter text: JSONPath with the scheme `data://` or `node://`, or the field of a Python format
    init(_ text: String) {
        source = text
        parts = []
        var rest = text[...]
        if rest.hasPrefix("data://") { rest = rest.dropFirst(7) }
        if rest.hasPrefix("node://") {
            rest = rest.dropFirst(7)
            parts.append(.name("node"))
        }
        var word = ""
        func part(_ word: String) -> Part {
            if word == "*" { return .each }
            if let number = Int(word) { return .index(number) }
            return .name(word)
        }
        for character in rest {
            switch character {
            case ".", "[", "]", "/":
                if !word.isEmpty { parts.append(part(word)) }
                word = ""
            case "'", "\"": break
            default: word.append(character)
            }
        }
        if !word.isEmpty { parts.append(part(word)) }
        if let first = parts.first, first == .name("$") || first == .name("data") { parts.removeFirst() }
    }

    /// The names alone, with `*` and numbers between dots.
    var dotted: String {
        parts.map { part in
            switch part {
            case .name(let name): name
            case .each: "*"
            case .index(let number): String(number)
            }
        }.joined(separator: ".")
    }
}

/// A text of Python's `str.format`: `node-{inventory[system_vendor][serial_number]}`.
struct FormatText {
    enum Piece {
        case text(String)
        case field(FieldPath)
    }

    var pieces: [Piece] = []

    init(_ text: String) throws(NotCarried) {
        let characters = Array(text)
        var plain = ""
        var index = 0
        while index < characters.count {
            let character = characters[index]
            let next = index + 1 < characters.count ? characters[index + 1] : nil
            if character == "{" || character == "}", next == character {
                plain.append(character)
                index += 2
            } else if character == "{" {
                guard let end = characters[index...].firstIndex(of: "}") else {
                    throw NotCarried("'\(text)' has a '{' that is never closed")
                }
                let field = String(characters[(index + 1)..<end])
                guard !field.isEmpty, !field.contains("!"), !field.contains(":") else {
                    throw NotCarried("'{\(field)}' formats in a way that templates have not")
                }
                if !plain.isEmpty { pieces.append(.text(plain)) }
                plain = ""
                pieces.append(.field(FieldPath(field)))
                index = end + 1
            } else {
                plain.append(character)
                index += 1
            }
        }
        if !plain.isEmpty { pieces.append(.text(plain)) }
    }

    static func escaped(_ text: String) -> String {
        text.flatMap { $0 == "{" || $0 == "}" ? [$0, $0] : [$0] }.reduce(into: "") { $0.append($1) }
    }

    /// The same as a template.
    var template: String {
        get throws(NotCarried) {
            var template = ""
            for piece in pieces {
                switch piece {
                case .text(let text):
                    template += text.contains("{") || text.contains("}") ? "{{ \(Literal.of(.string(text))) }}" : text
                case .field(let path): template += "{{ \(try FieldName(path).single()) }}"
                }
            }
            return template
        }
    }
}

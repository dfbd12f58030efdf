/// Lists and tuples of texts and numbers as Python writes them, as JSON.
enum PythonLiteral {
    /// Nil where there is something else than lists, tuples, texts, numbers, `None`, `True` and `False`.
    static func json(_ octets: [UInt8]) -> [UInt8]? {
        var json: [UInt8] = []
        var rest = octets[...]
        while let octet = rest.first {
            switch octet {
            case UInt8(ascii: "("), UInt8(ascii: "["):
                json.append(UInt8(ascii: "["))
                rest.removeFirst()
            case UInt8(ascii: ")"), UInt8(ascii: "]"):
                // Python lets a comma stand before the end.
                if json.last == UInt8(ascii: ",") { json.removeLast() }
                json.append(UInt8(ascii: "]"))
                rest.removeFirst()
            case UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                json.append(octet)
                rest.removeFirst()
            case 0x09, 0x0A, 0x0D, 0x20:
                rest.removeFirst()
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                guard let text = text(from: &rest) else { return nil }
                json += text
            default:
                guard let word = word(from: &rest) else { return nil }
                json += word
            }
        }
        return json.first == UInt8(ascii: "[") ? json : nil
    }

    private static func word(from rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        for (python, json) in [("None", "null"), ("True", "true"), ("False", "false")]
        where rest.starts(with: python.utf8) {
            rest = rest.dropFirst(python.utf8.count)
            return Array(json.utf8)
        }
        // What Python 2 puts before texts.
        guard rest.first == UInt8(ascii: "u") || rest.first == UInt8(ascii: "b"),
            let next = rest.dropFirst().first, next == UInt8(ascii: "'") || next == UInt8(ascii: "\"")
        else { return nil }
        rest.removeFirst()
        return []
    }

    /// From one mark to the next of its kind, with what JSON wants escaped.
    private static func text(from rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard let mark = rest.popFirst() else { return nil }
        var text: [UInt8] = [UInt8(ascii: "\"")]
        while let octet = rest.popFirst() {
            switch octet {
            case mark:
                return text + [UInt8(ascii: "\"")]
            case UInt8(ascii: "\\"):
                guard let next = rest.popFirst() else { return nil }
                if next == UInt8(ascii: "'") {
                    text.append(next)
                } else if Array("\"\\/nrt".utf8).contains(next) {
                    text += [octet, next]
                } else {
                    text += [octet, octet, next]
                }
            case UInt8(ascii: "\""):
                text += [UInt8(ascii: "\\"), octet]
            case 0..<0x20:
                text.append(0x20)
            default:
                text.append(octet)
            }
        }
        return nil
    }
}

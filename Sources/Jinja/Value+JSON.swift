import OrderedCollections

extension Value {
    /// Reads one JSON text (RFC 8259), keeping the order of keys; a key given twice keeps its last value.
    ///
    /// Whole numbers beyond 64 bits become doubles. Nesting is bounded.
    public init(json: String) throws(JinjaError) {
        var reader = JSONReader(octets: Array(json.utf8))
        self = try throwingJinjaError { try reader.readDocument() }
    }

    /// Writes JSON; compact without `indent`. What has no JSON form (undefined, NaN, infinity) becomes `null`.
    public func json(indent: Int? = nil, sortKeys: Bool = false) -> String {
        var writer = JSONWriter(indent: indent, sortKeys: sortKeys)
        writer.itemSeparator = ","
        writer.keySeparator = indent == nil ? ":" : ": "
        writer.write(self)
        return writer.text
    }
}

/// How a value is written as JSON; the plain settings are those of Python's `json.dumps`, unless said otherwise.
struct JSONWriter {
    var indent: Int?
    var sortKeys = false
    var itemSeparator = ", "
    var keySeparator = ": "
    /// Everything above ASCII as `\uNNNN`.
    var asciiOnly = false
    /// Python's `NaN` and `Infinity`, which JSON does not have.
    var writesNotFinite = false
    private(set) var text = ""
    private var depth = 0

    init(indent: Int? = nil, sortKeys: Bool = false) {
        self.indent = indent
        self.sortKeys = sortKeys
    }

    mutating func write(_ value: Value) {
        switch value {
        case .undefined, .none: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .int(let number): text += String(number)
        case .double(let number):
            if number.isFinite {
                text += pythonText(of: number)
            } else if writesNotFinite {
                text += number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
            } else {
                text += "null"
            }
        case .string(let string): writeString(string)
        case .list(let items):
            writeItems(items, "[", "]") { writer, item in writer.write(item) }
        case .dict(let entries):
            // Python sorts keys by code point, as UTF-8 octets sort.
            let ordered =
                sortKeys ? entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } : Array(entries)
            writeItems(ordered, "{", "}") { writer, entry in
                writer.writeString(entry.key)
                writer.text += writer.keySeparator
                writer.write(entry.value)
            }
        }
    }

    private mutating func writeItems<Item>(
        _ items: [Item],
        _ start: String,
        _ end: String,
        each: (inout JSONWriter, Item) -> Void
    ) {
        text += start
        guard !items.isEmpty else {
            text += end
            return
        }
        depth += 1
        for (index, item) in items.enumerated() {
            if index > 0 { text += indent == nil ? itemSeparator : "," }
            breakLine()
            each(&self, item)
        }
        depth -= 1
        breakLine()
        text += end
    }

    private mutating func breakLine() {
        guard let indent else { return }
        text += "\n"
        text += String(repeating: " ", count: max(0, indent) * depth)
    }

    private mutating func writeString(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{08}": text += "\\b"
            case "\u{0C}": text += "\\f"
            case "\u{00}"..<" ": text += "\\u" + hexadecimal(scalar.value, digits: 4)
            case " "..."~": text.unicodeScalars.append(scalar)
            default:
                if asciiOnly {
                    for unit in String(scalar).utf16 { text += "\\u" + hexadecimal(UInt32(unit), digits: 4) }
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }
}

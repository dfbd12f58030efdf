import AgentAPI
import Jinja
import OrderedCollections

/// Ansible's one-line arguments: `systemd: name=ntp state=started`, `command: ls /tmp`.
enum FreeForm {
    static func arguments(of module: NativeModule, _ text: String) -> OrderedDictionary<String, Value> {
        if module.signature.isFreeForm { return ["_raw_params": .string(text)] }
        var arguments: OrderedDictionary<String, Value> = [:]
        var rest: [String] = []
        for word in words(text) {
            if isOption(word), let equals = word.firstIndex(of: "=") {
                arguments[String(word[..<equals])] = .string(unescaped(unquoted(word[word.index(after: equals)...])))
            } else {
                rest.append(word)
            }
        }
        if !rest.isEmpty { arguments["_raw_params"] = .string(rest.joined(separator: " ")) }
        return arguments
    }

    /// Whether a word is `key=value`.
    static func isOption(_ word: String) -> Bool {
        guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return false }
        return word[..<equals].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    }

    /// Splits at spaces outside quotes and outside `{{ }}`.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        var braces = 0
        for character in text {
            switch character {
            case "\"", "'":
                if quote == nil { quote = character } else if quote == character { quote = nil }
                word.append(character)
            case "{":
                braces += 1
                word.append(character)
            case "}":
                braces = max(0, braces - 1)
                word.append(character)
            case _ where character.isWhitespace && quote == nil && braces == 0:
                if !word.isEmpty { words.append(word) }
                word = ""
            default:
                word.append(character)
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// With `\n` and its kin as Ansible reads them in such words.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var result = ""
        var rest = Substring(text)
        while let character = rest.popFirst() {
            guard character == "\\", let letter = rest.first else {
                result.append(character)
                continue
            }
            let known: [Character: Character] = [
                "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", "\"": "\"", "a": "\u{7}", "b": "\u{8}",
                "f": "\u{C}", "v": "\u{B}",
            ]
            let lengths: [Character: Int] = ["x": 2, "u": 4, "U": 8]
            if let meant = known[letter] {
                result.append(meant)
                rest.removeFirst()
            } else if let length = lengths[letter],
                let code = UInt32(rest.dropFirst().prefix(length), radix: 16), let scalar = Unicode.Scalar(code)
            {
                result.append(Character(scalar))
                rest = rest.dropFirst(length + 1)
            } else {
                result.append(character)
            }
        }
        return result
    }

    private static func unquoted(_ text: Substring) -> String {
        guard text.count >= 2, let first = text.first, first == "\"" || first == "'", text.last == first else {
            return String(text)
        }
        return String(text.dropFirst().dropLast())
    }
}

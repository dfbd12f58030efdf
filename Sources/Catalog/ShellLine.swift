/// A command's words in one text.
public enum ShellLine {
    /// As Python's `shlex.split` does it, and so paunch: at spaces outside quotes; here also outside `{{ }}`.
    public static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isTemplate = false
        var isEscaped = false
        var previous: Character?
        for character in line {
            defer { previous = character }
            if isTemplate {
                if character == "}", previous == "}" { isTemplate = false }
                word = (word ?? "") + String(character)
                continue
            }
            if isEscaped {
                isEscaped = false
                // Between double quotes a backslash is one, but before these two.
                let isKept = quote == "\"" && character != "\"" && character != "\\"
                word = (word ?? "") + (isKept ? "\\" : "") + String(character)
                continue
            }
            switch character {
            case "\\" where quote != "'": isEscaped = true
            case "\"" where quote == nil, "'" where quote == nil:
                quote = character
                word = word ?? ""
            case _ where character == quote: quote = nil
            case _ where character.isWhitespace && quote == nil:
                if let word { words.append(word) }
                word = nil
            default:
                if character == "{", previous == "{" { isTemplate = true }
                word = (word ?? "") + String(character)
            }
        }
        if isEscaped { word = (word ?? "") + "\\" }
        if let word { words.append(word) }
        return words
    }
}

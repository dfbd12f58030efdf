/// Splits as a shell does: quotes group, a backslash takes the next character as it is; `{{ … }}` stays together.
///
/// With `keepingQuotes` the words are given as they were written.
func shellWords(_ text: String, keepingQuotes: Bool) -> [String] {
    var words: [String] = []
    var word = ""
    var inWord = false
    var quote: Character?
    var braces = 0
    var characters = Array(text)[...]
    while let character = characters.popFirst() {
        if braces == 0, character == "\\", quote != "'" {
            let next = characters.popFirst()
            // Within double quotes a backslash only takes what would end or start something.
            if keepingQuotes || (quote == "\"" && next != "\"" && next != "\\") { word.append(character) }
            if let next { word.append(next) }
            inWord = true
        } else if character == "{", characters.first == "{" {
            characters.removeFirst()
            word += "{{"
            braces += 1
            inWord = true
        } else if braces > 0, character == "}", characters.first == "}" {
            characters.removeFirst()
            word += "}}"
            braces -= 1
        } else if braces > 0 {
            word.append(character)
        } else if let open = quote {
            if character == open { quote = nil }
            if character != open || keepingQuotes { word.append(character) }
        } else if character == "'" || character == "\"" {
            quote = character
            inWord = true
            if keepingQuotes { word.append(character) }
        } else if character.isWhitespace {
            if inWord { words.append(word) }
            word = ""
            inWord = false
        } else {
            word.append(character)
            inWord = true
        }
    }
    if inWord { words.append(word) }
    return words
}

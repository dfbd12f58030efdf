/// Breaks a line into lines of a width, as Python's `textwrap` does.
struct WordWrap {
    let width: Int
    let breaksLongWords: Bool
    let breaksOnHyphens: Bool

    func lines(of text: String) -> [String] {
        var chunks: [[Unicode.Scalar]] = chunks(of: Array(text.unicodeScalars)).reversed()
        var lines: [String] = []
        while !chunks.isEmpty {
            var line: [[Unicode.Scalar]] = []
            var length = 0
            if !lines.isEmpty, let chunk = chunks.last, chunk.allSatisfy(\.isPythonSpace) { chunks.removeLast() }
            while let chunk = chunks.last, length + chunk.count <= width {
                line.append(chunk)
                length += chunk.count
                chunks.removeLast()
            }
            if let chunk = chunks.last, chunk.count > width {
                if breaksLongWords {
                    var space = width - length
                    if breaksOnHyphens, chunk.count > space,
                        let hyphen = chunk[..<space].lastIndex(of: "-"), hyphen > 0,
                        chunk[..<hyphen].contains(where: { $0 != "-" })
                    {
                        space = hyphen + 1
                    }
                    // With no room left this part is empty, and the space before it stays.
                    line.append(Array(chunk[..<space]))
                    chunks[chunks.count - 1] = Array(chunk[space...])
                } else if line.isEmpty {
                    line.append(chunk)
                    chunks.removeLast()
                }
            }
            if let last = line.last, last.allSatisfy(\.isPythonSpace) { line.removeLast() }
            if !line.isEmpty { lines.append(String(scalars: line.joined())) }
        }
        return lines
    }

    /// Words and the white space between them; words with hyphens are cut after these.
    private func chunks(of scalars: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var chunks: [[Unicode.Scalar]] = []
        for scalar in scalars {
            if let last = chunks.last?.last, last.isPythonSpace == scalar.isPythonSpace {
                chunks[chunks.count - 1].append(scalar)
            } else {
                chunks.append([scalar])
            }
        }
        return breaksOnHyphens ? chunks.flatMap(cutAtHyphens) : chunks
    }

    private func cutAtHyphens(_ word: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var parts: [[Unicode.Scalar]] = []
        var start = 0
        for index in word.indices where word[index] == "-" {
            // Two letters before the hyphen and a letter after it, as in "well-known".
            guard index - start >= 2, word[index - 1].isLetter, word[index - 2].isLetter,
                index + 2 < word.count, word[index + 1].isLetter, word[index + 2].isLetter
            else { continue }
            parts.append(Array(word[start...index]))
            start = index + 1
        }
        parts.append(Array(word[start...]))
        return parts
    }
}

/// A regular expression of Python's `re`, for modules that search in files as Ansible's do.
public struct Pattern: Sendable {
    private let regex: Regex

    public init(
        _ pattern: String,
        ignoresCase: Bool = false,
        multiline: Bool = false,
        dotMatchesAll: Bool = false
    ) throws(JinjaError) {
        var flags: Regex.Flags = []
        if ignoresCase { flags.insert(.ignoreCase) }
        if multiline { flags.insert(.multiline) }
        if dotMatchesAll { flags.insert(.dotMatchesAll) }
        let chosen = flags
        regex = try throwingJinjaError { try Regex(pattern, flags: chosen) }
    }

    /// `re.search`.
    public func isFound(in text: String) throws(JinjaError) -> Bool {
        try throwingJinjaError { try regex.search(Array(text.unicodeScalars)) != nil }
    }

    /// The texts of the first match's groups, nil for one that took no part, and the numbers of those that have names;
    /// nil when nothing matches.
    public func groups(in text: String) throws(JinjaError) -> (texts: [String?], names: [String: Int])? {
        try throwingJinjaError {
            let scalars = Array(text.unicodeScalars)
            guard let match = try regex.search(scalars) else { return nil }
            return (match.groups.dropFirst().map { $0.map { String(scalars: scalars[$0]) } }, regex.names)
        }
    }

    /// `re.match`: at the very start.
    public func matchesStart(of text: String) throws(JinjaError) -> Bool {
        try throwingJinjaError { try regex.match(Array(text.unicodeScalars)) != nil }
    }

    /// The texts before a named group of the first match, of that group, and after it; nil when nothing matches.
    public func parts(of text: String, around group: String) throws(JinjaError) -> (
        before: String, group: String, after: String
    )? {
        try throwingJinjaError {
            let scalars = Array(text.unicodeScalars)
            guard let match = try regex.search(scalars), let index = regex.names[group],
                let range = match.groups[index]
            else { return nil }
            return (
                String(scalars: scalars[..<range.lowerBound]), String(scalars: scalars[range]),
                String(scalars: scalars[range.upperBound...])
            )
        }
    }

    /// `re.subn`: the text with every match replaced, and how many there were.
    public func replacing(in text: String, with replacement: String) throws(JinjaError) -> (text: String, count: Int) {
        try throwingJinjaError {
            let scalars = Array(text.unicodeScalars)
            let replacement = try RegexReplacement(replacement, for: regex)
            let matches = try regex.matches(scalars)
            var result = String.UnicodeScalarView()
            var place = 0
            for match in matches {
                result.append(contentsOf: scalars[place..<match.range.lowerBound])
                result.append(contentsOf: replacement.text(for: match, in: scalars))
                place = match.range.upperBound
            }
            result.append(contentsOf: scalars[place...])
            return (String(result), matches.count)
        }
    }

    /// `match.expand`: the replacement for the first match alone; nil when nothing matches.
    public func expanding(_ replacement: String, of text: String) throws(JinjaError) -> String? {
        try throwingJinjaError {
            let scalars = Array(text.unicodeScalars)
            guard let match = try regex.search(scalars) else { return nil }
            let replacement = try RegexReplacement(replacement, for: regex)
            var result = String.UnicodeScalarView()
            result.append(contentsOf: replacement.text(for: match, in: scalars))
            return String(result)
        }
    }
}

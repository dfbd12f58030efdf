/// Takes secrets out of what leaves the node.
struct Redaction: Sendable {
    private let secrets: [String]

    init(_ secrets: [String]) {
        // The longest first, so that no part of one is left when it holds another.
        self.secrets = Set(secrets).filter { !$0.isEmpty }.sorted { ($0.count, $0) > ($1.count, $1) }
    }

    func callAsFunction(_ text: String) -> String {
        guard secrets.contains(where: { text.firstRange(of: $0) != nil }) else { return text }
        var result = ""
        var rest = Substring(text)
        while !rest.isEmpty {
            if let secret = secrets.first(where: { rest.hasPrefix($0) }) {
                result += "********"
                rest = rest.dropFirst(secret.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }

    /// The last lines of a text, without secrets and bounded.
    func bounded(_ text: String, limit: Int = 4000) -> String {
        let clean = self(text)
        guard clean.utf8.count > limit else { return clean }
        return "…" + String(clean.suffix(limit))
    }
}

/// The values of `If-Match` to try for a change, in order; nil means to send none.
///
/// BMCs disagree: some want the tag of the answer's head, some the one in the document, some a weak tag written as a strong
/// one, some none at all, and some must have one.
public struct ETagLadder: Hashable, Sendable {
    public var rungs: [String?]

    public init(head: String?, document: String?) {
        var tags: [String] = []
        for tag in [head, document].compactMap(\.self) where !tag.isEmpty && tag != "\"\"" {
            tags.append(tag)
            if tag.hasPrefix("W/") { tags.append(String(tag.dropFirst(2))) }
        }
        var unique: [String?] = []
        for tag in tags where !unique.contains(tag) { unique.append(tag) }
        rungs = unique + [nil]
    }

    /// Whether an answer with this status says that another tag may do.
    public static func isAboutTag(status: Int) -> Bool { status == 412 || status == 428 }
}

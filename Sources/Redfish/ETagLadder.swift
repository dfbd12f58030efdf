/// The values of `If-Match` to try for a change, in order; nil means to send none.
///
/// BMCs disagree: some want the tag of the answer's head, some the one in the document, some a weak tag written as a strong
/// one, some one without quotes, some none at all, and some must have one.
public struct ETagLadder: Hashable, Sendable {
    /// How a tag is sent.
    public enum Form: Hashable, Sendable, CaseIterable {
        case given
        /// A weak tag (`W/"1"`) as a strong one (`"1"`).
        case strong
        /// Without quotes, which RFC 9110 does not allow.
        case unquoted
        case absent
    }

    public var rungs: [String?]

    /// - Parameter forms: the ones to try, the likeliest first; `absent` is the first of all or the last. An empty tag is
    ///   never sent.
    public init(head: String?, document: String?, forms: [Form] = [.given, .strong, .absent]) {
        let tags = [head, document].compactMap(\.self).filter { !$0.isEmpty && $0 != "\"\"" }
        var unique: [String?] = forms.first == .absent ? [nil] : []
        for tag in tags {
            for form in forms {
                let made: String? =
                    switch form {
                    case .given: tag
                    case .strong: Self.strong(tag)
                    case .unquoted: Self.strong(tag).filter { $0 != "\"" }
                    case .absent: nil
                    }
                if let made, !made.isEmpty, !unique.contains(made) { unique.append(made) }
            }
        }
        if forms.contains(.absent), !unique.contains(nil) { unique.append(nil) }
        rungs = unique
    }

    private static func strong(_ tag: String) -> String {
        tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag
    }

    /// Whether an answer with this status says that another tag may do.
    public static func isAboutTag(status: Int) -> Bool { status == 412 || status == 428 }
}

/// A template that a task has in the place of a keyword's number.
public struct NumberTemplate: Codable, Hashable, Sendable {
    public var keyword: Keyword
    public var text: String
    /// Where it was written: `services/web.yaml:12:14`.
    public var source: String

    public init(keyword: Keyword, text: String, source: String) {
        self.keyword = keyword
        self.text = text
        self.source = source
    }

    /// The keywords that have numbers.
    public enum Keyword: String, Codable, Hashable, Sendable {
        case retries, delay, timeout, poll
        case asynchronous = "async"
        /// Of `loop_control`.
        case pause
    }
}

extension TaskItem {
    /// The template of a keyword; nil where it is a number, or is not there.
    public func template(of keyword: NumberTemplate.Keyword) -> NumberTemplate? {
        numbers?.first { $0.keyword == keyword }
    }
}

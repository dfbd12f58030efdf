import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// The engine acts on it; here only what it may say is known.
    static let meta = ModuleDefinition(effect: .none) { arguments, _ in
        let word = try MetaWord(arguments)
        return ["changed": false, "msg": .string(word.rawValue)]
    }
}

/// What a `meta` task asks of the engine.
enum MetaWord: String, CaseIterable {
    case noop
    case flushHandlers = "flush_handlers"
    case endPlay = "end_play"

    init(_ arguments: ModuleArguments) throws {
        let text = trimmed(try arguments.text("_raw_params") ?? "")
        guard let word = Self(rawValue: text) else {
            throw ModuleFailure(
                "meta: '\(text)' is not one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        self = word
    }
}

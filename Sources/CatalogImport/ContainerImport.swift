import Catalog
import Jinja

/// A container of paunch's (`docker_config`) as one of a service's.
enum ContainerImport {
    private static let same: Set<String> = ["net", "privileged", "restart", "detach", "user"]
    private static let done: Set<String> = [
        "image", "command", "volumes", "environment", "healthcheck", "start_order", "action",
    ]

    static func tree(_ name: String, _ tree: SourceTree, _ step: Int, _ resolver: inout HeatResolver) -> SourceTree? {
        let place = tree.location
        let before = resolver.failures
        guard let written = tree["image"], let image = resolver.resolve(written) else {
            if resolver.failures == before { return resolver.fail("it has no image", at: place) }
            return nil
        }
        var entries: [(String, SourceTree?)] = [("image", image), ("step", .plain("\(step)", at: place))]
        for (key, location, value) in tree.entries ?? [] {
            if same.contains(key) {
                entries.append(
                    (key, resolver.resolve(value).map { key == "user" ? .text($0.text ?? "", at: location) : $0 })
                )
            } else if !done.contains(key) {
                resolver.remark("'\(key)' is nothing that a container here has, and is left out", at: location)
            }
        }
        if let command = tree["command"].flatMap({ words($0, &resolver) }) { entries.append(("command", command)) }
        if let written = tree["environment"] { entries.append(("environment", environment(written, &resolver))) }
        // With half a command it would do something else.
        guard resolver.failures == before else { return nil }
        if let volumes = tree["volumes"].flatMap({ resolver.resolve($0) }) {
            let kept = (volumes.items ?? []).filter { !($0.text ?? "").isEmpty }
            entries.append(("volumes", .list(kept, at: volumes.location)))
        }
        if let test = tree["healthcheck"]?["test"].flatMap({ resolver.resolve($0) })?.text {
            let words = ["podman", "exec", name, "sh", "-c", test]
            let command = SourceTree.list(words.map { .text($0, at: place) }, at: place)
            entries.append(("healthcheck", .mapping([("command", command)], at: place)))
        }
        return .mapping(entries, at: place)
    }

    /// `action: exec` as a task. Within a step tasks come before containers: it runs in the next one where the
    /// container that it runs in is of the same.
    static func exec(
        _ name: String,
        _ tree: SourceTree,
        _ written: Int,
        started: [String: Int],
        _ resolver: inout HeatResolver
    ) -> SourceTree? {
        let place = tree.location
        let before = resolver.failures
        guard let command = tree["command"].flatMap({ words($0, &resolver) }), let items = command.items, !items.isEmpty
        else { return resolver.fail("it has no command", at: place) }
        guard resolver.failures == before else { return nil }
        let step = (started[items[0].text ?? ""] ?? written) < written ? written : written + 1
        guard step <= 5 else {
            return resolver.fail("it runs in a container after the last step's tasks; write a health check", at: place)
        }
        resolver.remark("it runs in another container, as a task at step \(step)", at: place)
        var argv = ["podman", "exec"].map { SourceTree.text($0, at: place) }
        if let user = tree["user"]?.text { argv += [.text("--user", at: place), .text(user, at: place)] }
        argv += items
        return .mapping(
            [
                ("name", .text("run \(name)", at: place)),
                ("command", .mapping([("argv", .list(argv, at: place))], at: place)),
                ("tags", .text("step\(step)", at: place)),
            ],
            at: place
        )
    }

    private static func words(_ tree: SourceTree, _ resolver: inout HeatResolver) -> SourceTree? {
        guard let found = resolver.resolve(tree), !found.isNothing else { return nil }
        guard let text = found.text else {
            let items = (found.items ?? []).map { item in
                SourceTree.text(item.isNothing ? "" : item.text ?? item.value.json(), at: item.location)
            }
            return .list(items, at: found.location)
        }
        return .list(split(text).map { .text($0, at: found.location) }, at: found.location)
    }

    /// As a shell splits a line: at spaces outside quotes, and outside `{{ }}`.
    static func split(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var braces = 0
        for character in line {
            switch character {
            case "\"" where quote == nil && braces == 0, "'" where quote == nil && braces == 0:
                quote = character
                word = word ?? ""
            case _ where character == quote: quote = nil
            case _ where character.isWhitespace && quote == nil && braces == 0:
                if let word { words.append(word) }
                word = nil
            default:
                if character == "{" { braces += 1 }
                if character == "}" { braces = max(0, braces - 1) }
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }

    private static func environment(_ tree: SourceTree, _ resolver: inout HeatResolver) -> SourceTree? {
        guard let found = resolver.resolve(tree) else { return nil }
        var entries: [(String, SourceTree?)] = []
        for (key, location, value) in found.entries ?? [] {
            entries.append((key, .text(value.text ?? "", at: location)))
        }
        for item in found.items ?? [] {
            guard let text = item.text, let equals = text.firstIndex(of: "=") else {
                resolver.remark(
                    "'\(item.text ?? "a list")' in its environment is no NAME=VALUE, and is left out",
                    at: item.location
                )
                continue
            }
            let key = String(text[..<equals])
            entries.removeAll { $0.0 == key }
            entries.append((key, .text(String(text[text.index(after: equals)...]), at: item.location)))
        }
        return .mapping(entries, at: found.location)
    }
}

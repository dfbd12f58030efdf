extension Filters {
    static let paths: [String: Routine] = [
        "basename": Routine { .string(splitPath(try $0.string).last) },
        "dirname": Routine { .string(splitPath(try $0.string).directory) },
        "splitext": Routine { call in
            let path = try call.string
            let name = splitPath(path).last
            let stem = name.drop { $0 == "." }
            guard let dot = stem.lastIndex(of: ".") else { return .list([.string(path), ""]) }
            let suffix = String(stem[dot...])
            return .list([.string(String(path.dropLast(suffix.count))), .string(suffix)])
        },
        "path_join": Routine { call in
            let parts = try call.input.asList?.map { part in
                guard case .string(let text) = part else { throw JinjaError("'path_join' of \(part.typeName)") }
                return text
            }
            let all = try parts ?? [call.string]
            guard let first = all.first else {
                throw JinjaError("'path_join' of nothing")
            }
            return .string(
                all.dropFirst().reduce(first) { path, part in
                    if part.hasPrefix("/") { return part }
                    return path.isEmpty || path.hasSuffix("/") ? path + part : path + "/" + part
                }
            )
        },
        "version": Routine(["version", "operator", "strict", "version_type"]) { try .bool(VersionTest.holds($0)) },
        "type_debug": Routine { .string($0.input.typeName) },
    ]

    /// As `os.path.split`: what follows the last slash, and what stands before it without its trailing slashes.
    private static func splitPath(_ path: String) -> (directory: String, last: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        let head = path[...slash]
        let directory = head.allSatisfy { $0 == "/" } ? String(head) : String(withoutTrailingSlashes(head))
        return (directory, String(path[path.index(after: slash)...]))
    }

    private static func withoutTrailingSlashes(_ text: Substring) -> Substring {
        var text = text
        while text.last == "/" { text.removeLast() }
        return text
    }
}

import CLibYAML
public import Catalog

/// Reads YAML with libyaml into a tree that knows file, line and column.
///
/// Repeated keys are left to the reader of the tree, which names both. Aliases are followed
/// within ``Limits/nodes``, so a bomb of aliases ends in an error.
@safe public struct YAMLReader {
    /// What a file may hold at most.
    public struct Limits: Sendable {
        public var octets = 4 << 20
        public var depth = 64
        public var nodes = 200_000

        public init() {}
    }

    private var parser = unsafe yaml_parser_t()
    private let file: String
    private let limits: Limits
    private let source: [UInt8]
    private var anchors: [String: (tree: SourceTree, nodes: Int)] = [:]
    private var nodes = 0

    private init(_ source: [UInt8], file: String, limits: Limits) {
        self.source = source
        self.file = file
        self.limits = limits
    }

    /// Reads the one document of `text`.
    ///
    /// - Throws: the first thing that makes it unreadable; what is well-formed but wrong is the catalogue's to say.
    public static func read(_ text: [UInt8], file: String, limits: Limits = Limits()) throws(CatalogProblem)
        -> SourceTree
    {
        let found = try documents(text, file: file, limits: limits)
        guard found.count < 2 else {
            throw CatalogProblem("a file holds one document, this is a second", at: found[1].location)
        }
        return found.first ?? SourceTree(.scalar("", plain: true), at: SourceLocation(file: file, line: 1, column: 1))
    }

    /// Reads all documents of `text`, which `---` divides.
    ///
    /// - Throws: the first thing that makes it unreadable.
    public static func documents(_ text: [UInt8], file: String, limits: Limits = Limits()) throws(CatalogProblem)
        -> [SourceTree]
    {
        guard text.count <= limits.octets else {
            throw CatalogProblem(
                "the file has \(text.count) octets, more than the \(limits.octets) a configuration file may have",
                at: SourceLocation(file: file, line: 1, column: 1)
            )
        }
        var reader = YAMLReader(text, file: file, limits: limits)
        return try reader.documents()
    }

    private mutating func documents() throws(CatalogProblem) -> [SourceTree] {
        guard unsafe yaml_parser_initialize(&parser) == 1 else {
            throw CatalogProblem("there is no memory to read it", at: here())
        }
        defer { unsafe yaml_parser_delete(&parser) }
        let text = source
        let result: Result<[SourceTree], CatalogProblem> = unsafe text.withUnsafeBufferPointer { buffer in
            unsafe yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            do throws(CatalogProblem) {
                return .success(try stream())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private mutating func stream() throws(CatalogProblem) -> [SourceTree] {
        var trees: [SourceTree] = []
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd:
                return trees
            case .scalar, .alias, .listStart, .mapStart:
                trees.append(try node(event, depth: 0))
                anchors = [:]
            case .other, .listEnd, .mapEnd:
                continue
            }
        }
    }

    private mutating func node(_ event: Event, depth: Int) throws(CatalogProblem) -> SourceTree {
        guard depth < limits.depth else {
            throw CatalogProblem("lists and maps are nested deeper than \(limits.depth)", at: event.location)
        }
        try count(1, at: event.location)
        let before = nodes
        let tree: SourceTree
        switch event.kind {
        case .scalar(let text, let plain):
            tree = SourceTree(.scalar(text, plain: plain), at: event.location)
        case .alias(let name):
            guard let anchor = anchors[name] else {
                throw CatalogProblem("the alias '*\(name)' has no anchor before it", at: event.location)
            }
            try count(anchor.nodes, at: event.location)
            return anchor.tree
        case .listStart:
            tree = SourceTree(.list(try list(depth)), at: event.location)
        case .mapStart:
            tree = SourceTree(.map(try map(depth)), at: event.location)
        case .listEnd, .mapEnd, .streamEnd, .other:
            throw CatalogProblem("a value was expected here", at: event.location)
        }
        if let anchor = event.anchor { anchors[anchor] = (tree, nodes - before + 1) }
        return tree
    }

    private mutating func list(_ depth: Int) throws(CatalogProblem) -> [SourceTree] {
        var items: [SourceTree] = []
        while true {
            let event = try next()
            if case .listEnd = event.kind { return items }
            items.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func map(_ depth: Int) throws(CatalogProblem) -> [SourceTree.Entry] {
        var entries: [SourceTree.Entry] = []
        var merged: [SourceTree.Entry] = []
        while true {
            let event = try next()
            if case .mapEnd = event.kind { break }
            let key = try node(event, depth: depth + 1)
            let value = try node(try next(), depth: depth + 1)
            guard case .scalar("<<", plain: true) = key.content else {
                entries.append(SourceTree.Entry(key: key, value: value))
                continue
            }
            let sources: [SourceTree]
            if case .list(let list) = value.content { sources = list } else { sources = [value] }
            for source in sources {
                guard case .map(let more) = source.content else {
                    throw CatalogProblem("'<<' merges maps only", at: key.location)
                }
                merged += more
            }
        }
        var present = Set(entries.map(\.key.text))
        for entry in merged where present.insert(entry.key.text).inserted { entries.append(entry) }
        return entries
    }

    private mutating func count(_ more: Int, at location: SourceLocation) throws(CatalogProblem) {
        nodes += more
        guard nodes <= limits.nodes else {
            throw CatalogProblem(
                "the file unfolds to more than \(limits.nodes) values (are aliases nested?)",
                at: location
            )
        }
    }

    private struct Event {
        var kind: Kind
        var anchor: String?
        var location: SourceLocation
    }

    private enum Kind {
        case scalar(String, plain: Bool)
        case alias(String)
        case listStart, listEnd, mapStart, mapEnd, streamEnd, other
    }

    private mutating func next() throws(CatalogProblem) -> Event {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(&parser, &event) == 1 else { throw problem() }
        defer { unsafe yaml_event_delete(&event) }
        let mark = unsafe event.start_mark
        let location = SourceLocation(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let octets = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            var plain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
            switch unsafe name(scalar.tag) {
            case nil: break
            case "!", "tag:yaml.org,2002:str": plain = false
            case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
                plain = true
            case .some(let tag): throw CatalogProblem("the tag '\(tag)' is unknown", at: location)
            }
            let kind = unsafe Kind.scalar(String(decoding: octets, as: UTF8.self), plain: plain)
            return unsafe Event(kind: kind, anchor: name(scalar.anchor), location: location)
        case YAML_ALIAS_EVENT:
            return unsafe Event(kind: .alias(name(event.data.alias.anchor) ?? ""), location: location)
        case YAML_SEQUENCE_START_EVENT:
            try check(tag: unsafe name(event.data.sequence_start.tag), "tag:yaml.org,2002:seq", at: location)
            return unsafe Event(kind: .listStart, anchor: name(event.data.sequence_start.anchor), location: location)
        case YAML_MAPPING_START_EVENT:
            try check(tag: unsafe name(event.data.mapping_start.tag), "tag:yaml.org,2002:map", at: location)
            return unsafe Event(kind: .mapStart, anchor: name(event.data.mapping_start.anchor), location: location)
        case YAML_SEQUENCE_END_EVENT: return Event(kind: .listEnd, location: location)
        case YAML_MAPPING_END_EVENT: return Event(kind: .mapEnd, location: location)
        case YAML_STREAM_END_EVENT: return Event(kind: .streamEnd, location: location)
        default: return Event(kind: .other, location: location)
        }
    }

    private func check(tag: String?, _ known: String, at location: SourceLocation) throws(CatalogProblem) {
        guard let tag, tag != known, tag != "!" else { return }
        throw CatalogProblem("the tag '\(tag)' is unknown", at: location)
    }

    private func name(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let text = unsafe text else { return nil }
        return unsafe String(cString: text)
    }

    private func problem() -> CatalogProblem {
        let mark = unsafe parser.problem_mark
        let reason = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "it cannot be read"
        return CatalogProblem(
            "this is not YAML: \(reason)" + hint(reason, line: Int(mark.line), column: Int(mark.column)),
            at: SourceLocation(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
        )
    }

    /// What is mostly behind a refusal, for who does not know the words of YAML.
    private func hint(_ reason: String, line: Int, column: Int) -> String {
        if isTab(line: line, column: column) { return " (a tab? indent with spaces)" }
        if reason.hasPrefix("mapping values are not allowed") {
            return " (a text with ': ' in it must stand in quotes, and a key at the column of its neighbours)"
        }
        if reason.hasPrefix("did not find expected key") { return " (is this line indented as those beside it?)" }
        return ""
    }

    /// Whether a tab stands at a place, line and column counted from 0.
    private func isTab(line: Int, column: Int) -> Bool {
        let lines = source.split(separator: 0x0A, maxSplits: line + 1, omittingEmptySubsequences: false)
        guard line < lines.count else { return false }
        return String(decoding: lines[line], as: UTF8.self).unicodeScalars.dropFirst(column).first == "\t"
    }

    private func here() -> SourceLocation {
        SourceLocation(file: file, line: 1, column: 1)
    }
}

import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Files, folders and links: that they are there, or not, and what they are like.
    static let file = ModuleDefinition { arguments, context in
        let given = try arguments.requiredText("path")
        var edit = try FileEdit(given, arguments, context)
        do {
            return try edit.perform()
        } catch var failure as ModuleFailure {
            // Where a failure has not said of what it is, it is of the path.
            if failure.fields["dest"] == nil, failure.message != FileEdit.needsSource {
                failure.fields["path"] = .string(given)
            }
            let about = (failure.fields["path"] ?? failure.fields["dest"])?.asString
            if let about { failure.fields.merge(placeFields(about, context)) { said, _ in said } }
            throw failure
        }
    }
}

/// One path that is to become something.
private struct FileEdit {
    static let needsSource = "src is required for creating new symlinks"
    private let arguments: ModuleArguments
    private let context: ModuleContext
    /// As it was written.
    private let given: String
    /// Without slashes at its end.
    private var path: String
    private let status: FileStatus?
    private let state: String
    private let attributes: FileChanges.Attributes
    private let recurses: Bool
    private let follows: Bool
    private let forces: Bool
    private var diff = AttributesDiff()

    init(_ given: String, _ arguments: ModuleArguments, _ context: ModuleContext) throws {
        self.arguments = arguments
        self.context = context
        self.given = given
        path = withoutTrailingSlashes(given)
        status = try context.files.status(path)
        recurses = try arguments.flag("recurse", or: false)
        follows = try arguments.flag("follow", or: true)
        forces = try arguments.flag("force", or: false)
        let found = status.map(ModuleDefinition.word(for:))
        let states = ["file", "absent", "directory", "touch", "link", "hard"]
        state = try arguments.choice("state", of: states, or: found ?? (recurses ? "directory" : "file"))
        do {
            attributes = try arguments.attributes(context.files)
        } catch var failure as ModuleFailure {
            failure.fields["path"] = .string(given)
            failure.fields.merge(ModuleDefinition.placeFields(path, context)) { said, _ in said }
            throw failure
        }
    }

    mutating func perform() throws -> Fields {
        if recurses, state != "directory" { throw ModuleFailure("recurse option requires state to be 'directory'") }
        diff.note("path", .string(given), .string(given))
        let found = status.map(ModuleDefinition.word(for:)) ?? "absent"
        if found != state { diff.note("state", .string(found), .string(state)) }
        var fields: Fields
        switch state {
        case "absent":
            if context.wantsDiff, found == "directory" { diff.note("path_content", try contents(), nil) }
            let changed = try context.changes.remove(path)
            return told(["path": .string(given), "changed": .bool(changed), "state": "absent"], changed)
        case "directory":
            let place = follows && status?.kind == .link ? try context.changes.resolved(path) : path
            if let kind = try context.files.status(place), kind.kind != .directory {
                throw ModuleFailure("\(given) already exists as a \(ModuleDefinition.word(for: kind))")
            }
            if let now = try context.files.status(place) { diff.note(attributes, beside: now) }
            let made = try context.changes.makeDirectory(place, attributes)
            let adjusted = try context.changes.apply(attributes, to: place)
            let deeper = try recurses && applyBelow(place)
            fields = ["path": .string(place == path ? given : place), "changed": .bool(made || adjusted || deeper)]
        case "link": fields = try link()
        case "hard": fields = try hardLink()
        case "touch":
            fields = ["dest": .string(given), "changed": .bool(try touch())]
            if status == nil, context.isCheck { return fields }
        default:
            if status?.kind == .link, follows { path = try context.changes.resolved(path) }
            let now = try context.files.status(path)
            guard let now, now.kind == .file else {
                let what = now.map(ModuleDefinition.word(for:)) ?? "absent"
                throw ModuleFailure("file (\(path)) is \(what), cannot continue", fields: ["state": .string(what)])
            }
            diff.note(attributes, beside: now)
            fields = ["path": .string(path), "changed": .bool(try context.changes.apply(attributes, to: path))]
        }
        return told(fields, true)
    }

    // MARK: What is told

    /// With the difference, where it is wanted, and what is there now.
    private func told(_ fields: Fields, _ hasDiff: Bool) -> Fields {
        var fields = fields
        if context.wantsDiff, hasDiff { fields["diff"] = diff.value }
        let about = (fields["path"] ?? fields["dest"])?.asString ?? path
        fields.merge(ModuleDefinition.placeFields(about, context)) { $1 }
        return fields
    }

    private func contents() throws -> Value {
        var folders: [Value] = []
        var files: [Value] = []
        func walk(_ folder: String) throws {
            let inner = try context.files.names(in: folder).map { folder + "/" + $0 }
            let below = try inner.filter { try context.files.status($0, followingLinks: true)?.kind == .directory }
            folders += below.map { .string($0) }
            files += inner.filter { !below.contains($0) }.map { .string($0) }
            for folder in below where try context.files.status(folder)?.kind == .directory { try walk(folder) }
        }
        try walk(path)
        return ["directories": .list(folders), "files": .list(files)]
    }

    // MARK: What is done

    private func applyBelow(_ path: String) throws -> Bool {
        var changed = false
        for name in try context.files.names(in: path) {
            let below = path + "/" + name
            if try context.changes.apply(attributes, to: below) { changed = true }
            if try context.files.status(below)?.kind == .directory, try applyBelow(below) { changed = true }
        }
        return changed
    }

    private func link() throws -> Fields {
        var source = try arguments.text("src")
        if source == nil, follows, status?.kind == .link { source = try context.files.linkTarget(path) }
        guard let source else { throw ModuleFailure(Self.needsSource) }
        let base = status?.kind == .directory ? path : folder(of: path)
        let behind = source.hasPrefix("/") ? source : base + "/" + source
        if !forces, try context.files.status(behind, followingLinks: true) == nil {
            throw ModuleFailure(
                "src file does not exist, use 'force=yes' if you really want to create the link: \(behind)",
                fields: ["src": .string(source)]
            )
        }
        var fields: Fields = ["dest": .string(given), "src": .string(source), "changed": true]
        if status?.kind == .link, try context.files.linkTarget(path) == source {
            fields["changed"] = false
            return fields
        }
        if let status, status.kind != .link {
            guard forces else {
                let kind = ModuleDefinition.word(for: status)
                throw ModuleFailure("refusing to convert from \(kind) to symlink for \(given)")
            }
            if status.kind == .directory, try !context.files.names(in: path).isEmpty {
                throw ModuleFailure("the directory \(given) is not empty, refusing to convert it")
            }
            _ = try context.changes.remove(path)
        }
        try context.changes.makeLink(path, to: source)
        return fields
    }

    private func hardLink() throws -> Fields {
        let source = try arguments.text("src")
        var fields: Fields = [
            "dest": .string(given), "src": source.map { .string($0) } ?? .none, "changed": false,
        ]
        guard let source else {
            guard status != nil else { throw ModuleFailure("src is required for creating new hardlinks") }
            fields["changed"] = .bool(try context.changes.apply(attributes, to: path))
            return fields
        }
        guard let other = try context.files.status(source) else {
            throw ModuleFailure("src does not exist", fields: ["src": .string(source), "dest": .string(given)])
        }
        if let status, status.inode == other.inode, status.device == other.device { return fields }
        if let status {
            guard forces else {
                throw ModuleFailure(
                    status.links > 1
                        ? "Cannot link, different hard link exists at destination"
                        : "Cannot link, \(status.kind.rawValue) exists at destination",
                    fields: ["src": .string(source), "dest": .string(given)]
                )
            }
            _ = try context.changes.remove(path)
        }
        try context.changes.makeHardLink(path, to: source)
        fields["changed"] = true
        return fields
    }

    private mutating func touch() throws -> Bool {
        guard let status else { return try context.changes.write([], to: path, attributes) }
        diff.note(attributes, beside: status)
        let adjusted = try context.changes.apply(attributes, to: path)
        let keepsTime = try arguments.text("modification_time") == "preserve"
        if !keepsTime { try context.changes.touch(path) }
        return adjusted || !keepsTime
    }
}

import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Makes a file of the fragments in a folder, in the order of their names.
    static let assemble = ModuleDefinition { arguments, context in
        let source = try arguments.requiredText("src")
        let path = try arguments.requiredText("dest")
        guard try context.files.status(source, followingLinks: true)?.kind == .directory else {
            throw ModuleFailure("Source (\(source)) is not a directory")
        }
        let pattern = try arguments.text("regexp").map { try searchPattern($0) }
        let skipsHidden = try arguments.flag("ignore_hidden", or: false)
        // `\n` and the like are meant, not written.
        let delimiter = try arguments.text("delimiter").map { text in
            Array(text.split(separator: "\\n", omittingEmptySubsequences: false).joined(separator: "\n").utf8)
        }
        var octets: [UInt8] = []
        var lacksNewline = false
        var hasFragment = false
        for name in try context.files.names(in: source) {
            let fragment = source + "/" + name
            if let pattern, try !pattern.isFound(in: name) { continue }
            if skipsHidden, name.hasPrefix(".") { continue }
            guard try context.files.status(fragment, followingLinks: true)?.kind == .file else { continue }
            if lacksNewline { octets.append(0x0A) }
            lacksNewline = false
            if hasFragment, let delimiter {
                octets += delimiter
                if delimiter.last != 0x0A { octets.append(0x0A) }
            }
            let contents = try context.files.read(fragment)
            octets += contents
            hasFragment = true
            lacksNewline = contents.last != 0x0A
        }
        var fields = try place(octets, at: path, arguments, context, as: .onNode)
        fields["src"] = .string(source)
        fields["msg"] = "OK"
        return fields
    }
}

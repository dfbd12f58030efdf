import FoundationEssentials
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Runs a script of the catalogue's `files/` on the node.
    static let script = ModuleDefinition(
        unrendered: ["_file"],
        effect: .unforeseen,
        isRepeatable: \.isGuarded,
        actsOutsideFiles: true
    ) { arguments, context in
        let arguments = try arguments.withLeadingOptions()
        var words = shellWords(try arguments.commandText(), keepingQuotes: false)
        let octets = try arguments.carriedFile()
        // A name of its own, outside the node's folders: it is no change to the node.
        let name = "rackwright-\(UUID().uuidString)"
        let files = FileChanges(files: context.files) { _ in }
        let path = "/tmp/\(name)"
        _ = try files.makeDirectory("/tmp", FileChanges.Attributes(mode: FileMode(bits: 0o1777)))
        _ = try files.write(octets, to: path, FileChanges.Attributes(mode: FileMode(bits: 0o755)))
        defer { _ = try? files.remove(path) }
        words[0] = context.files.place(path)
        if let program = try arguments.text("executable") {
            words = shellWords(program, keepingQuotes: false) + words
        } else if !octets.starts(with: Array("#!".utf8)) {
            words.insert("/bin/sh", at: 0)
        }
        do {
            var fields = try runCommand(words, shown: .none, arguments, context)
            fields["cmd"] = nil
            return fields
        } catch var failure as ModuleFailure {
            failure.fields["cmd"] = nil
            throw failure
        }
    }

    /// What it does twice may be wrong, whatever its arguments are.
    static let isNever: @Sendable (ModuleArguments) -> Bool = { _ in false }

    /// Runs a text by a shell, as it is.
    static let raw = ModuleDefinition(
        effect: .unforeseen,
        isRepeatable: isNever,
        actsOutsideFiles: true
    ) { arguments, context in
        let shell = try arguments.text("executable") ?? "/bin/sh"
        let text = try arguments.commandText()
        var context = context
        // Ansible's leaves the task's environment out.
        context.environment = [:]
        let result = try context.run([shell, "-c", text], timeout: context.timeout ?? 3600)
        if result.timedOut, let limit = context.timeout { throw TimedOut(seconds: limit) }
        var fields = commandFields(.string(text), result, strips: false)
        fields["cmd"] = nil
        fields["changed"] = true
        if result.status != 0 { throw ModuleFailure("non-zero return code", fields: fields) }
        return fields
    }
}

import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Makes a file or folder with a name that nothing else has.
    static let tempfile = ModuleDefinition(effect: .unforeseen) { arguments, context in
        let isFolder = try arguments.choice("state", of: ["file", "directory"], or: "file") == "directory"
        let folder = try arguments.text("path") ?? "/tmp"
        let prefix = try arguments.text("prefix") ?? "ansible."
        let suffix = try arguments.text("suffix") ?? ""
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789_")
        for _ in 0..<100 {
            let middle = String((0..<8).map { _ in letters.randomElement() ?? "x" })
            let path = "\(folder)/\(prefix)\(middle)\(suffix)"
            guard try context.files.status(path) == nil else { continue }
            let attributes = FileChanges.Attributes(mode: FileMode(bits: isFolder ? 0o700 : 0o600))
            _ =
                try isFolder
                ? context.changes.makeDirectory(path, attributes) : context.changes.write([], to: path, attributes)
            var fields: Fields = ["changed": true, "path": .string(path)]
            fields.merge(placeFields(path, context)) { $1 }
            return fields
        }
        throw ModuleFailure("tempfile: no free name in \(folder)")
    }
}

import FoundationEssentials
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Reads a file as base64.
    static let slurp = ModuleDefinition(effect: .none) { arguments, context in
        let path = try arguments.requiredText("src")
        guard try context.files.status(path, followingLinks: true) != nil else {
            throw ModuleFailure("file not found: \(path)")
        }
        let octets = try context.files.read(path, limit: 8 << 20)
        return [
            "changed": false, "content": .string(Data(octets).base64EncodedString()), "encoding": "base64",
            "source": .string(path),
        ]
    }
}

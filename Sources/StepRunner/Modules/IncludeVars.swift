import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Variables of a file of the catalogue's `vars/`, for the rest of the bundle.
    static let includeVars = ModuleDefinition(effect: .none) { arguments, _ in
        guard let variables = arguments["_vars"]?.asDict else {
            throw ModuleFailure("include_vars: the bundle does not carry the file")
        }
        let file = try arguments.text("file") ?? ""
        var facts = variables
        if let name = try arguments.text("name") { facts = [name: .dict(variables)] }
        return ["changed": false, "ansible_facts": .dict(facts), "ansible_included_var_files": [.string(file)]]
    }
}

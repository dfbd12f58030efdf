import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Sets variables for the rest of the bundle.
    static let setFact = ModuleDefinition(effect: .none) { arguments, _ in
        var facts = arguments.values
        facts["cacheable"] = nil
        guard !facts.isEmpty else { throw ModuleFailure("set_fact: no key=value given") }
        for name in facts.keys {
            let scalars = name.unicodeScalars
            let isName =
                scalars.first.map { $0 == "_" || $0.properties.isAlphabetic } == true
                && scalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0) }
            guard isName else { throw ModuleFailure("set_fact: '\(name)' is not a name for a variable") }
        }
        return ["changed": false, "ansible_facts": .dict(facts)]
    }
}

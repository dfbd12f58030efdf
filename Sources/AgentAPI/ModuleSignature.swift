/// Which arguments a module takes, by Ansible's names and their other names.
public struct ModuleSignature: Hashable, Sendable {
    public private(set) var parameters: Set<String> = []
    /// Other names of parameters.
    public private(set) var aliases: [String: String] = [:]
    /// Takes parameters of any name (`set_fact`).
    public var isOpen = false
    /// A free-form text that is not `key=value` words.
    public var isFreeForm = false

    /// - Parameter words: parameters, each followed by its other names: `path|dest|name state`.
    init(_ words: String, isOpen: Bool = false, isFreeForm: Bool = false) {
        self.isOpen = isOpen
        self.isFreeForm = isFreeForm
        for word in words.split(whereSeparator: \.isWhitespace) {
            let names = word.split(separator: "|").map(String.init)
            parameters.insert(names[0])
            for alias in names.dropFirst() { aliases[alias] = names[0] }
        }
    }

    /// The parameter that a key means; nil when the module has none of that name.
    ///
    /// Names that begin with `_` are the catalogue's own: what it puts into a bundle for the module to find.
    public func parameter(named key: String) -> String? {
        let name = aliases[key] ?? key
        return isOpen || parameters.contains(name) || key.hasPrefix("_") ? name : nil
    }
}

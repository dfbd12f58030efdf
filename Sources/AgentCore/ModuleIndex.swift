/// What depmod wrote about the modules of one kernel: where they are, what they need, which devices they are for.
public struct ModuleIndex: Sendable {
    /// By module name, with underscores: the file and the files it needs, relative to the modules' folder.
    private var files: [String: (path: String, needs: [String])] = [:]
    /// By the part of the pattern before its colon.
    private var aliases: [Substring: [(pattern: GlobPattern, module: String)]] = [:]
    /// By module name: the modules to load before it.
    private var before: [String: [String]] = [:]

    /// - Parameters:
    ///   - dependencies: the text of `modules.dep`
    ///   - aliases: the text of `modules.alias`
    ///   - softDependencies: the text of `modules.softdep`
    public init(dependencies: String, aliases: String, softDependencies: String = "") {
        for line in dependencies.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let path = String(line[..<colon])
            let needs = line[line.index(after: colon)...].split(separator: " ").map(String.init)
            files[Self.name(ofFile: path)] = (path, needs)
        }
        for line in aliases.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "alias" else { continue }
            let module = Self.name(String(words[2]))
            self.aliases[Self.bus(words[1]), default: []].append((GlobPattern(words[1]), module))
        }
        for line in softDependencies.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 3, words[0] == "softdep", words[2] == "pre:" else { continue }
            before[Self.name(String(words[1]))] = words[3...].prefix { !$0.hasSuffix(":") }.map {
                Self.name(String($0))
            }
        }
    }

    /// The modules for a device that says `modalias`, in the file's order.
    public func modules(for modalias: String) -> [String] {
        let text = Array(modalias.utf8)
        var found: [String] = []
        for (pattern, module) in aliases[Self.bus(modalias[...])] ?? [] where pattern.matches(text) {
            if !found.contains(module) { found.append(module) }
        }
        return found
    }

    /// The files to load, in order, so that `module` can be used: what it needs first, itself last. Empty if there is no
    /// such module, as when it is built into the kernel.
    public func loadOrder(of module: String) -> [String] {
        var order: [String] = []
        var seen: Set<String> = []
        add(Self.name(module), to: &order, seen: &seen)
        return order
    }

    private func add(_ module: String, to order: inout [String], seen: inout Set<String>) {
        guard seen.insert(module).inserted, let file = files[module] else { return }
        for other in before[module] ?? [] { add(other, to: &order, seen: &seen) }
        // depmod lists what is needed most last.
        for path in file.needs.reversed() { add(Self.name(ofFile: path), to: &order, seen: &seen) }
        order.append(file.path)
    }

    private static func bus(_ alias: Substring) -> Substring {
        guard let colon = alias.firstIndex(of: ":") else { return "" }
        let bus = alias[..<colon]
        return bus.prefix { $0 != "*" && $0 != "?" && $0 != "[" }
    }

    private static func name(ofFile path: String) -> String {
        let file = path.split(separator: "/").last ?? ""
        return name(String(file.prefix { $0 != "." }))
    }

    private static func name(_ module: String) -> String {
        String(module.map { $0 == "-" ? "_" : $0 })
    }
}

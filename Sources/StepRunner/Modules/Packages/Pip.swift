import FoundationEssentials
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Python's packages, by pip, in the system or in a virtual environment.
    static let pip = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let pip = try Pip(arguments, context)
        var changed = try pip.makeEnvironment()
        let names = try pip.names()
        let requirements = try arguments.text("requirements")
        guard !names.isEmpty || requirements != nil else {
            guard changed else { throw ModuleFailure("one of the following is required: name, requirements") }
            return ["changed": true, "virtualenv": try arguments.text("virtualenv").map { .string($0) } ?? .none]
        }
        var fields: Fields = [
            "name": .list(names.map { .string($0) }), "requirements": requirements.map { .string($0) } ?? .none,
            "state": .string(pip.state), "version": try arguments.text("version").map { .string($0) } ?? .none,
            "virtualenv": try arguments.text("virtualenv").map { .string($0) } ?? .none,
        ]
        let known = try pip.installed()
        let todo =
            pip.state == "absent"
            ? names.filter { known[Pip.plain($0)] != nil } : names.filter { !pip.isMet($0, known) }
        guard requirements != nil || !todo.isEmpty else {
            fields["changed"] = .bool(changed)
            return fields
        }
        let verb = pip.state == "absent" ? ["uninstall", "-y"] : ["install"] + (try pip.options())
        let words = pip.program + verb + (requirements.map { ["-r", context.files.place($0)] } ?? []) + todo
        let output = try context.act(words, directory: arguments.text("chdir"))
        let said = output.outputText
        changed =
            changed || context.isCheck
            || (pip.state == "absent"
                ? said.contains("Successfully uninstalled") : said.contains("Successfully installed"))
        fields.merge(commandFields(.list(words.map { .string($0) }), output, strips: false)) { old, _ in old }
        fields["rc"] = nil
        fields["changed"] = .bool(changed)
        return fields
    }
}

/// pip, told what a task says.
private struct Pip {
    let arguments: ModuleArguments
    let context: ModuleContext
    let state: String
    let program: [String]

    init(_ arguments: ModuleArguments, _ context: ModuleContext) throws {
        self.arguments = arguments
        self.context = context
        let states = ["present", "absent", "latest", "forcereinstall"]
        state = try arguments.choice("state", of: states, or: "present")
        if let environment = try arguments.text("virtualenv") {
            program = [context.files.place(environment) + "/bin/pip"]
        } else {
            program = [try arguments.text("executable") ?? "pip3"]
        }
    }

    /// Names with the version that is wanted.
    func names() throws -> [String] {
        let names = arguments.list("name", splitting: true).map(\.description)
        guard let version = try arguments.text("version") else { return names }
        guard names.count == 1 else {
            throw ModuleFailure("'version' argument is ambiguous when installing multiple package distributions.")
        }
        return [names[0] + (version.first.map { "=<>!~".contains($0) } == true ? version : "==" + version)]
    }

    /// Makes the virtual environment when there is none. True when it did.
    func makeEnvironment() throws -> Bool {
        guard let environment = try arguments.text("virtualenv"),
            !context.files.exists(environment + "/bin/activate")
        else { return false }
        let python = try arguments.text("virtualenv_python") ?? "python3"
        var words =
            try arguments.text("virtualenv_command").map { shellWords($0, keepingQuotes: false) }
            ?? [python, "-m", "venv"]
        if try arguments.flag("virtualenv_site_packages", or: false) { words.append("--system-site-packages") }
        try context.act(words + [context.files.place(environment)])
        return true
    }

    func options() throws -> [String] {
        var options: [String] = []
        if state == "latest" { options.append("-U") }
        if state == "forcereinstall" { options += ["-U", "--force-reinstall"] }
        if try arguments.flag("editable", or: false) { options.append("-e") }
        if try arguments.flag("break_system_packages", or: false) { options.append("--break-system-packages") }
        return options + shellWords(try arguments.text("extra_args") ?? "", keepingQuotes: false)
    }

    /// Versions by name.
    func installed() throws -> [String: String] {
        // A virtual environment that only would be made has nothing in it.
        guard let result = try? context.run(program + ["list", "--format=json", "--disable-pip-version-check"]),
            result.status == 0, let list = try? Value(json: result.outputText).asList
        else { return [:] }
        return Dictionary(
            list.compactMap { entry in
                guard let name = entry["name"]?.asString else { return nil }
                return (Self.plain(name), entry["version"]?.description ?? "")
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Whether nothing is left to do; only `==` can be told without asking the index.
    func isMet(_ name: String, _ known: [String: String]) -> Bool {
        guard state == "present", !name.contains("/"), let version = known[Self.plain(name)] else { return false }
        if let range = name.firstRange(of: "==") { return trimmed(String(name[range.upperBound...])) == version }
        return !name.contains { "<>!~;@".contains($0) }
    }

    /// As PEP 503 compares names, without extras and versions.
    static func plain(_ name: String) -> String {
        let name = name.prefix { !"[=<>!~; @".contains($0) }.lowercased()
        return name.split { "-_.".contains($0) }.joined(separator: "-")
    }
}

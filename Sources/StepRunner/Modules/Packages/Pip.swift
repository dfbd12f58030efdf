import FoundationEssentials
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Python's packages, by pip, in the system or in a virtual environment.
    static let pip = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        var context = context
        if try arguments.flag("break_system_packages", or: false) {
            context.environment["PIP_BREAK_SYSTEM_PACKAGES"] = "1"
        }
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
        guard !context.isCheck else {
            fields["changed"] = .bool(try changed || pip.wouldChange(names))
            return fields
        }
        let isSource = names.contains { name in ["git+", "hg+", "svn+", "bzr+"].contains(where: name.hasPrefix) }
        let before = requirements != nil || isSource ? try pip.installed() : nil
        let words = try pip.words(names, requirements: requirements)
        let output = try context.run(words, timeout: 3600, directory: arguments.text("chdir"))
        let said = output.outputText
        guard output.status == 0 || pip.state == "absent" && (said + output.errorText).contains("not installed") else {
            throw ModuleFailure(
                "stdout: \(said)\n:stderr: \(output.errorText)",
                fields: ["cmd": .list(words.map { .string($0) }), "rc": .int(output.status)]
            )
        }
        if let before, pip.state != "absent" {
            changed = try changed || before != pip.installed()
        } else {
            changed = changed || said.contains("Successfully \(pip.state == "absent" ? "un" : "")installed")
        }
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

    /// The whole command.
    func words(_ names: [String], requirements: String?) throws -> [String] {
        let verb = state == "absent" ? ["uninstall", "-y"] : ["install"]
        return program + verb + (try options()) + (requirements.map { ["-r", context.files.place($0)] } ?? names)
    }

    private func options() throws -> [String] {
        var options: [String] = []
        if state == "latest" { options.append("-U") }
        if state == "forcereinstall" { options += ["-U", "--force-reinstall"] }
        if try arguments.flag("editable", or: false) { options.append("-e") }
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

    /// What check mode can tell without asking the index.
    func wouldChange(_ names: [String]) throws -> Bool {
        guard !arguments.has("requirements"), state == "present" || state == "absent" else { return true }
        let known = try installed()
        return names.contains { state == "absent" ? known[Self.plain($0)] != nil : !isMet($0, known) }
    }

    private func isMet(_ name: String, _ known: [String: String]) -> Bool {
        guard !name.contains("/"), let version = known[Self.plain(name)] else { return false }
        if let range = name.firstRange(of: "==") { return trimmed(String(name[range.upperBound...])) == version }
        return !name.contains { "<>!~;@".contains($0) }
    }

    /// As PEP 503 compares names, without extras and versions.
    private static func plain(_ name: String) -> String {
        let name = name.prefix { !"[=<>!~; @".contains($0) }.lowercased()
        return name.split { "-_.".contains($0) }.joined(separator: "-")
    }
}

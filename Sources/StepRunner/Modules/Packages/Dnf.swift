import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// RPM packages, by dnf, or by yum where there is no dnf. For `dnf` and `yum`.
    static let dnf = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let context = context.untranslated
        let names = arguments.list("name", splitting: true).map(\.description).filter { !$0.isEmpty }
        let tool = PackageTool.found(context.files) == .yum ? "yum" : "dnf"
        let options = try dnfOptions(arguments)
        var work = RPMWork(tool: [tool, "-y"] + options, context: context)
        if try arguments.flag("update_cache", or: false) {
            try context.act([tool, "-q"] + options + ["makecache"])
            if names.isEmpty, !arguments.has("state") {
                return ["changed": false, "msg": "Cache updated", "results": .list([]), "rc": 0]
            }
        }
        if names.isEmpty, try arguments.flag("autoremove", or: false) { try work.perform("autoremove", []) }
        let (wanted, isAll) = (names.filter { $0 != "*" }, names.contains("*"))
        let state = try PackageState(arguments)
        let (held, missing) = try wanted.reduce(into: ([String](), [String]())) { parts, name in
            if try isInstalled(name, context) { parts.0.append(name) } else { parts.1.append(name) }
        }
        if state == .absent {
            if !held.isEmpty { try work.perform("remove", held) }
            return work.fields
        }
        if state == .latest, isAll || !held.isEmpty {
            let updates = try context.run([tool, "-q"] + options + ["check-update"] + held)
            // 100 says that there are updates.
            guard updates.status == 0 || updates.status == 100 else {
                throw ModuleFailure(
                    "\(tool) check-update ended with \(updates.status): \(updates.lastWords)",
                    fields: ["rc": .int(updates.status)]
                )
            }
            if updates.status == 100 { try work.perform("update", held) }
        }
        if !missing.isEmpty, try !arguments.flag("update_only", or: false) { try work.perform("install", missing) }
        return work.fields
    }

    private static func dnfOptions(_ arguments: ModuleArguments) throws -> [String] {
        var options: [String] = []
        for (key, option) in [
            ("enablerepo", "--enablerepo"), ("disablerepo", "--disablerepo"), ("exclude", "--exclude"),
            ("releasever", "--releasever"), ("installroot", "--installroot"),
        ] where arguments.has(key) {
            let value = arguments.list(key, splitting: true).map(\.description).joined(separator: ",")
            if key != "installroot" || value != "/" { options.append("\(option)=\(value)") }
        }
        for (key, option) in [
            ("disable_gpg_check", "--nogpgcheck"), ("security", "--security"), ("bugfix", "--bugfix"),
            ("allowerasing", "--allowerasing"), ("skip_broken", "--skip-broken"), ("nobest", "--nobest"),
            ("cacheonly", "--cacheonly"),
        ] where try arguments.flag(key, or: false) {
            options.append(option)
        }
        if try arguments.flag("install_weak_deps", or: true) == false {
            options.append("--setopt=install_weak_deps=False")
        }
        if try !arguments.flag("sslverify", or: true) || !arguments.flag("validate_certs", or: true) {
            options.append("--setopt=sslverify=False")
        }
        return options
    }

    /// By the database of RPM: a package, what one provides, a file of one, or a group.
    private static func isInstalled(_ name: String, _ context: ModuleContext) throws -> Bool {
        if name.hasPrefix("@") {
            let tool = PackageTool.found(context.files) == .yum ? "yum" : "dnf"
            let result = try context.run([tool, "-q", "group", "list", "--installed", String(name.dropFirst())])
            return result.status == 0 && !trimmed(result.outputText).isEmpty
        }
        if name.hasSuffix(".rpm") {
            let place = name.contains("://") ? name : context.files.place(name)
            let file = try context.runSuccessfully([
                "rpm", "-q", "--qf", "%{name}-%{version}-%{release}.%{arch}", "-p", place,
            ])
            return try context.run(["rpm", "-q", "--quiet", trimmed(file.outputText)]).status == 0
        }
        if try context.run(["rpm", "-q", "--quiet", name]).status == 0 { return true }
        return try context.run(["rpm", "-q", "--quiet", "--whatprovides", name]).status == 0
    }
}

/// What dnf was told to do, and what came of it.
private struct RPMWork {
    let tool: [String]
    let context: ModuleContext
    private var results: [String] = []
    private var output = ""
    private var hasChanged = false

    init(tool: [String], context: ModuleContext) {
        self.tool = tool
        self.context = context
    }

    var fields: Fields {
        var message = hasChanged ? "" : "Nothing to do"
        if hasChanged, context.isCheck {
            message = "Check mode: No changes made, but would have if not in check mode"
        }
        var fields: Fields = [
            "changed": .bool(hasChanged), "results": .list(results.map { .string($0) }), "rc": 0,
            "msg": .string(message),
        ]
        if !output.isEmpty {
            fields["stdout"] = .string(output)
            fields["stdout_lines"] = ModuleDefinition.lines(of: output)
        }
        return fields
    }

    mutating func perform(_ verb: String, _ names: [String]) throws {
        guard !context.isCheck else {
            hasChanged = true
            results += names.map { "\(verb == "remove" ? "Removed" : "Installed"): \($0)" }
            return
        }
        let before = try held()
        output += try context.act(tool + [verb] + names).outputText
        let after = try held()
        hasChanged = hasChanged || before != after
        results += after.subtracting(before).sorted().map { "Installed: \($0)" }
        results += before.subtracting(after).sorted().map { "Removed: \($0)" }
    }

    /// Every package that is there, as dnf names it.
    private func held() throws -> Set<String> {
        let form = "%{NAME}-%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}.%{ARCH}\n"
        let all = try context.runSuccessfully(["rpm", "-qa", "--qf", form]).outputText
        return Set(all.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("gpg-pubkey-") })
    }
}

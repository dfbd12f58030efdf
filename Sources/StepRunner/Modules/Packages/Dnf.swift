import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// RPM packages, by dnf, or by yum where there is no dnf. For `dnf` and `yum`.
    static let dnf = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        var context = context
        context.environment.merge(["LANG": "C", "LC_ALL": "C"]) { given, _ in given }
        let names = arguments.list("name", splitting: true).map(\.description).filter { !$0.isEmpty }
        let tool = PackageTool.found(context.files) == .yum ? "yum" : "dnf"
        let options = try dnfOptions(arguments)
        var results: [Value] = []
        var changed = false
        var output = CommandResult(status: 0)
        if try arguments.flag("update_cache", or: false) {
            try context.act([tool, "-q"] + options + ["makecache"])
            if names.isEmpty, !arguments.has("state") { return ["changed": false, "msg": "Cache updated", "rc": 0] }
        }
        if names.isEmpty, try arguments.flag("autoremove", or: false) {
            output = try context.act([tool, "-y"] + options + ["autoremove"])
            changed = context.isCheck || !output.outputText.contains("Nothing to do")
        }
        let state = try PackageState(arguments)
        let (wanted, isAll) = (names.filter { $0 != "*" }, names.contains("*"))
        var todo: [String] = []
        var verb = "install"
        switch state {
        case .absent:
            verb = "remove"
            todo = try wanted.filter { try isInstalled($0, context) }
        case .present: todo = try wanted.filter { try !isInstalled($0, context) }
        case .latest:
            todo = try wanted.filter { try !isInstalled($0, context) }
            let held = wanted.filter { !todo.contains($0) }
            let updates =
                try isAll || !held.isEmpty ? context.run([tool, "-q"] + options + ["check-update"] + held) : nil
            // 100 says that there are updates.
            if let updates, updates.status == 100 {
                verb = "update"
                let words = [tool, "-y"] + options + [verb] + held
                output = try context.act(words)
                changed = true
                results.append(.string("Updated: \(isAll ? "*" : held.joined(separator: " "))"))
            } else if let updates, updates.status != 0 {
                throw ModuleFailure(
                    "\(tool) check-update ended with \(updates.status): \(updates.lastWords)",
                    fields: ["rc": .int(updates.status)]
                )
            }
            verb = try arguments.flag("update_only", or: false) ? "" : "install"
        }
        if !todo.isEmpty, !verb.isEmpty {
            output = try context.act([tool, "-y"] + options + [verb] + todo)
            changed = true
            results += todo.map { .string("\(verb == "remove" ? "Removed" : "Installed"): \($0)") }
        }
        return [
            "changed": .bool(changed), "results": .list(results), "rc": 0,
            "msg": .string(changed ? "" : "Nothing to do"), "stdout": .string(output.outputText),
            "stdout_lines": lines(of: output.outputText),
        ]
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

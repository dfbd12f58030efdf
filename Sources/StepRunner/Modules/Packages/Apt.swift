import Glibc
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Debian's packages, by apt-get. What dpkg has decides whether there is something to do.
    static let apt = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        var context = context.untranslated
        context.environment.merge(["DEBIAN_FRONTEND": "noninteractive", "DEBIAN_PRIORITY": "critical"]) { given, _ in
            given
        }
        let apt = try Apt(arguments, context)
        var fields: Fields = ["changed": false]
        let isFresh = try apt.updateCache()
        if !arguments.has("deb") {
            fields["cache_updated"] = .bool(isFresh)
            let times = try Apt.cacheFiles.compactMap { try context.files.status($0)?.changed }
            fields["cache_update_time"] = .int(Int(times.first ?? 0))
        }
        let names = arguments.list("name", splitting: true).map(\.description).filter { !$0.isEmpty }
        var output = CommandResult(status: 0)
        var changed = false
        if let file = try arguments.text("deb") {
            (changed, output) = try apt.install(file: file)
        } else if let upgrade = try arguments.text("upgrade"), !["no", "False", "false"].contains(upgrade) {
            let isFull = ["full", "dist"].contains(upgrade)
            (changed, output) = try apt.perform(isFull ? ["dist-upgrade"] : ["upgrade", "--with-new-pkgs"])
        } else if names == ["*"] {
            guard try PackageState(arguments) == .latest else {
                throw ModuleFailure("unable to install all packages: state must be latest")
            }
            (changed, output) = try apt.perform(["dist-upgrade"])
        } else if names.isEmpty {
            changed = isFresh
        } else {
            (changed, output) = try apt.set(names, PackageState(arguments))
        }
        if try arguments.flag("autoremove", or: false) {
            let (removed, more) = try apt.perform(["autoremove"])
            changed = changed || removed
            output.output += more.output
        }
        if try arguments.flag("autoclean", or: false) { try context.act(["apt-get", "-y", "autoclean"]) }
        if try arguments.flag("clean", or: false) { try context.act(["apt-get", "clean"]) }
        fields["changed"] = .bool(changed)
        if !names.isEmpty, try PackageState(arguments) == .absent {
            for key in ["cache_updated", "cache_update_time"] { fields[key] = nil }
        }
        if changed || !output.output.isEmpty {
            fields.merge(commandFields(.none, output, strips: false)) { old, _ in old }
            fields["cmd"] = nil
            fields["rc"] = nil
        }
        return fields
    }
}

/// apt-get, told what a task says.
private struct Apt {
    let arguments: ModuleArguments
    let context: ModuleContext
    private let options: [String]
    /// Their times say when the lists were fetched; the first that is there.
    static let cacheFiles = ["/var/lib/apt/periodic/update-success-stamp", "/var/lib/apt/lists"]

    init(_ arguments: ModuleArguments, _ context: ModuleContext) throws {
        self.arguments = arguments
        self.context = context
        var options = ["-y"]
        let dpkg = try arguments.text("dpkg_options") ?? "force-confdef,force-confold"
        for option in dpkg.split(separator: ",") { options += ["-o", "Dpkg::Options::=--\(option)"] }
        if let recommends = try arguments.flag("install_recommends") {
            options += ["-o", "APT::Install-Recommends=\(recommends ? "yes" : "no")"]
        }
        if let release = try arguments.text("default_release") { options += ["-t", release] }
        if try arguments.flag("force", or: false) { options.append("--force-yes") }
        if try arguments.flag("allow_unauthenticated", or: false) { options.append("--allow-unauthenticated") }
        if try arguments.flag("allow_downgrade", or: false) { options.append("--allow-downgrades") }
        if try arguments.flag("allow_change_held_packages", or: false) {
            options.append("--allow-change-held-packages")
        }
        let patience = try arguments.integer("lock_timeout") ?? 60
        self.options = options + ["-o", "DPkg::Lock::Timeout=\(patience)"]
    }

    /// Fetches the lists of packages, unless those that are there are new enough. True when it did.
    func updateCache() throws -> Bool {
        let valid = try arguments.integer("cache_valid_time") ?? 0
        guard try arguments.flag("update_cache", or: valid > 0) else { return false }
        if valid > 0, let status = try context.files.status("/var/lib/apt/lists") {
            var time = timespec()
            unsafe clock_gettime(CLOCK_REALTIME, &time)
            if Double(time.tv_sec) - status.changed < Double(valid) { return false }
        }
        try context.act(["apt-get", "-q", "update"])
        return true
    }

    /// Runs apt-get when its own rehearsal says that something would be done.
    func perform(_ words: [String]) throws -> (Bool, CommandResult) {
        let rehearsal = try context.runSuccessfully(["apt-get", "--simulate"] + options + words)
        let acts = rehearsal.outputText.split(separator: "\n").contains {
            $0.hasPrefix("Inst ") || $0.hasPrefix("Remv ") || $0.hasPrefix("Purg ")
        }
        guard acts else { return (false, CommandResult(status: 0)) }
        guard !context.isCheck else { return (true, rehearsal) }
        return (true, try context.act(["apt-get"] + options + words))
    }

    func set(_ names: [String], _ state: PackageState) throws -> (Bool, CommandResult) {
        let held = try names.map { (name: $0, version: try installed($0)) }
        switch state {
        case .absent:
            let there = held.filter { $0.version != nil }.map { Self.plain($0.name) }
            guard !there.isEmpty else { return (false, CommandResult(status: 0)) }
            return try perform([try arguments.flag("purge", or: false) ? "purge" : "remove"] + there)
        case .present:
            let missing = held.filter { !Self.isMet($0.name, $0.version) }.map(\.name)
            guard !missing.isEmpty else { return (false, CommandResult(status: 0)) }
            return try perform(["install"] + onlyUpgrade() + missing)
        case .latest: return try perform(["install"] + onlyUpgrade() + names)
        }
    }

    private func onlyUpgrade() throws -> [String] {
        try arguments.flag("only_upgrade", or: false) ? ["--only-upgrade"] : []
    }

    func install(file: String) throws -> (Bool, CommandResult) {
        var place = context.files.place(file)
        if file.contains("://") {
            place = context.files.place("/tmp/" + lastPart(of: file))
            let octets = try ModuleDefinition.download(file, arguments, context)
            _ = try FileChanges(files: context.files) { _ in }.write(octets, to: "/tmp/" + lastPart(of: file))
        }
        let words = ["dpkg-deb", "--show", "--showformat", "${Package} ${Version}", place]
        let found = try context.runSuccessfully(words).outputText.split(separator: " ").map(String.init)
        guard found.count == 2 else { throw ModuleFailure("\(file) is not a package of Debian's") }
        if try installed(found[0]) == found[1] { return (false, CommandResult(status: 0)) }
        return try perform(["install", place])
    }

    /// The version that is there; nil when none is.
    private func installed(_ name: String) throws -> String? {
        let result = try context.run(
            ["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Version}\n", Self.plain(name)]
        )
        guard result.status == 0 else { return nil }
        for line in result.outputText.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == "installed" { return String(words[1]) }
        }
        return nil
    }

    /// `nginx` of `nginx=1.2*` and `nginx/stable`.
    private static func plain(_ name: String) -> String { String(name.prefix { $0 != "=" && $0 != "/" }) }

    private static func isMet(_ name: String, _ version: String?) -> Bool {
        guard let version else { return false }
        guard let equals = name.firstIndex(of: "=") else { return !name.contains("/") }
        return unsafe fnmatch(String(name[name.index(after: equals)...]), version, 0) == 0
    }
}

import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Packages, by whatever tool the node has for them.
    static let package = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let given = try arguments.text("use") ?? "auto"
        let tool = given == "auto" ? PackageTool.found(context.files)?.rawValue ?? "none" : given
        switch tool {
        case "apt": return try ModuleDefinition.apt.run(arguments, context)
        case "dnf", "dnf5", "yum": return try ModuleDefinition.dnf.run(arguments, context)
        case "none": throw ModuleFailure("package: the node has neither apt-get nor dnf nor yum")
        default: throw ModuleFailure("package: '\(tool)' is not known; apt, dnf and yum are")
        }
    }
}

/// What a node installs packages with.
enum PackageTool: String {
    case apt, dnf, yum

    static func found(_ files: NodeFiles) -> Self? {
        if files.exists("/usr/bin/apt-get") { return .apt }
        if files.exists("/usr/bin/dnf") || files.exists("/usr/bin/dnf5") { return .dnf }
        return files.exists("/usr/bin/yum") ? .yum : nil
    }
}

/// What of packages is asked for.
enum PackageState {
    case present, latest, absent

    init(_ arguments: ModuleArguments) throws {
        let states = ["present", "installed", "latest", "absent", "removed"]
        switch try arguments.choice("state", of: states, or: "present") {
        case "latest": self = .latest
        case "absent", "removed": self = .absent
        default: self = .present
        }
    }
}

public import Catalog
import Jinja

/// A catalogue made of TripleO's `roles_data.yaml` and service templates, as far as they can be carried over.
public struct TripleOImport: Sendable {
    public struct Options: Hashable, Sendable {
        /// The roles' image.
        public var image = "overcloud-full"
        /// The stack's name, which host names begin with.
        public var stack = "overcloud"

        public init() {}
    }

    public var roles: [ImportedRole] = []
    /// Those of the files of networks, and those that roles name.
    public var networks: [ImportedNetwork] = []
    /// By name.
    public var services: [ImportedService] = []
    /// All that did not come over as it was, in the order of the files.
    public var remarks: [ImportRemark] = []
    public var tally = ImportTally()

    /// - Parameters:
    ///   - roles: files such as `roles_data.yaml`: lists of roles.
    ///   - networks: files such as `network_data.yaml`: lists of networks.
    ///   - templates: the service templates, by their paths below one folder, which they name each other by.
    ///   - registries: texts of environment files and of their templates whose `resource_registry` says which template
    ///     each service is, by their paths; of two that name one service the later holds.
    public init(
        roles files: [SourceTree],
        networks networkFiles: [SourceTree] = [],
        templates: [String: SourceTree],
        registries: [(path: String, text: String)] = [],
        options: Options = Options()
    ) {
        let registry = Self.registry(registries)
        var chosen: [String: ImportedService] = [:]
        let named = Set(registry.values)
        for path in templates.keys.sorted() {
            guard var reader = ServiceImport(path: path, templates: templates, registry: registry) else { continue }
            let service = reader.run().declaringUnknownNames()
            guard let other = chosen[service.name] else {
                chosen[service.name] = service
                continue
            }
            let (kept, left) =
                Self.isBetter(service.path, than: other.path, named) ? (service, other) : (other, service)
            chosen[service.name] = kept
            let what = "service '\(service.name)' of \(left.path)"
            remarks.append(ImportRemark(what, "left out: \(kept.path) is the same service", at: left.tree.location))
        }
        services = chosen.values.sorted { $0.name < $1.name }
        for service in services { tally.add(service.tally) }
        let names = Self.names(registry, services)
        let items = files.flatMap { $0.items ?? [$0] }
        let networkImport = NetworkImport(networkFiles, roles: items)
        networks = networkImport.networks
        for item in items {
            var reader = RoleImport(services: names, imported: chosen, networks: networks, options: options)
            guard let role = reader.run(item) else {
                remarks.append(ImportRemark("a role", "it has no name", at: item.location))
                continue
            }
            if self.roles.contains(where: { $0.name == role.name }) {
                remarks.append(ImportRemark("role '\(role.name)'", "another has its name", at: item.location))
            } else {
                self.roles.append(role)
            }
        }
        remarks += networkImport.remarks + self.roles.flatMap(\.remarks) + services.flatMap(\.remarks)
    }

    /// The files of the catalogue, by their paths below its folder.
    public var files: [String: String] {
        var files: [String: String] = [:]
        for role in roles { files["roles/\(role.name).yaml"] = YAMLText.of(role.tree) }
        for network in networks { files["networks/\(network.name).yaml"] = YAMLText.of(network.tree) }
        for service in services {
            files["services/\(service.name).yaml"] = YAMLText.of(service.tree)
            for (name, text) in service.templates { files["templates/" + name] = text }
        }
        return files
    }

    /// Containerised before what it wraps; what a registry names before all.
    private static func isBetter(_ path: String, than other: String, _ named: Set<String>) -> Bool {
        func rank(_ path: String) -> Int {
            (named.contains(path) ? 2 : 0) + (path.contains("docker/") || path.contains("deployment/") ? 1 : 0)
        }
        return rank(path) > rank(other)
    }

    /// The lines `OS::TripleO::…: path` of a `resource_registry`, which stand in templates of Jinja's too.
    static func registry(_ files: [(path: String, text: String)]) -> [String: String] {
        var registry: [String: String] = [:]
        for (path, text) in files {
            for line in text.split(separator: "\n") {
                let line = line.trimmed
                guard line.hasPrefix("OS::"), !line.contains("{"), let colon = line.firstRange(of: ": ") else {
                    continue
                }
                let target = line[colon.upperBound...].trimmed
                registry[String(line[..<colon.lowerBound])] =
                    target.hasSuffix(".yaml") ? HeatPath.joined(target, from: path) : target
            }
        }
        // One that stands for another.
        for (type, target) in registry {
            var target = target
            var left = 8
            while let next = registry[target], left > 0 {
                target = next
                left -= 1
            }
            registry[type] = target
        }
        return registry
    }

    /// Types of services to names of those that came over: as the registry says, else by their spelling.
    private static func names(_ registry: [String: String], _ services: [ImportedService]) -> [String: String?] {
        var names: [String: String?] = [:]
        for service in services {
            names[TypeName.prefix + TypeName.camel(service.name)] = service.name
            let file = service.path.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? ""
            names[TypeName.prefix + TypeName.camel(file)] = service.name
        }
        // Spelled as it likes: `HAproxy`, `MySQL`.
        for type in registry.keys where type.hasPrefix(TypeName.prefix) && names[type] == nil {
            let plain = TypeName.plain(String(type.dropFirst(TypeName.prefix.count)))
            if let service = services.first(where: { TypeName.plain($0.name) == plain }) { names[type] = service.name }
        }
        for (type, target) in registry {
            if target == "OS::Heat::None" {
                names[type] = .some(nil)
            } else if let service = services.first(where: { $0.path == target }) {
                names[type] = service.name
            }
        }
        return names
    }
}

/// Names of TripleO's services as resource types.
private enum TypeName {
    static let prefix = "OS::TripleO::Services::"

    /// `NovaCompute` of `nova_compute`.
    static func camel(_ name: String) -> String {
        name.split { $0 == "_" || $0 == "-" }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    static func plain(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }
}

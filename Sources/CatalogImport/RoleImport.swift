public import Catalog
import Jinja

/// One role of TripleO's `roles_data.yaml` as a role of ours.
public struct ImportedRole: Hashable, Sendable {
    public var name: String
    /// What `roles/NAME.yaml` holds.
    public var tree: SourceTree
    /// Its services that came over, and those that are written in `ServicesDefault`.
    public var services: ImportCount
    public var remarks: [ImportRemark]
}

/// Reads one role.
struct RoleImport {
    /// `OS::TripleO::Services::Keystone` to the service's name; nil for one that is switched off.
    let services: [String: String?]
    /// By name, for what a role sets.
    let imported: [String: ImportedService]
    let networks: [ImportedNetwork]
    let options: TripleOImport.Options
    private var remarks: [ImportRemark] = []
    private var count = ImportCount()

    init(
        services: [String: String?],
        imported: [String: ImportedService],
        networks: [ImportedNetwork],
        options: TripleOImport.Options
    ) {
        self.services = services
        self.imported = imported
        self.networks = networks
        self.options = options
    }

    private static let done: Set<String> = [
        "name", "description", "CountDefault", "HostnameFormatDefault", "ServicesDefault", "tags", "networks",
        "upgrade_batch_size", "update_serial", "upgrade_serial", "disable_upgrade_deployment", "RoleParametersDefault",
    ]

    private static let reasons: [String: String] = [
        "uses_deprecated_params": "old names of parameters are not known here",
        "disable_constraints": "Heat alone has such constraints",
        "default_route_networks": "routes are the network configuration's",
        "ImageDefault": "the image is named by 'image'", "FlavorDefault": "roles ask for hardware; write 'hardware'",
    ]

    mutating func run(_ tree: SourceTree) -> ImportedRole? {
        guard let name = tree["name"]?.text else { return nil }
        let place = tree.location
        func remark(_ key: String, _ reason: String, _ location: SourceLocation) {
            remarks.append(ImportRemark("'\(key)' of role '\(name)'", reason, at: location))
        }
        for (key, location, _) in tree.entries ?? [] where !Self.done.contains(key) {
            let other =
                key.hasPrefix("deprecated_")
                ? "old names of parameters are not known here" : "there is nothing that reads it"
            remark(key, Self.reasons[key] ?? other, location)
        }
        let names = serviceNames(tree, name)
        var rollout: [(String, SourceTree?)] = []
        for key in ["upgrade_batch_size", "upgrade_serial", "update_serial"] where rollout.isEmpty {
            guard let written = tree[key], let number = written.value.asInt, number > 0 else { continue }
            rollout.append(("batch", .plain("\(number)", at: written.location)))
        }
        if let written = tree["disable_upgrade_deployment"], written.value.isTruthy {
            rollout.append(("approve", .text("every-wave", at: written.location)))
            remark(
                "disable_upgrade_deployment",
                "an operator says when each wave is upgraded: approve: every-wave",
                written.location
            )
        }
        remark("image", "TripleO says it elsewhere; it is '\(options.image)' here", place)
        let result = SourceTree.mapping(
            [
                ("name", .text(name, at: place)),
                (
                    "description",
                    tree["description"]?.text.map {
                        .text($0.split(whereSeparator: \.isWhitespace).joined(separator: " "), at: place)
                    }
                ),
                ("count", .plain("\(max(0, tree["CountDefault"]?.value.asInt ?? 0))", at: place)),
                ("image", .text(options.image, at: place)),
                ("hostname", hostname(tree, name)),
                ("tags", tree["tags"].flatMap { $0.items?.isEmpty == false ? $0 : nil }),
                ("networks", networks(of: tree)),
                ("services", .list(names.map { .text($0.name, at: $0.place) }, at: place)),
                ("parameters", parameters(tree, name, names.map(\.name))),
                ("rollout", rollout.isEmpty ? nil : .mapping(rollout, at: place)),
            ],
            at: place
        )
        return ImportedRole(name: name, tree: result, services: count, remarks: remarks)
    }

    /// Names in a list; a map where one is in a subnet of several.
    private func networks(of tree: SourceTree) -> SourceTree? {
        let names = NetworkImport.names(of: tree)
        guard !names.isEmpty else { return nil }
        let uses = names.map { name, place -> (String, SourceTree?) in
            let hasSeveral = networks.contains { $0.name == name && $0.subnets > 1 }
            let subnet = tree["networks"]?[name]?["subnet"]
            return (name, hasSeveral ? subnet.map { .mapping([("subnet", $0)], at: place) } : nil)
        }
        guard uses.contains(where: { $0.1 != nil }) else {
            return .list(names.map { .text($0.name, at: $0.place) }, at: tree.location)
        }
        let whole = uses.map { name, use in (name, use ?? SourceTree.plain("static", at: tree.location)) }
        return .mapping(whole, at: tree.location)
    }

    private mutating func serviceNames(_ tree: SourceTree, _ role: String) -> [(name: String, place: SourceLocation)] {
        var found: [(name: String, place: SourceLocation)] = []
        for item in tree["ServicesDefault"]?.items ?? [] {
            guard let type = item.text else { continue }
            let what = "service '\(type)' of role '\(role)'"
            guard let known = services[type] else {
                count.note(false)
                remarks.append(ImportRemark(what, "none of the files is its template", at: item.location))
                continue
            }
            guard let name = known else {
                count.note(false)
                remarks.append(ImportRemark(what, "it is OS::Heat::None: switched off", at: item.location))
                continue
            }
            count.note(true)
            if found.contains(where: { $0.name == name }) {
                remarks.append(
                    ImportRemark(what, "it is '\(name)', which the role has by another name", at: item.location)
                )
            } else {
                found.append((name, item.location))
            }
        }
        return found
    }

    private func hostname(_ tree: SourceTree, _ role: String) -> SourceTree? {
        let place = tree["HostnameFormatDefault"]?.location ?? tree.location
        let written = tree["HostnameFormatDefault"]?.text ?? "%stackname%-\(role.lowercased())-%index%"
        let text = written.replacing("%stackname%", with: options.stack).replacing("%index%", with: "{{ index }}")
            .replacing("role.name", with: "role")
        return .text(text, at: place)
    }

    /// What the role sets, under each of its services that knows it.
    private mutating func parameters(_ tree: SourceTree, _ role: String, _ names: [String]) -> SourceTree? {
        var result: [(String, SourceTree?)] = []
        var set: Set<String> = []
        let written = tree["RoleParametersDefault"]?.entries ?? []
        for name in names {
            let known = imported[name]?.tree["parameters"]
            let own = written.filter { entry in
                guard let parameter = known?[entry.key], parameter["type"]?.text != "secret" else { return false }
                return fits(entry.value, entry.key, parameter)
            }
            guard !own.isEmpty else { continue }
            set.formUnion(own.map(\.key))
            result.append((name, .mapping(own.map { ($0.key, $0.value) }, at: tree.location)))
        }
        for (key, location, _) in written where !set.contains(key) {
            remarks.append(
                ImportRemark("'\(key)' of role '\(role)'", "none of its services can be told it", at: location)
            )
        }
        return result.isEmpty ? nil : .mapping(result, at: tree.location)
    }

    private func fits(_ value: SourceTree, _ name: String, _ parameter: SourceTree) -> Bool {
        let place = value.location
        let declared = SourceTree.mapping([(name, parameter)], at: place)
        let service = SourceTree.mapping([("name", .text("s", at: place)), ("parameters", declared)], at: place)
        let set = SourceTree.mapping([("s", .mapping([(name, value)], at: place))], at: place)
        let files = [
            Catalog.File(path: "services/s.yaml", tree: service), Catalog.File(path: "parameters.yaml", tree: set),
        ]
        return (try? Catalog(files: files, templates: [:])) != nil
    }
}

import AgentAPI
import Jinja

extension Catalog {
    /// What the files say of each other.
    func check(_ problems: inout CatalogProblems) {
        for rule in rules {
            for role in rule.fixedRoles where !roles.contains(where: { $0.name == role.text }) {
                problems.add(
                    "rule '\(rule.name)' is about the unknown role '\(role.text)'",
                    at: role.location,
                    suggestion: Spelling.nearest(to: role.text, among: roles.map(\.name))
                )
            }
        }
        for role in roles {
            for service in role.services where services[service] == nil {
                problems.add(
                    "role '\(role.name)' has the unknown service '\(service)'",
                    at: role.written[service] ?? role.location,
                    suggestion: Spelling.nearest(to: service, among: services.keys)
                )
            }
            checkOverrides(role.parameters, role.written, of: "role '\(role.name)'", &problems)
            checkContainers(of: role, &problems)
        }
        for service in services.values.sorted(by: { $0.name < $1.name }) {
            for other in service.after where services[other] == nil {
                problems.add(
                    "service '\(service.name)' comes after the unknown service '\(other)'",
                    at: service.written[other] ?? service.location,
                    suggestion: Spelling.nearest(to: other, among: services.keys)
                )
            }
        }
        if let cycle = ServiceOrder.cycle(in: services), let first = services[cycle[0]] {
            problems.add(
                "services wait for each other: \(cycle.joined(separator: " after "))",
                at: cycle.count > 1 ? first.written[cycle[1]] ?? first.location : first.location
            )
        }
        checkNetworks(&problems)
        checkRunbooks(&problems)
        checkOverrides(parameters, parametersWritten, of: "parameters.yaml", &problems)
    }

    /// A node has one container of a name.
    private func checkContainers(of role: Role, _ problems: inout CatalogProblems) {
        var first: [String: Service.ServiceContainer] = [:]
        for service in role.services.compactMap({ services[$0] }) {
            for container in service.containers {
                let name = container.definition.name
                guard let other = first[name] else {
                    first[name] = container
                    continue
                }
                guard other.location != container.location else { continue }
                problems.add(
                    "the services of role '\(role.name)' have two containers '\(name)', the other at \(other.location)",
                    at: container.location
                )
            }
        }
    }

    /// What an environment says, whether it is chosen or not.
    func check(_ environment: ParameterEnvironment, _ problems: inout CatalogProblems) {
        let what = "environment '\(environment.name)'"
        checkOverrides(environment.parameters, environment.places(of: ""), of: what, &problems)
        for (role, values) in environment.roles.sorted(by: { $0.key < $1.key }) {
            if !roles.contains(where: { $0.name == role }) && !bases.contains(role) {
                problems.add(
                    "\(what) sets parameters of the unknown role '\(role)'",
                    at: environment.written["role \(role)"] ?? environment.location,
                    suggestion: Spelling.nearest(to: role, among: roles.map(\.name))
                )
            }
            checkOverrides(values, environment.places(of: "role \(role)"), of: "\(what) for role '\(role)'", &problems)
        }
        for (node, values) in environment.nodes.sorted(by: { $0.key < $1.key }) {
            checkOverrides(values, environment.places(of: "node \(node)"), of: "\(what) for node '\(node)'", &problems)
        }
        let names = services.values.flatMap { service in service.parameters.map { "\(service.name).\($0.name)" } }
        for parameter in environment.merge.keys.sorted() where !names.contains(parameter) {
            problems.add(
                "\(what) merges the unknown parameter '\(parameter)'",
                at: environment.written["merge \(parameter)"] ?? environment.location,
                suggestion: Spelling.nearest(to: parameter, among: names)
            )
        }
    }

    /// What the chosen environments' values are where they are joined: lists and maps that were fine each for itself.
    func checkJoined(_ problems: inout CatalogProblems) {
        guard environments.contains(where: { !$0.merge.isEmpty }) else { return }
        for role in roles {
            for service in role.services.compactMap({ services[$0] }) {
                for found in effective(of: service, in: role) where found.origins.count > 1 {
                    guard let last = found.origins.last, last.said != last.value,
                        let refusal = found.parameter.refusal(of: last.value)
                    else { continue }
                    problems.add(
                        "'\(found.parameter.name)' of service '\(service.name)' is \(last.value.json()) when it is merged: \(refusal)",
                        at: last.location
                    )
                }
            }
        }
    }

    private func checkOverrides(
        _ overrides: [String: [String: Value]],
        _ written: [String: SourceLocation],
        of what: String,
        _ problems: inout CatalogProblems
    ) {
        for (name, values) in overrides.sorted(by: { $0.key < $1.key }) {
            func place(_ key: String) -> SourceLocation {
                written["\(name)/\(key)"] ?? SourceLocation(file: what, line: 1, column: 1)
            }
            guard let service = services[name] else {
                problems.add(
                    "\(what) sets parameters of the unknown service '\(name)'",
                    at: place(""),
                    suggestion: Spelling.nearest(to: name, among: services.keys)
                )
                continue
            }
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                guard let parameter = service.parameters.first(where: { $0.name == key }) else {
                    guard service.hasAllParameters else { continue }
                    problems.add(
                        "\(what) sets the unknown parameter '\(key)' of service '\(name)'",
                        at: place(key),
                        suggestion: Spelling.nearest(to: key, among: service.parameters.map(\.name))
                    )
                    continue
                }
                if parameter.type == .secret {
                    problems.add(
                        "\(what) sets '\(key)' of service '\(name)', a secret; remove it and use: "
                            + "rackwright secret set \(name).\(key)",
                        at: place(key)
                    )
                } else if !parameter.accepts(value) {
                    problems.add(
                        "\(what) sets '\(key)' of service '\(name)' to \(value.json()), which is not of type \(parameter.type.rawValue)",
                        at: place(key)
                    )
                } else if let refusal = parameter.refusal(of: value) {
                    problems.add(
                        "\(what) sets '\(key)' of service '\(name)' to \(value.json()): \(refusal)",
                        at: place(key)
                    )
                }
            }
        }
    }
}

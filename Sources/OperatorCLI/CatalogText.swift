import AgentAPI
public import Catalog
import Jinja
import Octets
import OperatorAPI
import Planning

/// A catalogue, or one thing in it, for people.
public enum CatalogText {
    /// All roles and services, a line each.
    public static func overview(_ catalog: Catalog, _ look: Appearance) -> String {
        var roles = Table("ROLE", "NODES", "EXTENDS", "IMAGE", "SERVICES")
        for role in catalog.roles {
            roles.add(
                "\(role.name)",
                "\(role.count.words)",
                "\(role.extends.first ?? "-")",
                "\(role.image)",
                "\(role.services.joined(separator: ", "))"
            )
        }
        var services = Table("SERVICE", "AFTER", "FILES", "CONTAINERS", "TASKS", "ROLES")
        for service in catalog.services.values.sorted(by: { $0.name < $1.name }) {
            let users = catalog.roles.filter { $0.services.contains(service.name) }.map(\.name)
            services.add(
                "\(service.name)",
                "\(service.after.isEmpty ? "-" : service.after.joined(separator: ", "))",
                "\(service.config.count)",
                "\(service.containers.count)",
                "\(service.deployTasks.count) + \(service.upgradeTasks.count)",
                "\(users.isEmpty ? "-" : users.joined(separator: ", "))"
            )
        }
        var networks: [String] = []
        if !catalog.networks.isEmpty {
            var table = Table("NETWORK", "SUBNETS", "VLAN", "ADDRESSES", "ROLES")
            for network in catalog.networks {
                let users = catalog.roles.filter { role in role.networks.contains { $0.name == network.name } }.map(
                    \.name
                )
                let sizes = network.subnets.map { $0.capacity < 1_000_000 ? "\($0.capacity)" : "many" }
                table.add(
                    "\(network.name)",
                    "\(network.subnets.isEmpty ? "-" : network.subnets.map { "\($0.cidr)" }.joined(separator: ", "))",
                    "\(network.vlan.map { "\($0)" } ?? "-")",
                    "\(sizes.isEmpty ? "-" : sizes.joined(separator: ", "))",
                    "\(users.isEmpty ? "-" : users.joined(separator: ", "))"
                )
            }
            networks = [""] + table.lines(look)
        }
        var runbooks: [String] = []
        if !catalog.runbooks.isEmpty {
            let all = catalog.runbooks.values.sorted { $0.name < $1.name }.map { RunbookReport($0) }
            runbooks = ["", RunbookText.list(all, look)]
        }
        let environments = catalog.environments.map(\.name.oneLine).joined(separator: ", ")
        return
            (roles.lines(look) + [""] + services.lines(look) + networks + runbooks
            + (environments.isEmpty ? [] : ["", "environments, the last one strongest: \(environments)"]))
            .joined(separator: "\n")
    }

    /// What `name` is: a role, a network, a service, a runbook, `SERVICE.PARAMETER`, or a parameter's name; nil when it is none of them.
    public static func show(_ name: String, in catalog: Catalog, node: String? = nil, _ look: Appearance) -> String? {
        var parts: [String] = []
        if let role = catalog.roles.first(where: { $0.name == name }) { parts.append(show(role, in: catalog, look)) }
        if let network = catalog.networks.first(where: { $0.name == name }) {
            parts.append(show(network, in: catalog, look))
        }
        if let service = catalog.services[name] { parts.append(show(service, in: catalog, node: node, look)) }
        if let runbook = catalog.runbooks[name] { parts.append(RunbookText.show(RunbookReport(runbook), look)) }
        for service in catalog.services.values.sorted(by: { $0.name < $1.name }) {
            for parameter in service.parameters
            where parameter.name == name || "\(service.name).\(parameter.name)" == name {
                parts.append(show(parameter.name, of: service, in: catalog, node: node, look).joined(separator: "\n"))
            }
        }
        return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
    }

    /// The nearest name that `show` knows.
    public static func nearest(to name: String, in catalog: Catalog) -> String? {
        let parameters = catalog.services.values.flatMap { service in
            service.parameters.flatMap { [$0.name, "\(service.name).\($0.name)"] }
        }
        return Spelling.nearest(to: name, among: names(catalog) + parameters)
    }

    private static func names(_ catalog: Catalog) -> [String] {
        catalog.roles.map(\.name) + catalog.networks.map(\.name) + catalog.services.keys
            + catalog.runbooks.keys
    }

    // MARK: Networks

    private static func show(_ network: Network, in catalog: Catalog, _ look: Appearance) -> String {
        var lines = [look.tinted("network \(network.name.oneLine)", .bold) + " (\(network.location))".oneLine]
        func row(_ name: String, _ text: String?) {
            guard let text, !text.isEmpty else { return }
            lines.append("  " + padded(name, to: 10) + text.oneLine)
        }
        row("", network.description)
        let users = catalog.roles.compactMap { role in
            role.networks.first { $0.name == network.name }.map { use in
                let more = use.words.dropFirst(use.name.count)
                return role.name + more
            }
        }
        row("roles", users.isEmpty ? "none" : users.joined(separator: ", "))
        row("mtu", network.mtu.map { "\($0)" })
        row("domain", network.domain)
        row("fabric", network.fabric)
        switch network.virtual {
        case nil: break
        case .any: row("vip", "the first free address")
        case .fixed(let address): row("vip", "\(address)")
        }
        for subnet in network.subnets {
            row("subnet", subnet.name == network.name ? "\(subnet.cidr)" : "\(subnet.name) \(subnet.cidr)")
            row("  vlan", network.vlan(of: subnet).map { "\($0)" })
            row("  pools", subnet.ranges.map(\.description).joined(separator: ", "))
            row("  gateway", subnet.gateway.map { "\($0)" })
            for route in subnet.routes { row("  route", "\(route.destination) by \(route.via)") }
            row("  dns", subnet.dns.map { "\($0)" }.joined(separator: ", "))
            row("  racks", subnet.racks.joined(separator: ", "))
        }
        if network.subnets.isEmpty { row("vlan", network.vlan.map { "\($0)" }) }
        for (node, addresses) in network.fixed.sorted(by: { $0.key < $1.key }) {
            row("node", "\(node) " + addresses.map { "\($0)" }.joined(separator: ", "))
        }
        return lines.joined(separator: "\n")
    }

    // MARK: Roles

    private static func show(_ role: Role, in catalog: Catalog, _ look: Appearance) -> String {
        var rows: [(String, String)] = []
        if let description = role.description { rows.append(("", description)) }
        if !role.extends.isEmpty { rows.append(("extends", role.extends.joined(separator: ", which extends "))) }
        rows += [("nodes", role.count.words), ("image", role.image)]
        if let hostname = role.hostname { rows.append(("hostname", hostname)) }
        if !role.tags.isEmpty { rows.append(("tags", role.tags.joined(separator: ", "))) }
        if !role.networks.isEmpty { rows.append(("networks", role.networks.map(\.words).joined(separator: ", "))) }
        rows += role.hardware.map { ("hardware", $0.text) } + role.rootDisk.map { ("root disk", $0.text) }
        rows += role.prefer.map { ("prefer", "\($0.when.text) (\($0.weight))") }
        if let spread = role.spread { rows.append(("spread", spread.rawValue)) }
        let order = ServiceOrder.sorted(role.services, in: catalog.services)
        rows.append(("services", order.joined(separator: ", ")))
        rows.append(("rollout", role.rollout.words))
        var lines = [look.tinted("role \(role.name.oneLine)", .bold) + " (\(role.location))".oneLine]
        var last = ""
        for (name, text) in rows {
            lines.append("  " + padded(name == last ? "" : name, to: 10) + text.oneLine)
            last = name
        }
        for service in order.compactMap({ catalog.services[$0] }) {
            for found in catalog.effective(of: service, in: role) where found.origins.count > 1 {
                guard let origin = found.origins.last else { continue }
                let who = "\(origin.who) (\(origin.location))"
                lines.append(
                    "  " + "\(service.name).\(found.parameter.name) = \(origin.value.json()), by \(who)".oneLine
                )
            }
        }
        return lines.joined(separator: "\n")
    }

    // MARK: Services

    private static func show(_ service: Service, in catalog: Catalog, node: String?, _ look: Appearance) -> String {
        var lines = [look.tinted("service \(service.name.oneLine)", .bold) + " (\(service.location))".oneLine]
        func row(_ name: String, _ text: String) { lines.append("  " + padded(name, to: 10) + text.oneLine) }
        if let description = service.description { row("", description) }
        let users = catalog.roles.filter { $0.services.contains(service.name) }.map(\.name)
        row("roles", users.isEmpty ? "none" : users.joined(separator: ", "))
        if !service.after.isEmpty { row("after", service.after.joined(separator: ", ")) }
        let waiting = catalog.services.values.filter { $0.after.contains(service.name) }.map(\.name).sorted()
        if !waiting.isEmpty { row("before", waiting.joined(separator: ", ")) }
        for file in service.config { row("file", "\(file.path) (\(file.templateName))") }
        for container in service.containers {
            row("container", "step \(container.step): \(container.definition.name), \(container.definition.image)")
        }
        for (name, tasks) in [("deploy", service.deployTasks), ("upgrade", service.upgradeTasks)] {
            for step in Set(tasks.map(\.step)).sorted() {
                let names = tasks.filter { $0.step == step }.map { $0.task.name ?? "unnamed" }
                row(name, "step \(step): " + names.joined(separator: "; "))
            }
        }
        let others = [("rollback", service.rollbackTasks), ("validate", service.validations)]
        for (name, tasks) in others where !tasks.isEmpty {
            row(name, tasks.map { $0.name ?? "unnamed" }.joined(separator: "; "))
        }
        for parameter in service.parameters {
            lines.append("")
            lines += show(parameter.name, of: service, in: catalog, node: node, look)
        }
        return lines.joined(separator: "\n")
    }

    /// A parameter: what it may be, and for each role that has the service what it is and by whom.
    private static func show(
        _ name: String,
        of service: Service,
        in catalog: Catalog,
        node: String?,
        _ look: Appearance
    ) -> [String] {
        guard let parameter = service.parameters.first(where: { $0.name == name }) else { return [] }
        var lines = [
            look.tinted("parameter \(service.name.oneLine).\(name.oneLine)", .bold)
                + " (\(parameter.location))".oneLine
        ]
        if let description = parameter.description { lines.append("  " + description.oneLine) }
        let rules = parameter.constraints.map(\.words)
        lines.append("  " + ([parameter.type.rawValue] + rules).joined(separator: ", ").oneLine)
        if parameter.type == .secret {
            lines.append("  set it: rackwright secret set \(service.name.oneLine).\(name.oneLine)")
            return lines
        }
        let users = catalog.roles.filter { $0.services.contains(service.name) }
        let places: [Role?] = users.isEmpty ? [nil] : users
        for role in places {
            let found = catalog.effective(of: service, in: role, node: node).first { $0.parameter.name == name }
            let whose = role.map { "in role \($0.name): " } ?? ""
            lines.append("  " + (whose + (found?.value.map { $0.json() } ?? "no value")).oneLine)
            let origins = found?.origins ?? []
            for (index, origin) in origins.enumerated().reversed() {
                let word = index == origins.count - 1 ? "by " : origin.said == origin.value ? "over " : "onto "
                lines.append("    " + word + "\(origin.who) (\(origin.location)): \(origin.said.json())".oneLine)
            }
        }
        return lines
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

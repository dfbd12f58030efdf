import AgentAPI
import Catalog
import Jinja
import Matching
public import OperatorAPI
import OrderedCollections

/// Shows what a node would get, with templates rendered as far as that can be done away from the node.
public enum NodeRendering {
    private static let blank = "********"

    /// - Throws: why it gets nothing: no such node, no role for it, or what keeps its role from being planned.
    public static func report(on name: String, _ input: PlanningInput) throws(PlanningProblems) -> RenderReport {
        guard let node = input.nodes.first(where: { $0.name == name }) else {
            throw PlanningProblems(problems: ["nobody enrolled a node '\(name)'"])
        }
        let assignment = Planner.match(input).assignment
        guard let found = assignment[node.id] ?? node.installed?.content.role,
            let role = input.catalog.roles.first(where: { $0.name == found })
        else {
            throw PlanningProblems(problems: ["node '\(name)' gets no role; see: rackwright match"])
        }
        return try report(BundleBuilder(input: input, node: node, role: role, fleet: Fleet(input, assignment)))
    }

    static func report(_ builder: BundleBuilder) throws(PlanningProblems) -> RenderReport {
        let (input, node, role) = (builder.input, builder.node, builder.role)
        let content = try builder.content()
        let operation: Operation = node.installed == nil ? .deploy : .upgrade
        let bundle = try builder.bundle(operation, content: content)
        var steps: [RenderReport.Step] = []
        for step in bundle.steps {
            var shown = RenderReport.Step(number: step.number, service: step.service)
            let variables = variables(step.service, bundle.variables, input.catalog)
            let words = StepWords(variables: variables)
            switch step.work {
            case .files(let files):
                let before = Before(node.installed, step.service, bundle.variables, input.catalog)
                shown.files = files.map { file($0, variables, before) }
            case .tasks(let tasks): shown.tasks = tasks.map(words.task)
            case .containers(let containers): shown.containers = containers.map(words.container)
            case .gate(let services): shown.other = "wait for " + services.joined(separator: ", ")
            case .removeContainers(let kept):
                shown.other = "remove containers" + (kept.isEmpty ? "" : " other than " + kept.joined(separator: ", "))
            case .health(let checks):
                shown.other = "health: " + checks.map { words.probe($0.probe) }.joined(separator: ", ")
            case .serviceDone: continue
            }
            steps.append(shown)
        }
        let services = ServiceOrder.sorted(role.services, in: input.catalog.services)
            .compactMap { input.catalog.services[$0] }
        return RenderReport(
            node: node.name,
            role: role.name,
            operation: operation.rawValue,
            steps: steps,
            parameters: services.flatMap { service in
                input.catalog.effective(of: service, in: role, node: node.name).map { report($0) }
            }
        )
    }

    /// A parameter with all that gave it a value.
    private static func report(_ found: EffectiveParameter) -> RenderReport.Parameter {
        RenderReport.Parameter(
            service: found.service,
            name: found.parameter.name,
            value: found.value?.json(),
            isSecret: found.parameter.type == .secret,
            origins: found.origins.map { origin in
                let merged = origin.said == origin.value ? "" : ", which makes \(origin.value.json())"
                return "\(origin.who) (\(origin.location)): \(origin.said.json())\(merged)"
            }
        )
    }

    /// What a service's templates see: everything of the node, its own parameters, and stars for secrets.
    private static func variables(_ service: String, _ all: Value, _ catalog: Catalog) -> OrderedDictionary<
        String, Value
    > {
        var variables = all.asDict ?? [:]
        for (key, value) in all["services"]?[service]?.asDict ?? [:] { variables[key] = value }
        for parameter in catalog.services[service]?.parameters ?? [] where parameter.type == .secret {
            variables[parameter.name] = .string(blank)
        }
        return variables
    }

    private static func file(
        _ file: ConfigFile,
        _ variables: OrderedDictionary<String, Value>,
        _ before: Before?
    ) -> RenderReport.File {
        let digits = String(file.mode, radix: 8)
        let mode = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        var shown = RenderReport.File(path: file.path, mode: mode, owner: file.owner, group: file.group)
        do {
            let content = try Template(file.template, name: file.templateName).render(variables)
            shown.content = content
            if let before, let old = before.content(of: file.path) {
                shown.diff = LineDifference.lines(from: old, to: content)
            }
        } catch {
            shown.problem = "it can be rendered on the node and not before: \(error)"
        }
        return shown
    }
}

/// A service's files as the last plan that was carried out made them.
private struct Before {
    let files: [ConfigFile]
    var variables: OrderedDictionary<String, Value>

    /// Nil where nothing is installed.
    init?(_ installed: PlanningNode.Installed?, _ service: String, _ now: Value, _ catalog: Catalog) {
        guard let installed, let content = installed.content.services.first(where: { $0.name == service }) else {
            return nil
        }
        files = content.files
        variables = now.asDict ?? [:]
        variables["generation"] = .int(installed.generation)
        for (key, json) in content.parameters { variables[key] = (try? Value(json: json)) ?? Value.none }
        for parameter in catalog.services[service]?.parameters ?? [] where parameter.type == .secret {
            variables[parameter.name] = "********"
        }
    }

    func content(of path: String) -> String? {
        guard let file = files.first(where: { $0.path == path }) else { return nil }
        return try? Template(file.template, name: file.templateName).render(variables)
    }
}

/// How two texts differ, by lines.
enum LineDifference {
    /// Lines that went with `-`, that came with `+`, and up to two that stayed around them with a space.
    static func lines(from old: String, to new: String) -> [String] {
        let before = old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let after = new.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in after.difference(from: before) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        guard !removed.isEmpty || !inserted.isEmpty else { return [] }
        var lines: [(text: String, isChange: Bool)] = []
        var (left, right) = (0, 0)
        while left < before.count || right < after.count {
            if removed.contains(left) {
                lines.append(("-" + before[left], true))
                left += 1
            } else if inserted.contains(right) {
                lines.append(("+" + after[right], true))
                right += 1
            } else {
                guard left < before.count, right < after.count else { break }
                lines.append((" " + after[right], false))
                left += 1
                right += 1
            }
        }
        return lines.indices.filter { index in
            lines[max(0, index - 2)...min(lines.count - 1, index + 2)].contains(where: \.isChange)
        }.map { lines[$0].text }
    }
}

import AgentAPI
public import Catalog
import Jinja
import Matching
import OrderedCollections

/// What an operator asks for when he starts a runbook.
public struct RunbookOrder: Hashable, Sendable {
    public var runbook: String
    /// Names of nodes; empty for all nodes of the runbook's roles.
    public var nodes: [String]
    /// Parameters as they were typed.
    public var parameters: [String: String]
    /// Say what would change, and change nothing.
    public var isCheck: Bool
    /// Which of its tasks.
    public var tags: TagChoice

    public init(
        runbook: String,
        nodes: [String] = [],
        parameters: [String: String] = [:],
        isCheck: Bool = false,
        tags: TagChoice = TagChoice()
    ) {
        self.runbook = runbook
        self.nodes = nodes
        self.parameters = parameters
        self.isCheck = isCheck
        self.tags = tags
    }
}

/// The runbook that a plan is of.
public struct PlannedRunbook: Codable, Hashable, Sendable {
    public var name: String
    /// What the operator gave, as JSON; secrets are not among it.
    public var parameters: [String: String]
    public var isCheck: Bool
    /// Its secret parameters and which of their values it is, by an id that tells nothing of the value.
    public var secrets: [String: String]
    /// Which of its tasks were chosen; nil where nothing was said.
    public var tags: TagChoice?
}

extension PlannedRunbook {
    /// `rotate-logs with keep=7, in check mode`
    public var words: String {
        let given = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let more = (tags?.words ?? []) + (isCheck ? ["in check mode"] : [])
        return ([name + (given.isEmpty ? "" : " with " + given.joined(separator: ", "))] + more)
            .joined(separator: ", ")
    }
}

extension Planner {
    /// The plan of a runbook: the nodes that it is carried out on, each with its bundle. What they are made of stays.
    ///
    /// - Throws: everything that prevents it, at once.
    public static func plan(_ order: RunbookOrder, _ input: PlanningInput) throws(PlanningProblems) -> Plan {
        guard let whole = input.catalog.runbooks[order.runbook] else {
            throw PlanningProblems(problems: [input.catalog.unknown(runbook: order.runbook)])
        }
        var problems = whole.problems(with: order.tags)
        let runbook = whole.choosing(order.tags)
        let values = RunbookValues(runbook, order, input, &problems)
        let (chosen, leftOut) = nodes(of: runbook, order, input, &problems)
        if runbook.checksServices {
            problems += RunbookHealth.needsSecrets(chosen.map { $0.installed.content }, runbook, input.catalog)
        }
        guard problems.isEmpty else { throw PlanningProblems(problems: problems) }
        // What nodes see of each other is who they are, not who they would become.
        let roles = input.nodes.compactMap { node in node.installed.map { (node.id, $0.content.role) } }
        let fleet = Fleet(input, Dictionary(roles) { first, _ in first })
        let planned = PlannedRunbook(
            name: runbook.name,
            parameters: values.given,
            isCheck: order.isCheck,
            secrets: values.secrets,
            tags: order.tags == TagChoice() ? nil : order.tags
        )
        return Plan(
            generation: input.generation,
            parent: input.nodes.compactMap(\.installed?.generation).max() ?? 0,
            createdAt: input.now,
            nodes: chosen.map { node, installed, role in
                let builder = BundleBuilder(input: input, node: node, role: role, fleet: fleet)
                return NodePlan(
                    node: node.id,
                    name: node.name,
                    role: role.name,
                    operation: .update,
                    imageName: installed.imageWords(in: input),
                    imageDigest: installed.imageDigest,
                    rootDisk: nil,
                    firstBoot: role.firstBoot,
                    kernelArguments: role.kernelArguments,
                    bundle: builder.bundle(runbook, values.all, isCheck: order.isCheck, on: installed.content),
                    changes: ["runbook \(planned.words)"],
                    content: installed.content
                )
            },
            unchanged: [],
            rollouts: Dictionary(chosen.map { ($0.role.name, runbook.rollout) }) { first, _ in first },
            notes: leftOut.isEmpty ? nil : leftOut,
            runbook: planned
        )
    }

    /// The nodes that do their work, of the runbook's roles or as they were named, and in words those that are left out.
    private static func nodes(
        of runbook: Runbook,
        _ order: RunbookOrder,
        _ input: PlanningInput,
        _ problems: inout [String]
    ) -> (
        chosen: [(node: PlanningNode, installed: PlanningNode.Installed, role: Role)], leftOut: [String]
    ) {
        let what = "runbook '\(runbook.name)'"
        if runbook.roles.isEmpty, order.nodes.isEmpty {
            problems.append("\(what) is for no role: name the nodes, --node NODE")
        }
        for name in order.nodes where !input.nodes.contains(where: { $0.name == name }) {
            problems.append("there is no node '\(name)'" + Spelling.hint(for: name, among: input.nodes.map(\.name)))
        }
        var chosen: [(node: PlanningNode, installed: PlanningNode.Installed, role: Role)] = []
        var leftOut: [String] = []
        for node in input.nodes.sorted(by: { ($0.name, $0.id) < ($1.name, $1.id) }) {
            let isNamed = order.nodes.contains(node.name)
            guard isNamed || order.nodes.isEmpty else { continue }
            guard let installed = node.installed,
                runbook.roles.isEmpty || runbook.roles.contains(installed.content.role)
            else {
                guard isNamed else { continue }
                let role = node.installed.map { "of role '\($0.content.role)'" } ?? "not deployed"
                let wanted =
                    runbook.roles.isEmpty ? "nodes that are" : "nodes of \(runbook.roles.joined(separator: ", "))"
                problems.append("\(node.name) is \(role): \(what) is for \(wanted)")
                continue
            }
            let reason: String
            switch node.state {
            case .active where node.excluded == nil:
                if let role = input.catalog.roles.first(where: { $0.name == installed.content.role }) {
                    chosen.append((node, installed, role))
                    continue
                }
                reason = "its role '\(installed.content.role)' is not in the catalogue any more"
            case .active, .available: reason = "it is \(node.excluded ?? "available")"
            case .other(let state): reason = "it is \(node.excluded ?? state)"
            }
            if isNamed {
                problems.append("\(node.name): \(reason), and a runbook is for nodes that do their work")
            } else {
                leftOut.append("\(node.name) is left out: \(reason)")
            }
        }
        if chosen.isEmpty, problems.isEmpty {
            let roles = runbook.roles.joined(separator: ", ")
            problems.append("no node of \(roles) does its work now: \(what) has nothing to run on")
            problems += leftOut
        }
        chosen.sort { left, right in
            let ranks = [left, right].map { one in runbook.roles.firstIndex(of: one.role.name) ?? runbook.roles.count }
            return (ranks[0], left.role.name, left.node.name) < (ranks[1], right.role.name, right.node.name)
        }
        return (chosen, leftOut)
    }
}

/// The values of a runbook's parameters for one start.
private struct RunbookValues {
    /// Without secrets.
    var all: OrderedDictionary<String, Value> = [:]
    /// What the operator gave, as JSON.
    var given: [String: String] = [:]
    var secrets: [String: String] = [:]

    init(_ runbook: Runbook, _ order: RunbookOrder, _ input: PlanningInput, _ problems: inout [String]) {
        let names = runbook.parameters.map(\.name)
        for name in order.parameters.keys.sorted() where !names.contains(name) {
            let hint = Spelling.hint(for: name, among: names)
            problems.append("runbook '\(runbook.name)' has no parameter '\(name)'" + hint)
        }
        for parameter in runbook.parameters.sorted(by: { $0.name < $1.name }) {
            let (name, text) = (parameter.name, order.parameters[parameter.name])
            if parameter.type == .secret {
                let full = "\(runbook.name).\(name)"
                let command = "rackwright secret set \(full)"
                if text != nil {
                    problems.append(
                        "'\(name)' is a secret, which does not belong on a command line; set it: \(command)"
                    )
                } else if let version = input.secrets[full] {
                    secrets[name] = version
                } else {
                    problems.append("\(parameter.location): the secret '\(full)' is not set; set it: \(command)")
                }
            } else if let text {
                let value = parameter.value(of: text)
                if let refusal = parameter.refusal(of: value) {
                    problems.append("'\(name)' of runbook '\(runbook.name)' cannot be \(value.json()): \(refusal)")
                }
                all[name] = value
                given[name] = value.json()
            } else if let fallback = parameter.fallback {
                all[name] = fallback
            } else {
                problems.append(
                    "\(parameter.location): parameter '\(name)' of runbook '\(runbook.name)' has no value: --set \(name)=…"
                )
            }
        }
    }
}

extension Catalog {
    /// Why there is no such runbook, and what there is.
    public func unknown(runbook name: String) -> String {
        let all = runbooks.keys.sorted()
        let known =
            all.isEmpty ? "; it has none: they are files of runbooks/" : "; it has: \(all.joined(separator: ", "))"
        let hint = Spelling.hint(for: name, among: all)
        return "the catalogue has no runbook '\(name)'" + (hint.isEmpty ? known : hint)
    }
}

extension BundleBuilder {
    /// A runbook's tasks for a node that is made of `content`.
    func bundle(
        _ runbook: Runbook,
        _ values: OrderedDictionary<String, Value>,
        isCheck: Bool,
        on content: NodeContent
    ) -> Bundle {
        func asked(_ tasks: [TaskItem]) -> [TaskItem] {
            guard isCheck else { return tasks }
            return tasks.map { task in
                var task = task
                // As with Ansible, what says that it is not for check mode is carried out.
                task.checkMode = task.checkMode ?? true
                return task
            }
        }
        var steps = Runbook.steps.compactMap { number -> BundleStep? in
            let tasks = runbook.tasks.filter { $0.step == number }.map(\.task)
            guard !tasks.isEmpty else { return nil }
            return BundleStep(number: number, service: runbook.name, work: .tasks(asked(tasks)))
        }
        // Where tasks change nothing, what they would have changed is not asked for.
        if !isCheck || steps.isEmpty { steps += RunbookHealth.steps(runbook, content, input.catalog) }
        var all = variables(content).asDict ?? [:]
        var services = all["services"]?.asDict ?? [:]
        // Of its own services it sees what runs there, which a changed catalogue may say otherwise already.
        for service in content.services {
            let known = service.parameters.sorted { $0.key < $1.key }.map { key, json in
                (key, (try? Value(json: json)) ?? Value.none)
            }
            services[service.name] = .dict(OrderedDictionary(uniqueKeysWithValues: known))
        }
        services[runbook.name] = .dict(values)
        all["services"] = .dict(services)
        var bundle = Bundle(
            id: "plan\(input.generation)-\(node.id)-runbook",
            node: node.id,
            generation: input.generation,
            // Agents know this word from the first, so those that were installed before there were runbooks do them too.
            operation: .update,
            role: role.name,
            variables: .dict(all),
            steps: steps,
            rollbackTasks: isCheck ? [] : runbook.rollbackTasks,
            // In check mode nothing was changed, so that there is nothing to leave as it is.
            rollsBackOnFailure: isCheck || runbook.rollout.onFailure == .rollback
        )
        // Where the check of a service failed, they are the runbook's all the same.
        if runbook.checksServices { bundle.rollbackService = runbook.name }
        return bundle
    }
}

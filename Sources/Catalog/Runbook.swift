public import AgentAPI

/// Tasks that an operator has carried out on nodes when it pleases him; what the nodes are made of stays as it is.
public struct Runbook: Hashable, Sendable {
    public var name: String
    /// What it is for, in words.
    public var description: String?
    /// The roles whose nodes it is for; empty where the nodes are named at each start.
    public var roles: [String]
    /// Given at each start.
    public var parameters: [Service.Parameter]
    /// Whether they could all be read; else more is said of what is wrong in them than of what lacks them.
    var hasAllParameters = true
    /// How it goes over the nodes of each role.
    public var rollout: Role.Rollout
    /// All of them, those that are only carried out when a tag asks for them too.
    public var tasks: [Service.SteppedTask]
    /// Whether a start may choose among them by their tags.
    public var takesTags = true
    /// Carried out on a node where a task failed, after files were put back.
    public var rollbackTasks: [TaskItem]
    /// Must hold on a node when its tasks are done.
    public var health: [HealthCheck]
    /// Whether the checks of the node's own services must hold then, too.
    public var checksServices: Bool
    public var location: SourceLocation
    /// Where the roles were written.
    var written: [String: SourceLocation] = [:]
}

extension Runbook {
    /// Reads a runbook; `material` is what its tasks may refer to by name.
    init?(_ tree: SourceTree, _ material: TaskMaterial, _ problems: inout CatalogProblems) {
        guard var fields = Fields(tree, "the runbook", &problems), let name = fields.ownName("runbook", &problems)
        else { return nil }
        let what = fields.what
        self.name = name
        location = tree.location
        description = fields.text("description", &problems)
        let found = fields.optional("roles")?.requireTexts("'roles' of \(what)", &problems) ?? []
        roles = found.map(\.text)
        for (role, location) in found { written[role] = location }
        (parameters, hasAllParameters) = Service.Parameter.all(fields.optional("parameters"), of: what, &problems)
        rollout = fields.optional("rollout").map { Role.Rollout($0, what, &problems) } ?? Role.Rollout()
        let runner: ListRunner = fields.choice("runner", &problems) ?? .native
        takesTags = runner == .native
        var reader = runner.reader(material, nil)
        let before = problems.problems.count
        reader.readHandlers(fields.optional("handlers"), "handlers of \(what)", &problems)
        health = HealthCheck.all(&fields, &problems)
        checksServices = fields.bool("check_services", &problems) ?? false
        // One that only checks has no tasks.
        let isCheck = !health.isEmpty || checksServices
        let list = isCheck ? fields.optional("tasks") : fields.required("tasks", &problems)
        tasks = reader.stepped(list, "tasks of \(what)", Self.steps, &problems)
        if let list, case .list(let items) = list.content, items.isEmpty {
            problems.add("\(what) has no tasks", at: list.location)
        }
        rollbackTasks = reader.whole(fields.optional("rollback_tasks"), "rollback_tasks of \(what)", &problems)
        problems.checkNotified(in: [tasks.map(\.task), rollbackTasks], readSince: before)
        fields.finish(&problems)
    }

    /// As an upgrade's.
    public static let steps = 0...5

    /// The tags of its tasks, without those that have a meaning of their own.
    public var tags: [String] {
        let tasks = tasks.map(\.task).withNested.filter(\.listen.isEmpty)
        return Set(tasks.flatMap(\.tags)).subtracting(TagChoice.special).sorted()
    }

    /// It with the tasks that a choice leaves.
    public func choosing(_ choice: TagChoice) -> Self {
        var chosen = self
        chosen.tasks = tasks.flatMap { stepped in
            choice.chosen(from: [stepped.task]).map { Service.SteppedTask(step: stepped.step, task: $0) }
        }
        // What puts things back is never chosen among.
        chosen.rollbackTasks = TagChoice().chosen(from: rollbackTasks)
        return chosen
    }

    /// Why a choice cannot be followed.
    public func problems(with choice: TagChoice) -> [String] {
        let what = "runbook '\(name)'"
        guard choice == TagChoice() || takesTags else {
            return ["\(what) is carried out by ansible-core (runner: ansible), which is not told which tags to take"]
        }
        let known = tags
        let all = known.isEmpty ? "its tasks have none" : "there are: \(known.joined(separator: ", "))"
        let unknown = (choice.only + choice.skipped).filter { !known.contains($0) && !TagChoice.special.contains($0) }
        var problems = unknown.map { "no task of \(what) has the tag '\($0)'; \(all)" }
        func count(_ runbook: Self) -> Int { runbook.tasks.count { $0.task.listen.isEmpty } }
        if problems.isEmpty, count(self) > 0, count(choosing(choice)) == 0 {
            problems.append("no task of \(what) is left to carry out; of tags \(all)")
        }
        return problems
    }
}

extension Catalog {
    /// What runbooks say of roles and services.
    func checkRunbooks(_ problems: inout CatalogProblems) {
        for runbook in runbooks.values.sorted(by: { $0.name < $1.name }) {
            for role in runbook.roles where !roles.contains(where: { $0.name == role }) {
                let place = runbook.written[role] ?? runbook.location
                guard !bases.contains(role) else {
                    problems.add(
                        "runbook '\(runbook.name)' is for role '\(role)', which is there to be extended and has no nodes",
                        at: place
                    )
                    continue
                }
                problems.add(
                    "runbook '\(runbook.name)' is for the unknown role '\(role)'",
                    at: place,
                    suggestion: Spelling.nearest(to: role, among: roles.map(\.name))
                )
            }
            guard let service = services[runbook.name] else { continue }
            problems.add(
                "runbook '\(runbook.name)' has the name of the service at \(service.location): their parameters "
                    + "and secrets go by it",
                at: runbook.location
            )
        }
    }
}

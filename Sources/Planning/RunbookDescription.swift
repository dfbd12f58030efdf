import AgentAPI
public import Catalog
import Jinja
public import OperatorAPI
import OrderedCollections

extension RunbookReport {
    /// What a runbook of the catalogue is.
    public init(_ runbook: Runbook) {
        let words = StepWords(variables: [:])
        let steps = Dictionary(grouping: runbook.tasks, by: \.step).sorted { $0.key < $1.key }
        self.init(
            name: runbook.name,
            description: runbook.description,
            roles: runbook.roles,
            parameters: runbook.parameters.map { parameter in
                Parameter(
                    name: parameter.name,
                    type: parameter.type.rawValue,
                    fallback: parameter.fallback?.json(),
                    description: parameter.description,
                    constraints: parameter.constraints.map(\.words)
                )
            },
            rollout: runbook.rollout.words,
            tasks: steps.flatMap { number, tasks in
                tasks.map { stepped in
                    // The step is said before.
                    let tags = stepped.task.tags.filter { $0 != "step\(number)" }
                    return "step \(number): \(words.task(stepped.task).title)"
                        + (tags.isEmpty ? "" : ", tags: " + tags.joined(separator: ", "))
                }
            },
            rollbackTasks: runbook.rollbackTasks.map { words.task($0).title },
            tags: runbook.takesTags ? runbook.tags : [],
            health: runbook.health.map { words.probe($0.probe) }
                + (runbook.checksServices ? ["the health checks of the node's services"] : [])
        )
    }
}

import AgentAPI
import Catalog
import Jinja
import OperatorAPI
import OrderedCollections

/// Tasks, containers and checks of a step in words, with what is known before the node is there put in.
struct StepWords {
    let variables: OrderedDictionary<String, Value>

    /// A text with its expressions worked out; as it was written where they can be on the node alone.
    func text(_ written: String) -> String {
        guard written.hasBraces else { return written }
        return (try? Template(written, name: "text").render(variables)) ?? written
    }

    func task(_ task: TaskItem) -> RenderReport.Task {
        let what: String
        switch task.body {
        case .module(let module, _): what = module
        case .block(let body): what = body.included.map { "include \($0)" } ?? "block of \(body.block.count)"
        }
        let condition = task.when.isEmpty ? "" : " when " + task.when.joined(separator: " and ")
        var shown = RenderReport.Task(
            title: "\(text(task.name ?? "unnamed")) [\(what)]\(condition) (\(task.source))"
        )
        if let loop = task.loop { shown.arguments.append("for each of: " + value(loop)) }
        switch task.body {
        case .block(let body):
            shown.tasks = body.block.map(self.task)
            shown.tasks += (body.rescue + body.always).map(self.task)
        case .module(let module, let arguments):
            guard !task.noLog else {
                shown.arguments.append("what it is told is not shown: no_log")
                return shown
            }
            for (key, argument) in arguments.asDict ?? [:] {
                if module == "copy", key == "content", let written = argument.asString, written.contains("\n") {
                    shown.content = text(written)
                } else if key == "_template", let written = argument.asString {
                    shown.content = task.loop == nil ? text(written) : written
                } else if key == "_raw_params" {
                    shown.arguments.append(value(argument))
                } else if !key.hasPrefix("_") {
                    shown.arguments.append("\(key): \(value(argument))")
                }
            }
        }
        return shown
    }

    private func value(_ value: Value) -> String {
        value.asString.map(text) ?? text(value.json())
    }

    func probe(_ probe: HealthCheck.Probe) -> String {
        switch probe {
        case .http(let url, let contains): text(url) + (contains.map { " contains '\(text($0))'" } ?? "")
        case .command(let words): words.map(text).joined(separator: " ")
        case .tcp(let host, let port): "\(text(host)):\(port)"
        }
    }

    func container(_ container: ContainerDefinition) -> RenderReport.Container {
        var settings: [String] = []
        if !container.command.isEmpty {
            settings.append("command: " + container.command.map(text).joined(separator: " "))
        }
        if let pod = container.pod { settings.append("pod: \(pod)") }
        if let net = container.net { settings.append("net: \(net)") }
        if let user = container.user { settings.append("user: \(user)") }
        if container.privileged { settings.append("privileged") }
        settings += container.volumes.map { "volume: \(text($0))" } + container.ports.map { "port: \(text($0))" }
        settings += container.environment.sorted { $0.key < $1.key }
            .map { "environment: \($0.key)=\(text($0.value))" }
        settings += (container.options ?? []).map { "podman: \(text($0))" }
        if let after = container.after { settings.append("after: " + after.joined(separator: ", ")) }
        if let codes = container.exitCodes {
            settings.append("may end with: " + codes.map(String.init).joined(separator: ", "))
        }
        if let seconds = container.stopTime { settings.append("stops within: \(seconds) s") }
        if container.isPod != true {
            settings.append(container.detach ? "restart: \(container.restart)" : "runs once")
        }
        if let check = container.healthcheck { settings.append("health: " + probe(check.probe)) }
        var image = container.image
        if let target = container.target { image = "in container \(target)" }
        if container.isPod == true { image = "a pod" }
        return RenderReport.Container(name: container.name, image: image, settings: settings)
    }
}

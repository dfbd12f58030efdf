import Catalog
import Jinja

/// A task of TripleO's lists as one of a service's: what Heat would have put in is put in, and its step is said.
enum TaskImport {
    static func tree(_ tree: SourceTree, _ key: String, _ resolver: inout HeatResolver) -> SourceTree? {
        let before = resolver.failures
        guard let whole = resolver.resolve(tree), case .map(var entries) = whole.content else { return nil }
        guard resolver.failures == before else { return nil }
        for index in entries.indices where entries[index].key.text == "when" {
            entries[index].value = conditions(entries[index].value)
        }
        let tags = whole["tags"].map { $0.items ?? [$0] } ?? []
        let words = tags.flatMap { ($0.text ?? "").split(separator: ",").map(\.trimmed) }
        let hasStep = words.contains { $0.hasPrefix("step") && Int($0.dropFirst(4)) != nil }
        let conditions = whole["when"].map { $0.items ?? [$0] } ?? []
        let asks = conditions.contains {
            ($0.text ?? "").split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains("step")
        }
        var step: String?
        switch key {
        case "host_prep_tasks": step = "step1"
        case "post_upgrade_tasks": step = hasStep || asks ? nil : "step5"
        case "deploy_steps_tasks":
            if !hasStep && !asks {
                step = "step1"
                resolver.remark("it says no step and would run at each; it runs at step 1", at: tree.location)
            }
        default:
            if !hasStep && !asks {
                step = "step0"
                let reason =
                    words.contains("common") ? "'common' tasks run at each step" : "it says no step and may run at each"
                resolver.remark("\(reason); it runs once, at step 0", at: tree.location)
            }
        }
        if let step {
            let all = ([step] + words.filter { Int($0.dropFirst(4)) == nil || !$0.hasPrefix("step") })
            let list = SourceTree.list(all.map { .text($0, at: tree.location) }, at: tree.location)
            entries.removeAll { $0.key.text == "tags" }
            entries.append(SourceTree.Entry(key: .text("tags", at: tree.location), value: list))
        }
        return SourceTree(.map(entries), at: tree.location)
    }

    /// A condition on the step and more becomes a list of conditions, as the step stands alone here.
    private static func conditions(_ tree: SourceTree) -> SourceTree {
        if let reference = tree.reference { return .text(reference, at: tree.location) }
        guard let text = tree.text, text.contains("step"), !text.contains("(") else { return tree }
        let parts = text.split(separator: " and ").map(\.trimmed)
        return parts.count < 2 ? tree : .list(parts.map { .text($0, at: tree.location) }, at: tree.location)
    }
}

/// Puppet as TripleO runs it on the host: at each step, with the step's number in hiera.
enum PuppetTasks {
    /// None where Puppet runs in a container, or has nothing to do.
    static func list(of data: SourceTree, file: String) -> [SourceTree] {
        guard data["puppet_config"] == nil, let tree = data["step_config"], !(tree.text?.trimmed.isEmpty ?? false)
        else {
            return []
        }
        let place = tree.location
        return (1...5).map { step in
            let command =
                "mkdir -p /etc/puppet/hieradata && echo '{\"step\": \(step)}' > /etc/puppet/hieradata/config_step.json && "
                + "puppet apply --detailed-exitcodes --color=false "
                + "--modulepath=/etc/puppet/modules:/opt/stack/puppet-modules:/usr/share/openstack-puppet/modules \(file)"
            return .mapping(
                [
                    ("name", .text("Puppet at step \(step)", at: place)), ("shell", .text(command, at: place)),
                    ("register", .text("puppet_run", at: place)),
                    ("changed_when", .text("puppet_run.rc == 2", at: place)),
                    ("failed_when", .text("puppet_run.rc not in [0, 2]", at: place)),
                    ("tags", .text("step\(step)", at: place)),
                ],
                at: place
            )
        }
    }
}

import Catalog
import Jinja

/// A container of paunch's (`docker_config`) with what Heat would have put into it.
enum ContainerImport {
    /// Keys that are taken as they are.
    private static let same: Set<String> = [
        "net", "ipc", "pid", "uts", "privileged", "restart", "detach", "remove", "interactive", "tty", "env_file",
        "volumes_from", "start_order", "action", "exit_codes", "healthcheck", "check_interval", "ulimit", "cpu_shares",
        "cpuset_cpus", "mem_limit", "memswap_limit", "mem_swappiness", "pids_limit", "shm_size", "security_opt",
        "stop_grace_period", "stop_signal", "log_driver", "log_opt", "log_tag", "labels", "cap_add", "cap_drop",
        "extra_hosts", "hostname", "group_add",
    ]
    private static let done: Set<String> = ["image", "command", "volumes", "environment", "user"]

    static func tree(_ name: String, _ tree: SourceTree, _ resolver: inout HeatResolver) -> SourceTree? {
        let place = tree.location
        let before = resolver.failures
        let isExec = tree["action"]?.text == "exec"
        var entries: [(String, SourceTree?)] = []
        if let written = tree["image"] {
            guard let image = resolver.resolve(written) else { return nil }
            entries.append(("image", image))
        } else if !isExec {
            return resolver.fail("it has no image", at: place)
        }
        for (key, location, value) in tree.entries ?? [] {
            if same.contains(key) {
                entries.append((key, resolver.resolve(value)))
            } else if key == "user" {
                entries.append((key, resolver.resolve(value).map { .text($0.text ?? "", at: location) }))
            } else if !done.contains(key) {
                resolver.remark("'\(key)' is nothing that a container here has, and is left out", at: location)
            }
        }
        if var command = tree["command"].flatMap({ words($0, &resolver) }) {
            let runsOnce = isExec || tree["detach"]?.value == .bool(false)
            if runsOnce, let rest = withoutBootstrap(command, isExec: isExec) {
                command = rest
                entries.append(("bootstrap", .plain("true", at: command.location)))
            }
            entries.append(("command", command))
        }
        if let written = tree["environment"] { entries.append(("environment", environment(written, &resolver))) }
        // With half a command it would do something else.
        guard resolver.failures == before else { return nil }
        if let volumes = tree["volumes"].flatMap({ resolver.resolve($0) }) {
            let kept = (volumes.items ?? []).filter { !($0.text ?? "").isEmpty }
            entries.append(("volumes", .list(kept, at: volumes.location)))
        }
        return .mapping(entries, at: place)
    }

    /// The command without TripleO's `bootstrap_host_exec SERVICE`, which keeps it from all nodes but one; nil without it.
    private static func withoutBootstrap(_ command: SourceTree, isExec: Bool) -> SourceTree? {
        var items = command.items ?? []
        let place = isExec ? 1 : 0
        guard items.count > place + 2, let word = items[place].text, word.hasSuffix("bootstrap_host_exec") else {
            return nil
        }
        items.removeSubrange(place..<(place + 2))
        return .list(items, at: command.location)
    }

    private static func words(_ tree: SourceTree, _ resolver: inout HeatResolver) -> SourceTree? {
        guard let found = resolver.resolve(tree), !found.isNothing else { return nil }
        guard let text = found.text else {
            let items = (found.items ?? []).map { item in
                SourceTree.text(item.isNothing ? "" : item.text ?? item.value.json(), at: item.location)
            }
            return .list(items, at: found.location)
        }
        return .list(ShellLine.words(text).map { .text($0, at: found.location) }, at: found.location)
    }

    private static func environment(_ tree: SourceTree, _ resolver: inout HeatResolver) -> SourceTree? {
        guard let found = resolver.resolve(tree) else { return nil }
        var entries: [(String, SourceTree?)] = []
        for (key, location, value) in found.entries ?? [] {
            entries.append((key, .text(value.text ?? "", at: location)))
        }
        for item in found.items ?? [] {
            guard let text = item.text, let equals = text.firstIndex(of: "=") else {
                resolver.remark(
                    "'\(item.text ?? "a list")' in its environment is no NAME=VALUE, and is left out",
                    at: item.location
                )
                continue
            }
            let key = String(text[..<equals])
            entries.removeAll { $0.0 == key }
            entries.append((key, .text(String(text[text.index(after: equals)...]), at: item.location)))
        }
        return .mapping(entries, at: found.location)
    }
}

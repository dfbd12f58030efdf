import AgentAPI
import Jinja

/// One container of a pod.
struct PodContainer {
    var definition: ContainerDefinition
    /// Ports of the node that lead to it, in podman's words.
    private(set) var published: [String] = []
    /// What must hold beside its own check.
    private(set) var health: [HealthCheck] = []
    /// Folders of the node that it mounts and that are made.
    private(set) var folders: [String] = []
    private var ports: [Port] = []
    private var options: PodmanOptions

    private struct Port {
        var name: String?
        var number: Int
        /// The node's port that leads to it.
        var host: Int?
        /// The node's address that has that port, where not all have it.
        var address: String?
    }

    init?(_ tree: SourceTree, _ pod: PodReader, isFirst: Bool, _ problems: inout CatalogProblems) {
        guard var fields = Fields(tree, "a container of \(pod.what)", &problems) else { return nil }
        guard let name = fields.requiredText("name", &problems) else { return nil }
        fields.what = "container '\(name)' of \(pod.what)"
        guard let image = fields.requiredText("image", &problems) else { return nil }
        definition = ContainerDefinition(name: "\(pod.name)-\(name)", image: image)
        definition.detach = !isFirst
        definition.restart = isFirst ? "no" : pod.restart
        definition.stopTime = pod.stopTime
        options = pod.shared
        if let policy = fields.optional("imagePullPolicy"), policy.text != "IfNotPresent" {
            problems.add(
                "'imagePullPolicy' of \(fields.what) can only be IfNotPresent: images are pulled by their digest",
                at: policy.location
            )
        }
        if let folder = fields.text("workingDir", &problems) { options.add("workdir", folder) }
        for (key, option) in [("stdin", "--interactive"), ("tty", "--tty")] where fields.bool(key, &problems) == true {
            options.words.append(option)
        }
        let environment = PodEnvironment(&fields, pod, &problems)
        definition.environment = environment.values
        readCommand(&fields, environment, &problems)
        for item in pod.items(fields.optional("ports"), "ports", &problems) { readPort(item, pod, &problems) }
        for item in pod.items(fields.optional("volumeMounts"), "volumeMounts", &problems) {
            guard let mount = pod.mount(item, fields.what, &problems) else { continue }
            definition.volumes.append(mount.volume)
            if let folder = mount.folder { folders.append(folder) }
        }
        readSecurity(fields.optional("securityContext"), pod, fields.what, &problems)
        PodResources.read(fields.optional("resources"), fields.what, &options, &problems)
        if !isFirst { readProbes(&fields, pod, &problems) }
        fields.finish(&problems, refusing: PodWords.refused)
        definition.options = options.words.isEmpty ? nil : options.words
    }

    /// `command` takes the place of the image's entrypoint, `args` that of its command.
    private mutating func readCommand(
        _ fields: inout Fields,
        _ environment: PodEnvironment,
        _ problems: inout CatalogProblems
    ) {
        var words: [String: [String]] = [:]
        for key in ["command", "args"] {
            for (text, location) in fields.optional(key)?.requireTexts("'\(key)' of \(fields.what)", &problems) ?? [] {
                for name in environment.hidden.intersection(PodEnvironment.references(text)).sorted() {
                    problems.add(
                        "'\(key)' of \(fields.what) has the secret $(\(name)), and everybody on the node sees a command's "
                            + "words: let it read its environment",
                        at: location
                    )
                }
                words[key, default: []].append(environment.expanded(text))
            }
        }
        var command = words["command"] ?? []
        if !command.isEmpty { options.add("entrypoint", command.removeFirst()) }
        definition.command = command + (words["args"] ?? [])
    }

    private mutating func readPort(_ tree: SourceTree, _ pod: PodReader, _ problems: inout CatalogProblems) {
        guard var fields = Fields(tree, "a port of \(pod.what)", &problems) else { return }
        let number = fields.integer("containerPort", in: 1...65535, &problems)
        if number == nil, tree["containerPort"] == nil { _ = fields.required("containerPort", &problems) }
        let host = fields.integer("hostPort", in: 1...65535, &problems)
        let address = fields.text("hostIP", &problems)
        let kind = fields.text("protocol", &problems) ?? "TCP"
        let name = fields.text("name", &problems)
        fields.finish(&problems)
        guard ["TCP", "UDP", "SCTP"].contains(kind) else {
            problems.add(
                "'protocol' of \(fields.what) must be TCP, UDP or SCTP, found '\(kind)'",
                at: tree["protocol"]?.location ?? tree.location
            )
            return
        }
        guard let number else { return }
        let isOfAll = pod.isOnHostNetwork || address == nil || address == "0.0.0.0" || address == "::"
        ports.append(
            Port(
                name: name,
                number: number,
                host: pod.isOnHostNetwork ? number : host,
                address: isOfAll ? nil : address
            )
        )
        guard let host else { return }
        if pod.isOnHostNetwork {
            if host != number {
                problems.add(
                    "\(fields.what) has hostPort \(host) and containerPort \(number), which are one on the node's network",
                    at: tree.location
                )
            }
            return
        }
        let before = address.map { ($0.contains(":") ? "[\($0)]" : $0) + ":" } ?? ""
        published.append("\(before)\(host):\(number)" + (kind == "TCP" ? "" : "/" + kind.lowercased()))
    }

    private mutating func readSecurity(
        _ tree: SourceTree?,
        _ pod: PodReader,
        _ what: String,
        _ problems: inout CatalogProblems
    ) {
        var (user, group) = (pod.user, pod.group)
        if let tree, var fields = Fields(tree, "'securityContext' of \(what)", &problems) {
            user = fields.text("runAsUser", &problems) ?? user
            group = fields.text("runAsGroup", &problems) ?? group
            definition.privileged = fields.bool("privileged", &problems) ?? false
            if fields.bool("readOnlyRootFilesystem", &problems) == true { options.words.append("--read-only") }
            if fields.bool("allowPrivilegeEscalation", &problems) == false {
                options.add("security-opt", "no-new-privileges")
            }
            if let tree = fields.optional("capabilities"),
                var inner = Fields(tree, "'capabilities' of \(what)", &problems)
            {
                for capability in inner.texts("add", &problems) { options.add("cap-add", capability) }
                for capability in inner.texts("drop", &problems) { options.add("cap-drop", capability) }
                inner.finish(&problems)
            }
            fields.finish(&problems, refusing: PodWords.refused)
        }
        definition.user = group.map { "\(user ?? "0"):\($0)" } ?? user
    }

    // MARK: Probes

    /// What the step waits for: that it has started and is ready; where nothing says so, that it lives. A command that
    /// tells whether it lives is also run again and again by podman, and systemd starts it anew when it does not.
    private mutating func readProbes(_ fields: inout Fields, _ pod: PodReader, _ problems: inout CatalogProblems) {
        var checks: [HealthCheck] = []
        for key in ["startupProbe", "readinessProbe"] {
            guard let probe = PodProbe(fields.optional(key), "'\(key)' of \(fields.what)", &problems) else { continue }
            if let check = check(probe, pod, &problems) { checks.append(check) }
        }
        if let probe = PodProbe(fields.optional("livenessProbe"), "'livenessProbe' of \(fields.what)", &problems) {
            if case .command(let words) = probe.action {
                options.add("health-cmd", PodmanOptions.healthCommand(words))
                options.add("health-interval", PodmanOptions.duration(probe.period))
                options.add("health-timeout", PodmanOptions.duration(probe.timeout))
                options.add("health-retries", "\(probe.failures)")
                options.add("health-start-period", PodmanOptions.duration(probe.delay))
                if definition.restart != "no" { options.add("health-on-failure", "kill") }
            }
            if let check = check(probe, pod, &problems), checks.isEmpty || !probe.isCommand { checks.append(check) }
        }
        definition.healthcheck = checks.first
        health = Array(checks.dropFirst())
    }

    private func check(_ probe: PodProbe, _ pod: PodReader, _ problems: inout CatalogProblems) -> HealthCheck? {
        let deadline = max(60, probe.delay + probe.period * Double(probe.failures))
        func check(_ asked: HealthCheck.Probe) -> HealthCheck {
            HealthCheck(probe: asked, interval: max(1, probe.period), deadline: deadline)
        }
        switch probe.action {
        case .command(let words): return check(.command(["podman", "exec", definition.name] + words))
        case .http(let host, let port, let path):
            guard let (host, number) = place(of: port, host, probe, &problems) else { return nil }
            let name = host.contains(":") ? "[\(host)]" : host
            return check(.http(url: "http://\(name):\(number)\(path)", contains: nil))
        case .tcp(let host, let port):
            guard let (host, number) = place(of: port, host, probe, &problems) else { return nil }
            return check(.tcp(host: host, port: number))
        }
    }

    /// The address and port at which the node itself can ask.
    private func place(
        of port: String,
        _ host: String?,
        _ probe: PodProbe,
        _ problems: inout CatalogProblems
    ) -> (host: String, port: Int)? {
        let known = ports.first { $0.name == port || String($0.number) == port }
        if let host, let number = known?.number ?? Int(port) { return (host, number) }
        if let number = known?.host { return (known?.address ?? "127.0.0.1", number) }
        guard known != nil || Int(port) != nil else {
            problems.add(
                "\(probe.what) asks the unknown port '\(port)'",
                at: probe.location,
                suggestion: Spelling.nearest(to: port, among: ports.compactMap(\.name))
            )
            return nil
        }
        problems.add(
            "\(probe.what) asks port \(port), which the node does not reach: give it a hostPort, or the pod hostNetwork",
            at: probe.location
        )
        return nil
    }
}

/// A probe as Kubernetes has it; times in seconds.
private struct PodProbe {
    enum Action {
        case command([String])
        case http(host: String?, port: String, path: String)
        case tcp(host: String?, port: String)
    }

    var what: String
    /// Of the port that it asks, else of the probe.
    var location: SourceLocation
    var action: Action
    var delay: Double
    var period: Double
    var timeout: Double
    var failures: Int
    var isCommand: Bool { if case .command = action { true } else { false } }

    init?(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) {
        guard let tree, var fields = Fields(tree, what, &problems) else { return nil }
        delay = Double(fields.integer("initialDelaySeconds", in: 0...86400, &problems) ?? 0)
        period = Double(fields.integer("periodSeconds", in: 1...86400, &problems) ?? 10)
        timeout = Double(fields.integer("timeoutSeconds", in: 1...86400, &problems) ?? 1)
        failures = fields.integer("failureThreshold", in: 1...10000, &problems) ?? 3
        _ = fields.integer("successThreshold", in: 1...1, &problems)
        (self.what, location) = (what, tree.location)
        var actions: [Action] = []
        if let exec = fields.optional("exec"), var inner = Fields(exec, "'exec' in \(what)", &problems) {
            let words = inner.texts("command", &problems)
            inner.finish(&problems)
            if words.isEmpty { problems.add("'exec' in \(what) needs 'command'", at: exec.location) }
            actions.append(.command(words))
        }
        if let tree = fields.optional("httpGet"), var inner = Fields(tree, "'httpGet' in \(what)", &problems) {
            let port = inner.requiredText("port", &problems)
            location = tree["port"]?.location ?? location
            let path = inner.text("path", &problems) ?? "/"
            let host = inner.text("host", &problems)
            if let scheme = inner.optional("scheme"), scheme.text != "HTTP" {
                problems.add("'scheme' of 'httpGet' in \(what) can only be HTTP", at: scheme.location)
            }
            inner.finish(&problems)
            if let port { actions.append(.http(host: host, port: port, path: path.hasPrefix("/") ? path : "/" + path)) }
        }
        if let tree = fields.optional("tcpSocket"), var inner = Fields(tree, "'tcpSocket' in \(what)", &problems) {
            let port = inner.requiredText("port", &problems)
            location = tree["port"]?.location ?? location
            let host = inner.text("host", &problems)
            inner.finish(&problems)
            if let port { actions.append(.tcp(host: host, port: port)) }
        }
        fields.finish(&problems, refusing: PodWords.refused)
        guard actions.count == 1, let only = actions.first else {
            if tree["grpc"] == nil {
                problems.add("\(what) needs one of exec, httpGet and tcpSocket", at: tree.location)
            }
            return nil
        }
        action = only
    }
}

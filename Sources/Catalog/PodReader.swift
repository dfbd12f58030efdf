import AgentAPI
import Jinja

/// Reads one `v1` `Pod`: what its containers share becomes a pod of podman's, each container one that joins it.
///
/// What Kubernetes knows and podman on one node does not do is refused by name.
struct PodReader {
    let service: String
    let secrets: [String]
    let maps: ConfigMaps
    let name: String
    private(set) var containers: [Service.ServiceContainer] = []
    var config: [ConfigFile] = []
    var health: [HealthCheck] = []
    /// What makes folders of the node that the pod asks for.
    var tasks: [Service.SteppedTask] = []
    let step: Int
    var isOnHostNetwork = false
    var restart = "always"
    var stopTime: Int?
    /// Options of each of its containers.
    var shared = PodmanOptions()
    var user: String?
    var group: String?
    var volumes: [String: PodVolume] = [:]
    private var ports: [String] = []

    var what: String { "pod '\(name)'" }
    var folder: String { "/var/lib/rackwright/pods/\(service)/\(name)" }

    init?(
        _ tree: SourceTree,
        service: String,
        secrets: [String],
        maps: ConfigMaps,
        _ problems: inout CatalogProblems
    ) {
        guard var fields = Fields(tree, "a pod of service '\(service)'", &problems),
            let metadata = fields.required("metadata", &problems).flatMap({ PodMetadata($0, "a pod", &problems) })
        else { return nil }
        _ = (fields.optional("apiVersion"), fields.optional("kind"))
        (self.service, self.secrets, self.maps) = (service, secrets, maps)
        name = metadata.name
        step = metadata.step ?? 3
        fields.what = "pod '\(metadata.name)'"
        let spec = fields.required("spec", &problems)
        fields.finish(&problems, refusing: PodWords.refused)
        tree.checkTemplates("a value of \(fields.what)", &problems)
        guard let spec else { return nil }
        read(spec, metadata, at: tree.location, &problems)
    }

    private mutating func read(
        _ tree: SourceTree,
        _ metadata: PodMetadata,
        at location: SourceLocation,
        _ problems: inout CatalogProblems
    ) {
        guard var fields = Fields(tree, "'spec' of \(what)", &problems) else { return }
        var pod = ContainerDefinition(name: name, image: "")
        pod.isPod = true
        var options = PodmanOptions()
        for (key, value) in metadata.labels { options.add("label", "\(key)=\(value)") }
        isOnHostNetwork = fields.bool("hostNetwork", &problems) ?? false
        if isOnHostNetwork { pod.net = "host" }
        if let host = fields.text("hostname", &problems) { options.add("hostname", host) }
        for (key, option) in [("hostPID", "pid"), ("hostIPC", "ipc")] where fields.bool(key, &problems) == true {
            shared.add(option, "host")
        }
        if fields.bool("shareProcessNamespace", &problems) == true { options.add("share", "ipc,net,uts,pid") }
        readAliases(fields.optional("hostAliases"), &options, &problems)
        let policies = ["Always": "always", "OnFailure": "on-failure", "Never": "no"]
        if let policy = fields.optional("restartPolicy") {
            if let known = policies[policy.text ?? ""] {
                restart = known
            } else {
                problems.add(
                    "'restartPolicy' of \(what) must be Always, OnFailure or Never, found \(policy.kind)",
                    at: policy.location,
                    suggestion: policy.text.flatMap { Spelling.nearest(to: $0, among: policies.keys) }
                )
            }
        }
        stopTime = fields.integer("terminationGracePeriodSeconds", in: 0...86400, &problems)
        readSecurity(fields.optional("securityContext"), &options, &problems)
        for tree in items(fields.optional("volumes"), "volumes", &problems) { readVolume(tree, &problems) }
        let first = items(fields.optional("initContainers"), "initContainers", &problems)
        let main = items(fields.required("containers", &problems), "containers", &problems)
        fields.finish(&problems, refusing: PodWords.refused)
        for tree in first { readContainer(tree, isFirst: true, &problems) }
        for tree in main { readContainer(tree, isFirst: false, &problems) }
        pod.ports = ports
        pod.options = options.words.isEmpty ? nil : options.words
        containers.insert(Service.ServiceContainer(definition: pod, step: step, location: location), at: 0)
    }

    func items(_ tree: SourceTree?, _ key: String, _ problems: inout CatalogProblems) -> [SourceTree] {
        guard let tree, !tree.value.isNone else { return [] }
        return tree.requireItems("'\(key)' of \(what)", &problems)
    }

    private func readAliases(
        _ tree: SourceTree?,
        _ options: inout PodmanOptions,
        _ problems: inout CatalogProblems
    ) {
        for item in items(tree, "hostAliases", &problems) {
            guard var fields = Fields(item, "an entry of 'hostAliases' of \(what)", &problems) else { continue }
            let address = fields.requiredText("ip", &problems)
            for name in fields.texts("hostnames", &problems) { options.add("add-host", "\(name):\(address ?? "")") }
            fields.finish(&problems)
        }
    }

    private mutating func readSecurity(
        _ tree: SourceTree?,
        _ options: inout PodmanOptions,
        _ problems: inout CatalogProblems
    ) {
        guard let tree, var fields = Fields(tree, "'securityContext' of \(what)", &problems) else { return }
        user = fields.text("runAsUser", &problems)
        group = fields.text("runAsGroup", &problems)
        for group in fields.texts("supplementalGroups", &problems) { shared.add("group-add", group) }
        for item in items(fields.optional("sysctls"), "sysctls", &problems) {
            guard var inner = Fields(item, "a sysctl of \(what)", &problems) else { continue }
            let name = inner.requiredText("name", &problems)
            let value = inner.requiredText("value", &problems)
            inner.finish(&problems)
            if let name, let value { options.add("sysctl", "\(name)=\(value)") }
        }
        fields.finish(&problems, refusing: PodWords.refused)
    }

    private mutating func readContainer(_ tree: SourceTree, isFirst: Bool, _ problems: inout CatalogProblems) {
        guard let read = PodContainer(tree, self, isFirst: isFirst, &problems) else { return }
        var container = Service.ServiceContainer(definition: read.definition, step: step, location: tree.location)
        container.definition.pod = name
        containers.append(container)
        ports += read.published
        health += read.health
        for folder in read.folders { makeFolder(folder, at: tree.location) }
    }
}

/// What Kubernetes knows and one node does not do, and why.
enum PodWords {
    static let refused: [String: String] = {
        var reasons = [
            "serviceAccountName": "there is no API server to be known to",
            "enableServiceLinks": "there are no Services here",
            "serviceAccount": "there is no API server to be known to",
            "automountServiceAccountToken": "there is no API server to be known to",
            "imagePullSecrets": "the node pulls from the controller", "runtimeClassName": "podman has one runtime",
            "lifecycle": "podman has no hooks; use an init container or a task", "status": "it is a running pod's",
            "dnsPolicy": "podman writes resolv.conf", "dnsConfig": "podman writes resolv.conf",
            "subdomain": "there is no DNS for pods", "ephemeralContainers": "they belong to a running pod",
            "fsGroup": "give the files their owner in an init container",
            "runAsNonRoot": "say 'runAsUser'", "seLinuxOptions": "it is not translated",
            "seccompProfile": "it is not translated", "volumeDevices": "block volumes are not brought to pods",
            "terminationMessagePath": "podman does not read it", "terminationMessagePolicy": "podman does not read it",
            "persistentVolumeClaim": "there is no storage provider; use hostPath",
            "nfs": "mount it with a task, use hostPath",
            "projected": "say each volume of its own", "downwardAPI": "use env with fieldRef", "grpc": "use exec",
        ]
        for key in [
            "nodeSelector", "nodeName", "affinity", "tolerations", "topologySpreadConstraints", "schedulerName",
            "priority",
            "priorityClassName",
        ] {
            reasons[key] = "roles say on which nodes a service is"
        }
        return reasons
    }()
}

extension Fields {
    /// As ``finish(_:)``; of keys that stand in `reasons` it is said why they are not taken.
    mutating func finish(_ problems: inout CatalogProblems, refusing reasons: [String: String]) {
        for (key, location, _) in allEntries where !knows(key) {
            guard let reason = reasons[key] else { continue }
            problems.add("'\(key)' of \(what) is not carried out here: \(reason)", at: location)
            _ = optional(key)
        }
        finish(&problems)
    }
}

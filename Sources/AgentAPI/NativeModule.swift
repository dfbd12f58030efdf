/// The modules the agent runs natively, by Ansible's short names. A catalogue that names another is refused when it is
/// loaded; ``signature`` says which arguments each takes.
public enum NativeModule: String, CaseIterable, Sendable {
    // On files.
    case assemble, copy, fetch, file, find, lineinfile, replace, script, slurp, stat, tempfile, template, unarchive
    case blockInFile = "blockinfile"
    case getURL = "get_url"
    case iniFile = "ini_file"
    // On the node.
    case command, cron, filesystem, group, hostname, iptables, modprobe, mount, nmcli, ping, raw, reboot, seboolean,
        selinux
    case service, shell, sysctl, systemd, timezone, uri, user
    case authorizedKey = "authorized_key"
    case waitFor = "wait_for"
    case waitForConnection = "wait_for_connection"
    // On packages.
    case apt, dnf, package, pip, yum
    case aptRepository = "apt_repository"
    case rpmKey = "rpm_key"
    case yumRepository = "yum_repository"
    // On containers, databases and clusters.
    case dockerContainer = "docker_container"
    case mysqlDatabase = "mysql_db"
    case mysqlUser = "mysql_user"
    case pacemakerCluster = "pacemaker_cluster"
    case pacemakerIsActive = "pacemaker_is_active"
    case pacemakerResource = "pacemaker_resource"
    case podmanContainer = "podman_container"
    case podmanImage = "podman_image"
    case podmanVolume = "podman_volume"
    // On the list itself.
    /// A whole list by the node's own ansible-core; no task names it, `runner: ansible` of a service does.
    case ansiblePlaybook = "ansible_playbook"
    case assert, debug, fail, meta, pause, setup
    case getent
    case includeVars = "include_vars"
    case serviceFacts = "service_facts"
    case setFact = "set_fact"
}

extension NativeModule {
    /// The module that a task's key names: a short name, or a full one (`ansible.posix.mount`) in the collection where
    /// Ansible has it.
    public init?(key: String) {
        guard let dot = key.lastIndex(of: ".") else {
            self.init(name: key)
            return
        }
        self.init(name: String(key[key.index(after: dot)...]))
        guard collections.contains(String(key[..<dot])) else { return nil }
    }

    private init?(name: String) {
        self.init(rawValue: Self.synonyms[name] ?? name)
    }

    /// Names that mean a module of another name.
    private static let synonyms = [
        "dnf5": "dnf", "gather_facts": "setup", "systemd_service": "systemd",
    ]

    /// Where Ansible has it; nowhere for a module that only TripleO brings along.
    public var collections: [String] {
        switch self {
        case .authorizedKey, .mount, .seboolean, .selinux, .sysctl: ["ansible.posix"]
        case .filesystem, .iniFile, .modprobe, .nmcli, .timezone: ["community.general"]
        case .mysqlDatabase, .mysqlUser: ["community.mysql", "community.general"]
        case .podmanContainer, .podmanImage, .podmanVolume: ["containers.podman"]
        case .dockerContainer: ["community.docker", "community.general"]
        case .ansiblePlaybook, .pacemakerCluster, .pacemakerIsActive, .pacemakerResource: []
        case .apt, .aptRepository, .assemble, .assert, .blockInFile, .command, .copy, .cron, .debug, .dnf, .fail,
            .fetch,
            .file, .find, .getURL, .getent, .group, .hostname, .includeVars, .iptables, .lineinfile, .meta, .package,
            .pause, .ping, .pip, .raw, .reboot, .replace, .rpmKey, .script, .service, .serviceFacts, .setFact, .setup,
            .shell, .slurp, .stat, .systemd, .tempfile, .template, .unarchive, .uri, .user, .waitFor,
            .waitForConnection, .yum, .yumRepository:
            ["ansible.builtin", "ansible.legacy"]
        }
    }

    /// Why the agent does not have a module of Ansible's that a list may name; nil for any other name.
    public static func refusal(of key: String) -> String? {
        let name = key.split(separator: ".").last.map(String.init) ?? key
        switch name {
        case "add_host", "group_by":
            return "there is no inventory on the node to add to; roles and `groups` come from the plan"
        case "apt_key":
            return "apt takes no keys of its own any more; `get_url` the key to /etc/apt/keyrings and name it in "
                + "`apt_repository` as signed-by"
        case "import_playbook": return "a catalogue has task lists, not playbooks"
        case "ansible_playbook": return "a service says `runner: ansible`, and its lists run by ansible-core"
        case "synchronize": return "there is no control node to copy from; use files/, an image or a container"
        case "async_status": return "tasks do not go on in the background"
        default: return nil
        }
    }
}

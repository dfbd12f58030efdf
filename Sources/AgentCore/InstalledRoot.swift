import LinuxKernel

/// The root file system of a freshly written image, while it is mounted in the ramdisk: made into this node's.
public struct InstalledRoot: Sendable {
    public static let statePath = "/var/lib/rackwright"
    public static let programPath = "/usr/local/sbin/rackwright-agent"

    private let root: RootFolder

    public init(_ root: RootFolder) {
        self.root = root
    }

    /// Gives the system its name, the agent, and the agent's identity. May be done twice.
    ///
    /// - Parameter program: the agent's own executable
    public func prepare(
        hostName: String,
        identity: AgentIdentity,
        credentials: Credentials,
        program: [UInt8]
    ) throws {
        try root.write("/etc/hostname", (hostName + "\n").utf8)
        try root.write("/etc/hosts", Self.hosts(root.text("/etc/hosts") ?? "", hostName: hostName).utf8)

        try root.write(Self.programPath, program, mode: 0o755)
        try root.write("/etc/systemd/system/rackwright-agent.service", Self.unit.utf8)
        try root.link(
            "/etc/systemd/system/multi-user.target.wants/rackwright-agent.service",
            to: "/etc/systemd/system/rackwright-agent.service"
        )

        try root.makeFolder(Self.statePath, mode: 0o700)
        try StateFolder(root.resolve(Self.statePath)).keep(identity, credentials)

        // What podman shows a registry at this address, and what it trusts there (containers-certs.d(5)).
        let registry = "/etc/containers/certs.d/\(identity.registry)"
        try root.write("\(registry)/ca.crt", credentials.authority.utf8)
        try root.write("\(registry)/client.cert", credentials.certificate.utf8)
        try root.write("\(registry)/client.key", credentials.key.utf8, mode: 0o600)
        try searchShortNames(at: identity.registry)
    }

    /// Names of images without a registry are the controller's (containers-registries.conf(5)), unless the image says
    /// already whose they are.
    private func searchShortNames(at registry: String) throws {
        let folder = "/etc/containers/registries.conf.d"
        let own = "50-rackwright.conf"
        let others = PlainFile.names(in: try root.resolve(folder)).filter { $0 != own }.map { "\(folder)/\($0)" }
        let key = "unqualified-search-registries"
        let isSaid = (["/etc/containers/registries.conf"] + others).contains { path in
            (root.text(path) ?? "").split(separator: "\n").contains { line in
                line.drop(while: \.isWhitespace).hasPrefix(key)
            }
        }
        if !isSaid { try root.write("\(folder)/\(own)", "\(key) = [\"\(registry)\"]\n".utf8) }
    }

    /// The image's lines, with this host's own name in place of another's, as Debian writes it.
    static func hosts(_ text: String, hostName: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        lines.removeAll { $0.split(whereSeparator: \.isWhitespace).first == "127.0.1.1" }
        let hasLocalHost = lines.contains { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.first == "127.0.0.1" && words.contains("localhost")
        }
        if !hasLocalHost { lines.insert("127.0.0.1\tlocalhost", at: 0) }
        let short = hostName.split(separator: ".").first.map(String.init) ?? hostName
        lines.append("127.0.1.1\t" + (short == hostName ? hostName : "\(hostName) \(short)"))
        return lines.joined(separator: "\n") + "\n"
    }

    /// The agent waits for the network by itself; its containers outlive it.
    static let unit = """
        [Unit]
        Description=Rackwright agent
        StartLimitIntervalSec=0

        [Service]
        ExecStart=\(programPath) agent --state \(statePath)
        Restart=always
        RestartSec=2
        KillMode=process

        [Install]
        WantedBy=multi-user.target

        """
}

import Jinja
import OrderedCollections

/// Which distribution of Linux the node runs, by `/etc/os-release` (os-release(5)).
enum DistributionFacts {
    private static let names = [
        "almalinux": "AlmaLinux", "amzn": "Amazon", "arch": "Archlinux", "centos": "CentOS", "debian": "Debian",
        "fedora": "Fedora", "linuxmint": "Linux Mint", "ol": "OracleLinux", "opensuse-leap": "openSUSE Leap",
        "raspbian": "Raspbian", "rhel": "RedHat", "rocky": "Rocky", "sles": "SLES", "ubuntu": "Ubuntu",
        "alpine": "Alpine", "kali": "Kali", "gentoo": "Gentoo",
    ]
    private static let families = [
        "almalinux": "RedHat", "amzn": "RedHat", "centos": "RedHat", "fedora": "RedHat", "ol": "RedHat",
        "rhel": "RedHat", "rocky": "RedHat", "debian": "Debian", "ubuntu": "Debian", "raspbian": "Debian",
        "linuxmint": "Debian", "kali": "Debian", "sles": "Suse", "opensuse-leap": "Suse", "arch": "Archlinux",
        "alpine": "Alpine", "gentoo": "Gentoo",
    ]

    static func found(_ files: NodeFiles) -> Fields {
        let release = settings(files, "/etc/os-release")
        let id = release["ID"] ?? "linux"
        var version = release["VERSION_ID"] ?? "NA"
        // Debian and CentOS say more elsewhere.
        if id == "debian" {
            let detail = SystemFacts.line(files, "/etc/debian_version")
            if detail.hasPrefix(version + ".") { version = detail }
        }
        let kin = (release["ID_LIKE"] ?? "").split(separator: " ").map(String.init)
        let family = families[id] ?? kin.lazy.compactMap { families[$0] }.first ?? names[id] ?? id
        let codename =
            release["VERSION_CODENAME"]
            ?? release["VERSION"].flatMap { text in
                text.firstIndex(of: "(").map { text[text.index(after: $0)...].prefix { $0 != ")" } }.map(String.init)
            } ?? "NA"
        let major = version.prefix { $0 != "." }
        let minor = version.dropFirst(major.count + 1).prefix { $0 != "." }
        let manager: String
        switch PackageTool.found(files) {
        case .apt: manager = "apt"
        case .dnf: manager = files.exists("/usr/bin/dnf5") && !files.exists("/usr/bin/dnf-3") ? "dnf5" : "dnf"
        case .yum: manager = "yum"
        case nil: manager = files.exists("/sbin/apk") ? "apk" : "unknown"
        }
        return [
            "ansible_distribution": .string(names[id] ?? release["NAME"] ?? id),
            "ansible_distribution_version": .string(version),
            "ansible_distribution_major_version": .string(String(major)),
            "ansible_distribution_minor_version": .string(String(minor)),
            "ansible_distribution_release": .string(codename), "ansible_os_family": .string(family),
            "ansible_distribution_file_path": "/etc/os-release", "ansible_distribution_file_parsed": true,
            "ansible_distribution_file_variety": .string(family), "ansible_pkg_mgr": .string(manager),
            "ansible_lsb": [
                "id": .string(names[id] ?? id), "release": .string(version), "major_release": .string(String(major)),
                "codename": .string(codename), "description": .string(release["PRETTY_NAME"] ?? ""),
            ],
        ]
    }

    private static func settings(_ files: NodeFiles, _ path: String) -> [String: String] {
        guard let text = (try? files.readText(path)) ?? (try? files.readText("/usr/lib/os-release")) else { return [:] }
        var settings: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let words = shellWords(String(line[line.index(after: equals)...]), keepingQuotes: false)
            settings[String(line[..<equals])] = words.joined(separator: " ")
        }
        return settings
    }
}

/// Whether the node is a guest, by systemd's word for it.
enum VirtualFacts {
    static func found(_ context: ModuleContext) -> Fields {
        let result = try? context.run(["systemd-detect-virt"])
        let word = trimmed(result?.outputText ?? "")
        let names = ["qemu": "kvm", "oracle": "virtualbox", "microsoft": "VirtualPC", "vmware": "VMware"]
        let isGuest = !word.isEmpty && word != "none"
        let type = isGuest ? names[word] ?? word : context.files.exists("/dev/kvm") ? "kvm" : "NA"
        let role = isGuest ? "guest" : type == "kvm" ? "host" : "NA"
        return [
            "ansible_virtualization_type": .string(type), "ansible_virtualization_role": .string(role),
            "ansible_virtualization_tech_guest": .list(isGuest ? [.string(type)] : []),
            "ansible_virtualization_tech_host": .list(role == "host" ? [.string(type)] : []),
        ]
    }
}

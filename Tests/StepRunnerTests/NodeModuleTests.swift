import AgentAPI
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

@Suite struct NodeModuleTests {
    /// A node whose account tools change its `/etc/passwd` and `/etc/group`.
    private func accounts() throws -> Bench {
        let place = FakeNode()
        let bench = try Bench { words in
            guard ["useradd", "usermod", "userdel", "groupadd", "groupdel"].contains(words[0]),
                let root = place["root"],
                let name = words.last
            else { return nil }
            let files = NodeFiles(root: root)
            let changes = FileChanges(files: files) { _ in }
            let path = words[0].hasPrefix("user") ? "/etc/passwd" : "/etc/group"
            var lines = ((try? files.readText(path)) ?? "").split(separator: "\n").map(String.init)
            lines.removeAll { $0.hasPrefix(name + ":") }
            func value(_ option: String, _ standard: String) -> String {
                words.firstIndex(of: option).map { words[$0 + 1] } ?? standard
            }
            switch words[0] {
            case "useradd", "usermod":
                lines.append(
                    "\(name):x:\(value("-u", "1001")):\(value("-g", "100") == "nova" ? "42" : "100"):\(value("-c", "")):/home/\(name):\(value("-s", "/bin/sh"))"
                )
            case "groupadd": lines.append("\(name):x:\(value("-g", "2000")):")
            default: break
            }
            _ = try? changes.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: path)
            return .done
        }
        place["root"] = bench.root
        try bench.put("root:x:0:0:root:/root:/bin/bash\n", at: "/etc/passwd")
        try bench.put("root:x:0:\nusers:x:100:\nwheel:x:10:root\n", at: "/etc/group")
        return bench
    }

    @Test func usersAndGroupsAreMadeOnce() async throws {
        let bench = try accounts()
        #expect(await bench.thrice("group", ["name": "nova", "gid": 42]) == plannedDoneAndKept)
        #expect(
            await bench.thrice(
                "user",
                ["name": "nova", "uid": 42, "group": "nova", "comment": "Nova", "shell": "/bin/false"]
            )
                == plannedDoneAndKept
        )
        #expect(
            await bench.thrice("user", ["name": "ann", "shell": "/bin/zsh", "create_home": false]) == plannedDoneAndKept
        )
        #expect(await bench.thrice("user", ["name": "ann", "state": "absent", "remove": true]) == plannedDoneAndKept)
        #expect(await bench.thrice("group", ["name": "nova", "state": "absent"]) == plannedDoneAndKept)
        #expect(
            bench.commands.lines.filter { !$0.isEmpty } == [
                "groupadd -g 42 nova", "useradd -u 42 -g nova -c Nova -s /bin/false -m nova",
                "useradd -s /bin/zsh -M ann", "userdel -r ann", "groupdel nova",
            ]
        )
        #expect(
            await bench.failure("user", ["name": "x", "groups": "nobodys"]).contains("Group nobodys does not exist")
        )
    }

    @Test func keysAreAddedChangedAndRemoved() async throws {
        let bench = try Bench()
        try bench.put("root:x:0:0:root:/root:/bin/bash\n", at: "/etc/passwd")
        let key = "ssh-ed25519 AAAAC3Nza ann@x"
        #expect(await bench.thrice("authorized_key", ["user": "root", "key": .string(key)]) == plannedDoneAndKept)
        #expect(bench.text("/root/.ssh/authorized_keys") == key + "\n")
        #expect(bench.mode("/root/.ssh") == 0o700)
        #expect(bench.mode("/root/.ssh/authorized_keys") == 0o600)
        let more: Value = ["user": "root", "key": "ssh-rsa BBBB bob", "key_options": "no-pty", "exclusive": true]
        #expect(await bench.thrice("authorized_key", more) == plannedDoneAndKept)
        #expect(bench.text("/root/.ssh/authorized_keys") == "no-pty ssh-rsa BBBB bob\n")
        #expect(
            await bench.thrice("authorized_key", ["user": "root", "key": "ssh-rsa BBBB", "state": "absent"])
                == plannedDoneAndKept
        )
        #expect(await bench.failure("authorized_key", ["user": "root", "key": "nonsense"]).contains("invalid key"))
    }

    @Test func mountsAreInTheTableAndMounted() async throws {
        let place = FakeNode()
        let bench = try Bench { words in
            guard ["mount", "umount"].contains(words[0]), let root = place["root"] else { return nil }
            let text = words[0] == "mount" ? "36 35 8:1 / /srv/data rw - xfs /dev/sdb1 rw\n" : ""
            let changes = FileChanges(files: NodeFiles(root: root)) { _ in }
            _ = try? changes.write(Array(text.utf8), to: "/proc/self/mountinfo")
            return .done
        }
        place["root"] = bench.root
        _ = try FileChanges(files: NodeFiles(root: bench.root)) { _ in }.makeDirectory("/proc/self")
        try bench.put("# table\n", at: "/etc/fstab")
        let arguments: Value = [
            "name": "/srv/data", "src": "/dev/sdb1", "fstype": "xfs", "opts": "noatime", "state": "mounted",
        ]
        #expect(await bench.thrice("mount", arguments) == plannedDoneAndKept)
        #expect(bench.text("/etc/fstab") == "# table\n/dev/sdb1 /srv/data xfs noatime 0 0\n")
        #expect(await bench.thrice("mount", ["path": "/srv/data", "state": "unmounted"]) == plannedDoneAndKept)
        #expect(await bench.thrice("mount", ["path": "/srv/data", "state": "absent"]) == plannedDoneAndKept)
        #expect(bench.text("/etc/fstab") == "# table\n")
        #expect(bench.commands.lines.map { $0.split(separator: " ")[0] } == ["mount", "umount"])
    }

    @Test func cronJobsAreNamed() async throws {
        let node = FakeNode()
        let bench = try Bench { words in
            guard words[0] == "crontab" else { return nil }
            return words.last == "-l" ? .said(node["table"] ?? "", status: node["table"] == nil ? 1 : 0) : .done
        }
        let arguments: Value = ["name": "clean", "job": "/bin/clean", "hour": "5,2", "user": "root"]
        #expect(await bench.result("cron", arguments)["jobs"] == ["clean"])
        let written = bench.commands.commands.last
        #expect(
            written.map { String(decoding: $0.input, as: UTF8.self) } == "#Ansible: clean\n* 5,2 * * * /bin/clean\n"
        )
        #expect(written?.arguments == ["crontab", "-u", "root", "-"])
        node["table"] = "#Ansible: clean\n* 5,2 * * * /bin/clean\n"
        #expect(await bench.result("cron", arguments)["changed"] == false)
        let file: Value = [
            "name": "tell", "job": "tell", "special_time": "daily", "user": "root", "cron_file": "ours",
            "state": "present",
        ]
        _ = try FileChanges(files: NodeFiles(root: bench.root)) { _ in }.makeDirectory("/etc/cron.d")
        #expect(await bench.thrice("cron", file) == plannedDoneAndKept)
        #expect(bench.text("/etc/cron.d/ours") == "#Ansible: tell\n@daily root tell\n")
        let variable: Value = ["name": "PATH", "env": true, "job": "/bin", "user": "root", "cron_file": "ours"]
        #expect(await bench.thrice("cron", variable) == plannedDoneAndKept)
        #expect(bench.text("/etc/cron.d/ours")?.hasPrefix("PATH=\"/bin\"\n") == true)
        #expect(await bench.failure("cron", ["name": "x", "cron_file": "y", "job": "z"]).contains("user=..."))
    }

    @Test func namesAndTimeZonesAreKept() async throws {
        let node = FakeNode()
        node["name"] = "old"
        let bench = try Bench { words in
            guard words[0] == "hostname" else { return nil }
            if words.count > 1 { node["name"] = words[1] }
            return .said((node["name"] ?? "") + "\n")
        }
        try bench.put("old\n", at: "/etc/hostname")
        #expect(await bench.thrice("hostname", ["name": "web-1.example.org"]) == plannedDoneAndKept)
        #expect(bench.text("/etc/hostname") == "web-1.example.org\n")
        let changes = FileChanges(files: NodeFiles(root: bench.root)) { _ in }
        _ = try changes.makeDirectory("/usr/share/zoneinfo/Europe")
        try bench.put("TZ", at: "/usr/share/zoneinfo/Europe/Berlin")
        #expect(await bench.thrice("timezone", ["name": "Europe/Berlin"]) == plannedDoneAndKept)
        #expect(await bench.failure("timezone", ["name": "Mars/Base"]).contains("is not available"))
    }

    @Test func aFileSystemIsNeverMadeOverAnother() async throws {
        let node = FakeNode()
        let bench = try Bench { words in
            if words[0] == "blkid" { return .said(node["type"] ?? "", status: node["type"] == nil ? 2 : 0) }
            if words[0].hasPrefix("mkfs") { node["type"] = "xfs" }
            return words[0].hasPrefix("mkfs") ? .done : nil
        }
        _ = try FileChanges(files: NodeFiles(root: bench.root)) { _ in }.makeDirectory("/dev")
        try bench.put("", at: "/dev/sdb")
        let arguments: Value = ["fstype": "xfs", "dev": "/dev/sdb", "opts": "-f -i size=1024"]
        #expect(await bench.thrice("filesystem", arguments) == plannedDoneAndKept)
        #expect(bench.acts(without: "blkid") == ["mkfs.xfs -f -i size=1024 \(bench.root)/dev/sdb"])
        #expect(
            await bench.failure("filesystem", ["fstype": "ext4", "dev": "/dev/sdb"]).contains("already used as xfs")
        )
    }

    @Test func selinuxIsSetNowAndForLater() async throws {
        let node = FakeNode()
        node["mode"] = "Enforcing"
        node["bool"] = "off"
        let bench = try Bench { words in
            switch words[0] {
            case "getenforce": return .said(node["mode"] ?? "")
            case "setenforce":
                node["mode"] = words[1] == "1" ? "Enforcing" : "Permissive"
                return .done
            case "getsebool": return .said("\(words[1]) --> \(node["bool"] ?? "")\n")
            case "setsebool":
                node["bool"] = words.last
                return .done
            case "semanage": return .refused
            default: return nil
            }
        }
        _ = try FileChanges(files: NodeFiles(root: bench.root)) { _ in }.makeDirectory("/etc/selinux")
        try bench.put("SELINUX=enforcing\nSELINUXTYPE=targeted\n", at: "/etc/selinux/config")
        #expect(await bench.thrice("selinux", ["policy": "targeted", "state": "permissive"]) == plannedDoneAndKept)
        #expect(bench.text("/etc/selinux/config") == "SELINUX=permissive\nSELINUXTYPE=targeted\n")
        #expect(
            await bench.thrice("seboolean", ["name": "httpd_can", "state": true, "persistent": true])
                == plannedDoneAndKept
        )
        #expect(bench.commands.lines.contains("setsebool -P httpd_can on"))
    }

    @Test func filterRulesAreAskedForBeforeTheyAreAdded() async throws {
        let node = FakeNode()
        let bench = try Bench { words in
            guard words[0] == "iptables" else { return nil }
            if words[3] == "-C" { return node["there"] == nil ? .refused : .done }
            node["there"] = words[3] == "-D" ? nil : "yes"
            return .done
        }
        let arguments: Value = [
            "chain": "INPUT", "protocol": "tcp", "destination_port": 443, "jump": "ACCEPT", "ctstate": "NEW",
            "comment": "web",
        ]
        #expect(await bench.thrice("iptables", arguments) == plannedDoneAndKept)
        #expect(
            bench.acts(without: "iptables -t filter -C") == [
                "iptables -t filter -A INPUT -p tcp -j ACCEPT --destination-port 443 -m conntrack --ctstate NEW "
                    + "-m comment --comment web"
            ]
        )
    }
}

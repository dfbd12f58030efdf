import AgentAPI
import FoundationEssentials
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

@Suite struct ModuleTests {
    /// Runs a task twice as bundles of their own: how it ended each time.
    private func twice(_ bench: Bench, _ module: String, _ arguments: Value) async -> [String] {
        let before = bench.endings().count
        for _ in 1...2 {
            let outcome = await bench.tasks([task("t", module, arguments)])
            #expect(outcome.failure == nil, "\(outcome)")
        }
        return bench.endings()[before...].map { String($0.dropFirst(3)) }
    }

    private func failure(_ bench: Bench, _ module: String, _ arguments: Value) async -> String {
        await bench.tasks([task("t", module, arguments)]).failure?.reason ?? "it did not fail"
    }

    @Test func copyWritesOnceWithItsMode() async throws {
        let bench = try Bench()
        let arguments: Value = ["dest": "/etc/motd", "content": "hello\n", "mode": "0640"]
        #expect(await twice(bench, "copy", arguments) == ["changed", "unchanged"])
        #expect(bench.text("/etc/motd") == "hello\n")
        #expect(bench.mode("/etc/motd") == 0o640)
        #expect(await twice(bench, "copy", ["_raw_params": "src=/etc/motd dest=/tmp/"]) == ["changed", "unchanged"])
        #expect(bench.text("/tmp/motd") == "hello\n")
        #expect(
            await twice(bench, "copy", ["dest": "/etc/motd", "content": "x", "force": false]) == [
                "unchanged", "unchanged",
            ]
        )
        #expect(
            await twice(bench, "copy", ["dest": "/etc/motd", "content": "x", "backup": true]) == [
                "changed", "unchanged",
            ]
        )
        #expect(try bench.tree().values.contains("0640 hello\n"))
        #expect(bench.mode("/etc/motd") == 0o640)
        #expect(await twice(bench, "copy", ["dest": "/etc/j", "content": ["a": 1]]) == ["changed", "unchanged"])
        #expect(bench.text("/etc/j") == "{\"a\": 1}")
        #expect(await failure(bench, "copy", ["dest": "/nowhere/x", "content": "x"]).contains("/nowhere"))
    }

    @Test func templateRendersWithTheTasksVariables() async throws {
        let bench = try Bench()
        let arguments: Value = [
            "src": "web.j2", "dest": "/etc/web", "_template_name": "web.j2",
            "_template": "{% for n in range(2) %}\nline {{ n }}\n{% endfor %}\n",
        ]
        #expect(await twice(bench, "template", arguments) == ["changed", "unchanged"])
        #expect(bench.text("/etc/web") == "line 0\nline 1\n")
        let bad: Value = [
            "src": "web.j2", "dest": "/etc/web", "_template_name": "web.j2", "_template": "\n{{ nothing }}",
        ]
        #expect(await failure(bench, "template", bad).contains("web.j2:2"))
    }

    @Test func fileMakesWhatIsAsked() async throws {
        let bench = try Bench()
        #expect(
            await twice(bench, "file", ["path": "/srv/a/b", "state": "directory", "mode": "0750"]) == [
                "changed", "unchanged",
            ]
        )
        #expect(bench.mode("/srv/a") == 0o750)
        #expect(await twice(bench, "file", ["path": "/srv/a/f", "state": "touch"]) == ["changed", "changed"])
        #expect(
            await twice(bench, "file", ["path": "/srv", "state": "directory", "mode": "u=rwX,go=", "recurse": true])
                == ["changed", "unchanged"]
        )
        #expect(bench.mode("/srv/a/f") == 0o600)
        #expect(bench.mode("/srv/a/b") == 0o700)
        #expect(
            await twice(bench, "file", ["dest": "/srv/l", "src": "a/f", "state": "link"]) == ["changed", "unchanged"]
        )
        #expect(await twice(bench, "file", ["path": "/srv", "state": "absent"]) == ["changed", "unchanged"])
        #expect(await failure(bench, "file", ["path": "/srv"]).hasSuffix("file (/srv) is absent, cannot continue"))
    }

    @Test func lineInFileReplacesInsertsAndRemoves() async throws {
        let bench = try Bench()
        try bench.put("a=1\n#b=2\nc=3\n", at: "/etc/conf")
        #expect(
            await twice(bench, "lineinfile", ["path": "/etc/conf", "regexp": "^#?b=", "line": "b=9"]) == [
                "changed", "unchanged",
            ]
        )
        #expect(bench.text("/etc/conf") == "a=1\nb=9\nc=3\n")
        #expect(
            await twice(bench, "lineinfile", ["path": "/etc/conf", "line": "d=4", "insertafter": "^a="]) == [
                "changed", "unchanged",
            ]
        )
        #expect(
            await twice(bench, "lineinfile", ["path": "/etc/conf", "line": "top", "insertbefore": "BOF"]) == [
                "changed", "unchanged",
            ]
        )
        #expect(bench.text("/etc/conf") == "top\na=1\nd=4\nb=9\nc=3\n")
        let back: Value = ["path": "/etc/conf", "regexp": "^c=(\\d)$", "line": "see=\\1\\1", "backrefs": true]
        #expect(await twice(bench, "lineinfile", back) == ["changed", "unchanged"])
        #expect(
            await twice(bench, "lineinfile", ["path": "/etc/conf", "regexp": "^[ad]=", "state": "absent"]) == [
                "changed", "unchanged",
            ]
        )
        #expect(bench.text("/etc/conf") == "top\nb=9\nsee=33\n")
        #expect(
            await twice(bench, "lineinfile", ["path": "/etc/new/x", "line": "n", "create": true]) == [
                "changed", "unchanged",
            ]
        )
        #expect(await failure(bench, "lineinfile", ["path": "/etc/none", "line": "n"]).contains("does not exist"))
    }

    @Test func blockInFileKeepsOneBlock() async throws {
        let bench = try Bench()
        try bench.put("first\nlast\n", at: "/etc/hosts")
        let arguments: Value = ["path": "/etc/hosts", "block": "x\ny\n", "insertafter": "^first"]
        #expect(await twice(bench, "blockinfile", arguments) == ["changed", "unchanged"])
        #expect(
            bench.text("/etc/hosts")
                == "first\n# BEGIN ANSIBLE MANAGED BLOCK\nx\ny\n# END ANSIBLE MANAGED BLOCK\nlast\n"
        )
        #expect(await twice(bench, "blockinfile", ["path": "/etc/hosts", "block": "z"]) == ["changed", "unchanged"])
        #expect(
            await twice(bench, "blockinfile", ["path": "/etc/hosts", "state": "absent"]) == ["changed", "unchanged"]
        )
        #expect(bench.text("/etc/hosts") == "first\nlast\n")
    }

    @Test func commandHonoursItsGuards() async throws {
        let bench = try Bench()
        try bench.put("", at: "/tmp/there")
        #expect(
            await twice(bench, "command", ["_raw_params": "false creates=/tmp/the*"]) == ["unchanged", "unchanged"]
        )
        #expect(await twice(bench, "shell", ["cmd": "exit 1", "removes": "/tmp/gone"]) == ["unchanged", "unchanged"])
        await bench.tasks([task("where", "command", ["argv": ["pwd"], "chdir": "/tmp"])])
        #expect(bench.output(of: "where")?.hasSuffix("/root/tmp") == true)
        await bench.tasks([task("in", "command", ["_raw_params": "cat", "stdin": "fed"])])
        #expect(bench.output(of: "in") == "fed")
        await bench.tasks([task("q", "command", ["_raw_params": "echo 'a  b' \"c d\" $NO_SUCH_VARIABLE *"])])
        #expect(bench.output(of: "q") == "a  b c d $NO_SUCH_VARIABLE *")
        #expect(await failure(bench, "command", ["_raw_params": "no-such-program"]).contains("no such program"))
    }

    @Test func statAndSlurpSayWhatIsThere() async throws {
        let bench = try Bench()
        try bench.put("abc", at: "/etc/f")
        let outcome = await bench.tasks([
            task("s", "stat", ["path": "/etc/f"]) { $0.register = "s" },
            task("n", "stat", ["path": "/etc/none"]) { $0.register = "n" },
            task("b", "slurp", ["src": "/etc/f"]) { $0.register = "b" },
            task(
                "check",
                "assert",
                [
                    "that": [
                        "s.stat.checksum == 'a9993e364706816aba3e25717850c26c9cd0d89d'", "s.stat.size == 3",
                        "s.stat.mode == '0644'", "s.stat.isreg and not s.stat.isdir", "not n.stat.exists",
                        "b.content | b64decode == 'abc'",
                    ]
                ]
            ),
            task("wrong", "assert", ["that": "s.stat.size > 3", "fail_msg": "too small: {{ s.stat.size }}"]),
        ])
        #expect(outcome.failure?.reason.hasSuffix("wrong (services/web.yaml:3:5): too small: 3") == true, "\(outcome)")
    }

    @Test func servicesAreStartedOnlyWhenTheyAreNot() async throws {
        let bench = try Bench { words in
            guard words.first == "systemctl" else { return nil }
            let show =
                words.contains("web")
                ? "LoadState=loaded\nActiveState=active\n" : "LoadState=loaded\nActiveState=inactive\n"
            switch words[1] {
            case "show": return CommandResult(status: 0, output: Array(show.utf8))
            case "is-enabled": return CommandResult(status: 1, output: Array("disabled\n".utf8))
            default: return CommandResult(status: 0)
            }
        }
        await bench.tasks([
            task("a", "service", ["_raw_params": "name=web state=started enabled=yes"]),
            task("b", "systemd", ["name": "db", "state": "started", "daemon_reload": true]),
            task("c", "systemd", ["name": "web", "state": "restarted"]),
            task("d", "systemd", ["name": "db", "state": "stopped"]),
        ])
        #expect(bench.endings() == ["a: changed", "b: changed", "c: changed", "d: unchanged"])
        #expect(
            bench.commands.lines.filter { !$0.contains(" show ") && !$0.contains("is-enabled") } == [
                "systemctl enable web", "systemctl daemon-reload", "systemctl start db", "systemctl restart web",
            ]
        )
    }

    @Test func kernelSettingsAndModules() async throws {
        let bench = try Bench { words in
            if words == ["sysctl", "-e", "-n", "vm.swappiness"] { return .said("10\n") }
            return ["sysctl", "modprobe"].contains(words[0]) ? CommandResult(status: 0) : nil
        }
        try bench.put("# kept\nvm.swappiness = 60\nvm.swappiness=1\n", at: "/etc/sysctl.conf")
        #expect(await twice(bench, "sysctl", ["name": "vm.swappiness", "value": 10]) == ["changed", "unchanged"])
        #expect(bench.text("/etc/sysctl.conf") == "# kept\nvm.swappiness=10\n")
        #expect(
            bench.commands.lines == ["sysctl -p \(bench.root)/etc/sysctl.conf", "sysctl -e -n vm.swappiness"],
            "what is in the file is looked for in the kernel, too"
        )
        #expect(
            await twice(bench, "sysctl", ["name": "vm.swappiness", "state": "absent"]) == ["changed", "unchanged"]
        )
        _ = try FileChanges(files: NodeFiles(root: bench.root)) { _ in }.makeDirectory("/sys/module/br_netfilter")
        #expect(await twice(bench, "modprobe", ["name": "br-netfilter"]) == ["unchanged", "unchanged"])
        #expect(await twice(bench, "modprobe", ["name": "dummy", "params": "numdummies=2"]) == ["changed", "changed"])
        #expect(bench.commands.lines.last == "modprobe dummy numdummies=2")
    }

    @Test func pauseAndWaitForUseTheClock() async throws {
        let bench = try Bench()
        try bench.put("ready 7\n", at: "/tmp/log")
        #expect(await twice(bench, "pause", ["minutes": 1]) == ["unchanged", "unchanged"])
        #expect(bench.clock.now() == 1120)
        #expect(
            await twice(bench, "wait_for", ["path": "/tmp/log", "search_regex": "ready \\d"]) == [
                "unchanged", "unchanged",
            ]
        )
        #expect(
            await twice(bench, "wait_for", ["path": "/tmp/none", "state": "absent"]) == ["unchanged", "unchanged"]
        )
        #expect(await failure(bench, "wait_for", ["path": "/tmp/none", "timeout": 5]).contains("it is absent"))
        #expect(await failure(bench, "set_fact", ["not a name": 1]).contains("not a name"))
    }

    @Test(arguments: [
        ("0644", 0o755, false, 0o644), ("u+x", 0o644, false, 0o744), ("go-rwx", 0o755, false, 0o700),
        ("a=rX", 0o644, true, 0o555), ("u=rwx,g=rx,o=", 0o777, false, 0o750), ("g+s", 0o755, true, 0o2755),
    ])
    func modesAreReadAsChmodDoes(text: String, old: Int, isDirectory: Bool, new: Int) throws {
        let mode = try #require(FileMode(text))
        #expect(mode.applied(to: UInt32(old), isDirectory: isDirectory) == UInt32(new))
    }
}

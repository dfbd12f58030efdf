import AgentAPI
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

@Suite struct PackageModuleTests {
    private func bench(_ tool: String, _ answers: @escaping @Sendable ([String]) -> CommandResult?) throws -> Bench {
        let bench = try Bench(answers)
        _ = try FileChanges(files: NodeFiles(root: bench.root)) { _ in }.makeDirectory("/usr/bin")
        try bench.put("", at: "/usr/bin/\(tool)")
        return bench
    }

    /// dpkg and apt-get with one package, which is there or not.
    private func debian(_ node: FakeNode) throws -> Bench {
        try bench("apt-get") { words in
            switch words[0] {
            case "dpkg-query":
                let version = node[words.last ?? ""]
                return version.map { .said("installed \($0)\n") } ?? .said("not-installed \n", status: 1)
            case "apt-get":
                let names = words.drop { $0 != "install" && $0 != "remove" && $0 != "dist-upgrade" }
                if words[1] == "--simulate" { return .said(node["nothing"] == nil ? "Inst x\nRemv y\n" : "") }
                for name in names.dropFirst() { node[name] = names.first == "install" ? "1.2-3" : nil }
                if names.first == "dist-upgrade" { node["nothing"] = "yes" }
                return .said("Setting up\n")
            default: return nil
            }
        }
    }

    @Test func aptAsksDpkgFirst() async throws {
        let node = FakeNode()
        let bench = try debian(node)
        #expect(await bench.thrice("apt", ["name": "ntp, chrony", "state": "present"]) == plannedDoneAndKept)
        #expect(await bench.thrice("apt", ["_raw_params": "pkg=ntp=1.2*"]) == ["unchanged", "unchanged", "unchanged"])
        #expect(await bench.thrice("package", ["name": "ntp", "state": "removed"]) == plannedDoneAndKept)
        #expect(await bench.thrice("apt", ["name": "*", "state": "latest"]) == plannedDoneAndKept)
        let installs = bench.commands.commands.filter {
            $0.arguments[0] == "apt-get" && !$0.arguments.contains("--simulate")
        }
        #expect(
            installs.map { $0.arguments.filter { !$0.contains("::") && $0 != "-o" && $0 != "-y" } } == [
                ["apt-get", "install", "ntp", "chrony"], ["apt-get", "remove", "ntp"], ["apt-get", "dist-upgrade"],
            ]
        )
        #expect(installs.allSatisfy { $0.environment["DEBIAN_FRONTEND"] == "noninteractive" })
    }

    @Test func aSourceOfPackagesIsALineInAFile() async throws {
        let bench = try debian(FakeNode())
        let line: Value = "deb [signed-by=/k.gpg] https://user:pw@packages.example.org/debian bookworm main"
        #expect(await bench.thrice("apt_repository", ["repo": line]) == plannedDoneAndKept)
        #expect(
            bench.text("/etc/apt/sources.list.d/packages_example_org_debian.list") == (line.asString ?? "") + "\n"
        )
        #expect(await bench.thrice("apt_repository", ["repo": line, "state": "absent"]) == plannedDoneAndKept)
        #expect(bench.text("/etc/apt/sources.list.d/packages_example_org_debian.list") == nil)
        #expect(bench.commands.lines == ["apt-get -q update", "apt-get -q update"])
        let second: Value = "deb https://packages.example.org/debian bookworm extra"
        for (repo, files) in [(line, 1), (second, 0)] {
            let added = await bench.result("apt_repository", ["repo": repo, "filename": "one", "update_cache": false])
            #expect(added["changed"] == true && added["sources_added"]?.asList?.count == files)
        }
        #expect(await bench.failure("apt_repository", ["repo": "ppa:x/y"]).contains("asks a server"))
    }

    @Test func dnfAsksRpmFirst() async throws {
        let node = FakeNode()
        let bench = try bench("dnf") { words in
            switch (words[0], words.last ?? "") {
            case ("rpm", _) where words[1] == "-qa":
                let python = node["rpm-python"] == nil ? "" : "rpm-python-4-1.x86_64\n"
                return .said(python + "kernel-\(node["new"] == nil ? 1 : 2)-1.x86_64\n")
            case ("rpm", let name): return node[name] == nil ? .refused : .done
            case ("dnf", let name):
                if words.contains("check-update") { return .said("", status: node["new"] == nil ? 100 : 0) }
                if words.contains("install") { node[name] = "yes" }
                if words.contains("remove") { node[name] = nil }
                if words.contains("update") { node["new"] = "yes" }
                return .said("done\n")
            default: return nil
            }
        }
        #expect(
            await bench.thrice("yum", ["_raw_params": "name=rpm-python state=present"]) == plannedDoneAndKept
        )
        let all = await bench.result("yum", ["name": "*", "state": "latest"])
        #expect(all["results"] == ["Installed: kernel-2-1.x86_64", "Removed: kernel-1-1.x86_64"])
        #expect(await bench.result("yum", ["name": "*", "state": "latest"])["msg"] == "Nothing to do")
        #expect(
            await bench.thrice("dnf", ["name": "rpm-python", "state": "removed", "enablerepo": "x"])
                == plannedDoneAndKept
        )
        #expect(
            bench.acts(without: "rpm", "dnf -q check-update") == [
                "dnf -y install rpm-python", "dnf -y update", "dnf -y --enablerepo=x remove rpm-python",
            ]
        )
    }

    @Test func aKeyOfRpmsIsImportedOnce() async throws {
        let node = FakeNode()
        let bench = try bench("dnf") { words in
            switch words[0] {
            case "gpg":
                return .said(
                    "pub:-:4096:1:199E2F91FD431D51:1256212795::\nfpr:::::::::567E347AD0044ADE55BA8A5F199E2F91FD431D51:\n"
                )
            case "rpm":
                if words[1] == "-q" { return .said(node["key"] ?? "") }
                node["key"] = words[1] == "--import" ? "fd431d51\n" : ""
                return .done
            default: return nil
            }
        }
        try bench.put("KEY", at: "/etc/key")
        #expect(await bench.thrice("rpm_key", ["key": "/etc/key"]) == plannedDoneAndKept)
        #expect(await bench.thrice("rpm_key", ["key": "0xFD431D51", "state": "absent"]) == plannedDoneAndKept)
        #expect(await bench.failure("rpm_key", ["key": "/etc/key", "fingerprint": "00"]).contains("does not match"))
    }

    @Test func pipSaysItselfWhetherItChangedSomething() async throws {
        let node = FakeNode()
        node["list"] = "[]"
        let bench = try Bench { words in
            guard words[0] == "pip3" else { return nil }
            if words[1] == "list" { return .said(node["list"] ?? "") }
            let isThere = node["list"] != "[]"
            guard isThere == (words[1] == "uninstall") else {
                return isThere
                    ? .said("Requirement already satisfied: my-package\n")
                    : CommandResult(status: 1, output: [], errors: Array("WARNING: Skipping: not installed".utf8))
            }
            node["list"] = isThere ? "[]" : "[{\"name\": \"My_Package\", \"version\": \"1.0\"}]"
            return .said("Successfully \(words[1])ed\n")
        }
        #expect(await bench.thrice("pip", ["name": "my-package", "version": "1.0"]) == plannedDoneAndKept)
        #expect(await bench.thrice("pip", ["name": "my.package", "state": "absent"]) == plannedDoneAndKept)
        #expect(
            bench.acts(without: "pip3 list") == [
                "pip3 install my-package==1.0", "pip3 install my-package==1.0", "pip3 uninstall -y my.package",
                "pip3 uninstall -y my.package",
            ]
        )
    }
}

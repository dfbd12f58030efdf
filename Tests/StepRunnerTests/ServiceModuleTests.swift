import AgentAPI
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

@Suite struct ServiceModuleTests {
    /// podman with one container, as it was last asked for.
    private func podman(_ node: FakeNode) throws -> Bench {
        try Bench { words in
            guard words[0] == "podman" else { return nil }
            switch words[1...2].joined(separator: " ") {
            case "container inspect", "image inspect", "volume inspect":
                return node[words[1]].map { .said($0) } ?? .refused
            case "image rm": node["image"] = nil
            case "volume create": node["volume"] = "[{\"Driver\": \"local\", \"Labels\": {\"a\": \"1\"}}]"
            case "volume rm": node["volume"] = nil
            default:
                switch words[1] {
                case "run", "create":
                    let label = words[words.firstIndex(of: "--label").map { $0 + 1 } ?? 0]
                    let digest = label.split(separator: "=")[1]
                    node["container"] =
                        "[{\"Config\": {\"Labels\": {\"rackwright.task\": \"\(digest)\"}}, \"State\": {\"Running\": \(words[1] == "run")}}]"
                case "rm": node["container"] = nil
                case "stop":
                    node["container"] = node["container"].map { $0.split(separator: "true").joined(separator: "false") }
                case "start":
                    node["container"] = node["container"].map { $0.split(separator: "false").joined(separator: "true") }
                case "pull", "build": node["image"] = "[{\"Id\": \"1\"}]"
                default: return nil
                }
            }
            return .done
        }
    }

    @Test func aContainerIsMadeAnewOnlyWhenItIsAskedForOtherwise() async throws {
        let node = FakeNode()
        let bench = try podman(node)
        let arguments: Value = [
            "name": "web", "image": "web:2", "command": ["serve", "--port=80"], "env": ["TOKEN": "s3cret", "N": 1],
            "ports": ["80:80"], "volumes": ["/srv:/srv:ro"], "network": "host", "restart_policy": "always",
            "label": ["tier": "front"],
        ]
        #expect(await bench.thrice("podman_container", arguments) == plannedDoneAndKept)
        let run = try #require(bench.commands.commands.first { $0.arguments[1] == "run" })
        #expect(!run.arguments.joined().contains("s3cret"), "a value is not for the list of processes")
        #expect(run.environment["TOKEN"] == "s3cret")
        #expect(
            run.arguments.filter { !$0.hasPrefix("rackwright.task=") }.joined(separator: " ")
                == "podman run --name web --label --detach --publish 80:80 --volume /srv:/srv:ro --label tier=front "
                + "--network host --restart always --env TOKEN --env N web:2 serve --port=80"
        )
        var other = arguments.asDict ?? [:]
        other["image"] = "web:3"
        #expect(await bench.thrice("podman_container", .dict(other)) == plannedDoneAndKept)
        #expect(await bench.thrice("podman_container", ["name": "web", "state": "stopped"]) == plannedDoneAndKept)
        #expect(await bench.thrice("podman_container", ["name": "web", "state": "started"]) == plannedDoneAndKept)
        #expect(await bench.thrice("podman_container", ["name": "web", "state": "absent"]) == plannedDoneAndKept)
    }

    @Test func dockersNamesMeanTheSame() async throws {
        let bench = try podman(FakeNode())
        let arguments: Value = [
            "name": "web", "image": "web:2", "published_ports": ["80:80"], "capabilities": ["NET_ADMIN"],
            "networks": [["name": "front"]], "etc_hosts": ["db": "10.0.0.2"], "restart_policy": "on-failure",
            "restart_retries": 3, "healthcheck": ["test": ["CMD", "true"], "interval": "5s"],
        ]
        #expect(await bench.thrice("docker_container", arguments) == plannedDoneAndKept)
        let line = bench.commands.lines.first { $0.hasPrefix("podman run") } ?? ""
        for part in [
            "--cap-add NET_ADMIN", "--publish 80:80", "--add-host db:10.0.0.2", "--network front",
            "--restart on-failure:3", "--health-cmd true --health-interval 5s",
        ] {
            #expect(line.contains(part), "\(part) in \(line)")
        }
    }

    @Test func imagesAndVolumesAreThereOnce() async throws {
        let bench = try podman(FakeNode())
        #expect(await bench.thrice("podman_image", ["name": "quay.io/web", "tag": "2"]) == plannedDoneAndKept)
        #expect(await bench.thrice("podman_image", ["name": "quay.io/web:2", "state": "absent"]) == plannedDoneAndKept)
        #expect(await bench.thrice("podman_volume", ["name": "data", "label": ["a": "1"]]) == plannedDoneAndKept)
        #expect(await bench.thrice("podman_volume", ["name": "data", "state": "absent"]) == plannedDoneAndKept)
        #expect(
            bench.acts(without: "podman image inspect", "podman volume inspect") == [
                "podman pull --quiet quay.io/web:2", "podman image rm quay.io/web:2",
                "podman volume create --label a=1 data", "podman volume rm --force data",
            ]
        )
    }

    @Test func privilegesAreReadAsTheyAreWrittenAndShown() throws {
        #expect(
            try MySQLAccount.privileges("nova.*:ALL/nova_cell0.*:ALL,GRANT") == [
                "`nova`.*": ["ALL"], "`nova_cell0`.*": ["ALL", "GRANT"],
            ]
        )
        #expect(
            MySQLAccount.privileges(granted: [
                "GRANT USAGE ON *.* TO 'nova'@'%'",
                "GRANT SELECT, INSERT ON `nova`.* TO 'nova'@'%' WITH GRANT OPTION",
                "GRANT ALL PRIVILEGES ON `b`.* TO 'nova'@'%'",
            ]) == ["*.*": ["USAGE"], "`nova`.*": ["SELECT", "INSERT", "GRANT"], "`b`.*": ["ALL"]]
        )
        #expect(MySQLAccount.nativeHash("password") == "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19")
    }

    @Test func whatIsNotThereIsMadeAndGranted() async throws {
        let bench = try Bench { words in words[0] == "mysql" ? .done : nil }
        try bench.put("[client]\n", at: "/etc/my.cnf")
        let user: Value = [
            "name": "nova", "password": "it's", "host": "%", "priv": "nova.*:ALL/nova_cell0.*:ALL,GRANT",
            "config_file": "/etc/my.cnf",
        ]
        #expect(await bench.tasks([task("u", "mysql_user", user)]).failure == nil)
        let input = bench.commands.commands.last.map { String(decoding: $0.input, as: UTF8.self) }
        #expect(
            input == """
                CREATE USER 'nova'@'%' IDENTIFIED BY 'it''s';
                GRANT ALL ON `nova_cell0`.* TO 'nova'@'%' WITH GRANT OPTION;
                GRANT ALL ON `nova`.* TO 'nova'@'%';

                """
        )
        #expect(bench.commands.lines.last == "mysql --defaults-extra-file=\(bench.root)/etc/my.cnf --batch")
        #expect(
            await bench.tasks([task("d", "mysql_db", ["name": "nova_cell0", "login_password": "pw"])]).failure == nil
        )
        let made = bench.commands.commands.last
        #expect(made.map { String(decoding: $0.input, as: UTF8.self) } == "CREATE DATABASE `nova_cell0`;\n")
        #expect(made?.environment["MYSQL_PWD"] == "pw")
    }

    @Test func pacemakerIsLedByPcs() async throws {
        let node = FakeNode()
        node["cluster"] = "1"
        let bench = try Bench { words in
            switch words.joined(separator: " ") {
            case "crm_node -q": return .said(node["cluster"] ?? "0")
            case "pcs cluster status": return .done
            case "pcs cluster stop --force":
                node["cluster"] = "0"
                return .done
            case "pcs cluster start":
                node["cluster"] = "1"
                return .done
            case "pcs resource config galera":
                return node["gone"] == nil ? .said("Meta Attrs: \(node["role"] ?? "")\n") : .refused
            case "pcs resource disable galera --wait=300":
                node["role"] = "target-role=Stopped"
                return .done
            case "pcs resource delete galera":
                node["gone"] = "yes"
                return .done
            case "pcs status --full": return .said(" * galera (ocf::heartbeat:galera): Master ctl-0\n")
            default: return nil
            }
        }
        #expect(await bench.thrice("pacemaker_cluster", ["_raw_params": "state=offline"]) == plannedDoneAndKept)
        #expect(
            await bench.failure("pacemaker_cluster", ["state": "online", "check_and_fail": true])
                .contains("State not found to be in online")
        )
        #expect(await bench.thrice("pacemaker_cluster", ["state": "online"]) == plannedDoneAndKept)
        let seen = await bench.result(
            "pacemaker_resource",
            ["resource": "galera", "state": "master", "check_mode": true]
        )
        #expect(seen["changed"] == false && seen["rc"] == 0)
        #expect(
            await bench.thrice(
                "pacemaker_resource",
                ["resource": "galera", "state": "disable", "wait_for_resource": true]
            )
                == plannedDoneAndKept
        )
        #expect(
            await bench.thrice("pacemaker_resource", ["resource": "galera", "state": "delete"]) == plannedDoneAndKept
        )
    }

    @Test func aResourceIsActiveWhenItRunsWhereItShould() async throws {
        let node = FakeNode()
        let bench = try Bench { words in
            switch words[0] {
            case "crm_mon":
                let count = (Int(node["asked"] ?? "0") ?? 0) + 1
                node["asked"] = "\(count)"
                let active = count > 3 ? "true" : "false"
                return .said(
                    """
                    <crm_mon><resources><clone id="haproxy-clone" multi_state="false">
                    <resource id="haproxy" role="Started" active="true" orphaned="false" failed="false"/>
                    <resource id="haproxy" role="Started" active="\(active)" orphaned="false" failed="false"/>
                    </clone></resources></crm_mon>
                    """
                )
            case "crm_resource": return .said("", status: 6)
            case "pcs": return .said(" ctl-0: haproxy-role=true\n ctl-1: haproxy-role=true\n")
            default: return nil
            }
        }
        let result = await bench.result("pacemaker_is_active", ["resource": "haproxy", "max_wait": 500])
        #expect(result["msg"] == "clone resource haproxy is active")
        #expect(bench.clock.now() > 1000)
        #expect(await bench.failure("pacemaker_is_active", ["resource": "none"]).contains("doesn't exist in the cib"))
    }
}

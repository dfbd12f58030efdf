import AgentAPI
import Catalog
import Jinja
import OrderedCollections
import Testing

/// Containers in the catalogue's own words and in paunch's.
@Suite struct ContainerFormatTests {
    private func service(_ text: String) throws -> Service {
        try #require(try catalog(["services/web.yaml": "name: web\n" + text]).services["web"])
    }

    @Test func keysOfPaunchAreKeysOfTheCataloguesOwnToo() throws {
        let found = try service(
            """
            containers:
              web:
                image: web:1
                mem_limit: 512m
                cpus: 1.5
                ulimit: [nofile=1024]
                labels: {tier: front}
                log_opt: [max-size=10m]
                stop_grace_period: 90s
                read_only: true
                extra_hosts: ["db:10.0.0.5"]
            """
        )
        let container = try #require(found.containers.first)
        #expect(
            Set(container.definition.options ?? []) == [
                "--memory=512m", "--cpus=1.5", "--ulimit=nofile=1024", "--label=tier=front", "--log-opt=max-size=10m",
                "--read-only", "--add-host=db:10.0.0.5",
            ]
        )
        #expect(container.definition.stopTime == 90 && container.definition.restart == "always" && container.step == 3)
    }

    @Test func paunchHasItsOwnDefaults() throws {
        let found = try service(
            """
            docker_config:
              step_2:
                init: {image: i, command: "sh -c 'echo \\"a b\\"'", environment: [A=1=2], volumes: ['', /a:/b]}
              step_4:
                app: {image: i, healthcheck: {test: /check, retries: 2}, check_interval: 600, log_tag: "{{.Name}}"}
            """
        )
        let first = found.containers[0].definition
        #expect(found.containers.map(\.step) == [2, 4])
        #expect(first.restart == "no" && first.detach && first.command == ["sh", "-c", "echo \"a b\""])
        #expect(first.environment == ["A": "1=2"] && first.volumes == ["/a:/b"])
        let second = found.containers[1].definition
        #expect(second.options?.contains("--health-interval=600s") == true)
        #expect(second.healthcheck?.probe == .command(["podman", "healthcheck", "run", "app"]))
        #expect(second.healthcheck?.deadline == 1200, "as long as podman itself would take to give up")
        let tag = try #require(second.options?.first { $0.hasPrefix("--log-opt") })
        #expect(try Template(tag, name: "tag").render([:]) == "--log-opt=tag={{.Name}}", "podman fills it in")
    }

    /// podman-run(1) has four ways to write it, of which three keep words apart as Docker's list does.
    @Test(arguments: [
        (#"[CMD, check, --all]"#, "CMD check --all"), (#"[CMD, check, "a b"]"#, #"["check", "a b"]"#),
        (#"[CMD, "it's it"]"#, #"'it'\''s it'"#), (#"[CMD-SHELL, "a || b"]"#, "a || b"), (#""a || b""#, "a || b"),
        (#"[CMD, check, "{{ 'a' ~ port }}"]"#, #"["check", "a80"]"#),
    ])
    func aHealthCheckKeepsItsWordsApart(test: String, option: String) throws {
        let found = try service(
            "parameters: {port: {type: int, default: 80}}\ncontainers: {a: {image: i, healthcheck: {test: \(test)}}}"
        )
        let words = try #require(found.containers[0].definition.options)
        let rendered = try words.map { try Template($0, name: "word").render(["port": 80]) }
        #expect(rendered.map { $0.replacing(", ", with: ",") } == ["--health-cmd=" + option.replacing(", ", with: ",")])
    }

    @Test func containersOfOneStepStartAfterThoseThatTheyNeed() throws {
        let found = try service(
            """
            containers:
              web: {image: i, depends_on: [cache, db]}
              report: {action: exec, command: [web, report]}
              db: {image: i}
              cache: {image: i, start_order: 9, depends_on: db}
              early: {image: i, step: 1, start_order: 20}
            """
        )
        #expect(found.containers.map(\.definition.name) == ["early", "db", "cache", "web", "report"])
        #expect(found.containers[3].definition.after == ["cache", "db"])
        #expect(found.containers[4].definition.target == "web" && found.containers[4].definition.image.isEmpty)
    }

    @Test func whatKollaBootstrapsIsForOneNode() throws {
        let found = try service(
            """
            containers:
              sync:
                image: i
                detach: false
                bootstrap: true
                kolla: {command: "db sync"}
            docker_config:
              step_3:
                other: {image: i, detach: false, environment: [KOLLA_BOOTSTRAP=True, KOLLA_CONFIG_STRATEGY=COPY_ONCE]}
                again: {image: i, environment: [KOLLA_BOOTSTRAP=True]}
            """
        )
        #expect(found.containers.map(\.isBootstrap) == [true, true, false])
        #expect(
            found.containers[0].definition.environment
                == ["KOLLA_BOOTSTRAP": "True", "KOLLA_CONFIG_STRATEGY": "COPY_ALWAYS"]
        )
    }

    @Test func kollasContractBecomesAFileThatTheImageReads() throws {
        let found = try service(
            """
            parameters: {port: {type: int, default: 80}}
            containers:
              web:
                image: i
                volumes: ["/etc/web:/var/lib/kolla/config_files/src:ro"]
                kolla:
                  command: httpd -p {{ port }}
                  strategy: COPY_ONCE
                  config_files:
                    - {source: "/var/lib/kolla/config_files/src/*", dest: /, merge: true, preserve_properties: true}
                    - {source: /a, dest: /b, owner: web, perm: 0640, optional: true}
                  directories: [{path: /run/web, owner: web, perm: "0750"}]
                  files: [{path: /run/web/log, owner: web, perm: "0o640"}]
                  permissions:
                    - {path: /var/log/web, owner: "web:web", recurse: true, exclude: [x]}
            """
        )
        let file = try #require(found.config.first)
        #expect(found.config.count == 1 && file.mode == 0o600)
        let definition = found.containers[0].definition
        #expect(definition.volumes.last == file.path + ":/var/lib/kolla/config_files/config.json:ro")
        #expect(definition.environment["KOLLA_CONFIG_STRATEGY"] == "COPY_ONCE" && definition.command == ["kolla_start"])
        let value = try Value(json: Template(file.template, name: "k").render(["port": 8080]))
        #expect(value["command"] == "httpd -p 8080")
        #expect(value["config_files"]?.asList?[0]["merge"] == true && value["config_files"]?.asList?[0]["perm"] == nil)
        #expect(value["config_files"]?.asList?[1]["perm"] == "0640")
        #expect(value["directories"] == [["path": "/run/web", "owner": "web", "perm": "0750"]])
        #expect(value["files"] == [["path": "/run/web/log", "owner": "web", "perm": "640"]])
        #expect(value["permissions"]?.asList?[0]["exclude"] == ["x"])
    }

    @Test func secretsAreFilesInTheAgentsFolderThatOnlyRootEnters() throws {
        let found = try service(
            """
            parameters: {password: {type: secret}, key: {type: secret}}
            containers:
              a: {image: i, secrets: [password]}
              b: {image: i, secrets: {key: /etc/key.pem}}
            """
        )
        #expect(found.config.map(\.template) == ["{{ password }}", "{{ key }}"])
        #expect(found.config.allSatisfy { $0.mode == 0o444 && $0.path.hasPrefix("/var/lib/rackwright/") })
        #expect(found.containers[0].definition.volumes == [found.config[0].path + ":/run/secrets/password:ro"])
        #expect(found.containers[1].definition.volumes == [found.config[1].path + ":/etc/key.pem:ro"])
    }

    @Test(arguments: [
        ("containers: {a: {image: i, depends_on: [bb]}, b: {image: i}}", "2:41: ", "did you mean 'b'?"),
        ("containers: {a: {image: i, depends_on: [b]}, b: {image: i, depends_on: [a]}}", "2:", "a after b after a"),
        ("containers: {a: {image: i, step: 1, depends_on: [b]}, b: {image: i}}", "2:", "of step 3"),
        ("containers: {a: {action: exec, command: [b, ls]}}", "2:", "is run in the unknown container 'b'"),
        ("containers: {a: {action: exec}}", "2:", "the name of a container first"),
        ("containers: {a: {action: exec, command: [b, ls], net: host}, b: {image: i}}", "2:", "unknown key 'net'"),
        ("containers: {a: {image: i, detach: false}, b: {action: exec, command: [a, ls]}}", "2:", "does not stay up"),
        ("containers: {a: {image: i, bootstrap: true}}", "2:39: ", "stays up"),
        ("containers: {a: {image: i, mem_limt: 1g}}", "2:28: ", "did you mean 'mem_limit'?"),
        ("containers: {a: {image: i, secrets: [pw]}}", "2:38: ", "no parameter of that name and of type secret"),
        ("containers: {a: {image: i, environment: [A]}}", "2:42: ", "no NAME=VALUE"),
        ("containers: {a: {image: i, exit_codes: [300]}}", "2:", "0 to 255"),
        ("containers: {a: {image: i, healthcheck: {test: [ls]}}}", "2:", "CMD-SHELL"),
        ("containers: {a: {image: i, kolla: {comand: x}}}", "2:", "did you mean 'command'?"),
        (
            "containers: {a: {image: i, kolla: {command: x, config_files: [{source: /a, dest: /b}]}}}", "2:",
            "preserve_properties"
        ),
        (
            "containers: {a: {image: i, kolla: {command: x, permissions: [{path: /a, owner: b, perm: rw}]}}}", "2:",
            "octal"
        ),
        (
            "containers: {a: {image: i, kolla: {command: x, directories: [{path: /a, owner: b}]}}}", "2:",
            "needs 'perm'"
        ),
        (
            "containers: {a: {image: i, kolla: {command: x, files: [{path: /a*, owner: b, perm: \"0600\"}]}}}", "2:",
            "one absolute path"
        ),
        (
            "containers: {a: {image: i, kolla: {command: x, strategy: COPY_ALLWAYS}}}", "2:58: ",
            "did you mean 'COPY_ALWAYS'?"
        ),
        ("docker_config: {step_6: {a: {image: i}}}", "2:17: ", "step_1 to step_5"),
        ("docker_config: {step_1: {a: {image: i, config_volume: x}}}", "2:40: ", "unknown key 'config_volume'"),
        ("docker_config: {step_1: {a: {image: i}}, step_2: {a: {image: i}}}", "2:51: ", "has a container 'a' already"),
    ])
    func whatCannotRunIsRefusedWhereItStands(line: String, place: String, reason: String) throws {
        let found = try problems(["services/web.yaml": "name: web\n\(line)\n"])
        #expect(found.first?.hasPrefix("services/web.yaml:" + place) ?? false, "\(found)")
        #expect(found.contains { $0.contains(reason) }, "\(found)")
    }

    @Test func aNodeHasOneContainerOfAName() throws {
        let container = "containers: {app: {image: i}}"
        let found = try problems([
            "roles/worker.yaml": "name: worker\ncount: 1\nimage: debian\nservices: [a, b]",
            "services/a.yaml": "name: a\n" + container, "services/b.yaml": "name: b\n" + container,
        ])
        #expect(
            found == [
                "services/b.yaml:2:14: the services of role 'worker' have two containers 'app', the other at services/a.yaml:2:14"
            ]
        )
    }

    @Test func commandsArePartedAsAShellDoes() {
        #expect(
            ShellLine.words(#"sh -c 'a "b"' "c \"d\" \e" f\ g ''"#) == [
                "sh", "-c", #"a "b""#, #"c "d" \e"#, "f g", "",
            ]
        )
        #expect(
            ShellLine.words("a {{ b | d('x y') }}c awk '{print $1}'") == [
                "a", "{{ b | d('x y') }}c", "awk", "{print $1}",
            ]
        )
    }
}

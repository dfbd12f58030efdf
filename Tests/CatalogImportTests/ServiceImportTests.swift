import AgentAPI
import Catalog
import CatalogImport
import Jinja
import Testing
import YAML

/// What becomes of the parts of a service's template.
@Suite struct ServiceImportTests {
    /// The service that a template with these `role_data` becomes, as the catalogue reads what is written.
    private func loaded(_ data: String, parameters: String = "") throws -> (service: Service, imported: ImportedService)
    {
        let indented = data.split(separator: "\n").map { "      " + $0 }.joined(separator: "\n")
        let declared = parameters.isEmpty ? "" : "parameters:\n\(parameters)\n"
        let text = "\(declared)outputs:\n  role_data:\n    value:\n      service_name: s\n\(indented)\n"
        let tree = try YAMLReader.read(Array(text.utf8), file: "s.yaml")
        let result = TripleOImport(roles: [], templates: ["s.yaml": tree])
        let files = try result.files.filter { $0.key.hasSuffix(".yaml") }.map { path, text in
            Catalog.File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path))
        }
        let catalog = try Catalog(files: files, templates: result.services[0].templates)
        return (try #require(catalog.services["s"]), result.services[0])
    }

    @Test func containersKeepTheirStepAndTheirOrderInIt() throws {
        let (service, imported) = try loaded(
            """
            docker_config:
              step_3:
                late: {image: i, start_order: 2, restart: always, user: 0, volumes: [/a:/b, ''], environment: [A=b=c, D=]}
                early: {image: i, start_order: 1, detach: false, command: "bash -c 'a  b' {{ c }}", pid: host, config_volume: x}
                check: {action: exec, start_order: 3, user: root, command: [late, /usr/bin/bootstrap_host_exec, s, ls]}
                lost: {action: exec, start_order: 4, command: [elsewhere, ls]}
              step_4:
                refresh: {action: exec, command: late kill}
              step_9: {never: {image: i}}
            """
        )
        #expect(service.containers.map(\.definition.name) == ["early", "late", "check", "refresh"])
        #expect(service.containers.map(\.step) == [3, 3, 3, 4])
        let (early, late) = (service.containers[0].definition, service.containers[1].definition)
        #expect(early.command == ["bash", "-c", "a  b", "{{ c }}"])
        #expect(!early.detach && late.restart == "always" && late.user == "0" && early.options == ["--pid=host"])
        #expect(late.volumes == ["/a:/b"] && late.environment == ["A": "b=c", "D": ""])
        let (check, refresh) = (service.containers[2].definition, service.containers[3].definition)
        #expect(check.target == "late" && check.command == ["ls"] && check.user == "root" && !check.detach)
        #expect(service.containers[2].isBootstrap && !service.containers[3].isBootstrap)
        #expect(refresh.target == "late" && refresh.command == ["kill"])
        #expect(service.deployTasks.isEmpty)
        #expect(imported.tally.containers == ImportCount(found: 6, carried: 4))
        #expect(imported.remarks.contains { $0.what == "container 'early'" && $0.reason.contains("'config_volume'") })
        #expect(imported.remarks.contains { $0.what == "container 'lost'" && $0.reason.contains("unknown container") })
        #expect(imported.remarks.contains { $0.what == "docker_config 'step_9'" })
    }

    @Test func aContainerWithHalfACommandIsLeftOut() throws {
        let (service, imported) = try loaded(
            "docker_config: {step_1: {a: {image: i, command: {list_concat: [[sh], {get_attr: [Gone, x]}]}}}}\nconfig_settings: {}"
        )
        #expect(service.containers.isEmpty)
        #expect(imported.tally.containers == ImportCount(found: 1, carried: 0))
        #expect(imported.remarks.contains { $0.reason == "there is no resource 'Gone'" })
    }

    @Test func tasksHaveTheStepThatTripleOGivesThem() throws {
        let (service, imported) = try loaded(
            """
            host_prep_tasks:
              - {name: prepare, file: {path: /a, state: directory}}
            upgrade_tasks:
              - {name: tagged, command: a, tags: "step2,validation"}
              - {name: said, command: a, when: step|int == 3}
              - {name: both, command: a, when: step|int == 4 and x.rc == 0}
              - {name: common, command: a, tags: common}
              - {name: never, command: a, tags: step6}
              - {name: heat, command: {get_file: x}}
              - {name: wait, command: a, tags: step1, retries: {get_param: Tries}, delay: {get_param: Tries}}
              - {name: asked, command: a, tags: step1, when: {get_param: Flag}}
            """,
            parameters: "  Tries: {type: number, default: 7}\n  Flag: {type: boolean, default: true}"
        )
        #expect(service.deployTasks.map { "\($0.step) \($0.task.name ?? "")" } == ["1 prepare"])
        #expect(
            service.upgradeTasks.map { "\($0.step) \($0.task.name ?? "")" } == [
                "2 tagged", "3 said", "4 both", "0 common", "1 wait", "1 asked",
            ]
        )
        #expect(service.upgradeTasks[2].task.when == ["x.rc == 0"])
        #expect(service.upgradeTasks[4].task.numbers?.map(\.text) == ["{{ Tries }}", "{{ Tries }}"])
        #expect(service.upgradeTasks[5].task.when == ["Flag"])
        #expect(imported.tally.tasks == ImportCount(found: 9, carried: 7))
        #expect(
            imported.remarks.contains { $0.what == "task 'never' of upgrade_tasks" && $0.reason.contains("never runs") }
        )
        #expect(imported.remarks.contains { $0.what == "task 'heat' of upgrade_tasks" && $0.location.line > 3 })
    }

    @Test func parametersKeepTypeDefaultAndConstraints() throws {
        let (service, imported) = try loaded(
            "config_settings: {}",
            parameters: """
                  Number: {type: number, default: "5", constraints: [{range: {min: 1, max: 9}}]}
                  Flag: {type: boolean, default: 'False'}
                  Words: {type: comma_delimited_list, default: "a, b"}
                  Map: {type: json, default: {a: 1}}
                  Password: {type: string, hidden: true, default: x, description: "  of\\n many  words "}
                  Level: {type: string, default: '', constraints: [{allowed_values: [a, b], description: a or b}]}
                  Port: {type: string, default: 5672, constraints: [{allowed_pattern: "[0-9]+"}, {custom_constraint: nova.x}]}
                """
        )
        func parameter(_ name: String) throws -> Service.Parameter {
            try #require(service.parameters.first { $0.name == name })
        }
        #expect(try parameter("Number").fallback == 5 && parameter("Number").refusal(of: 10) == "must be 1 to 9")
        #expect(try parameter("Flag").fallback == false)
        #expect(try parameter("Words").fallback == ["a", "b"])
        #expect(try parameter("Map").fallback == ["a": 1])
        #expect(try parameter("Password").type == .secret && parameter("Password").fallback == nil)
        #expect(try parameter("Password").description == "of many words")
        #expect(try parameter("Level").fallback == nil && parameter("Level").refusal(of: "c") == "a or b")
        #expect(try parameter("Port").fallback == "5672" && parameter("Port").refusal(of: "x") != nil)
        for (name, reason) in [
            ("Password", "secret"), ("Level", "breaks its own constraint"), ("Port", "asks OpenStack"),
        ] {
            #expect(imported.remarks.contains { $0.what == "parameter '\(name)'" && $0.reason.contains(reason) })
        }
    }

    @Test func puppetOfTheHostRunsAtEachStep() throws {
        let (service, _) = try loaded("step_config: |\n  include ::x\nconfig_settings: {a::b: 1}")
        #expect(service.config.map(\.path) == ["/etc/puppet/hieradata/s.json", "/var/lib/rackwright-puppet/s.pp"])
        #expect(service.config[1].template == "include ::x\n")
        #expect(service.deployTasks.map(\.step) == [1, 2, 3, 4, 5])
    }
}

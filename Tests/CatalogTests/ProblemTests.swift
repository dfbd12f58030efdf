import Catalog
import Jinja
import Testing
import YAML

@Suite struct ProblemTests {
    @Test func everythingThatIsWrongIsSaidAtOnceAndWhereItStands() throws {
        let found = try problems([
            "roles/worker.yaml": """
            name: worker
            count: {min: 3, max: 2}
            hardwear:
              - memory.total >= 1
            image: debian
            services: [web, wbe]
            parameters:
              web: {prot: 1, port: x}
            """,
            "services/web.yaml": """
            name: web
            parameters: {port: {type: int, default: 80}}
            after: [wep]
            """,
            "parameters.yaml": "web: {port: 1.5}\nwib: {a: 1}\n",
        ])
        #expect(
            found == [
                "parameters.yaml:1:7: parameters.yaml sets 'port' of service 'web' to 1.5, which is not of type int",
                "parameters.yaml:2:1: parameters.yaml sets parameters of the unknown service 'wib'; did you mean 'web'?",
                "roles/worker.yaml:2:8: 'count' of role 'worker' has max 2 below min 3",
                "roles/worker.yaml:3:1: unknown key 'hardwear' in role 'worker'; did you mean 'hardware'?",
                "roles/worker.yaml:6:17: role 'worker' has the unknown service 'wbe'; did you mean 'web'?",
                "roles/worker.yaml:8:9: role 'worker' sets the unknown parameter 'prot' of service 'web'; did you mean 'port'?",
                "roles/worker.yaml:8:18: role 'worker' sets 'port' of service 'web' to \"x\", which is not of type int",
                "services/web.yaml:3:9: service 'web' comes after the unknown service 'wep'; did you mean 'web'?",
            ]
        )
    }

    @Test func aKeyThatStandsTwiceIsRefusedWhereverItIs() throws {
        let found = try problems([
            "services/web.yaml": """
            name: web
            name: web
            deploy_tasks:
              - copy: {dest: /a, content: x, dest: /b}
            """
        ])
        #expect(
            found == [
                "services/web.yaml:2:1: the key 'name' stands here twice, first at services/web.yaml:1:1",
                "services/web.yaml:4:34: the key 'dest' stands here twice, first at services/web.yaml:4:12",
            ]
        )
    }

    @Test func servicesThatWaitForEachOtherAreRefused() throws {
        let found = try problems([
            "services/a.yaml": "name: a\nafter: [b]", "services/b.yaml": "name: b\nafter: [c]",
            "services/c.yaml": "name: c\nafter: [a]",
        ])
        #expect(found == ["services/a.yaml:2:9: services wait for each other: a after b after c after a"])
        #expect(try problems(["services/a.yaml": "name: a\nafter: [a]"]).count == 1)
    }

    @Test(arguments: [
        ("tags: step9", "is for step 9, which never runs (steps 1 to 5)"),
        ("tags: [step0]", "is for step 0, which never runs"), ("when: step | int == 7", "is for step 7"),
        ("when: step | int > 3", "is on the step"), ("when: \"a +\"", "is not an expression"),
        ("whn: true", "did you mean 'when'?"), ("register: [a]", "must be a text"), ("retries: many", "whole number"),
        ("become: root", "the agent is root"), ("vars: {a: \"{{ b\"}", "is not a template"),
    ])
    func aTaskThatCouldNotRunIsRefused(keyword: String, reason: String) throws {
        let found = try problems(["services/web.yaml": "name: web\ndeploy_tasks:\n  - command: ls\n    \(keyword)\n"])
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains(reason) ?? false, "\(found)")
        #expect(found.first?.hasPrefix("services/web.yaml:") ?? false)
    }

    @Test func aModuleTheAgentLacksIsRefusedWithTheNearestItHas() throws {
        let found = try problems([
            "services/web.yaml": "name: web\nupgrade_tasks:\n  - name: x\n    ansible.builtin.cpy: {dest: /a}\n"
        ])
        #expect(
            found == [
                "services/web.yaml:4:5: the agent has no module 'ansible.builtin.cpy' (task 'x' in upgrade_tasks of service 'web'); "
                    + "did you mean 'copy'?"
            ]
        )
    }

    @Test func aTypingErrorBeforeTheModuleIsTheOneThatIsNamed() throws {
        let found = try problems(["services/web.yaml": "name: web\ndeploy_tasks:\n  - nmae: x\n    command: ls\n"])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("services/web.yaml:3:5:") ?? false, "\(found)")
        #expect(found.first?.hasSuffix("did you mean 'name'?") ?? false, "\(found)")
    }

    @Test(arguments: [
        ("{path: /a, content: x, mode: \"0999\"}", "'mode' of /a must be octal digits"),
        ("{path: /a, content: x, mode: u+x}", "'mode' of /a must be octal digits"),
        ("{path: a, content: x}", "must be absolute"), ("{path: /a/../b, content: x}", "without '..'"),
        ("{path: /a}", "needs 'template' or 'content'"), ("{path: /a, template: b.j2}", "did you mean 'a.j2'?"),
        ("{path: /a, content: \"{% if x %}\"}", "the template of /a"),
    ])
    func aConfigFileThatCouldNotBeWrittenIsRefused(file: String, reason: String) throws {
        let found = try problems(["services/web.yaml": "name: web\nconfig:\n  - \(file)\n"], templates: ["a.j2": "x"])
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains(reason) ?? false, "\(found)")
    }

    @Test(arguments: [
        ("root_disk: [\"name == 'sda'\"]", "uses the kernel's name of a disk"),
        ("root_disk: [\"sise > 1\"]", "did you mean 'size'?"),
        ("hardware: [\"memory.total >=\"]", "is not an expression"),
        ("hardware: [\"memry.total >= 1\"]", "did you mean 'memory'?"), ("spread: rak", "did you mean 'rack'?"),
        ("rollout: {batch: 0%}", "1% to 100%"), ("rollout: {aprove: none}", "did you mean 'approve'?"),
        ("prefer: [{weight: 1}]", "needs 'when'"), ("first_boot: kexek", "did you mean 'kexec'?"),
    ])
    func aRoleThatMakesNoSenseIsRefused(line: String, reason: String) throws {
        let found = try problems(["roles/worker.yaml": plainRole + "\n" + line, "services/web.yaml": "name: web"])
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains(reason) ?? false, "\(found)")
        #expect(found.first?.hasPrefix("roles/worker.yaml:5:") ?? false, "\(found)")
    }

    @Test(arguments: [
        "hardware: [\"disks[0].health.wear < 80\", \"health.memory.mismatches == 0\", \"not efi.setup_mode\"]",
        "root_disk: [\"health.verdict != 'failing'\", \"rotation_rate >= 7200\"]",
    ])
    func howPartsAreCanBeRequired(line: String) throws {
        #expect(
            try problems(["roles/worker.yaml": plainRole + "\n" + line, "services/web.yaml": "name: web"]) == []
        )
    }

    @Test(arguments: [
        ("restart: alwyas", "did you mean 'always'?"), ("imge: x", "did you mean"), ("step: 6", "from 1 to 5"),
        ("environment: {A: \"{{ port\"}", "is not a template"),
        ("healthcheck: {tcp: \"a:70000\"}", "needs http, command or tcp"),
        ("healthcheck: {tcp: \"a:1\", http: \"http://a/\"}", "more than one"),
    ])
    func aContainerThatCouldNotRunIsRefused(line: String, reason: String) throws {
        let text = "name: web\ncontainers:\n  web:\n    image: web:1\n    \(line)\n"
        let found = try problems(["services/web.yaml": text])
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains(reason) ?? false, "\(found)")
    }

    @Test func twoRolesOfOneNameAreRefused() throws {
        let texts = ["roles/a.yaml": plainRole, "roles/b.yaml": plainRole, "services/web.yaml": "name: web"]
        #expect(try problems(texts) == ["roles/b.yaml:1:1: role 'worker' is also at roles/a.yaml:1:1"])
    }

    @Test func overridesThatAreAllCommentsOverrideNothing() throws {
        #expect(try problems(["parameters.yaml": "# nothing\n"]) == [])
    }

    @Test func stepsComeFromTagsAndConditions() throws {
        let found = try catalog([
            "services/web.yaml": """
            name: web
            deploy_tasks:
              - {command: a}
              - {command: b, tags: step4}
              - {command: c, when: [step | int == 3, x is defined]}
            """
        ])
        let tasks = try #require(found.services["web"]).deployTasks
        #expect(tasks.map(\.step) == [1, 4, 3])
        #expect("\(tasks[2].task)".contains("x is defined"))
        #expect(!"\(tasks[2].task)".contains("step | int"), "the step is no condition on the node")
    }

    @Test func parametersComeFromTheRoleThenTheCatalogueThenTheService() throws {
        let found = try catalog([
            "roles/worker.yaml": plainRole + "\nparameters: {web: {a: 3}}",
            "services/web.yaml":
                "name: web\nparameters: {a: {type: int, default: 1}, b: {type: int, default: 1}, c: {type: int, default: 1}, s: {type: secret}}",
            "parameters.yaml": "web: {a: 2, b: 2}",
        ])
        let service = try #require(found.services["web"])
        #expect(found.parameters(of: service, in: found.roles[0]) == ["a": 3, "b": 2, "c": 1], "secrets are left out")
    }

    @Test(arguments: ["20071969", "hidden"])
    func aSecretInAFileIsRefusedWithoutShowingIt(_ value: String) throws {
        let found = try problems([
            "services/web.yaml": "name: web\nparameters: {s: {type: secret}}", "parameters.yaml": "web: {s: \(value)}",
        ])
        #expect(
            found == [
                "parameters.yaml:1:7: parameters.yaml sets 's' of service 'web', a secret; remove it and use: "
                    + "rackwright secret set web.s"
            ]
        )
    }

    @Test func aSecretHasNoDefault() throws {
        let found = try problems([
            "services/web.yaml": "name: web\nparameters:\n  s: {type: secret, default: hidden}"
        ])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("services/web.yaml:3:") == true && found.first?.contains("hidden") == false)
    }

    @Test func aPriorityIsAWholeNumber() throws {
        let service = "name: web"
        let found = try catalog(["roles/worker.yaml": plainRole + "\npriority: -5", "services/web.yaml": service])
        #expect(found.roles.map(\.priority) == [-5])
        #expect(
            try problems(["roles/worker.yaml": plainRole + "\npriority: high", "services/web.yaml": service]) == [
                "roles/worker.yaml:5:11: 'priority' of role 'worker' must be a whole number from -1000000 to 1000000, "
                    + "found 'high'"
            ]
        )
    }

    @Test func rolesAloneAreReadWithoutTheirServices() throws {
        let other = "name: db\ncount: 2\nimage: debian\nspread: rack\n"
        let roles = try CatalogFolder.roles(in: ["worker.yaml": plainRole, "db.yaml": other])
        #expect(roles.map(\.name) == ["db", "worker"])
        #expect(roles.map(\.spread) == [.rack, nil])
        let problems = #expect(throws: CatalogProblems.self) {
            try CatalogFolder.roles(in: [
                "a.yaml": plainRole, "b.yaml": plainRole + "\nhardwear: []", "c.yaml": "name: [", "services/x.yaml": "",
            ])
        }
        let lines = problems?.problems.map(\.description) ?? []
        #expect(lines.contains { $0.hasPrefix("roles/b.yaml:5:1: unknown key 'hardwear'") }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("roles/b.yaml:1:1: role 'worker' is also at roles/a.yaml:1:1") })
        #expect(lines.contains { $0.hasPrefix("roles/c.yaml:") })
        #expect(lines.contains("roles/services/x.yaml:1:1: 'services/x.yaml' is not the name of a file"))
        #expect(lines.count == 4)
    }
}

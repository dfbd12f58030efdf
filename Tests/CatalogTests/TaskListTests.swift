import AgentAPI
import Catalog
import Jinja
import Testing
import YAML

@Suite struct TaskListTests {
    private func service(_ tasks: String, _ more: [String: String] = [:], copied: [String: [UInt8]] = [:]) throws
        -> [TaskItem]
    {
        var texts = more
        texts["services/web.yaml"] = "name: web\ndeploy_tasks:\n\(tasks)"
        let files = try texts.map { path, text in
            Catalog.File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path))
        }
        let catalog = try Catalog(files: files, templates: ["a.j2": "{{ x }}"], copied: copied)
        return catalog.services["web"]?.deployTasks.map(\.task) ?? []
    }

    private func refused(_ tasks: String, _ more: [String: String] = [:]) throws -> [String] {
        do {
            _ = try service(tasks, more)
            return []
        } catch let error as CatalogProblems {
            return error.problems.map(\.description)
        }
    }

    @Test func everyModuleHasASignatureAndAPlace() {
        for module in NativeModule.allCases {
            #expect(NativeModule(key: module.rawValue) == module)
            for collection in module.collections {
                #expect(NativeModule(key: "\(collection).\(module.rawValue)") == module)
            }
            #expect(NativeModule(key: "no.such.\(module.rawValue)") == nil)
            let signature = module.signature
            #expect(signature.aliases.values.allSatisfy(signature.parameters.contains), "\(module)")
            #expect(signature.parameters.isDisjoint(with: signature.aliases.keys), "\(module)")
        }
        #expect(NativeModule.copy.signature.parameter(named: "dst") == nil)
        #expect(NativeModule.lineinfile.signature.parameter(named: "regex") == "regexp")
    }

    @Test func modulesAreFoundByTheirFullNames() throws {
        let items = try service(
            """
              - ansible.builtin.copy: {dest: /a, content: x}
              - ansible.posix.mount: {path: /b, state: unmounted}
              - community.general.ini_file: {path: /c, section: s, option: o, value: v}
              - containers.podman.podman_image: {name: web}
              - ansible.builtin.systemd_service: {name: web, state: started}
            """
        )
        let names = items.compactMap { item -> String? in
            guard case .module(let name, _) = item.body else { return nil }
            return name
        }
        #expect(names == ["copy", "mount", "ini_file", "podman_image", "systemd"])
    }

    @Test func whatTheAgentLacksIsRefusedWhereItStands() throws {
        let found = try refused(
            """
              - community.general.copy: {dest: /a}
              - apt_key: {url: "http://a/key"}
              - add_host: name=x
              - copy: {dst: /a, content: x}
              - lineinfile: path=/a lien=b
              - shell: sleep 9
                async: 100
                poll: 0
              - command: id
                run_once: yes
              - command: id
                delegate_to: elsewhere
              - debug:
                with_fileglob: ["*"]
              - set_fact: {a: {get_param: X}}
              - debug: {msg: '{{ a | nothing }}'}
            """
        )
        let expected = [
            "services/web.yaml:3:5: the agent has no module 'community.general.copy' (a task in deploy_tasks of service 'web' in deploy_tasks of service 'web')",
            "services/web.yaml:4:5: the agent has no module 'apt_key'",
            "services/web.yaml:5:5: the agent has no module 'add_host'",
            "services/web.yaml:6:12: the agent's 'copy' has no argument 'dst'",
            "services/web.yaml:7:17: the agent's 'lineinfile' has no argument 'lien'",
            "services/web.yaml:9:12: 'poll: 0'",
            "services/web.yaml:12:5: the agent has no 'run_once'",
            "services/web.yaml:14:18: 'delegate_to'",
            "services/web.yaml:16:5: the agent has no 'with_fileglob'",
            "services/web.yaml:17:20: 'set_fact' of a task in deploy_tasks of service 'web' holds Heat's function 'get_param'",
            "services/web.yaml:18:18: 'debug' of a task in deploy_tasks of service 'web' is not a template",
        ]
        #expect(found.count == expected.count, "\(found.joined(separator: "\n"))")
        for (text, start) in zip(found, expected) { #expect(text.hasPrefix(start), "\(text)") }
        #expect(found.contains { $0.hasSuffix("did you mean 'dest'?") })
        #expect(found.contains { $0.hasSuffix("did you mean 'line'?") })
    }

    @Test func listsIncludeOthersOfTheCatalogue() throws {
        let items = try service(
            """
              - include_tasks: lists/one.yaml
                loop: [1, 2]
                when: flag
                vars: {flag: true}
              - import_tasks: {file: two.yaml}
              - include_vars: more.yaml
            """,
            [
                "tasks/lists/one.yaml": "- import_tasks: ../two.yaml\n- copy: {src: f, dest: /f}\n",
                "tasks/two.yaml": "- debug: {msg: two}\n", "vars/more.yaml": "taste: sweet\n",
            ],
            copied: ["f": [0xFF, 0x00]]
        )
        #expect(items.count == 3)
        guard case .block(let first) = items[0].body, case .block(let second) = items[1].body,
            case .module("include_vars", let arguments) = items[2].body
        else {
            Issue.record("\(items)")
            return
        }
        #expect(first.included == "tasks/lists/one.yaml" && first.block.count == 2)
        #expect(first.block[1].source == "tasks/lists/one.yaml:2:3")
        #expect(second.included == nil && second.block.count == 1)
        #expect(arguments["_vars"] == ["taste": "sweet"])
        guard case .module(_, let copy) = first.block[1].body else { return }
        #expect(copy["_file"] == ["base64": "/wA="])
    }

    @Test func aRoleIsAFolderOfTheCataloguesLists() throws {
        let items = try service(
            """
              - include_role: {name: web, tasks_from: more}
                when: flag
                vars: {x: 1, flag: true}
              - ansible.builtin.import_role: name=web
            """,
            [
                "tasks/web/main.yaml": "- import_tasks: more.yaml\n",
                "tasks/web/more.yaml": "- debug: {msg: '{{ x }}'}\n",
            ]
        )
        guard case .block(let first) = items[0].body, case .block(let second) = items[1].body else {
            Issue.record("\(items)")
            return
        }
        #expect(
            first.included == "tasks/web/more.yaml" && first.block.count == 1
                && items[0].vars == ["x": 1, "flag": true]
        )
        #expect(second.included == nil && second.block.count == 1)
        let found = try refused("  - include_role: {name: db}\n  - import_role: {name: web, apply: {}}\n")
        #expect(
            found.contains { $0.hasPrefix("services/web.yaml:3:19: the task list 'db/main.yaml' is not in tasks/") }
        )
        #expect(found.contains { $0.contains("unknown key 'apply' in 'import_role'") }, "\(found)")
    }

    @Test func includesThatCannotBeAreNamed() throws {
        let found = try refused(
            """
              - include_tasks: non.yaml
              - include_tasks: '{{ role }}.yaml'
              - import_tasks: circle.yaml
              - copy: {src: nowhere, dest: /a}
              - template: {src: b.j2, dest: /b}
              - include_vars: none.yaml
              - block: [{debug: }]
                loop: [1]
            """,
            ["tasks/circle.yaml": "- include: circle.yaml\n", "tasks/none.yaml": "- debug:\n"]
        )
        for part in [
            "services/web.yaml:3:20: the task list 'non.yaml' is not in tasks/; did you mean 'none.yaml'?",
            "services/web.yaml:4:20: 'include_tasks'",
            "tasks/circle.yaml:1:12: the task list 'circle.yaml' includes itself",
            "services/web.yaml:6:11: the file 'nowhere' is not in files/",
            "services/web.yaml:7:15: the template 'b.j2' is not in templates/",
            "services/web.yaml:8:19: the file of variables 'none.yaml' is not in vars/",
            "services/web.yaml:9:5: a task in deploy_tasks of service 'web' is a block, which has no loop",
        ] {
            #expect(found.contains { $0.hasPrefix(part) }, "\(part) in \(found.joined(separator: "\n"))")
        }
        #expect(found.count == 7, "what two lists include is said once: \(found)")
    }

    @Test func keywordsReachTheAgent() throws {
        let items = try service(
            """
              - command: id
                become_user: nova
                check_mode: yes
                diff: no
                timeout: 30
                tags: step2,common
              - command: id
                async: 60
                poll: 5
                with_nested: [[a], [b]]
                loop_control: {loop_var: pair, index_var: n, pause: 2, label: x, extended: yes}
            """
        )
        #expect(items[0].becomeUser == "nova" && items[0].checkMode == true && items[0].diff == false)
        #expect(items[0].timeout == 30 && items[0].tags == ["step2", "common"])
        #expect(items[1].timeout == 60 && items[1].loopKind == .nested && items[1].loopVariable == "pair")
        #expect(
            items[1].loopControl == TaskItem.LoopControl(indexVariable: "n", pause: 2, isExtended: true)
        )
    }

    @Test func aNumberThatATemplateGivesGoesToTheNodeWithItsPlace() throws {
        let items = try service(
            """
              - set_fact: {often: 3}
              - command: id
                retries: "{{ often }}"
                delay: '{{ often / 2 }}'
                timeout: "{{ often }}"
                throttle: "{{ often }}"
              - command: id
                async: "{{ often }}"
                poll: "{{ often }}"
                retries: 2
                loop: [1]
                loop_control: {pause: "{{ often }}"}
            """
        )
        let numbers = items.map { item in (item.numbers ?? []).map { "\($0.keyword.rawValue) \($0.text) \($0.source)" }
        }
        #expect(
            numbers == [
                [],
                [
                    "retries {{ often }} services/web.yaml:5:14", "delay {{ often / 2 }} services/web.yaml:6:12",
                    "timeout {{ often }} services/web.yaml:7:14",
                ],
                [
                    "pause {{ often }} services/web.yaml:14:27", "poll {{ often }} services/web.yaml:11:11",
                    "async {{ often }} services/web.yaml:10:12",
                ],
            ]
        )
        #expect(items[1].until.isEmpty && items[2].until.count == 1 && items[2].retries == 2)
    }

    @Test(arguments: [
        ("command: id\n    retries: '{{ nobody }}'", "4:18: service 'web' uses 'nobody' here"),
        (
            "command: id\n    delay: '{{ a + }}'",
            "4:12: 'delay' of a task in deploy_tasks of service 'web' is not a template"
        ),
        ("command: id\n    delay: soon", "4:12: 'delay' of a task in deploy_tasks of service 'web' must be a time"),
        (
            "block: [{command: id}]\n    retries: 2",
            "4:5: 'retries' of a task in deploy_tasks of service 'web' is for tasks, and this is a block"
        ),
        ("include_tasks: one.yaml\n    until: true", "is for tasks, and this is an include: say it of those in it"),
        (
            "block: [{command: id}]\n    register: r",
            "4:5: 'register' of a task in deploy_tasks of service 'web' is for tasks"
        ),
    ])
    func whatCannotBeANumberOrHasNoEffectIsRefused(task: String, said: String) throws {
        let found = try refused("  - \(task)\n", ["tasks/one.yaml": "- command: id\n"])
        #expect(found.count == 1 && found[0].contains(said), "\(found)")
    }

    @Test func whatAnIncludeAppliesIsABlockAroundItsTasks() throws {
        let more = ["tasks/one.yaml": "- command: id\n", "tasks/web/main.yaml": "- command: id\n"]
        let items = try service(
            """
              - include_tasks: {file: one.yaml, apply: {tags: [a], when: flag}}
                vars: {flag: true}
              - include_role: {name: web, apply: {become_user: nova}}
            """,
            more
        )
        guard case .block(let first) = items[0].body, case .block(let second) = items[1].body,
            case .block(let applied)? = first.block.first?.body
        else { throw CancellationError() }
        #expect(items[0].tags == [] && first.block[0].tags == ["a"] && first.block[0].when == ["flag"])
        #expect(applied.block.count == 1 && applied.block[0].source == "tasks/one.yaml:1:3")
        #expect(second.block[0].becomeUser == "nova")
        for (task, said) in [
            ("import_tasks: {file: one.yaml, apply: {tags: a}}", "3:36: unknown key 'apply'"),
            ("include_tasks: {file: one.yaml, apply: a}", "3:44: 'apply' of an include must be a map of keywords"),
            (
                "include_tasks: {file: one.yaml, apply: {retries: 3}}",
                "3:45: 'retries' of a task in tasks/one.yaml is for tasks"
            ),
        ] {
            let found = try refused("  - \(task)\n", more)
            #expect(found.count == 1 && found[0].contains(said), "\(found)")
        }
    }
}

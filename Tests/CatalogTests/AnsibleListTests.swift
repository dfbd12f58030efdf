import AgentAPI
import Catalog
import Jinja
import Testing
import YAML

@Suite struct AnsibleListTests {
    private func service(_ text: String, lists: [String: String] = [:]) throws -> Service {
        var texts = lists
        texts["services/web.yaml"] = "name: web\nrunner: ansible\n" + text
        let files = try texts.map { path, text in
            Catalog.File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path))
        }
        let catalog = try Catalog(files: files, templates: ["a.j2": "{{ x }}"], copied: ["f": [0xFF], "g": [0x00]])
        return try #require(catalog.services["web"])
    }

    private func arguments(_ task: TaskItem) throws -> Value {
        guard case .module("ansible_playbook", let arguments) = task.body else {
            throw Failure(text: "\(task.body)")
        }
        return arguments
    }

    private struct Failure: Error { var text: String }

    @Test func eachStepsPartIsOneUnitAsItWasWritten() throws {
        let found = try service(
            """
            deploy_tasks:
              - {name: later, community.any.thing: {with: arguments}, when: [step | int == 3, other], notify: told}
              - {name: first, any.where.module: here, tags: step2}
              - {name: last, command: id, tags: [step3]}
              - {name: handler, debug: , listen: told}
            """
        )
        #expect(found.deployTasks.map(\.step) == [2, 3])
        let last = try #require(found.deployTasks.last).task
        #expect(last.source == "services/web.yaml:4:5" && !last.retrySafe)
        #expect(last.name == "deploy_tasks of service 'web', step 3, by ansible-core")
        let arguments = try arguments(last)
        #expect(arguments["_tasks"]?.asList?.map { $0["name"] } == ["later", "last"])
        #expect(arguments["_tasks"]?.asList?.first?["when"] == ["step | int == 3", "other"])
        #expect(arguments["_handlers"]?.asList?.map { $0["name"] } == ["handler"])
        #expect(arguments["_step"] == 3)
    }

    @Test func whatTheListNamesGoesAlong() throws {
        let found = try service(
            """
            validations:
              - {include_tasks: lists/more.yaml, retry_safe: true}
            """,
            lists: [
                "tasks/lists/more.yaml":
                    "- template: src=a.j2 dest=/a\n- copy: {src: f, dest: /f}\n- include_vars: v.yaml\n",
                "vars/v.yaml": "taste: sweet\n",
            ]
        )
        let task = try #require(found.validations.first)
        #expect(task.retrySafe, "all of its tasks are")
        let arguments = try arguments(task)
        #expect(arguments["_tasks"] == [["include_tasks": "lists/more.yaml"]], "Ansible does not know retry_safe")
        let files = try #require(arguments["_files"])
        #expect(files["lists/more.yaml"] != nil && files["vars/v.yaml"] != nil)
        #expect(files["files/g"] == nil, "what it does not name stays")
        #expect(files["templates/a.j2"] == ["text": "{{ x }}"] && files["files/f"] == ["base64": "/w=="])
    }

    @Test(
        arguments: [
            ("deploy_tasks: [{debug: , tags: step7}]", "is for step 7, which never runs (steps 1 to 5)"),
            ("deploy_tasks: {a: b}", "deploy_tasks of service 'web' must be a list of tasks, found a map"),
            ("upgrade_tasks: [text]", "a task in upgrade_tasks of service 'web' must be a map of keys"),
            ("validations: [{debug: {msg: {get_param: X}}}]", "holds Heat's function 'get_param'"),
        ]
    )
    func whatCannotBeAListIsRefused(text: String, reason: String) throws {
        let error = #expect(throws: CatalogProblems.self) { try service(text) }
        #expect(error?.problems.count == 1)
        #expect(error?.problems.first?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func noTaskNamesTheModuleOfTheRunner() throws {
        let text = "name: web\ndeploy_tasks: [{ansible_playbook: {}}]\n"
        let file = Catalog.File(
            path: "services/web.yaml",
            tree: try YAMLReader.read(Array(text.utf8), file: "web.yaml")
        )
        let error = #expect(throws: CatalogProblems.self) { try Catalog(files: [file], templates: [:]) }
        #expect(error?.problems.first?.message.contains("a service says `runner: ansible`") == true)
    }
}

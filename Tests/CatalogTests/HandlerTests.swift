import AgentAPI
import Catalog
import Jinja
import Testing

/// What tasks notify: handlers of the service's, and tasks that listen.
@Suite struct HandlerTests {
    private func listeners(_ tasks: [TaskItem]) -> [[String]] { tasks.map(\.listen).filter { !$0.isEmpty } }

    @Test func handlersOfAServiceAreHeardByEachOfItsLists() throws {
        let web = try catalog([
            "services/web.yaml": """
            name: web
            handlers:
              - {name: restart, command: "true"}
              - {name: other, listen: [reload, again], command: "true"}
            deploy_tasks:
              - {name: conf, command: "true", notify: restart, tags: step3}
              - {command: "true", notify: [again, own], tags: step4}
              - {name: own, listen: own, command: "true", tags: step4}
            upgrade_tasks: [{command: "true", notify: other, tags: step0}]
            validations: [{command: "true"}]
            """
        ]).services["web"]
        let deploy = try #require(web?.deployTasks)
        #expect(listeners(deploy.map(\.task)) == [["own"], ["restart"], ["reload", "again"]])
        #expect(deploy.filter { $0.task.listen == ["restart"] }.map(\.step) == [3], "no step is made for them alone")
        #expect(web?.upgradeTasks.map(\.step) == [0, 0, 0])
        #expect(listeners(web?.validations ?? []) == [["restart"], ["reload", "again"]])
        #expect(web?.rollbackTasks == [], "there is nothing that could notify them")
    }

    @Test func aListForAnsibleTakesThemAlong() throws {
        let web = try catalog([
            "services/web.yaml": """
            name: web
            runner: ansible
            handlers: [{name: restart, command: "true"}]
            deploy_tasks: [{command: "true", notify: restart}]
            """
        ]).services["web"]
        guard case .module(_, let arguments)? = web?.deployTasks.first?.task.body else {
            Issue.record("there is no task")
            return
        }
        #expect(arguments["_handlers"] == [["name": "restart", "command": "true"]])
        #expect(arguments["_tasks"] == [["command": "true", "notify": "restart"]])
    }

    @Test(arguments: [
        (
            "deploy_tasks: [{block: [{name: conf, command: a, notify: restrat}]}]\nhandlers: [{name: restart, command: a}]",
            "services/web.yaml:2:25: the task 'conf' notifies 'restrat', and no handler has this name or listens to it; did you mean 'restart'?"
        ),
        (
            "upgrade_tasks: [{command: a, notify: own}]\ndeploy_tasks: [{command: a, listen: own}]",
            "services/web.yaml:2:17: the task 'unnamed' notifies 'own', and no handler has this name or listens to it"
        ),
        (
            "deploy_tasks: [{command: a}]\nhandlers: [{command: a}]",
            "services/web.yaml:3:12: a task in handlers of service 'web' needs 'name' or 'listen'"
        ),
        (
            "deploy_tasks: [{command: a, notify: x}]\nhandlers: [{name: x, comand: a}]",
            "services/web.yaml:3:22: the agent has no module 'comand' (task 'x' in handlers of service 'web'); did you mean 'command'?"
        ),
    ])
    func whatNobodyHearsIsFoundInTheCatalogue(text: String, problem: String) throws {
        #expect(try problems(["services/web.yaml": "name: web\n" + text]) == [problem])
    }
}

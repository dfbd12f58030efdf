import AgentAPI
import Catalog
import Jinja
import OperatorAPI
import Planning
import Testing

/// What a node would get, shown before it gets it.
@Suite struct RenderingTests {
    @Test func filesAreRenderedInTheOrderOfTheSteps() throws {
        let report = try NodeRendering.report(on: "node-2", try demoInput(generation: 7))
        #expect(report.role == "worker" && report.operation == "deploy")
        #expect(report.steps.map(\.number) == report.steps.map(\.number).sorted())
        #expect(report.steps.first?.other == "wait for directory")
        let file = try #require(report.steps.flatMap(\.files).first)
        #expect(file.path == "/etc/rackwright-demo/web.conf" && file.mode == "0644")
        #expect(
            file.content == """
                # Written by Rackwright, generation 7.
                node = node-2
                role = worker
                directory = http://10.77.0.101:8081/
                version = 1

                """
        )
        #expect(file.diff == nil, "nothing is installed")
        let container = try #require(report.steps.flatMap(\.containers).first)
        #expect(container.image == "10.77.0.1:8443/web@sha256:w1")
        #expect(container.settings.contains("net: host"))
        #expect(
            report.steps.flatMap(\.tasks).contains {
                $0.title.hasPrefix("greet whoever logs in [template] (services/web.yaml:")
            }
        )
    }

    @Test func whatIsInstalledIsShownByWhatDiffers() throws {
        let first = try demoInput()
        var input = first.after(try Planner.plan(first))
        input.generation = 1
        let same = try NodeRendering.report(on: "node-2", input)
        #expect(same.operation == "upgrade")
        #expect(same.steps.flatMap(\.files).map(\.diff) == [[]])
        input.generation = 2
        input.set("web", "version", "2")
        let diff = try NodeRendering.report(on: "node-2", input).steps.flatMap(\.files).first?.diff
        #expect(
            diff == [
                "-# Written by Rackwright, generation 1.", "+# Written by Rackwright, generation 2.", " node = node-2",
                " role = worker", " directory = http://10.77.0.101:8081/", "-version = 1", "+version = 2", " ",
            ]
        )
    }

    @Test func secretsAreBlankedAndParametersSayWhoGaveThem() throws {
        var input = try demoInput()
        var parameter = try #require(input.catalog.services["web"]?.parameters[0])
        parameter.name = "password"
        parameter.type = .secret
        parameter.fallback = nil
        input.catalog.services["web"]?.parameters.append(parameter)
        input.catalog.services["web"]?.config.append(
            ConfigFile(path: "/p", template: "{{ password }}", templateName: "p")
        )
        input.catalog.services["web"]?.config.append(
            ConfigFile(path: "/q", template: "{{ ansible_facts.x }}", templateName: "q")
        )
        input.secrets["web.password"] = "id"
        input.set("web", "port", 81)
        let report = try NodeRendering.report(on: "node-3", input)
        let files = report.steps.flatMap(\.files)
        #expect(files.first { $0.path == "/p" }?.content == "********")
        let later = try #require(files.first { $0.path == "/q" })
        #expect(later.content == nil && later.problem?.contains("on the node and not before") ?? false)
        let port = try #require(report.parameters.first { $0.name == "port" })
        #expect(port.value == "81" && port.origins.count == 2)
        #expect(port.origins.first?.hasPrefix("default (services/web.yaml:") ?? false)
        #expect(report.parameters.first { $0.name == "password" }?.value == nil)
    }

    @Test func aNodeThatGetsNothingIsSaid() throws {
        let input = try demoInput()
        #expect(throws: PlanningProblems.self) { try NodeRendering.report(on: "node-9", input) }
    }

    @Test func hostNamesAndNodesOfEnvironmentsReachTheBundle() throws {
        var input = try demoInput()
        let index = try #require(input.catalog.roles.firstIndex { $0.name == "worker" })
        input.catalog.roles[index].hostname = "{{ role }}-{{ index }}.{{ node.name }}"
        input.catalog.roles[index].tags = ["edge"]
        let plan = try Planner.plan(input)
        let variables = try #require(plan[node: "id-node-3"]).bundle.variables
        #expect(variables["hostname"] == "worker-1.node-3")
        #expect(variables["role_tags"] == ["edge"])
        #expect(try #require(plan[node: "id-node-1"]).bundle.variables["hostname"] == "node-1")
    }
}

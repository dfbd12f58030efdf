import AgentAPI
import Catalog
import Inventory
import Jinja
import Planning
import Testing

@Suite struct DeploymentTests {
    @Test func theDemosMachinesBecomeOneControlAndTwoWorkers() throws {
        let plan = try Planner.plan(try demoInput())
        #expect(
            plan.nodes.map { "\($0.name) \($0.role) \($0.operation)" } == [
                "node-1 control deploy", "node-2 worker deploy", "node-3 worker deploy",
            ]
        )
        #expect(plan.parent == 0)
        #expect(plan.unchanged == [])
        #expect(plan.waves == [["id-node-1", "id-node-2", "id-node-3"]])
        let control = try #require(plan[node: "id-node-1"])
        #expect(control.imageDigest == "1m4g3")
        #expect(control.firstBoot == .kexec)
        #expect(control.rootDisk == RootDisk(serial: "S-node-1", size: 8_000_000_000, lastName: "vda"))
        #expect(control.changes == ["becomes control: image debian-12 to vda (serial S-node-1)"])
        #expect(!control.bundle.rollsBackOnFailure, "there is nothing to go back to")
    }

    @Test func stepsComeInTheirOrderAndWaitForServicesElsewhere() throws {
        let plan = try Planner.plan(try demoInput())
        func steps(_ node: String) throws -> [String] {
            try #require(plan[node: node]).bundle.steps.map { step in
                let work =
                    switch step.work {
                    case .gate(let services): "gate \(services.joined(separator: " "))"
                    case .files(let files): files.map(\.path).joined(separator: " ")
                    case .tasks(let tasks): "\(tasks.count) tasks"
                    case .containers(let containers): containers.map(\.image).joined(separator: " ")
                    case .removeContainers(let kept): "remove all but \(kept.joined(separator: " "))"
                    case .health(let checks): "\(checks.count) checks"
                    case .serviceDone: "done"
                    }
                return "\(step.number) \(step.service): \(work)"
            }
        }
        #expect(
            try steps("id-node-1") == [
                "1 directory: /etc/rackwright-demo/directory.conf", "1 directory: 1 tasks",
                "3 directory: 10.77.0.1:8443/directory@sha256:d1", "5 directory: 2 checks", "5 directory: done",
            ]
        )
        #expect(
            try steps("id-node-2") == [
                "0 web: gate directory", "0 web: 1 tasks", "1 web: /etc/rackwright-demo/web.conf", "1 web: 2 tasks",
                "2 web: 4 tasks", "3 web: 10.77.0.1:8443/web@sha256:w1", "5 web: 2 checks", "5 web: done",
            ]
        )
    }

    @Test func theTiersOfTheDemoWaitForEachOtherAcrossRoles() throws {
        var input = try demoInput(whole: true)
        for tier in ["database", "application", "proxy"] { input.containerImages["\(tier):1"] = "sha256:\(tier)" }
        input.secrets = ["database.password": "first", "application.database_password": "second"]
        let plan = try Planner.plan(input)
        func course(_ node: String) throws -> [String] {
            try #require(plan[node: node]).bundle.steps.compactMap { step in
                switch step.work {
                case .gate(let services): "\(step.service) waits for \(services.joined(separator: " "))"
                case .serviceDone: "\(step.service) is up"
                default: nil
                }
            }
        }
        let control = [
            "database/database-schema is up", "directory is up", "database is up", "proxy waits for application",
            "proxy is up",
        ]
        #expect(try course("id-node-1") == control)
        let worker = ["web waits for directory", "web is up", "application waits for database", "application is up"]
        #expect(try course("id-node-2") == worker)
        #expect(try Planner.plan(input.after(plan)).isEmpty, "what is there is not planned again")
    }

    @Test func templatesSeeTheWholePlan() throws {
        let bundle = try #require(try Planner.plan(try demoInput())[node: "id-node-2"]).bundle
        let variables = try #require(bundle.variables.asDict)
        #expect(bundle.variables["groups"]?["worker"]?.asList?.compactMap { $0["name"] } == ["node-2", "node-3"])
        let template = try Template(
            "{{ node.name }} asks {{ groups['control'][0].address }}:{{ services.directory.port }} for {{ services.web.version }}"
        )
        #expect(try template.render(variables) == "node-2 asks 10.77.0.101:8081 for 1")
    }

    @Test func aContainerImageTheControllerLacksIsRefusedWhereItWasWritten() throws {
        var input = try demoInput()
        input.containerImages = ["directory:1": "sha256:d1"]
        let error = #expect(throws: PlanningProblems.self) { try Planner.plan(input) }
        #expect(
            error?.problems.first
                == "services/web.yaml:36:3: the controller has no container image 'web:1' (it has: directory:1); add it: rackwright container add"
        )
    }

    @Test func everythingThatPreventsAPlanIsSaidAtOnce() throws {
        var input = try demoInput()
        input.containerImages = [:]
        input.nodes.removeLast(2)
        input.catalog.services["web"]?.parameters[0].fallback = nil
        input.catalog.parameters["web"] = [:]
        let error = #expect(throws: PlanningProblems.self) { try Planner.plan(input) }
        let lines = error?.problems ?? []
        #expect(lines.contains("role 'worker' lacks 1 node; see: rackwright match"), "\(lines)")
        #expect(lines.contains { $0.contains("no container image 'directory:1' (it has: none)") })
    }

    @Test func aParameterWithoutAValueIsNamedWhereItWasWritten() throws {
        var input = try demoInput()
        input.catalog.services["web"]?.parameters[1].fallback = nil
        let error = #expect(throws: PlanningProblems.self) { try Planner.plan(input) }
        #expect(error?.problems.first == "services/web.yaml:5:3: parameter 'port' of service 'web' has no value")
    }

    @Test func anUnknownImageAndAnImageThatFitsNowhereAreRefused() throws {
        var input = try demoInput()
        input.images = [:]
        #expect(throws: PlanningProblems.self) { try Planner.plan(input) }
        input.images = ["debian-12": PlanningImage(digest: "d", size: 9_000_000_000)]
        let error = #expect(throws: PlanningProblems.self) { try Planner.plan(input) }
        #expect(error?.problems.contains("role 'control' lacks 1 node; see: rackwright match") ?? false)
    }

    @Test func theRegistrysPortIsNoTag() throws {
        var input = try demoInput()
        input.catalog.services["web"]?.containers[0].definition.image = "quay.io:5000/demo/web:1"
        input.containerImages["quay.io:5000/demo/web:1"] = "sha256:q"
        let bundle = try #require(try Planner.plan(input)[node: "id-node-2"]).bundle
        let images = bundle.steps.compactMap {
            if case .containers(let found) = $0.work { found[0].image } else { nil }
        }
        #expect(images == ["10.77.0.1:8443/quay.io:5000/demo/web@sha256:q"])
    }

    @Test func theSameInputGivesTheSamePlan() throws {
        var input = try demoInput()
        let plan = try Planner.plan(input)
        input.nodes.reverse()
        #expect(try Planner.plan(input) == plan)
    }
}

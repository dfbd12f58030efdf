import AgentAPI
import Catalog
import FoundationEssentials
import Inventory
import Jinja
import Planning
import Testing

/// What the catalogue says of nodes that do their work and no plan changes.
@Suite struct NoteTests {
    /// The demo's fleet as it was deployed, with all that is kept of it.
    private func deployed() throws -> PlanningInput {
        let first = try demoInput()
        let plan = try Planner.plan(first)
        #expect(plan.notes == [])
        var input = first.after(plan)
        for index in input.nodes.indices {
            let node = try #require(plan[node: input.nodes[index].id])
            input.nodes[index].installed?.imageName = node.imageName
            input.nodes[index].installed?.rootDisk = node.rootDisk
        }
        #expect(try Planner.plan(input).notes == [], "nothing differs")
        return input
    }

    @Test func aChangedImageIsSaidOfEachNodeThatKeepsItsOwn() throws {
        var input = try deployed()
        input.images["debian-12"] = PlanningImage(digest: "2m4g3ffffffffffffff", size: 3_000_000_000)
        let plan = try Planner.plan(input)
        #expect(plan.isEmpty)
        #expect(
            plan.notes?.first
                == "node-1: keeps image debian-12 (sha256:1m4g3), the role has debian-12 (sha256:2m4g3fffffff): "
                + "redeploy to change it"
        )
        #expect(plan.notes?.count == 3)
    }

    @Test func anUpgradeNamesTheImageThatIsKept() throws {
        var input = try deployed()
        input.images["debian-13"] = PlanningImage(digest: "2m4g3", size: 3_000_000_000)
        for index in input.catalog.roles.indices { input.catalog.roles[index].image = "debian-13" }
        input.set("web", "version", "2")
        let node = try #require(try Planner.plan(input)[node: "id-node-2"])
        #expect(node.imageName == "debian-12")
        #expect(node.imageDigest == "1m4g3")
        input.images["debian-12"] = nil
        input.nodes[1].installed?.imageName = nil
        #expect(try Planner.plan(input)[node: "id-node-2"]?.imageName == "sha256:1m4g3", "and not the role's")
    }

    @Test func aRootDiskThatTheRoleWouldNotChooseNowIsSaid() throws {
        var input = try deployed()
        let smaller = Inventory.Disk(name: "vdb", serial: "S-new", size: 4_000_000_000)
        input.nodes[1].inventory?.disks.append(smaller)
        #expect(
            try Planner.plan(input).notes == [
                "node-2: keeps its root disk vda (serial S-node-2), the role has vdb (serial S-new): redeploy to change it"
            ]
        )
        input.nodes[1].inventory?.disks = []
        #expect(
            try Planner.plan(input).notes == [
                "node-2: keeps its root disk vda (serial S-node-2); none fits the role now: no disks"
            ]
        )
    }

    @Test func aNodeWhoseRoleLeftTheCatalogueIsLeftAsItIsAndSaysSo() throws {
        var input = try deployed()
        input.catalog.roles.removeAll { $0.name == "worker" }
        let plan = try Planner.plan(input)
        #expect(plan.unchanged == ["node-1", "node-2", "node-3"])
        #expect(plan.notes?.first == "node-2: its role 'worker' is not in the catalogue any more: left as it is")
        #expect(plan.notes?.count == 2)
    }

    @Test func whatIsDoubtfulOfANodeIsSaid() throws {
        var input = try deployed()
        input.nodes[2].doubt = "the node says that it carries plan 3, the controller knows plan 1"
        #expect(
            try Planner.plan(input).notes == [
                "node-3: the node says that it carries plan 3, the controller knows plan 1"
            ]
        )
    }

    @Test func aPlanThatWasMadeBeforeThereWereNotesIsRead() throws {
        var plan = try Planner.plan(try demoInput())
        plan.notes = nil
        let document = try JSONEncoder().encode(plan)
        #expect(!String(decoding: document, as: UTF8.self).contains("\"notes\""))
        #expect(try JSONDecoder().decode(Plan.self, from: document) == plan)
    }
}

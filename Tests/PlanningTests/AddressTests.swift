import AgentAPI
import Catalog
import Jinja
import OperatorAPI
import Planning
import Testing
import YAML

/// Who gets which address of a network, and that it stays so.
@Suite struct AddressTests {
    private static let network = """
        name: internal
        vlan: 20
        vip: true
        cidr: 172.16.2.0/24
        pools: [172.16.2.10-172.16.2.13]
        gateway: 172.16.2.1
        """

    /// One controller and some workers, all of them on a network.
    private func input(
        _ network: String = AddressTests.network,
        workers: [String] = ["n2", "n3"],
        use: String = "networks: [internal]"
    ) throws -> PlanningInput {
        let texts = [
            "networks/internal.yaml": network,
            "roles/control.yaml": """
            name: control
            count: 1
            hardware: ["memory.total >= 2 * GiB"]
            image: i
            services: [proxy]
            \(use)
            """,
            "roles/worker.yaml": "name: worker\ncount: {min: 0, max: 9}\nimage: i\n\(use)",
            "services/proxy.yaml": """
            name: proxy
            config: [{path: /etc/proxy, template: proxy.j2}]
            """,
        ]
        let files = try texts.map { Catalog.File(path: $0, tree: try YAMLReader.read(Array($1.utf8), file: $0)) }
        return PlanningInput(
            generation: 1,
            now: 0,
            catalog: try Catalog(
                files: files,
                templates: [
                    "proxy.j2": """
                    bind {{ networks.internal.vip }} on {{ networks.internal.address }}/{{ networks.internal.prefix }}
                    {% for node in groups['worker'] %}
                    server {{ node.name }} {{ node.addresses.internal }}
                    {% endfor %}

                    """
                ]
            ),
            nodes: [made("n1", memory: 4096, address: "10.0.0.1")]
                + workers.map { made($0, memory: 1024, address: "10.0.0.9") },
            images: ["i": PlanningImage(digest: "d", size: 1_000_000)],
            containerImages: [:],
            registry: "r"
        )
    }

    private func addresses(_ plan: Plan) -> [String: String] {
        Dictionary(
            (plan.addresses ?? []).map { ($0.node.map { String($0.dropFirst(3)) } ?? "vip", $0.address) }
        ) { $0 + " and " + $1 }
    }

    @Test func addressesAreGivenInTheOrderOfNamesAndSeenByTemplatesOfOthers() throws {
        let input = try input()
        let plan = try Planner.plan(input)
        #expect(
            addresses(plan) == [
                "vip": "172.16.2.10", "n1": "172.16.2.11", "n2": "172.16.2.12", "n3": "172.16.2.13",
            ]
        )
        let report = try NodeRendering.report(on: "n1", input)
        #expect(
            report.steps.flatMap(\.files).first?.content == """
                bind 172.16.2.10 on 172.16.2.11/24
                server n2 172.16.2.12
                server n3 172.16.2.13

                """
        )
        let variables = try #require(plan[node: "id-n2"]).bundle.variables
        #expect(variables["networks"]?["internal"]?["gateway"] == "172.16.2.1")
        #expect(variables["networks"]?["internal"]?["vlan"] == 20)
        #expect(variables["node"]?["addresses"]?["internal"] == "172.16.2.12")
    }

    @Test func whatWasGivenStaysWhenNodesComeBeforeIt() throws {
        var input = try input(workers: ["n3"])
        let first = try Planner.plan(input)
        input.reservations = first.addresses ?? []
        input.nodes.append(made("n2", memory: 1024, address: "10.0.0.9"))
        let second = try Planner.plan(input)
        #expect(addresses(second)["n3"] == addresses(first)["n3"])
        #expect(addresses(second)["n2"] == "172.16.2.13")
        #expect(try Planner.plan(input).addresses == second.addresses)
    }

    @Test func aNodeKeepsWhatItIsInstalledWithAndNothingIsThenToDo() throws {
        let first = try input()
        let plan = try Planner.plan(first)
        var next = first.after(plan)
        #expect(try Planner.plan(next).isEmpty, "the reservations are lost, and the nodes have their addresses")
        next.nodes.removeAll { $0.name == "n2" }
        next.nodes.append(made("n4", memory: 1024, address: "10.0.0.9"))
        let after = try Planner.plan(next)
        #expect(addresses(after)["n4"] == "172.16.2.12", "what a node had that is gone is free")
        #expect(addresses(after)["n3"] == "172.16.2.13")
    }

    @Test func whatANodeStillHasIsNotGivenToAnother() throws {
        let first = try input(workers: ["n2"])
        var next = first.after(try Planner.plan(first))
        let fixed = Self.network + "\naddresses: {n2: 172.16.2.77}"
        next.catalog = try input(fixed).catalog
        next.nodes.append(made("n3", memory: 1024, address: "10.0.0.9"))
        let plan = try Planner.plan(next)
        #expect(addresses(plan)["n3"] == "172.16.2.13", "172.16.2.12 is on the wire until the plan is carried out")
        #expect(
            plan[node: "id-n2"]?.changes == ["~ network internal: addresses [\"172.16.2.12\"] -> [\"172.16.2.77\"]"]
        )
        var done = next.after(plan)
        done.reservations = plan.addresses ?? []
        done.nodes.append(made("n4", memory: 1024, address: "10.0.0.9"))
        #expect(addresses(try Planner.plan(done))["n4"] == "172.16.2.12")
    }

    @Test func aNodeThatIsBeingWorkedOnKeepsItsAddress() throws {
        var input = try input(workers: ["n2"])
        input.reservations = try Planner.plan(input).addresses ?? []
        let index = try #require(input.nodes.firstIndex { $0.name == "n2" })
        input.nodes[index].state = .other("deploying")
        input.nodes.append(made("n3", memory: 1024, address: "10.0.0.9"))
        let plan = try Planner.plan(input)
        #expect(addresses(plan)["n2"] == "172.16.2.12" && addresses(plan)["n3"] == "172.16.2.13")
    }

    @Test func poolsThatAreUsedUpAreSaidWithTheNodesThatWait() throws {
        let input = try input(workers: ["n2", "n3", "n4", "n5"])
        do {
            _ = try Planner.plan(input)
            Issue.record("there are four addresses for six")
        } catch {
            #expect(
                error.problems == [
                    "network 'internal' has no address left for n4, n5; widen its pools (networks/internal.yaml:1:1)"
                ]
            )
        }
    }

    @Test func eachRackHasItsSubnet() throws {
        let leaves = """
            name: internal
            subnets:
              leaf1: {cidr: 172.16.1.0/24, vlan: 21, racks: [r1], gateway: 172.16.1.1}
              leaf2: {cidr: 172.16.2.0/24, vlan: 22, racks: [r2], gateway: 172.16.2.254}
            """
        var input = try input(leaves)
        for index in input.nodes.indices { input.nodes[index].rack = index == 1 ? "r2" : "r1" }
        let plan = try Planner.plan(input)
        #expect(addresses(plan) == ["n1": "172.16.1.2", "n2": "172.16.2.1", "n3": "172.16.1.3"])
        let facts = try #require(plan[node: "id-n2"]).bundle.variables["networks"]?["internal"]
        #expect(facts?["vlan"] == 22 && facts?["gateway"] == "172.16.2.254" && facts?["subnet"] == "leaf2")
        input.nodes[2].rack = "r9"
        #expect(throws: PlanningProblems.self) { try Planner.plan(input) }
    }

    @Test func aNodeHasAnAddressOfEachFamily() throws {
        let both = "name: internal\nsubnets: {six: {cidr: \"fd00:2::/64\"}, four: {cidr: 172.16.2.0/24}}"
        let plan = try Planner.plan(try input(both, workers: []))
        let facts = plan[node: "id-n1"]?.bundle.variables["networks"]?["internal"]
        #expect(facts?["addresses"] == ["172.16.2.1", "fd00:2::1"] && facts?["address"] == "172.16.2.1")
        #expect(facts?["subnets"]?["six"]?["address"] == "fd00:2::1")
    }

    @Test func whoGetsItsAddressElsewhereHasNoneHere() throws {
        let plan = try Planner.plan(try input(workers: ["n2"], use: "networks: {internal: dhcp}"))
        #expect(addresses(plan) == ["vip": "172.16.2.10"])
        let facts = plan[node: "id-n2"]?.bundle.variables["networks"]?["internal"]
        #expect(facts?["addressing"] == "dhcp" && facts?["address"] == Value.none && facts?["cidr"] == "172.16.2.0/24")
    }

    /// Ten rounds of nodes that come and go: nobody has another's address, and who stays keeps its own.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func nobodyHasAnothersAddressHoweverNodesComeAndGo(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func roll(_ sides: UInt64) -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state % sides
        }
        let wide = Self.network.replacing("172.16.2.13", with: "172.16.2.40")
        var input = try input(wide, workers: [])
        for round in 0..<10 {
            input.nodes.removeAll { $0.name != "n1" && roll(4) == 0 }
            for _ in 0..<roll(4) where input.nodes.count < 9 {
                let name = "w\(roll(1000))"
                guard !input.nodes.contains(where: { $0.name == name }) else { continue }
                input.nodes.append(made(name, memory: 1024, address: "10.0.0.9"))
            }
            let plan = try Planner.plan(input)
            let given = plan.addresses ?? []
            #expect(Set(given.map(\.address)).count == given.count, "round \(round)")
            for kept in input.reservations where input.nodes.contains(where: { $0.id == kept.node }) {
                #expect(given.contains(kept), "round \(round)")
            }
            // Some plans are carried out, some are not.
            if roll(2) == 0 { input = input.after(plan) }
            input.reservations = given
        }
    }
}

/// Services that list other roles' nodes are told when these come and go.
@Suite struct SeenNodeTests {
    @Test func aServiceThatListsNodesIsToldOfNewOnesAndOthersAreLeftAlone() throws {
        var first = try demoInput()
        first.nodes.removeLast()
        var next = first.after(try Planner.plan(first))
        #expect(try Planner.plan(next).isEmpty)
        next.nodes.append(made("node-3", memory: 1024, address: "10.77.0.103"))
        let plan = try Planner.plan(next)
        #expect(plan.nodes.map(\.name) == ["node-1", "node-3"])
        #expect(plan[node: "id-node-1"]?.changes == ["~ directory: is told of worker's nodes +node-3"])
        #expect(plan.unchanged == ["node-2"], "its service asks the controllers alone")
        let done = next.after(plan)
        #expect(try Planner.plan(done).isEmpty)
    }

    @Test func anotherAddressByDHCPIsNoChange() throws {
        let first = try demoInput()
        var next = first.after(try Planner.plan(first))
        next.nodes[2].address = "10.77.0.199"
        #expect(try Planner.plan(next).isEmpty)
    }

    @Test func whatWasInstalledBeforeSuchThingsWereKeptHasNothingToDo() throws {
        let first = try demoInput()
        var next = first.after(try Planner.plan(first))
        for index in next.nodes.indices {
            for service in next.nodes[index].installed?.content.services.indices ?? 0..<0 {
                next.nodes[index].installed?.content.services[service].nodes = nil
            }
        }
        #expect(try Planner.plan(next).isEmpty)
    }
}

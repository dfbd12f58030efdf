import Catalog
import Inventory
import Jinja
import Planning
import YAML

let checkout: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
}()

/// The demo's catalogue with three made machines; its roles have their first service each, or all of them.
func demoInput(generation: Int = 1, whole: Bool = false) throws -> PlanningInput {
    var catalog = try CatalogFolder(path: checkout + "/controller-config").load()
    if !whole {
        for index in catalog.roles.indices { catalog.roles[index].services.removeSubrange(1...) }
    }
    return PlanningInput(
        generation: generation,
        now: 1000,
        catalog: catalog,
        nodes: [
            made("node-1", memory: 2048, address: "10.77.0.101", uefi: true),
            made("node-2", memory: 1024, address: "10.77.0.102"),
            made("node-3", memory: 1024, address: "10.77.0.103"),
        ],
        images: ["debian-12": PlanningImage(digest: "1m4g3", size: 3_000_000_000)],
        containerImages: [
            "directory:1": "sha256:d1", "directory:2": "sha256:d2", "web:1": "sha256:w1",
            "web:2": "sha256:aaaaaaaaaaaabbbb",
        ],
        registry: "10.77.0.1:8443"
    )
}

func made(_ name: String, memory: Int, address: String, uefi: Bool = false) -> PlanningNode {
    PlanningNode(
        id: "id-\(name)",
        name: name,
        address: address,
        inventory: Inventory(
            bootMode: uefi ? .uefi : .bios,
            cpu: Inventory.CPU(threads: 2),
            memory: Inventory.Memory(total: memory << 20),
            disks: [Inventory.Disk(name: "vda", serial: "S-\(name)", size: 8_000_000_000)]
        ),
        state: .available
    )
}

extension PlanningInput {
    /// The same fleet after `plan` was carried out, with the next generation.
    func after(_ plan: Plan) -> PlanningInput {
        var input = self
        input.generation += 1
        for index in input.nodes.indices {
            guard let node = plan[node: input.nodes[index].id] else { continue }
            input.nodes[index].state = .active
            input.nodes[index].installed = PlanningNode.Installed(
                generation: plan.generation,
                content: node.content,
                imageDigest: node.imageDigest
            )
        }
        return input
    }

    /// A catalogue-wide override, as parameters.yaml would set it.
    mutating func set(_ service: String, _ parameter: String, _ value: Value) {
        catalog.parameters[service, default: [:]][parameter] = value
    }
}

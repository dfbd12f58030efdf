import Catalog
import Inventory
import Matching
import Testing
import YAML

/// Rules from the texts of their files.
func rules(_ texts: String...) throws -> [Rule] {
    let named = texts.enumerated().map { ("r\($0.offset).yaml", $0.element) }
    return try CatalogFolder.rules(in: Dictionary(uniqueKeysWithValues: named))
}

/// All problems of such rules, a line each.
func problems(_ texts: String...) -> [String] {
    let named = texts.enumerated().map { ("r\($0.offset).yaml", $0.element) }
    do {
        _ = try CatalogFolder.rules(in: Dictionary(uniqueKeysWithValues: named))
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

func node(_ inventory: Inventory, labels: [String: String] = [:], rack: String? = nil) -> Candidate {
    Candidate(id: "1", name: "found-1", inventory: inventory, rack: rack, labels: labels)
}

/// A machine on port 7 of `leaf-3`.
let blade = Inventory(
    system: Inventory.System(vendor: "HP", serial: "CZ3404YWNN"),
    cpu: Inventory.CPU(threads: 32),
    memory: Inventory.Memory(total: 64 << 30),
    disks: [Inventory.Disk(name: "sda", size: 300_000_000_000)],
    nics: [
        Inventory.NIC(name: "eth0", mac: "52:54:00:00:00:01"),
        Inventory.NIC(
            name: "eth1",
            mac: "52:54:00:00:00:02",
            neighbor: Inventory.Neighbor(switch: "leaf-3", chassis: "c", port: "Ethernet1/7")
        ),
    ]
)

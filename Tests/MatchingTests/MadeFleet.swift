import Inventory
import Jinja
import Matching

@testable import Catalog

func requirement(_ text: String) throws -> Role.Requirement {
    Role.Requirement(
        expression: try Expression(text),
        text: text,
        location: SourceLocation(file: "role", line: 1, column: 1)
    )
}

func role(
    _ name: String,
    _ count: Role.Count,
    hardware: [String] = [],
    prefer: [(String, Int)] = [],
    priority: Int = 0,
    spread: Role.FailureDomain? = nil,
    rootDisk: [String] = []
) throws -> Role {
    Role(
        name: name,
        count: count,
        hardware: try hardware.map(requirement),
        prefer: try prefer.map { Role.Preference(when: try requirement($0.0), weight: $0.1) },
        priority: priority,
        spread: spread,
        image: "debian",
        rootDisk: try rootDisk.map(requirement),
        firstBoot: .reset,
        kernelArguments: "",
        services: [],
        parameters: [:],
        rollout: Role.Rollout(),
        location: SourceLocation(file: "roles/\(name).yaml", line: 1, column: 1)
    )
}

func machine(memory: Int = 4 << 30, threads: Int = 4, disks: [Inventory.Disk] = [disk("vda", 20)]) -> Inventory {
    Inventory(cpu: Inventory.CPU(threads: threads), memory: Inventory.Memory(total: memory), disks: disks)
}

/// A disk of so many GB.
func disk(_ name: String, _ size: Int?, serial: String? = nil, rotational: Bool = false, removable: Bool = false)
    -> Inventory.Disk
{
    Inventory.Disk(
        name: name,
        serial: serial,
        size: size.map { $0 * 1_000_000_000 },
        rotational: rotational,
        removable: removable
    )
}

func candidate(
    _ name: String,
    _ inventory: Inventory? = machine(),
    rack: String? = nil,
    incumbent: String? = nil,
    excluded: String? = nil
) -> Candidate {
    Candidate(
        id: "id-\(name)",
        name: name,
        inventory: inventory,
        rack: rack,
        incumbent: incumbent,
        excluded: excluded
    )
}

func count(_ minimum: Int, _ maximum: Int?) -> Role.Count { Role.Count(minimum: minimum, maximum: maximum) }

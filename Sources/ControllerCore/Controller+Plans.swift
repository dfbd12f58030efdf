import AgentAPI
import Catalog
import FoundationEssentials
import Inventory
import Lifecycle
import Matching
public import OperatorAPI
import Planning
import Store

extension Controller {
    /// Makes the next plan and keeps it; nothing is touched.
    public func makePlan() async throws -> PlanReport {
        let named = try await store.read { try $0.renamings() }
        var input = try await planningInput()
        input.generation = try await nextGeneration()
        let plan: Plan
        do {
            plan = try Planner.plan(input)
        } catch {
            throw ControllerProblem(error.problems, .conflict)
        }
        try await store.write { transaction in
            try transaction.keep(plan.addresses ?? [])
            if !plan.isEmpty { try transaction.keep(fresh: plan, named: named) }
        }
        return report(plan)
    }

    public func plan(_ generation: Int) async throws -> PlanReport {
        report(try await store.read { try $0.plan(generation) })
    }

    /// The newest plans, the oldest of them first.
    public func plans(last count: Int) async throws -> [PlanSummary] {
        try await store.read { reader in
            let newest = try reader.ids(.plan).compactMap { Int($0) }.sorted().suffix(count)
            return try newest.map { PlanSummary(try reader.plan($0)) }
        }
    }

    /// The number of the plan that comes next.
    func nextGeneration() async throws -> Int {
        try await store.read { try $0.newestGeneration() } + 1
    }

    /// The catalogue as it is now.
    func readCatalog() throws -> Catalog {
        do {
            return try catalog()
        } catch {
            throw ControllerProblem(error.problems.map(\.description))
        }
    }

    func planningInput() async throws -> PlanningInput {
        let catalog = try readCatalog()
        let (records, inventories, secrets, reservations) = try await store.read { reader in
            let records = try reader.all(NodeRecord.self, .node)
            var inventories: [String: Inventory] = [:]
            for record in records { inventories[record.id] = try reader.get(Inventory.self, .inventory, record.id) }
            return (records, inventories, try reader.secretVersions(), try reader.reservations())
        }
        return PlanningInput(
            generation: 0,
            now: now(),
            catalog: catalog,
            nodes: records.sorted { $0.name < $1.name }.map { PlanningNode($0, inventories[$0.id]) },
            images: try await stock.images(),
            containerImages: try await stock.containerImages(),
            registry: settings.registry,
            secrets: secrets,
            reservations: reservations
        )
    }

    private func report(_ plan: Plan) -> PlanReport {
        let names = Dictionary(uniqueKeysWithValues: plan.nodes.map { ($0.node, $0.name) })
        return PlanReport(
            generation: plan.generation,
            parent: plan.parent,
            createdAt: plan.createdAt,
            runbook: plan.runbook?.name,
            nodes: plan.nodes.map { node in
                PlanReport.NodeReport(
                    name: node.name,
                    id: node.node,
                    role: node.role,
                    operation: plan.word(for: node),
                    image: node.imageName,
                    disk: node.rootDisk.map { disk in
                        let serial = disk.serial.map { ", serial \($0)" } ?? ""
                        return "\(disk.lastName ?? "disk"), \(Quantity.octets(disk.size))\(serial)"
                    },
                    changes: node.changes,
                    steps: node.bundle.steps.compactMap(\.line)
                )
            },
            unchanged: plan.unchanged,
            waves: plan.waves.map { $0.compactMap { names[$0] } },
            notes: plan.notes
        )
    }
}

extension Plan {
    /// What is done to one of its nodes, as operators read it.
    fileprivate func word(for node: NodePlan) -> String { runbook == nil ? node.operation.rawValue : "runbook" }
}

extension PlanSummary {
    fileprivate init(_ plan: Plan) {
        self.init(
            generation: plan.generation,
            createdAt: plan.createdAt,
            operations: plan.nodes.reduce(into: [:]) { $0[plan.word(for: $1), default: 0] += 1 },
            unchanged: plan.unchanged.count,
            runbook: plan.runbook?.name
        )
    }
}

extension PlanningNode {
    init(_ record: NodeRecord, _ inventory: Inventory?) {
        let state: State
        switch record.lifecycle.state {
        case .available: state = .available
        case .active: state = .active
        default: state = .other(record.lifecycle.name)
        }
        self.init(
            id: record.id,
            name: record.name,
            address: record.address,
            rack: record.place.rack,
            unit: record.place.unit,
            labels: record.allLabels,
            bmcProtocol: record.bmc.protocol,
            bmcAddress: record.bmc.address.isEmpty ? nil : record.bmc.address,
            reservation: record.keptFor,
            inventory: inventory,
            state: state,
            installed: record.installed.map {
                Installed(
                    generation: $0.generation,
                    content: $0.content,
                    imageDigest: $0.imageDigest,
                    imageName: $0.imageName,
                    rootDisk: $0.rootDisk
                )
            },
            excluded: record.lifecycle.quarantined.map { "quarantined (\($0))" }
                ?? record.lifecycle.maintenance.map { "in maintenance (\($0))" },
            doubt: record.lifecycle.claim.map { $0 + ": compare it by hand, or redeploy it" }
        )
    }
}

extension BundleStep {
    /// The step on one line; nil for marks that people need not see.
    var line: String? {
        let prefix = "step \(number) \(service): "
        return switch work {
        case .gate(let services): prefix + "wait for " + services.joined(separator: ", ")
        case .files(let files): prefix + "files " + files.map(\.path).joined(separator: ", ")
        case .tasks(let tasks): prefix + "tasks " + tasks.map { $0.name ?? "unnamed" }.joined(separator: ", ")
        case .containers(let containers): prefix + "containers " + containers.map(\.name).joined(separator: ", ")
        case .removeContainers(let kept):
            prefix + "remove containers" + (kept.isEmpty ? "" : " other than " + kept.joined(separator: ", "))
        case .health(let checks): prefix + "\(checks.count) health check\(checks.count == 1 ? "" : "s")"
        case .serviceDone: nil
        }
    }
}

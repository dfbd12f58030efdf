import AgentAPI
import Catalog
import Inventory
import Jinja
public import Matching

/// Makes plans: a pure function of catalogue, inventories and states.
public enum Planner {
    /// The assignment a plan would be made from.
    public static func match(_ input: PlanningInput) -> RoleMatch {
        RoleMatch(
            roles: input.catalog.roles,
            candidates: candidates(input),
            imageSizes: input.images.mapValues(\.size)
        )
    }

    /// The nodes that it is made from.
    public static func candidates(_ input: PlanningInput) -> [Candidate] {
        input.nodes.map { node in
            var excluded = node.excluded
            if excluded == nil, case .other(let state) = node.state, node.installed == nil {
                excluded = "it is \(state)"
            }
            return Candidate(
                id: node.id,
                name: node.name,
                inventory: node.inventory,
                rack: node.rack,
                unit: node.unit,
                labels: node.labels,
                bmcProtocol: node.bmcProtocol,
                bmcAddress: node.bmcAddress,
                incumbent: node.installed?.content.role,
                excluded: excluded,
                reservation: node.reservation
            )
        }
    }

    /// What every node becomes.
    ///
    /// - Throws: everything that prevents a plan, at once.
    public static func plan(_ input: PlanningInput) throws(PlanningProblems) -> Plan {
        let match = match(input)
        var problems: [String] = []
        for (role, count) in match.missing.sorted(by: { $0.key < $1.key }) {
            problems.append("role '\(role)' lacks \(count) node\(count == 1 ? "" : "s"); see: rackwright match")
        }
        var plan = Plan(
            generation: input.generation,
            parent: input.nodes.compactMap(\.installed?.generation).max() ?? 0,
            createdAt: input.now,
            nodes: [],
            unchanged: [],
            rollouts: Dictionary(uniqueKeysWithValues: input.catalog.roles.map { ($0.name, $0.rollout) })
        )
        let fleet = Fleet(input, match.assignment)
        problems += fleet.book.problems
        plan.addresses = fleet.book.reservations
        for role in orderedRoles(input.catalog) {
            for node in fleet.members.nodes(of: role.name) {
                let builder = BundleBuilder(input: input, node: node, role: role, fleet: fleet)
                do {
                    if let nodePlan = try nodePlan(builder) {
                        plan.nodes.append(nodePlan)
                    } else {
                        plan.unchanged.append(node.name)
                    }
                } catch {
                    problems += error.problems
                }
            }
        }
        // A node whose role is gone is in no role's list, and it is there all the same.
        plan.unchanged += input.nodes.filter { $0.lostRole(in: input.catalog) != nil }.map(\.name)
        plan.unchanged.sort()
        plan.notes = PlanNotes(input).lines
        var seen: Set<String> = []
        problems = problems.filter { seen.insert($0).inserted }
        guard problems.isEmpty else { throw PlanningProblems(problems: problems) }
        return plan
    }

    private static func nodePlan(_ builder: BundleBuilder) throws(PlanningProblems) -> NodePlan? {
        let (input, node, role) = (builder.input, builder.node, builder.role)
        if node.excluded != nil { return nil }
        let content = try builder.content()
        var operation = Operation.deploy
        var rootDisk: RootDisk?
        var changes: [String] = []
        guard let image = input.images[role.image] else {
            throw PlanningProblems(problems: [
                "role '\(role.name)' has the unknown image '\(role.image)'; add it: rackwright image add"
            ])
        }
        switch (node.state, node.installed) {
        case (.active, .some(let installed)):
            if installed.content.isSame(as: content) { return nil }
            operation = .upgrade
            changes = Changes.describe(from: installed.content, to: content)
        case (.available, _):
            let choice = RootDiskChoice(for: role, among: node.inventory?.disks ?? [], imageSize: image.size)
            guard let disk = choice.disk, let size = disk.size else {
                throw PlanningProblems(problems: [
                    "\(node.name): \(choice.failure.requirement): \(choice.failure.observed)"
                ])
            }
            rootDisk = RootDisk(
                serial: disk.serial,
                wwn: disk.wwn,
                busPath: disk.busPath,
                size: UInt64(clamping: size),
                lastName: disk.name
            )
            changes = [
                "becomes \(role.name): image \(role.image) to \(disk.name)"
                    + (disk.serial.map { " (serial \($0))" } ?? "")
            ]
        case (.active, .none), (.other, _):
            return nil
        }
        return NodePlan(
            node: node.id,
            name: node.name,
            role: role.name,
            operation: operation,
            imageName: operation == .deploy ? role.image : node.installed?.imageWords(in: input) ?? role.image,
            imageDigest: operation == .deploy ? image.digest : node.installed?.imageDigest ?? image.digest,
            rootDisk: rootDisk,
            firstBoot: role.firstBoot,
            kernelArguments: role.kernelArguments,
            bundle: try builder.bundle(operation, content: content),
            changes: changes,
            content: content
        )
    }

    /// Roles so that those whose services others wait for come first.
    static func orderedRoles(_ catalog: Catalog) -> [Role] {
        let services = ServiceOrder.sorted(catalog.services.keys.sorted(), in: catalog.services)
        return catalog.roles.sorted { left, right in
            let ranks = [left, right].map { role in
                role.services.compactMap { services.firstIndex(of: $0) }.max() ?? 0
            }
            return (ranks[0], left.name) < (ranks[1], right.name)
        }
    }
}

/// Which nodes are in which role, now and by this plan.
struct Membership {
    private var byRole: [String: [PlanningNode]] = [:]

    init(_ input: PlanningInput, _ assignment: [String: String]) {
        for node in input.nodes.sorted(by: { ($0.name, $0.id) < ($1.name, $1.id) }) {
            // Where its role left the catalogue, it goes on with what it does, and others find it there.
            guard let role = assignment[node.id] ?? node.lostRole(in: input.catalog) else { continue }
            byRole[role, default: []].append(node)
        }
    }

    func nodes(of role: String) -> [PlanningNode] { byRole[role] ?? [] }

    var roles: [String] { byRole.keys.sorted() }
}

public import Catalog
public import Inventory
import Jinja
import Matching
public import OperatorAPI

/// What a node of a role would get, by a catalogue alone: no controller is asked, and what only one knows is made up.
///
/// Every role has as many nodes as it needs at least, with addresses of RFC 2544's networks; images are named and not
/// pinned; secrets are stars.
public struct RoleRendering: Sendable {
    private let catalog: Catalog
    private let role: Role
    private var node: PlanningNode

    /// - Parameters:
    ///   - role: one of the catalogue's.
    ///   - name: the node's; made of the role's without one.
    ///   - inventory: what the node is made of, where that is known.
    ///   - rack: where it stands; in a rack of the role's networks without one.
    public init(
        of role: Role,
        in catalog: Catalog,
        name: String? = nil,
        inventory: Inventory? = nil,
        rack: String? = nil
    ) {
        self.catalog = catalog
        self.role = role
        node = PlanningNode(
            id: "made-up",
            name: name ?? "\(role.name)-0",
            rack: rack ?? catalog.firstRack(of: role),
            inventory: inventory,
            state: .available
        )
    }

    /// - Throws: parameters of the role's services that have no value, all of them, each where it is declared.
    public func checkParameters() throws(CatalogProblems) {
        var problems: [CatalogProblem] = []
        for service in role.services.compactMap({ catalog.services[$0] }) {
            for found in catalog.effective(of: service, in: role, node: node.name)
            where found.parameter.type != .secret && found.value == nil {
                problems.append(
                    CatalogProblem(
                        "parameter '\(found.parameter.name)' of service '\(service.name)' has no value in role '\(role.name)': "
                            + "give it one in parameters.yaml, an environment or the role",
                        at: found.parameter.location
                    )
                )
            }
        }
        guard problems.isEmpty else { throw CatalogProblems(problems) }
    }

    /// - Throws: what keeps the role from being planned.
    public func report() throws(PlanningProblems) -> RenderReport {
        var secrets: [String: String] = [:]
        for service in catalog.services.values {
            for parameter in service.parameters where parameter.type == .secret {
                secrets["\(service.name).\(parameter.name)"] = "made up"
            }
        }
        var input = PlanningInput(
            generation: 1,
            now: 0,
            catalog: catalog,
            nodes: [],
            images: [:],
            containerImages: [:],
            registry: "REGISTRY",
            secrets: secrets
        )
        input.pinsImages = false
        var assignment: [String: String] = [:]
        for other in catalog.roles {
            for index in 0..<min(max(1, other.count.minimum), Self.mostNodes) {
                var member = node
                if other.name != role.name || index > 0 {
                    member = PlanningNode(
                        id: "\(other.name)/\(index)",
                        name: "\(other.name)-\(index)",
                        state: .available
                    )
                    member.rack = catalog.firstRack(of: other)
                }
                member.address = "198.18.\(input.nodes.count / 250).\(input.nodes.count % 250 + 1)"
                assignment[member.id] = other.name
                input.nodes.append(member)
            }
        }
        let fleet = Fleet(input, assignment)
        guard let node = input.nodes.first(where: { $0.id == self.node.id }) else {
            throw PlanningProblems(problems: ["the catalogue has no role '\(role.name)'"])
        }
        guard fleet.book.problems.isEmpty else { throw PlanningProblems(problems: fleet.book.problems) }
        var report = try NodeRendering.report(BundleBuilder(input: input, node: node, role: role, fleet: fleet))
        let names = input.nodes.map { "\($0.name) \($0.address ?? "")" }
        report.notes =
            hardware + [
                "made up, as no controller is asked: the nodes \(names.joined(separator: ", ")); generation 1; secrets"
            ]
        return report
    }

    /// Of one role; more say nothing more.
    private static let mostNodes = 20

    /// What the node's inventory says to the role's requirements.
    private var hardware: [String] {
        guard let inventory = node.inventory else { return [] }
        let candidate = Candidate(id: node.id, name: node.name, inventory: inventory, rack: node.rack)
        let failures = Verdict(of: candidate, for: role, imageSize: nil).failures
        guard failures.isEmpty else {
            return failures.map { "it would not get the role: \($0.requirement): \($0.observed)" }
        }
        let disk = RootDiskChoice(for: role, among: inventory.disks, imageSize: nil).disk
        return ["its hardware qualifies"]
            + (disk.map { ["root disk: \($0.name)" + ($0.serial.map { ", serial \($0)" } ?? "")] } ?? [])
    }
}

extension Catalog {
    /// A rack that the networks of a role have a subnet for.
    fileprivate func firstRack(of role: Role) -> String {
        let used = networks.filter { network in role.networks.contains { $0.name == network.name } }
        return used.lazy.flatMap(\.subnets).flatMap(\.racks).first ?? "r1"
    }
}

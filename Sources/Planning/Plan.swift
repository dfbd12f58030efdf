public import AgentAPI
public import Catalog

/// The immutable document that says what every node becomes.
public struct Plan: Codable, Hashable, Sendable {
    /// Counts up; agents refuse to go back.
    public var generation: Int
    /// The generation it follows; 0 for none.
    public var parent: Int
    /// Seconds since 1970.
    public var createdAt: Double
    /// Nodes with something to do, by name.
    public var nodes: [NodePlan]
    /// Nodes that stay as they are, by name.
    public var unchanged: [String]
    /// Role to the way its nodes are changed.
    public var rollouts: [String: Role.Rollout]
    /// What the catalogue says of nodes and no plan changes, in words; nil in plans made before there were any.
    public var notes: [String]?
    /// Who has which address of the networks by this plan; nil in plans made before there were any.
    public var addresses: [AddressReservation]?
    /// The runbook that it is carried out for; nil where it is what nodes become that changes.
    public var runbook: PlannedRunbook?

    public var isEmpty: Bool { nodes.isEmpty }
}

/// What one node becomes.
public struct NodePlan: Codable, Hashable, Sendable {
    public var node: String
    public var name: String
    public var role: String
    public var operation: Operation
    public var imageName: String
    public var imageDigest: String
    public var rootDisk: RootDisk?
    public var firstBoot: Role.FirstBoot
    public var kernelArguments: String
    public var bundle: Bundle
    /// What differs from the parent, in words.
    public var changes: [String]
    /// The node's desired content apart from generation and operation; equal content means nothing to do.
    public var content: NodeContent
}

/// What a node is made of by its role: compared between plans.
public struct NodeContent: Codable, Hashable, Sendable {
    public var role: String
    public var services: [ServiceContent]
    /// What it has of the networks that give it addresses: network, fact (as templates see it) and its JSON; nil where
    /// there is none.
    public var networks: [String: [String: String]]?
}

public struct ServiceContent: Codable, Hashable, Sendable {
    public var name: String
    public var parameters: [String: String]
    public var files: [ConfigFile]
    public var containers: [ContainerDefinition]
    /// Secret parameters and which of their values it is, by an id that tells nothing of the value; nil without any.
    public var secrets: [String: String]?
    /// The nodes that it is told of, by role, each with its addresses of networks; nil where it was not kept.
    public var nodes: [String: [String]]?
}

extension NodeContent {
    /// Whether a node that is made of this has nothing to do to become `new`.
    func isSame(as new: NodeContent) -> Bool {
        var old = self
        for index in old.services.indices where old.services[index].nodes == nil {
            old.services[index].nodes = new.services.first { $0.name == old.services[index].name }?.nodes
        }
        return old == new
    }
}

extension Plan {
    /// The waves of the nodes that change: each role's canaries first, then batches; roles in the order of `after:`.
    public var waves: [[String]] {
        var deploys: [String] = []
        var canaries: [String] = []
        var batches: [[String]] = []
        for role in roleOrder {
            let rollout = rollouts[role] ?? Role.Rollout()
            let members = nodes.filter { $0.role == role }
            deploys += members.filter { $0.operation == .deploy }.map(\.node)
            let changing = members.filter { $0.operation != .deploy }.map(\.node)
            canaries += changing.prefix(rollout.canary)
            var rest = changing.dropFirst(rollout.canary)
            let size = rollout.batch.size(of: changing.count)
            while !rest.isEmpty {
                batches.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
        }
        let all = [deploys, canaries] + batches
        return all.filter { !$0.isEmpty }
    }

    private var roleOrder: [String] {
        var seen: [String] = []
        for node in nodes where !seen.contains(node.role) { seen.append(node.role) }
        return seen
    }

    public subscript(node id: String) -> NodePlan? {
        nodes.first { $0.node == id }
    }
}

import Catalog
import FoundationEssentials
import Inventory
import Matching
public import OperatorAPI
import Planning

extension Controller {
    /// Assigns roles without touching anything, and says for every node and role why or why not.
    public func match() async throws -> MatchReport {
        let input = try await matchingInput()
        return MatchReport(Planner.match(input), input.catalog.roles, Planner.candidates(input))
    }

    /// With the nodes that only their BMCs have told of: they could be given roles once they were inspected.
    private func matchingInput() async throws -> PlanningInput {
        var input = try await planningInput()
        for index in input.nodes.indices where input.nodes[index].inventory?.source == .bmc {
            if input.nodes[index].state == .other("manageable") { input.nodes[index].state = .available }
        }
        return input
    }

    /// The same for nodes and roles as they might be.
    public func match(_ question: WhatIf) async throws -> WhatIfReport {
        let input = try await matchingInput()
        let present = Planner.candidates(input)
        let supposition = Supposition(
            nodes: question.nodes.map { node in
                Supposition.Node(
                    Candidate(
                        id: "",
                        name: node.name,
                        inventory: node.inventory,
                        rack: node.rack,
                        chassis: node.chassis,
                        switch: node.switch
                    ),
                    count: node.count ?? 1
                )
            },
            without: Set(question.without),
            isWholeFleet: question.isWholeFleet
        )
        let supposed: [Candidate]
        let roles: [Role]
        do {
            supposed = try supposition.candidates(from: present)
            roles = try question.roles.map(readRoles) ?? input.catalog.roles
        } catch let problems as SuppositionProblems {
            throw ControllerProblem(problems.problems)
        } catch let problems as CatalogProblems {
            throw ControllerProblem(problems.problems.map(\.description))
        }
        let now = Planner.match(input)
        let then = RoleMatch(
            roles: roles,
            candidates: supposed,
            imageSizes: input.images.mapValues(\.size),
            keepsIncumbents: !question.reassign
        )
        return WhatIfReport(
            match: MatchReport(then, roles, supposed),
            changes: (question.isWholeFleet ? [] : present).sorted { $0.name < $1.name }.compactMap { node in
                let (before, after) = (now.assignment[node.id], then.assignment[node.id])
                return before == after ? nil : WhatIfReport.Change(node: node.name, now: before, then: after)
            }
        )
    }
}

extension MatchReport {
    init(_ match: RoleMatch, _ roles: [Role], _ candidates: [Candidate]) {
        let candidates = candidates.sorted { $0.name < $1.name }
        var assigned: [String: [String]] = [:]
        for candidate in candidates {
            if let role = match.assignment[candidate.id] { assigned[role, default: []].append(candidate.name) }
        }
        let shortages = Dictionary(match.shortages.map { ($0.role, $0) }) { first, _ in first }
        self.init(
            roles: roles.map { role in
                RoleReport(
                    name: role.name,
                    minimum: role.count.minimum,
                    maximum: role.count.maximum,
                    assigned: assigned[role.name] ?? [],
                    missing: match.missing[role.name] ?? 0,
                    shortage: shortages[role.name].map(ShortageReport.init),
                    spread: match.spreads[role.name].map { SpreadReport(over: $0.kind.rawValue, nodes: $0.counts) }
                )
            },
            nodes: candidates.map { candidate in
                NodeReport(
                    name: candidate.name,
                    role: match.assignment[candidate.id],
                    remark: candidate.inventory?.source == .bmc
                        ? "known from its BMC alone: it has to be inspected before a plan can use it" : nil,
                    verdicts: roles.compactMap { role in
                        match.verdicts[candidate.id]?[role.name].map { verdict in
                            VerdictReport(
                                role: role.name,
                                qualifies: verdict.qualifies,
                                score: verdict.score,
                                failures: verdict.failures.map {
                                    Failure(requirement: $0.requirement, observed: $0.observed)
                                }
                            )
                        }
                    }
                )
            }
        )
    }
}

extension MatchReport.ShortageReport {
    init(_ shortage: Shortage) {
        self.init(
            obstacles: shortage.obstacles.map {
                MatchReport.Obstacle(requirement: $0.requirement, nodes: $0.nodes, nearest: $0.nearest)
            },
            elsewhere: shortage.elsewhere,
            uninspected: shortage.uninspected,
            excluded: shortage.excluded
        )
    }
}

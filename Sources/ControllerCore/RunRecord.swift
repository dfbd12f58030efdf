import Catalog
import Lifecycle
public import OperatorAPI

/// One durable execution of a plan or a runbook.
public struct RunRecord: Codable, Hashable, Sendable {
    public var id: String
    public var generation: Int
    public var state: State
    public var reason: String?
    public var startedAt: Double
    public var endedAt: Double?
    /// The wave under way.
    public var wave: Int
    /// Waves that an operator has let go on.
    public var approvedWaves: Int
    public var members: [Member]
    /// The runbook that it is of; nil for a plan that changes what nodes are.
    public var runbook: RunReport.Runbook?

    public enum State: String, Codable, Hashable, Sendable {
        case running, succeeded, failed, stopped
    }

    public struct Member: Codable, Hashable, Sendable {
        public var node: String
        public var name: String
        public var role: String
        public var wave: Int
        /// `deploy`, `upgrade`, or `runbook NAME`.
        public var operation: String
        public var state: MemberState
        public var detail: String
        /// An operator must let this member's wave go on first.
        public var needsApproval: Bool
        /// Failures in its role after which the run stops.
        public var maxFailed: Int
        /// The node's serial when the run decided to start it; another one says that it has begun.
        public var serial: Int?
    }

    public enum MemberState: String, Codable, Hashable, Sendable {
        case pending, started, done, failed
        case rolledBack = "rolled-back"
    }
}

extension RunRecord.Member {
    /// It came to an end without success.
    var isLost: Bool { state == .failed || state == .rolledBack }
}

extension RunReport.NodeReport {
    init(_ member: RunRecord.Member) {
        self.init(
            name: member.name,
            id: member.node,
            wave: member.wave,
            state: member.state.rawValue,
            detail: member.detail
        )
    }
}

/// What a run learns of a node each time it is looked at.
struct RunObservation: Hashable, Sendable {
    var lifecycle: NodeLifecycle
}

extension RunRecord {
    /// What has to be started now.
    struct Start: Hashable, Sendable {
        var node: String
        var event: NodeLifecycle.Event
    }

    /// The run after looking at its nodes: a pure function, so that it may be asked any number of times.
    ///
    /// A member is started by an event whose repetition changes nothing; it is done when the node carries the generation.
    mutating func advance(_ nodes: [String: RunObservation], at now: Double) -> [Start] {
        guard state == .running else { return [] }
        var starts: [Start] = []
        for index in members.indices { observe(&members[index], nodes[members[index].node]) }
        let lost = members.filter(\.isLost)
        if let first = lost.first(where: { one in lost.count { $0.role == one.role } > one.maxFailed }) {
            // What is under way is let come to its end; nothing new is started.
            for index in members.indices where members[index].state == .started && !begun(members[index], nodes) {
                members[index].state = .pending
                members[index].detail = ""
            }
            guard !members.contains(where: { $0.state == .started }) else { return [] }
            end(.failed, "more than max_failed \(first.maxFailed) of role '\(first.role)'", at: now)
            return []
        }
        while true {
            let current = members.indices.filter { members[$0].wave == wave }
            if current.isEmpty {
                // What waves tolerate is no success where nothing is left that succeeded.
                if !members.isEmpty, lost.count == members.count {
                    end(.failed, "no node succeeded", at: now)
                } else {
                    end(.succeeded, nil, at: now)
                }
                return starts
            }
            if waitsForApproval { return starts }
            for index in current where members[index].state == .pending {
                members[index].state = .started
                members[index].detail = "started"
                members[index].serial = nodes[members[index].node]?.lifecycle.serial
            }
            for index in current where members[index].state == .started && !begun(members[index], nodes) {
                starts.append(Start(node: members[index].node, event: event(for: members[index])))
            }
            guard current.allSatisfy({ members[$0].state != .pending && members[$0].state != .started }) else {
                return starts
            }
            wave += 1
        }
    }

    /// Whether an operator has to let the wave go on.
    var waitsForApproval: Bool {
        wave > approvedWaves && members.contains { $0.wave == wave && $0.needsApproval && $0.state == .pending }
    }

    mutating func stop(_ reason: String, at now: Double) {
        end(.stopped, reason, at: now)
    }

    private mutating func end(_ state: State, _ reason: String?, at now: Double) {
        self.state = state
        self.reason = reason
        if state == .failed, let losses = members.map(RunReport.NodeReport.init).losses {
            self.reason = [losses, reason].compactMap(\.self).joined(separator: "; ")
        }
        endedAt = now
    }

    private func begun(_ member: Member, _ nodes: [String: RunObservation]) -> Bool {
        nodes[member.node]?.lifecycle.serial != member.serial
    }

    private func event(for member: Member) -> NodeLifecycle.Event {
        member.operation == "deploy"
            ? .deployRequested(generation: generation)
            : .serviceRequested(generation: generation, operation: member.operation)
    }

    private func observe(_ member: inout Member, _ observation: RunObservation?) {
        if member.state == .failed, let lifecycle = observation?.lifecycle, lifecycle.generation >= generation {
            // It failed by its deadline, or for an operator who had it tried again, and is done after all.
            member.state = .done
            member.detail = lifecycle.evidence
            return
        }
        guard member.state == .started else { return }
        guard let lifecycle = observation?.lifecycle else {
            member.state = .failed
            member.detail = "the node was deleted"
            return
        }
        if lifecycle.generation >= generation {
            member.state = .done
            member.detail = lifecycle.evidence
            return
        }
        guard lifecycle.serial != member.serial else {
            if let reason = lifecycle.quarantined { member.detail = "waits: quarantined (\(reason))" }
            if let reason = lifecycle.maintenance { member.detail = "waits: in maintenance (\(reason))" }
            return
        }
        member.detail = lifecycle.evidence
        switch lifecycle.state {
        case .failed(let failure):
            member.state = .failed
            member.detail = failure.reason
        case .active where lifecycle.lastRolledBack == generation:
            member.state = .rolledBack
        case .enroll, .manageable, .available, .active:
            // Begun, and at rest without the generation: an operator gave it up.
            member.state = .failed
        case .verifying, .inspecting, .deploying, .servicing, .testing:
            break
        }
    }
}

public import OperatorAPI

/// Waits until nodes are in a state; is told what was seen and says what to print and when it is over.
public struct NodeWatch: Sendable {
    /// The names of a node's states.
    public static let states = [
        "enroll", "verifying", "manageable", "inspecting", "available", "deploying", "active", "servicing", "testing",
        "failed",
    ]

    /// The nodes waited for; empty for all there are.
    public var names: [String]
    /// The state without what follows in parentheses: `available`, `failed`.
    public var state: String
    /// Ends at the first failure, whatever the others do.
    public var endsAtAnyFailure: Bool

    private var last: [String: String] = [:]

    public init(names: [String], state: String, endsAtAnyFailure: Bool) {
        self.names = names
        self.state = state
        self.endsAtAnyFailure = endsAtAnyFailure
    }

    public enum Verdict: Equatable, Sendable {
        case waiting
        case reached
        /// Why not, a line each.
        case failed([String])
    }

    /// The nodes waited for, of all there are.
    public func watched(_ nodes: [NodeSummary]) -> [NodeSummary] {
        names.isEmpty ? nodes : nodes.filter { names.contains($0.name) }
    }

    public func verdict(_ nodes: [NodeSummary]) -> Verdict {
        let missing = names.filter { name in !nodes.contains { $0.name == name } }
        guard missing.isEmpty else { return .failed(missing.map { "there is no node '\($0)'" }) }
        let watched = watched(nodes)
        guard !watched.isEmpty else { return .failed(["there are no nodes to wait for"]) }
        let waiting = watched.filter { Self.base($0.state) != state }
        if waiting.isEmpty { return .reached }
        let failed = waiting.filter { Self.base($0.state) == "failed" }
        guard !failed.isEmpty, endsAtAnyFailure || failed.count == waiting.count else { return .waiting }
        return .failed(failed.map { "\($0.name): \($0.state): \($0.evidence)".oneLine })
    }

    /// What the nodes lacked when the time was over.
    public func late(_ nodes: [NodeSummary]) -> [String] {
        watched(nodes).filter { Self.base($0.state) != state }.map { node in
            "\(node.name): still \(node.state), not \(state): \(node.evidence); see rackwright explain \(node.name)"
                .oneLine
        }
    }

    /// A line for every node that is not as it was.
    public mutating func changes(_ nodes: [NodeSummary], _ look: Appearance) -> [String] {
        var lines: [String] = []
        var plain = look
        plain.width = nil
        for node in watched(nodes) {
            // Percents go by too fast for a line each.
            let stage = node.progress.map { $0.prefix { !$0.isNumber } } ?? ""
            let seen = "\(NodeText.state(node))|\(node.evidence)|\(stage)"
            guard last.updateValue(seen, forKey: node.name) != seen else { continue }
            lines.append("\(look.clock(look.now))  " + NodeText.line(node, nameWidth: 0, plain))
        }
        return lines
    }

    /// A line for every node, to be written over the ones before.
    public func table(_ nodes: [NodeSummary], _ look: Appearance) -> [String] {
        let watched = watched(nodes)
        let width = watched.map(\.name.count).max() ?? 0
        return watched.map { NodeText.line($0, nameWidth: width, look) }
    }

    private static func base(_ state: String) -> Substring { state.prefix { $0 != "(" } }
}

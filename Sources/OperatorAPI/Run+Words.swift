extension RunReport {
    /// How many of a run's nodes are in which state.
    public struct Counts: Codable, Hashable, Sendable {
        public var nodes: Int
        public var pending: Int
        public var started: Int
        public var done: Int
        public var failed: Int
        public var rolledBack: Int

        init(_ nodes: [NodeReport]) {
            func count(_ state: String) -> Int { nodes.count { $0.state == state } }
            self.nodes = nodes.count
            pending = count("pending")
            started = count("started")
            done = count("done")
            failed = count(NodeReport.failed)
            rolledBack = count(NodeReport.rolledBack)
        }

        private enum CodingKeys: String, CodingKey {
            case nodes, pending, started, done, failed
            case rolledBack = "rolled_back"
        }
    }

    /// The nodes that failed or rolled back, in words: `1 of 3 rolled back: node-2 (no space)`; nil for none.
    public var losses: String? { nodes.losses }

    /// What is to be known beside the state: why it ended so, and which nodes were lost; nil for nothing.
    public var remark: String? {
        // The reason of one that failed names them.
        let parts = state == "failed" && reason != nil ? [reason] : [reason, losses]
        let said = parts.compactMap(\.self)
        return said.isEmpty ? nil : said.joined(separator: "; ")
    }
}

extension RunReport.NodeReport {
    fileprivate static let failed = "failed"
    fileprivate static let rolledBack = "rolled-back"

    /// Whether the run did not come to its end on the node.
    public var isLost: Bool { state == Self.failed || state == Self.rolledBack }
}

extension [RunReport.NodeReport] {
    /// See ``RunReport/losses``.
    public var losses: String? {
        let said = [(RunReport.NodeReport.failed, "failed"), (RunReport.NodeReport.rolledBack, "rolled back")]
        let parts = said.compactMap { state, words -> String? in
            let lost = filter { $0.state == state }
            guard !lost.isEmpty else { return nil }
            let named = lost.prefix(3).map { $0.detail.isEmpty ? $0.name : "\($0.name) (\($0.detail))" }
            let more = lost.count > 3 ? " and \(lost.count - 3) more" : ""
            return "\(lost.count) of \(count) \(words): \(named.joined(separator: ", "))\(more)"
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}

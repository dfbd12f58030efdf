import AgentAPI

/// Says, over restarts, that a bundle has begun to change the node and has neither succeeded nor been rolled back.
///
/// Until a bundle succeeds, what a later one finds and would put back is in between two generations: it must not be
/// taken for the older one.
struct UnsettledMark {
    let stateFolder: String

    private var path: String { stateFolder + "/unsettled" }
    private var files: NodeFiles { NodeFiles(root: "") }
    private var changes: FileChanges { FileChanges(files: files) { _ in } }

    /// Sets the mark, unless there is one. Answers the other bundle that had set it.
    func set(by bundle: String) throws -> String? {
        if try files.status(path) != nil {
            let setter = try files.readText(path)
            return setter == bundle ? nil : setter
        }
        try changes.replace(path, with: Array(bundle.utf8), mode: 0o600, user: nil, group: nil)
        return nil
    }

    func clear() throws {
        _ = try changes.remove(path)
    }
}

extension InstructionReport.Outcome {
    /// Whether the node is, as a whole, what one generation says.
    var settles: Bool {
        switch self {
        case .succeeded: true
        case .failed(let failure): failure.rolledBack
        }
    }
}

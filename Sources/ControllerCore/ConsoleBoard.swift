import BMC
import Logging

/// The consoles that are open; one for each node, whoever looks on.
actor ConsoleBoard {
    typealias Open = @Sendable () async throws -> any BMCConsole

    private var sessions: [String: ConsoleSession] = [:]
    private var opening: [String: Task<ConsoleSession, any Error>] = [:]

    subscript(node: String) -> ConsoleSession? { sessions[node] }

    /// The node's console, opened where it is not.
    func session(
        of node: String,
        path: String,
        now: @escaping @Sendable () -> Double,
        log: Logger,
        open: @escaping Open
    ) async throws -> ConsoleSession {
        if let session = sessions[node], await session.ending == nil { return session }
        if let task = opening[node] { return try await task.value }
        let task = Task {
            let session = ConsoleSession(console: try await open(), path: path, now: now, log: log)
            Task { await session.run() }
            return session
        }
        opening[node] = task
        defer { opening[node] = nil }
        let session = try await task.value
        sessions[node] = session
        return session
    }

    /// Leaves the consoles that nobody looks at and that are not among those recorded.
    func close(exceptRecorded recorded: Set<String>) async {
        for (node, session) in sessions {
            if await session.ending == nil {
                if await session.isInUse() || recorded.contains(node) { continue }
                await session.end()
            } else if await session.isInUse() {
                // Its last words are still to be read.
                continue
            }
            if sessions[node] === session { sessions[node] = nil }
        }
    }

    func closeAll() async {
        let all = sessions.values
        sessions = [:]
        await withTaskGroup(of: Void.self) { group in
            for session in all { group.addTask { await session.end() } }
        }
    }
}

import AgentAPI

extension TaskReader: ListReading {
    mutating func readHandlers(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) {
        handlers = tasks(tree, what, &problems).map { handler in
            var handler = handler
            guard handler.listen.isEmpty else { return handler }
            if let name = handler.name {
                handler.listen = [name]
            } else {
                problems.add("a task in \(what) needs 'name' or 'listen'", at: Self.location(handler))
            }
            return handler
        }
    }

    func whole(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) -> [TaskItem] {
        let tasks = kept(tasks(tree, what, &problems))
        return tasks.isEmpty ? [] : tasks + handlers
    }
}

extension [TaskItem] {
    /// Each with the tasks of its block.
    var withNested: [TaskItem] {
        flatMap { item -> [TaskItem] in
            guard case .block(let body) = item.body else { return [item] }
            return [item] + (body.block + body.rescue + body.always).withNested
        }
    }
}

extension CatalogProblems {
    /// Adds which tasks of the lists notify what is not there.
    ///
    /// - Parameter before: how many problems there were before the lists were read. A list of which parts could not be
    ///   read lacks handlers that are there, so that then nothing is said.
    mutating func checkNotified(in lists: [[TaskItem]], readSince before: Int) {
        guard problems.count == before else { return }
        for tasks in lists.map(\.withNested) {
            let handlers = tasks.filter { !$0.listen.isEmpty }
            let known = Set(handlers.flatMap(\.listen) + handlers.compactMap(\.name))
            for task in tasks {
                for name in task.notify where !known.contains(name) && !name.hasBraces {
                    add(
                        "the task '\(task.name ?? "unnamed")' notifies '\(name)', and no handler has this name or listens to it",
                        at: TaskReader.location(task),
                        suggestion: Spelling.nearest(to: name, among: known)
                    )
                }
            }
        }
    }
}

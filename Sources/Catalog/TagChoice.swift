public import AgentAPI

/// Which tasks are carried out, by their tags, as with `--tags` and `--skip-tags` of ansible-playbook.
public struct TagChoice: Codable, Hashable, Sendable {
    /// Tasks with one of these; all but those tagged `never` where there is none.
    public var only: [String]
    /// Tasks without any of these.
    public var skipped: [String]

    public init(only: [String] = [], skipped: [String] = []) {
        self.only = only
        self.skipped = skipped
    }

    /// Tags with a meaning of their own, in a task or in a choice.
    static let special: Set<String> = ["always", "never", "all", "tagged", "untagged"]

    /// Whether a task with these tags, its own and inherited ones, is carried out.
    public func wants(_ tags: Set<String>) -> Bool {
        let tags = tags.isEmpty ? ["untagged"] : tags
        let isTagged = tags != ["untagged"]
        let isOpen = !tags.contains("never")
        let only = only.isEmpty ? ["all"] : only
        let isChosen =
            tags.contains("always") || !tags.isDisjoint(with: only) || isOpen && only.contains("all")
            || isOpen && isTagged && only.contains("tagged")
        if skipped.contains("all") { return isChosen && tags.contains("always") && !skipped.contains("always") }
        return isChosen && tags.isDisjoint(with: skipped) && !(isTagged && skipped.contains("tagged"))
    }

    /// The tasks that are carried out, those in blocks and included lists too.
    ///
    /// Handlers stay: what notifies them asks for them. A block or an import gives its tags to what is in it, an include
    /// does not.
    public func chosen(from tasks: [TaskItem]) -> [TaskItem] { chosen(from: tasks, within: []) }

    private func chosen(from tasks: [TaskItem], within outer: Set<String>) -> [TaskItem] {
        tasks.compactMap { task in
            guard task.listen.isEmpty else { return task }
            let tags = outer.union(task.tags)
            guard case .block(var body) = task.body else { return wants(tags) ? task : nil }
            let isInclude = body.included != nil
            if isInclude, !wants(tags) { return nil }
            let inherited = isInclude ? outer : tags
            body.block = chosen(from: body.block, within: inherited)
            body.rescue = chosen(from: body.rescue, within: inherited)
            body.always = chosen(from: body.always, within: inherited)
            guard isInclude || !(body.block + body.rescue + body.always).isEmpty else { return nil }
            var task = task
            task.body = .block(body)
            return task
        }
    }

    /// `tags deep`, `without tags slow`; none where all is as it is without a choice.
    public var words: [String] {
        [("tags ", only), ("without tags ", skipped)].filter { !$0.1.isEmpty }
            .map { $0.0 + $0.1.joined(separator: ", ") }
    }
}

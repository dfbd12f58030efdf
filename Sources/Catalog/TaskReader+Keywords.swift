import AgentAPI
import Jinja

extension TaskReader {
    /// `loop`, `with_…` and `loop_control`.
    func readLoop(_ fields: inout Fields, _ task: inout TaskItem, _ problems: inout CatalogProblems) {
        task.loop = fields.optional("loop")?.value
        for entry in fields.allEntries {
            guard let kind = TaskKeywords.loopKind(entry.key) else { continue }
            _ = fields.optional(entry.key)
            if task.loop != nil {
                problems.add("\(fields.what) has more than one loop", at: entry.location)
            }
            task.loop = entry.value.value
            task.loopKind = kind
        }
        if task.loop != nil, case .block(let body) = task.body, body.included == nil {
            problems.add("\(fields.what) is a block, which has no loop; include_tasks has", at: fields.tree.location)
        }
        guard let control = fields.optional("loop_control"),
            var inner = Fields(control, "loop_control of \(fields.what)", &problems)
        else { return }
        task.loopVariable = inner.text("loop_var", &problems) ?? "item"
        _ = inner.optional("label")
        var more = TaskItem.LoopControl()
        more.indexVariable = inner.text("index_var", &problems)
        if !keepsTemplate(.pause, &inner, &task) {
            more.pause = inner.optional("pause")?.requireSeconds("'pause' of \(inner.what)", &problems)
        }
        more.isExtended = inner.bool("extended", &problems)
        if inner.bool("extended_allitems", &problems) == false { more.hidesAllItems = true }
        more.breakWhen = conditions(inner.optional("break_when"), &problems)
        if more != TaskItem.LoopControl() { task.loopControl = more }
        inner.finish(&problems)
    }

    /// As whom, where and for how long a task runs.
    func readExecution(_ fields: inout Fields, _ task: inout TaskItem, _ problems: inout CatalogProblems) {
        if let become = fields.optional("become") {
            if case .bool(let flag) = become.value {
                task.become = flag
            } else {
                problems.add(
                    "'become' of \(fields.what) must be true or false; the agent is root",
                    at: become.location
                )
            }
        }
        for key in [
            "become_method", "become_flags", "any_errors_fatal", "ignore_unreachable", "throttle", "collections",
        ] {
            _ = fields.optional(key)
        }
        task.becomeUser = fields.text("become_user", &problems)
        let here = ["localhost", "127.0.0.1", "inventory_hostname", "ansible_hostname"]
        if let place = fields.optional("delegate_to") {
            let name = (place.text ?? "").filter { !$0.isWhitespace && $0 != "{" && $0 != "}" }
            if !here.contains(name) {
                problems.add(
                    "'delegate_to' of \(fields.what): a node's tasks run on that node only",
                    at: place.location
                )
            }
        }
        if let connection = fields.optional("connection"), connection.text != "local" {
            problems.add(
                "'connection' of \(fields.what): the agent is on the node, which is 'local'",
                at: connection.location
            )
        }
        if !keepsTemplate(.timeout, &fields, &task), let timeout = fields.optional("timeout") {
            task.timeout = timeout.requireSeconds("'timeout' of \(fields.what)", &problems)
        }
        let poll =
            keepsTemplate(.poll, &fields, &task) ? nil : fields.integer("poll", in: 0...100_000, &problems)
        if let limit = fields.optional("async") {
            // The agent waits itself: there is no connection that a long task could outlive.
            let seconds =
                keepsTemplate(.asynchronous, &fields, &task)
                ? nil : limit.requireSeconds("'async' of \(fields.what)", &problems)
            if let seconds, seconds > 0 { task.timeout = task.timeout ?? seconds }
            if poll == 0, seconds != 0 {
                problems.add(
                    "'poll: 0' of \(fields.what) would leave it running unseen; use a unit of systemd's",
                    at: limit.location
                )
            }
        }
    }

    /// Whether a keyword has a template in the place of its number, which is kept for the node to work out.
    func keepsTemplate(_ keyword: NumberTemplate.Keyword, _ fields: inout Fields, _ task: inout TaskItem) -> Bool {
        guard let tree = fields.optional(keyword.rawValue), let text = tree.text, text.hasBraces else { return false }
        task.numbers =
            (task.numbers ?? []) + [
                NumberTemplate(keyword: keyword, text: text, source: tree.location.description)
            ]
        return true
    }

    /// What a block or an include says in vain, and Ansible refuses too.
    func refuseWhatTasksAloneHave(_ fields: Fields, _ task: TaskItem, _ problems: inout CatalogProblems) {
        guard case .block = task.body else { return }
        let isBlock = fields.keyLocation("block") != nil
        var keys = ["until", "retries", "delay", "changed_when", "failed_when", "async", "poll"]
        if isBlock { keys.append("register") }
        for key in keys {
            guard let location = fields.keyLocation(key) else { continue }
            let kind = isBlock ? "a block" : "an include"
            problems.add(
                "'\(key)' of \(fields.what) is for tasks, and this is \(kind): say it of those in it",
                at: location
            )
        }
    }
}

extension Template {
    /// The names of the variables that the template reads and does not set itself; the built-in functions are not
    /// among them. What it includes or imports is not looked into.
    public var names: Set<String> {
        var read: Set<String> = []
        var made: Set<String> = []
        body.collectNames(read: &read, made: &made)
        return read.subtracting(made).subtracting(GlobalFunction.allCases.map(\.rawValue))
    }
}

extension [Statement] {
    fileprivate func collectNames(read: inout Set<String>, made: inout Set<String>) {
        func note(_ clause: Clause?) { clause?.root.collectNames(into: &read) }
        for statement in self {
            switch statement {
            case .text: break
            case .output(let written): note(written.clause)
            case .extends(let clause), .include(let clause, _, _): note(clause)
            case .importModule(let clause, let name, _):
                note(clause)
                made.insert(name.text)
            case .importNames(let clause, let names, _):
                note(clause)
                made.formUnion(names.map(\.alias.text))
            case .set(let assignment):
                note(assignment.value)
                made.formUnion(assignment.target.names)
            case .setBlock(let target, let filters, let body):
                note(filters)
                made.formUnion(target.names)
                body.collectNames(read: &read, made: &made)
            case .condition(let condition):
                for branch in condition.branches {
                    note(branch.test)
                    branch.body.collectNames(read: &read, made: &made)
                }
                condition.otherwise.collectNames(read: &read, made: &made)
            case .loop(let loop):
                note(loop.items)
                note(loop.filter)
                made.formUnion(loop.target.names + ["loop"])
                (loop.body + loop.otherwise).collectNames(read: &read, made: &made)
            case .with(let pairs, let body):
                for pair in pairs {
                    note(pair.value)
                    made.formUnion(pair.target.names)
                }
                body.collectNames(read: &read, made: &made)
            case .filtered(let clause, let body):
                note(clause)
                body.collectNames(read: &read, made: &made)
            case .macro(let macro): macro.collectNames(read: &read, made: &made)
            case .callBlock(let macro, let clause):
                note(clause)
                macro.collectNames(read: &read, made: &made)
            case .block(let block): block.body.collectNames(read: &read, made: &made)
            }
        }
    }
}

extension MacroDefinition {
    fileprivate func collectNames(read: inout Set<String>, made: inout Set<String>) {
        made.formUnion(parameters.map(\.name.text) + [name.text, "caller", "varargs", "kwargs"])
        for parameter in parameters { parameter.fallback?.root.collectNames(into: &read) }
        body.collectNames(read: &read, made: &made)
    }
}

extension AssignmentTarget {
    fileprivate var names: [String] {
        switch self {
        case .name(let name): [name.text]
        case .tuple(let targets): targets.flatMap(\.names)
        case .attribute: []
        }
    }
}

/// An attribute path such as `a.b.0`, to be read of one value after the other.
struct AttributePath {
    private let steps: Steps
    /// What is read where there is nothing.
    private let fallback: Value?
    private let evaluation: Evaluation

    private enum Steps {
        case one(Value)
        case many([Value])
    }

    init(_ attribute: Value, fallback: Value? = nil, _ evaluation: Evaluation) {
        switch attribute {
        case .string(let path) where path.utf8.contains { $0 == 0x2E || (0x30...0x39).contains($0) }:
            let parts = split(path, by: ".", limit: -1).map { part -> Value in
                let isNumber = !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                return isNumber ? Int(part).map { .int($0) } ?? .string(part) : .string(part)
            }
            steps = .many(parts)
        case .none: steps = .many([])
        default: steps = .one(attribute)
        }
        self.fallback = fallback.flatMap { $0.isNone ? nil : $0 }
        self.evaluation = evaluation
    }

    func callAsFunction(_ value: Value) throws -> Value {
        switch steps {
        case .one(let step): try read(step, of: value)
        case .many(let steps): try steps.reduce(value) { try read($1, of: $0) }
        }
    }

    private func read(_ step: Value, of value: Value) throws -> Value {
        let found = try evaluation.subscripted(value, by: step, path: step.description)
        if let fallback, found.isUndefined { return fallback }
        return found
    }
}

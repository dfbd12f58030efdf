import OrderedCollections

extension Value {
    /// Python's `==`: numbers by their value, `True` equal to 1, dictionaries without regard to order.
    public func isEqual(to other: Value) -> Bool {
        switch (self, other) {
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.none, .none), (.undefined, .undefined): return true
        case (.list(let left), .list(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.isEqual(to: $1) }
        case (.dict(let left), .dict(let right)):
            return left.count == right.count
                && left.allSatisfy { key, value in right[key].map { value.isEqual(to: $0) } ?? false }
        default:
            guard let left = number, let right = other.number else { return false }
            return left == right
        }
    }

    /// The number that a value stands for in arithmetic: booleans are 0 and 1.
    var number: Number? {
        switch self {
        case .bool(let flag): .int(flag ? 1 : 0)
        case .int(let number): .int(number)
        case .double(let number): .double(number)
        case .undefined, .none, .string, .list, .dict: nil
        }
    }

    /// Whether this sorts before the other; only numbers, strings and lists have an order.
    func precedes(_ other: Value, operator word: String = "<") throws -> Bool {
        switch (self, other) {
        case (.string(let left), .string(let right)):
            return left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.list(let left), .list(let right)):
            for (one, two) in zip(left, right) where !one.isEqual(to: two) {
                return try one.precedes(two, operator: word)
            }
            return left.count < right.count
        default:
            guard let left = number, let right = other.number else {
                throw JinjaError("'\(word)' between \(typeName) and \(other.typeName)")
            }
            return left < right
        }
    }
}

/// An integer or a double, with Python's rules for mixing them.
enum Number: Comparable {
    case int(Int)
    case double(Double)

    var double: Double {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        }
    }

    var value: Value {
        switch self {
        case .int(let number): .int(number)
        case .double(let number): .double(number)
        }
    }

    static func == (left: Number, right: Number) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): left == right
        case (.double(let left), .double(let right)): left == right
        case (.int(let whole), .double(let double)), (.double(let double), .int(let whole)):
            Int(exactly: double) == whole
        }
    }

    static func < (left: Number, right: Number) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): left < right
        case (.double(let left), .double(let right)): left < right
        case (.int(let whole), .double(let double)):
            // An integer above 2^53 must not be rounded before it is compared.
            if let bound = Int(exactly: double.rounded(.up)) { whole < bound } else { double > 0 }
        case (.double(let double), .int(let whole)):
            if let bound = Int(exactly: double.rounded(.down)) { bound < whole } else { double < 0 }
        }
    }

    static func combine(_ left: Number, _ right: Number, by operation: BinaryOperator) throws -> Value {
        if case .int(let left) = left, case .int(let right) = right {
            return try combine(left, right, by: operation)
        }
        return .double(try combine(left.double, right.double, by: operation))
    }

    private static func combine(_ left: Int, _ right: Int, by operation: BinaryOperator) throws -> Value {
        let result: (partialValue: Int, overflow: Bool)
        switch operation {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .divide:
            guard right != 0 else { throw JinjaError("division by zero") }
            return .double(Double(left) / Double(right))
        case .floorDivide:
            guard right != 0 else { throw JinjaError("division by zero") }
            result = left.dividedReportingOverflow(by: right)
            if !result.overflow, left % right != 0, (left < 0) != (right < 0) { return .int(result.partialValue - 1) }
        case .remainder:
            guard right != 0 else { throw JinjaError("remainder of a division by zero") }
            let remainder = left.remainderReportingOverflow(dividingBy: right).partialValue
            return .int(remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder)
        case .power:
            guard right >= 0 else { return .double(try combine(Double(left), Double(right), by: .power)) }
            result = power(left, right)
        }
        guard !result.overflow else {
            throw JinjaError("\(left) \(operation.rawValue) \(right) does not fit 64 bits")
        }
        return .int(result.partialValue)
    }

    private static func power(_ base: Int, _ exponent: Int) -> (Int, Bool) {
        if exponent == 0 || base == 1 { return (1, false) }
        if base == 0 { return (0, false) }
        if base == -1 { return (exponent % 2 == 0 ? 1 : -1, false) }
        guard exponent < 64 else { return (0, true) }
        var result = 1
        for _ in 0..<exponent {
            let (product, overflow) = result.multipliedReportingOverflow(by: base)
            if overflow { return (0, true) }
            result = product
        }
        return (result, false)
    }

    private static func combine(_ left: Double, _ right: Double, by operation: BinaryOperator) throws -> Double {
        switch operation {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .divide:
            guard right != 0 else { throw JinjaError("division by zero") }
            return left / right
        case .floorDivide, .remainder:
            guard right != 0 else { throw JinjaError("division by zero") }
            var remainder = left.truncatingRemainder(dividingBy: right)
            var quotient = (left - remainder) / right
            if remainder != 0 {
                if (right < 0) != (remainder < 0) {
                    remainder += right
                    quotient -= 1
                }
            } else {
                remainder = Double(signOf: right, magnitudeOf: 0)
            }
            if operation == .remainder { return remainder }
            guard quotient != 0 else { return Double(signOf: left / right, magnitudeOf: 0) }
            let floor = quotient.rounded(.down)
            return quotient - floor > 0.5 ? floor + 1 : floor
        case .power:
            guard left != 0 || right >= 0 else { throw JinjaError("0 to a negative power") }
            guard left >= 0 || right == right.rounded() else {
                throw JinjaError("a negative number to a power that is not whole")
            }
            let result = raise(left, to: right)
            guard result.isFinite || !left.isFinite || !right.isFinite else {
                throw JinjaError("\(left) ** \(right) is out of range")
            }
            return result
        }
    }
}

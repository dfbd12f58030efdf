import Catalog
import Jinja
import OrderedCollections

/// A role's requirements, made ready once to be asked of many nodes.
struct RoleChecks {
    let role: Role
    let hardware: [RequirementCheck]
    let rootDisk: [RequirementCheck]

    init(_ role: Role) {
        self.role = role
        hardware = role.hardware.map(RequirementCheck.init)
        rootDisk = role.rootDisk.map(RequirementCheck.init)
    }
}

/// A requirement and what to look at where it fails.
struct RequirementCheck {
    private let requirement: Role.Requirement
    private let look: Look

    init(_ requirement: Role.Requirement) {
        self.requirement = requirement
        look = Look(requirement.text)
    }

    /// Nil when it holds; else what was observed.
    func failure(with variables: OrderedDictionary<String, Value>) -> Verdict.Failure? {
        do {
            if try requirement.expression.evaluate(variables).isTruthy { return nil }
            let (observed, gap) = look.observe(variables)
            return Verdict.Failure(requirement: requirement.text, observed: observed, gap: gap)
        } catch {
            return Verdict.Failure(requirement: requirement.text, observed: "unknown: \(error.message)")
        }
    }
}

/// Where to look when an expression does not hold.
private indirect enum Look {
    /// Of what must hold together, the first that does not.
    case both(first: Expression?, Look, Look)
    case negated(Side)
    /// The left side of the first comparison that can be evaluated, and the right one where they are all there is.
    case comparison([(left: Side, right: Expression?)])

    /// A part of an expression, as it was written.
    struct Side {
        var text: String
        var expression: Expression
    }

    init(_ text: String) {
        let isOne = text.before(" or ") == nil && text.before(" if ") == nil
        if isOne, let first = text.before(" and ") {
            let rest = String(text.dropFirst(first.count + " and ".count))
            self = .both(first: try? Expression(first), Look(first), Look(rest))
        } else if isOne, text.hasPrefix("not "), let expression = try? Expression(String(text.dropFirst(4))) {
            self = .negated(Side(text: String(text.dropFirst(4)), expression: expression))
        } else {
            let signs = [" >= ", " <= ", " == ", " != ", " > ", " < ", " in "]
            self = .comparison(
                signs.compactMap { sign in
                    guard let left = text.before(sign), let expression = try? Expression(left) else { return nil }
                    let right = String(text.dropFirst(left.count + sign.count))
                    return (Side(text: left, expression: expression), isOne ? try? Expression(right) : nil)
                }
            )
        }
    }

    func observe(_ variables: OrderedDictionary<String, Value>) -> (String, Verdict.Gap?) {
        switch self {
        case .both(let first, let one, let other):
            let holds = (try? first?.evaluate(variables))?.isTruthy ?? false
            return (holds ? other : one).observe(variables)
        case .negated(let side):
            if let value = try? side.expression.evaluate(variables) {
                return ("\(side.text) is \(Quantity.describe(value))", nil)
            }
        case .comparison(let sides):
            for (left, right) in sides {
                guard let value = try? left.expression.evaluate(variables) else { continue }
                let wanted = try? right?.evaluate(variables)
                return (
                    "\(left.text) is \(Quantity.describe(value))", wanted.flatMap { Verdict.Gap(from: value, to: $0) }
                )
            }
        }
        return ("it does not hold", nil)
    }
}

extension Verdict.Gap {
    /// Nil where one of them is no number.
    fileprivate init?(from value: Value, to wanted: Value) {
        guard let number = Self.number(value), let other = Self.number(wanted) else { return nil }
        self.init(observed: Quantity.describe(value), distance: (other - number).magnitude)
    }

    private static func number(_ value: Value) -> Double? {
        switch value {
        case .int(let number): Double(number)
        case .double(let number) where number.isFinite: number
        default: nil
        }
    }
}

extension String {
    /// The text before the first `mark` outside quotes and brackets.
    fileprivate func before(_ mark: String) -> String? {
        var depth = 0
        var quote: Character?
        var index = startIndex
        while index < endIndex {
            let character = self[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if "([{".contains(character) {
                depth += 1
            } else if ")]}".contains(character) {
                depth -= 1
            } else if depth == 0, self[index...].hasPrefix(mark) {
                return String(self[..<index])
            }
            index = self.index(after: index)
        }
        return nil
    }
}

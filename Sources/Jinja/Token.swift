/// One word of an expression, and where it starts.
struct Token: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case name(String)
        case string(String)
        case int(Int)
        case double(Double)
        case symbol(Symbol)
        case end
    }

    enum Symbol: String, Hashable, Sendable, CaseIterable {
        case powerOf = "**"
        case floorDivide = "//"
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
        case plus = "+"
        case minus = "-"
        case divide = "/"
        case multiply = "*"
        case remainder = "%"
        case tilde = "~"
        case leftBracket = "["
        case rightBracket = "]"
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBrace = "{"
        case rightBrace = "}"
        case assign = "="
        case dot = "."
        case colon = ":"
        case pipe = "|"
        case comma = ","
        case semicolon = ";"
    }

    var kind: Kind
    var offset: Int

    /// The word as a message shows it.
    var text: String {
        switch kind {
        case .name(let name): name
        case .string(let string): pythonQuoted(string)
        case .int(let number): String(number)
        case .double(let number): pythonText(of: number)
        case .symbol(let symbol): symbol.rawValue
        case .end: "the end"
        }
    }
}

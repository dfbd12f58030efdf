/// Why a template or expression was refused, or failed while it was evaluated, and where.
public struct JinjaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found wrong.
    public var message: String
    /// The name given to the template or expression; empty when it was given none.
    public var template: String
    /// The line, from 1; 0 where no place is known.
    public var line: Int
    /// The column in octets, from 1; 0 where no place is known.
    public var column: Int
    /// The text of the expression being evaluated or parsed; empty outside one.
    public var expression: String

    public init(_ message: String, template: String = "", line: Int = 0, column: Int = 0, expression: String = "") {
        self.message = message
        self.template = template
        self.line = line
        self.column = column
        self.expression = expression
    }

    public var description: String {
        var place = template
        if line > 0 { place += place.isEmpty ? "line \(line)" : ":\(line)" }
        if line > 0, column > 0 { place += ":\(column)" }
        var text = place.isEmpty ? message : "\(place): \(message)"
        if !expression.isEmpty { text += " in `\(expression)`" }
        return text
    }

    /// The same error with a place, unless it has one already: the innermost place is the one that helps.
    func located(template: String, line: Int, column: Int, expression: String) -> JinjaError {
        guard self.line == 0 else { return self }
        return JinjaError(message, template: template, line: line, column: column, expression: expression)
    }
}

/// Runs work that fails with a `JinjaError` alone, and says so in its type.
func throwingJinjaError<Result>(_ body: () throws -> Result) throws(JinjaError) -> Result {
    do {
        return try body()
    } catch let error as JinjaError {
        throw error
    } catch {
        throw JinjaError("\(error)")
    }
}

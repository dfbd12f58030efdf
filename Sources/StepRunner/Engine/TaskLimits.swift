import AgentAPI
import Jinja

/// How often a task is tried, after which waits and for how long, with its templates worked out.
struct TaskLimits {
    /// Where it is 1, nobody asks for the condition of `until`, as Ansible has it.
    var tries = 1
    /// Seconds between two tries.
    var delay: Double
    var timeout: Double?

    init(_ item: TaskItem, _ scope: TaskScope, _ variables: Fields) throws {
        let retries = try item.template(of: .retries)?.value(variables)
        if let retries {
            tries = 1 + Int(max(0, retries))
        } else if !item.until.isEmpty {
            tries = max(1, item.retries + 1)
        }
        let wait = try item.template(of: .delay)?.value(variables) ?? item.delay
        delay = wait < 0 ? 1 : wait
        let limit = try scope.timeoutTemplate?.value(variables) ?? scope.timeout ?? 0
        timeout = limit > 0 ? limit : nil
        if let poll = item.template(of: .poll), let seconds = try poll.value(variables), seconds <= 0 {
            throw poll.refusal("is \(Int(seconds)), which would leave the task running unseen")
        }
    }
}

extension NumberTemplate {
    /// The number that it gives; nil where it says to omit the keyword.
    func value(_ variables: Fields) throws -> Double? {
        let found: Value
        do {
            found = try Rendering.native(.string(text), variables)
        } catch let error as JinjaError {
            throw refusal("cannot be told: \(error)")
        }
        if found.isNone || found == ModuleArguments.omitted { return nil }
        let takesFractions = keyword == .delay || keyword == .pause
        guard let number = Self.number(found), abs(number) <= 1e9, takesFractions || number == number.rounded() else {
            throw refusal("must be \(takesFractions ? "a number" : "a whole number"), and is \(found.json())")
        }
        return number
    }

    func refusal(_ reason: String) -> ModuleFailure {
        ModuleFailure("'\(keyword.rawValue)' (\(source)), '\(text)', \(reason)")
    }

    /// As Python reads numbers: those in a text too, without hexadecimal ones.
    private static func number(_ value: Value) -> Double? {
        guard let text = value.asString else { return value.asDouble }
        let words = text.split(separator: " ")
        return words.count == 1 && !text.contains("x") && !text.contains("X") ? Double(words[0]) : nil
    }
}

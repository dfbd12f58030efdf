/// One step of a compiled regular expression.
enum RegexInstruction: Sendable {
    case set(RegexSet)
    case jump(Int)
    /// Tries the first place, then the second.
    case split(Int, Int)
    case save(Int)
    case backReference(Int, ignoresCase: Bool)
    case assertion(RegexAssertion)
    /// Notes where a turn of a loop starts; a turn that took nothing is the last.
    case markLoop(Int)
    case leaveAfterEmptyTurn(Int, exit: Int)
    /// Runs the following instructions up to `matched` as a match of their own, then goes on at `next`.
    case look(next: Int, behind: Int?, isNegative: Bool)
    case matched
}

/// Turns the tree into instructions.
struct RegexCompiler {
    static let maximumLength = 50_000

    private var program: [RegexInstruction] = []
    private var loops = 0

    mutating func compile(_ root: RegexNode) throws -> [RegexInstruction] {
        program.append(.save(0))
        try emit(root)
        program.append(.save(1))
        program.append(.matched)
        return program
    }

    private mutating func emit(_ node: RegexNode) throws {
        guard program.count < Self.maximumLength else { throw JinjaError("a regular expression that is too large") }
        switch node {
        case .empty: break
        case .set(let set): program.append(.set(set))
        case .sequence(let nodes): for node in nodes { try emit(node) }
        case .alternatives(let nodes): try emitAlternatives(nodes)
        case .group(let node, let index):
            program.append(.save(index * 2))
            try emit(node)
            program.append(.save(index * 2 + 1))
        case .backReference(let index, let ignoresCase):
            program.append(.backReference(index, ignoresCase: ignoresCase))
        case .assertion(let assertion): program.append(.assertion(assertion))
        case .look(let inner, let isAhead, let isNegative):
            let start = program.count
            program.append(.matched)
            try emit(inner)
            program.append(.matched)
            program[start] = .look(
                next: program.count,
                behind: isAhead ? nil : inner.width ?? 0,
                isNegative: isNegative
            )
        case .repetition(let inner, let minimum, let maximum, let isGreedy):
            try emitRepetition(inner, minimum, maximum, isGreedy)
        }
    }

    private mutating func emitAlternatives(_ nodes: [RegexNode]) throws {
        var ends: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index < nodes.count - 1 else {
                try emit(node)
                break
            }
            let start = program.count
            program.append(.matched)
            try emit(node)
            ends.append(program.count)
            program.append(.matched)
            program[start] = .split(start + 1, program.count)
        }
        for end in ends { program[end] = .jump(program.count) }
    }

    private mutating func emitRepetition(_ inner: RegexNode, _ minimum: Int, _ maximum: Int?, _ isGreedy: Bool) throws {
        for _ in 0..<minimum { try emit(inner) }
        if let maximum {
            var starts: [Int] = []
            for _ in minimum..<max(minimum, maximum) {
                starts.append(program.count)
                program.append(.matched)
                try emit(inner)
            }
            for start in starts {
                program[start] = isGreedy ? .split(start + 1, program.count) : .split(program.count, start + 1)
            }
            return
        }
        let start = program.count
        let loop = loops
        let canBeEmpty = (inner.width ?? 0) == 0
        loops += 1
        program.append(.matched)
        if canBeEmpty { program.append(.markLoop(loop)) }
        try emit(inner)
        if canBeEmpty { program.append(.leaveAfterEmptyTurn(loop, exit: program.count + 2)) }
        program.append(.jump(start))
        program[start] = isGreedy ? .split(start + 1, program.count) : .split(program.count, start + 1)
    }
}

/// Runs the instructions over a text, going back where a way leads nowhere.
struct RegexMachine {
    private enum Undo {
        case branch(instruction: Int, place: Int)
        case save(slot: Int, value: Int)
        case loop(Int, value: Int)
    }

    let program: [RegexInstruction]
    let text: [Unicode.Scalar]
    private var slots: [Int]
    private var loops: [Int: Int] = [:]
    private var steps = 0

    init(program: [RegexInstruction], text: [Unicode.Scalar], groupCount: Int) {
        self.program = program
        self.text = text
        slots = Array(repeating: -1, count: (groupCount + 1) * 2)
    }

    mutating func match(at start: Int, forbidsEmpty: Bool = false) throws -> Regex.Match? {
        for index in slots.indices { slots[index] = -1 }
        loops = [:]
        guard try run(from: 0, at: start, forbidsEmptyFrom: forbidsEmpty ? start : nil) else { return nil }
        return Regex.Match(
            groups: stride(from: 0, to: slots.count, by: 2).map { index in
                slots[index] >= 0 && slots[index + 1] >= slots[index] ? slots[index]..<slots[index + 1] : nil
            }
        )
    }

    private mutating func run(from first: Int, at start: Int, forbidsEmptyFrom: Int?) throws -> Bool {
        var trail: [Undo] = []
        var instruction = first
        var place = start
        while true {
            steps += 1
            guard steps <= Regex.maximumSteps else { throw JinjaError("a regular expression took too many steps") }
            var goesOn = true
            switch program[instruction] {
            case .set(let set):
                goesOn = place < text.count && set.contains(text[place])
                place += 1
                instruction += 1
            case .jump(let target): instruction = target
            case .split(let one, let two):
                trail.append(.branch(instruction: two, place: place))
                instruction = one
            case .save(let slot):
                trail.append(.save(slot: slot, value: slots[slot]))
                slots[slot] = place
                instruction += 1
            case .backReference(let group, let ignoresCase):
                goesOn = takeReference(group, ignoresCase, &place)
                instruction += 1
            case .assertion(let assertion):
                goesOn = holds(assertion, at: place)
                instruction += 1
            case .markLoop(let loop):
                trail.append(.loop(loop, value: loops[loop] ?? -1))
                loops[loop] = place
                instruction += 1
            case .leaveAfterEmptyTurn(let loop, let exit):
                instruction = loops[loop] == place ? exit : instruction + 1
            case .look(let next, let behind, let isNegative):
                let from = place - (behind ?? 0)
                let saved = slots
                let found = try from >= 0 && run(from: instruction + 1, at: from, forbidsEmptyFrom: nil)
                if found, !isNegative {
                    for slot in saved.indices where saved[slot] != slots[slot] {
                        trail.append(.save(slot: slot, value: saved[slot]))
                    }
                } else {
                    slots = saved
                }
                goesOn = found != isNegative
                instruction = next
            case .matched:
                if forbidsEmptyFrom != place { return true }
                goesOn = false
            }
            if goesOn { continue }
            guard let (back, at) = goBack(&trail) else { return false }
            instruction = back
            place = at
        }
    }

    private mutating func goBack(_ trail: inout [Undo]) -> (Int, Int)? {
        while let undo = trail.popLast() {
            switch undo {
            case .branch(let instruction, let place): return (instruction, place)
            case .save(let slot, let value): slots[slot] = value
            case .loop(let loop, let value): loops[loop] = value
            }
        }
        return nil
    }

    private func takeReference(_ group: Int, _ ignoresCase: Bool, _ place: inout Int) -> Bool {
        let (start, end) = (slots[group * 2], slots[group * 2 + 1])
        guard start >= 0, end >= start, place + end - start <= text.count else { return false }
        for offset in 0..<(end - start)
        where !text[start + offset].isSame(as: text[place + offset], ignoringCase: ignoresCase) {
            return false
        }
        place += end - start
        return true
    }

    private func holds(_ assertion: RegexAssertion, at place: Int) -> Bool {
        switch assertion {
        case .textStart: place == 0
        case .textEnd: place == text.count
        case .lineStart: place == 0 || text[place - 1] == "\n"
        case .lineEnd: place == text.count || text[place] == "\n"
        case .textEndOrLastLineEnd: place == text.count || (place == text.count - 1 && text[place] == "\n")
        case .wordBoundary: isWord(place - 1) != isWord(place)
        case .notWordBoundary: text.isEmpty ? false : isWord(place - 1) == isWord(place)
        }
    }

    private func isWord(_ place: Int) -> Bool {
        place >= 0 && place < text.count && text[place].isWord
    }
}

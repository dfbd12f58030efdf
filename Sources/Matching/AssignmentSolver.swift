/// Assigns rows to columns one place at a time, each time by the best chain of moves.
///
/// Successive shortest augmenting paths over the graph of the columns: with every place that is added, the assignment has
/// the highest sum of scores among all assignments that fill as many places (Ahuja, Magnanti, Orlin, "Network Flows",
/// section 9.7).
struct AssignmentSolver {
    /// The score of a row in a column; nil where it may not be.
    private let scores: [[Int?]]
    private let columns: Int
    /// The column of each row, if it has one.
    private(set) var assigned: [Int?]
    /// For each column the rows that may be in it, best first; those before `next` have a column.
    private var free: [[Int]]
    private var next: [Int]
    private var members: [[Int]]
    /// The best move from a column (first index) to another.
    private var moves: [[Move?]]

    init(scores: [[Int?]], roles: Int) {
        self.scores = scores
        columns = roles
        assigned = [Int?](repeating: nil, count: scores.count)
        free = (0..<roles).map { column in
            scores.indices.filter { scores[$0][column] != nil }
                .sorted { (scores[$1][column] ?? 0, $0) < (scores[$0][column] ?? 0, $1) }
        }
        next = [Int](repeating: 0, count: roles)
        members = [[Int]](repeating: [], count: roles)
        moves = [[Move?]](repeating: [Move?](repeating: nil, count: roles), count: roles)
    }

    private struct Move {
        var row: Int
        var gain: Int

        func isBetter(than other: Self?) -> Bool {
            other.map { gain > $0.gain || (gain == $0.gain && row < $0.row) } ?? true
        }
    }

    /// Fills one more place of the one of `targets` where it gains most, the first of equals; nil when no chain of moves
    /// can.
    mutating func add(toOneOf targets: [Int]) -> Int? {
        // best[c]: the highest gain of giving a row to column c, taken from the free rows or, through a chain, from others.
        var best = [Int?](repeating: nil, count: columns)
        var via = [(row: Int, from: Int?)?](repeating: nil, count: columns)
        for target in 0..<columns {
            if let move = freeMove(to: target) {
                best[target] = move.gain
                via[target] = (move.row, nil)
            }
        }
        for _ in 0..<columns {
            var changed = false
            for from in 0..<columns {
                guard let base = best[from] else { continue }
                for target in 0..<columns {
                    guard target != from, let move = moves[from][target] else { continue }
                    let gain = base + move.gain
                    if best[target].map({ gain > $0 }) ?? true {
                        best[target] = gain
                        via[target] = (move.row, from)
                        changed = true
                    }
                }
            }
            if !changed { break }
        }
        var chosen: (column: Int, gain: Int)?
        for target in targets {
            guard let gain = best[target], chosen.map({ gain > $0.gain }) ?? true else { continue }
            chosen = (target, gain)
        }
        guard let chosen else { return nil }
        var target: Int? = chosen.column
        while let current = target, let step = via[current] {
            place(step.row, in: current, from: step.from)
            target = step.from
        }
        return chosen.column
    }

    private mutating func place(_ row: Int, in column: Int, from: Int?) {
        assigned[row] = column
        members[column].append(row)
        for target in 0..<columns {
            if let move = move(of: row, from: column, to: target), move.isBetter(than: moves[column][target]) {
                moves[column][target] = move
            }
        }
        guard let from else { return }
        members[from].removeAll { $0 == row }
        for target in 0..<columns where moves[from][target]?.row == row {
            moves[from][target] = nil
            for member in members[from] {
                if let move = move(of: member, from: from, to: target), move.isBetter(than: moves[from][target]) {
                    moves[from][target] = move
                }
            }
        }
    }

    private func move(of row: Int, from: Int, to target: Int) -> Move? {
        guard from != target, let score = scores[row][target] else { return nil }
        return Move(row: row, gain: score - (scores[row][from] ?? 0))
    }

    private mutating func freeMove(to column: Int) -> Move? {
        while next[column] < free[column].count {
            let row = free[column][next[column]]
            if assigned[row] == nil { return Move(row: row, gain: scores[row][column] ?? 0) }
            next[column] += 1
        }
        return nil
    }
}

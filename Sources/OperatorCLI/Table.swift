/// Rows in aligned columns, without borders.
struct Table {
    struct Cell: ExpressibleByStringInterpolation {
        var text: String
        var tint: Tint?

        init(_ text: String, _ tint: Tint? = nil) {
            self.text = text.oneLine
            self.tint = tint
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    var heads: [String]
    var rows: [[Cell]] = []

    init(_ heads: String...) {
        self.heads = heads
    }

    mutating func add(_ cells: Cell...) { rows.append(cells) }

    /// The lines; where there is a width, the last column is cut to it.
    func lines(_ look: Appearance) -> [String] {
        let all = [heads.map { Cell($0, .faint) }] + rows
        var widths = [Int](repeating: 0, count: heads.count)
        for row in all {
            for (index, cell) in row.enumerated() where index < widths.count {
                widths[index] = max(widths[index], cell.text.count)
            }
        }
        return all.map { row in
            var line = ""
            var column = 0
            for (index, cell) in row.enumerated() {
                var text = cell.text
                if let width = look.width { text = text.cut(to: max(0, width - column)) }
                line += look.tinted(text, cell.tint)
                column += text.count
                guard row[(index + 1)...].contains(where: { !$0.text.isEmpty }), index < widths.count else { break }
                let gap = max(0, widths[index] - text.count) + 2
                line += String(repeating: " ", count: gap)
                column += gap
            }
            return line
        }
    }

    func text(_ look: Appearance) -> String { lines(look).joined(separator: "\n") }
}

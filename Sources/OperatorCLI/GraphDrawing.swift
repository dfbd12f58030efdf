import Catalog

/// Boxes in columns with lines between them (Sugiyama's layered layout): roles at the left, each service to the right of
/// what it comes after. A line that passes a column has a lane there, so that none goes behind a box.
struct GraphDrawing {
    private struct Item {
        var key: String
        var title: String
        var lines: [String]
        var kind: Kind
        var x = 0
        var y = 0
        var width = 0
        var height = 0

        enum Kind {
            case role, service, lane
        }

        /// Where lines come in and go out.
        var port: Int { kind == .lane ? y + height / 2 : y + min(height / 2, 16) }
    }

    /// A line by the keys of what it goes through.
    private struct Line {
        var keys: [String]
        var isOrder: Bool
    }

    private static let letter = 9
    private static let row = 18
    private static let gap = 22
    private static let margin = 20
    private static let between = 90
    private static let laneHeight = 10

    private var columns: [[Item]]
    private var lines: [Line] = []
    private var width = 0
    private var height = 0

    init(_ graph: CatalogGraph) {
        columns = [
            graph.roles.map { Item(key: "role \($0.name)", title: $0.name, lines: [$0.count], kind: .role) }
        ]
        columns += graph.columns.map { column in
            column.map { service in
                Item(
                    key: "service \(service.name)",
                    title: service.name,
                    lines: service.containers.map { "\($0.step)  \($0.name)" },
                    kind: .service
                )
            }
        }
        var place: [String: Int] = [:]
        for (index, column) in columns.enumerated() { for item in column { place[item.key] = index } }
        for role in graph.roles {
            for service in role.services {
                connect("role \(role.name)", "service \(service)", place, isOrder: false)
            }
        }
        for service in graph.services {
            for other in service.after {
                connect("service \(other)", "service \(service.name)", place, isOrder: true)
            }
        }
        lay()
    }

    /// Adds a line and the lanes that it needs; lines from one box share theirs.
    private mutating func connect(_ start: String, _ end: String, _ place: [String: Int], isOrder: Bool) {
        guard let first = place[start], let last = place[end], first < last else { return }
        var keys = [start]
        for index in (first + 1)..<last {
            let key = "lane \(index) \(start)"
            if !columns[index].contains(where: { $0.key == key }) {
                columns[index].append(Item(key: key, title: "", lines: [], kind: .lane))
            }
            keys.append(key)
        }
        lines.append(Line(keys: keys + [end], isOrder: isOrder))
    }

    /// Gives each box its place: near what its lines come from, and below the box before it.
    private mutating func lay() {
        var before: [String: [String]] = [:]
        for line in lines {
            for (start, end) in zip(line.keys, line.keys.dropFirst()) where !(before[end] ?? []).contains(start) {
                before[end, default: []].append(start)
            }
        }
        var ports: [String: Int] = [:]
        var x = Self.margin
        for index in columns.indices {
            func wish(_ item: Item) -> Double {
                let found = (before[item.key] ?? []).compactMap { ports[$0] }
                return found.isEmpty ? 0 : Double(found.reduce(0, +)) / Double(found.count)
            }
            if index > 0 { columns[index].sort { (wish($0), $0.key) < (wish($1), $1.key) } }
            let texts = columns[index].flatMap { [$0.title] + $0.lines }
            let wide = max(80, (texts.map(\.count).max() ?? 0) * Self.letter + 24)
            var y = Self.margin
            for row in columns[index].indices {
                var item = columns[index][row]
                let isLane = item.kind == .lane
                item.height = isLane ? Self.laneHeight : Self.row * (1 + item.lines.count) + 14
                (item.x, item.width) = (x, wide)
                item.y = y
                // Straight where there is room for it.
                item.y = max(y, y + Int(wish(item)) - item.port)
                ports[item.key] = item.port
                columns[index][row] = item
                y = item.y + item.height + (isLane ? Self.gap / 3 : Self.gap)
                height = max(height, y)
            }
            x += wide + Self.between
        }
        width = x - Self.between + Self.margin
    }

    var svg: String {
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
                + "viewBox=\"0 0 \(width) \(height)\" font-family=\"sans-serif\" font-size=\"13\">",
            "<defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" "
                + "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#345\"/></marker></defs>",
            "<rect width=\"\(width)\" height=\"\(height)\" fill=\"white\"/>",
        ]
        let items = Dictionary(uniqueKeysWithValues: columns.joined().map { ($0.key, $0) })
        for line in lines.sorted(by: { !$0.isOrder && $1.isOrder }) { parts.append(draw(line, items)) }
        for item in columns.joined() where item.kind != .lane { parts += draw(item) }
        return (parts + ["</svg>"]).joined(separator: "\n")
    }

    private func draw(_ line: Line, _ items: [String: Item]) -> String {
        var path = ""
        var from: (x: Int, y: Int)?
        for item in line.keys.compactMap({ items[$0] }) {
            let y = item.port
            if let from {
                let bend = max(30, (item.x - from.x) / 2)
                path += "C\(from.x + bend) \(from.y) \(item.x - bend) \(y) \(item.x) \(y)"
                if item.kind == .lane { path += "H\(item.x + item.width)" }
            } else {
                path = "M\(item.x + item.width) \(y)"
            }
            from = (item.x + item.width, y)
        }
        let style =
            line.isOrder
            ? "stroke=\"#345\" stroke-width=\"1.5\" marker-end=\"url(#end)\""
            : "stroke=\"#999\" stroke-dasharray=\"3 3\""
        return "<path d=\"\(path)\" fill=\"none\" \(style)/>"
    }

    private func draw(_ item: Item) -> [String] {
        let (fill, corner) = item.kind == .role ? ("#fdf3d8", 12) : ("#e8f0f8", 3)
        var parts = [
            "<rect x=\"\(item.x)\" y=\"\(item.y)\" width=\"\(item.width)\" height=\"\(item.height)\" rx=\"\(corner)\" "
                + "fill=\"\(fill)\" stroke=\"#345\"/>",
            "<text x=\"\(item.x + 12)\" y=\"\(item.y + 20)\" font-weight=\"bold\">\(Self.escaped(item.title))</text>",
        ]
        for (index, line) in item.lines.enumerated() {
            let y = item.y + 20 + Self.row * (index + 1)
            parts.append("<text x=\"\(item.x + 12)\" y=\"\(y)\" fill=\"#456\">\(Self.escaped(line))</text>")
        }
        return parts
    }

    private static func escaped(_ text: String) -> String {
        text.oneLine.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}

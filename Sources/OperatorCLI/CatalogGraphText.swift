public import Catalog

/// A catalogue's graph for people, for Graphviz, and as a drawing.
public enum CatalogGraphText {
    public static func text(_ graph: CatalogGraph, _ look: Appearance) -> String {
        var lines: [String] = []
        for role in graph.roles {
            lines.append(
                look.tinted(role.name.oneLine, .bold) + " (\(role.count)): "
                    + role.services.map(\.oneLine).joined(separator: ", ")
            )
        }
        for (index, column) in graph.columns.enumerated() {
            lines.append("")
            lines.append(look.tinted(index == 0 ? "after none" : "after those", .faint))
            for service in column {
                let after =
                    service.after.isEmpty ? "" : " after " + service.after.map(\.oneLine).joined(separator: ", ")
                let unused = service.roles.isEmpty ? look.tinted(" (in no role)", .yellow) : ""
                lines.append("  " + look.tinted(service.name.oneLine, .bold) + after + unused)
                for container in service.containers {
                    lines.append("    step \(container.step): container \(container.name.oneLine)")
                }
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Graphviz's language.
    public static func dot(_ graph: CatalogGraph) -> String {
        var lines = ["digraph catalogue {", "  rankdir=LR;", "  node [shape=box, fontname=\"sans-serif\"];"]
        for role in graph.roles {
            lines.append("  \(id("role", role.name)) [label=\(quoted("\(role.name)\n\(role.count)")), style=rounded];")
            for service in role.services {
                lines.append("  \(id("role", role.name)) -> \(id("service", service)) [style=dotted, arrowhead=none];")
            }
        }
        for service in graph.services {
            let containers = service.containers.map { "\n\($0.step): \($0.name)" }.joined()
            lines.append("  \(id("service", service.name)) [label=\(quoted(service.name + containers))];")
            for other in service.after {
                lines.append("  \(id("service", other)) -> \(id("service", service.name));")
            }
        }
        return (lines + ["}"]).joined(separator: "\n")
    }

    private static func id(_ kind: String, _ name: String) -> String { quoted("\(kind) \(name)") }

    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"\(escaped)\""
    }

    /// A drawing: roles at the left, services in columns by what they come after, with their containers.
    public static func svg(_ graph: CatalogGraph) -> String { GraphDrawing(graph).svg }
}

/// Boxes in columns with lines between them.
private struct GraphDrawing {
    private struct Box {
        var x: Int
        var y: Int
        var width: Int
        var height: Int
        var title: String
        var lines: [String]
        var isRole: Bool
    }

    private static let letter = 9
    private static let row = 18
    private static let gap = 22
    private static let margin = 20

    private let graph: CatalogGraph
    private var boxes: [String: Box] = [:]
    private var width = 0
    private var height = 0

    init(_ graph: CatalogGraph) {
        self.graph = graph
        var x = Self.margin
        var columns: [[(key: String, title: String, lines: [String], isRole: Bool)]] = [
            graph.roles.map { ("role \($0.name)", $0.name, [$0.count], true) }
        ]
        columns += graph.columns.map { column in
            column.map { service in
                ("service \(service.name)", service.name, service.containers.map { "\($0.step)  \($0.name)" }, false)
            }
        }
        for column in columns {
            let texts = column.flatMap { [$0.title] + $0.lines }
            let wide = max(80, (texts.map(\.count).max() ?? 0) * Self.letter + 24)
            var y = Self.margin
            for item in column {
                let tall = Self.row * (1 + item.lines.count) + 14
                boxes[item.key] = Box(
                    x: x,
                    y: y,
                    width: wide,
                    height: tall,
                    title: item.title,
                    lines: item.lines,
                    isRole: item.isRole
                )
                y += tall + Self.gap
            }
            height = max(height, y)
            x += wide + 90
        }
        width = x - 90 + Self.margin
    }

    var svg: String {
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
                + "viewBox=\"0 0 \(width) \(height)\" font-family=\"sans-serif\" font-size=\"13\">",
            "<defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" "
                + "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#345\"/></marker></defs>",
            "<rect width=\"\(width)\" height=\"\(height)\" fill=\"white\"/>",
        ]
        for role in graph.roles {
            for service in role.services {
                parts += line(
                    from: "role \(role.name)",
                    to: "service \(service)",
                    "stroke=\"#bbb\" stroke-dasharray=\"3 3\""
                )
            }
        }
        for service in graph.services {
            for other in service.after {
                parts += line(
                    from: "service \(other)",
                    to: "service \(service.name)",
                    "stroke=\"#345\" stroke-width=\"1.5\" marker-end=\"url(#end)\""
                )
            }
        }
        for (_, box) in boxes.sorted(by: { $0.key < $1.key }) { parts += draw(box) }
        return (parts + ["</svg>"]).joined(separator: "\n")
    }

    private func line(from: String, to: String, _ style: String) -> [String] {
        guard let start = boxes[from], let end = boxes[to] else { return [] }
        let (x1, y1) = (start.x + start.width, start.y + min(start.height / 2, 16))
        let (x2, y2) = (end.x, end.y + min(end.height / 2, 16))
        let bend = max(40, (x2 - x1) / 2)
        return ["<path d=\"M\(x1) \(y1)C\(x1 + bend) \(y1) \(x2 - bend) \(y2) \(x2) \(y2)\" fill=\"none\" \(style)/>"]
    }

    private func draw(_ box: Box) -> [String] {
        let (fill, corner) = box.isRole ? ("#fdf3d8", 12) : ("#e8f0f8", 3)
        var parts = [
            "<rect x=\"\(box.x)\" y=\"\(box.y)\" width=\"\(box.width)\" height=\"\(box.height)\" rx=\"\(corner)\" "
                + "fill=\"\(fill)\" stroke=\"#345\"/>",
            "<text x=\"\(box.x + 12)\" y=\"\(box.y + 20)\" font-weight=\"bold\">\(Self.escaped(box.title))</text>",
        ]
        for (index, line) in box.lines.enumerated() {
            let y = box.y + 20 + Self.row * (index + 1)
            parts.append("<text x=\"\(box.x + 12)\" y=\"\(y)\" fill=\"#456\">\(Self.escaped(line))</text>")
        }
        return parts
    }

    private static func escaped(_ text: String) -> String {
        text.oneLine.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}

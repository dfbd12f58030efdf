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

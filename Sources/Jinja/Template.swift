public import OrderedCollections

/// A parsed Jinja template: an object, as renders then share it without copying its parts.
public final class Template: Sendable {
    /// What it is called in errors.
    public let name: String
    let syntax: TemplateSyntax
    let body: [Statement]
    let blocks: [String: BlockDefinition]
    let table: NameTable
    /// Octets of its source.
    let size: Int

    /// Parses a template. The white space settings are those of Ansible's `template` unless said otherwise.
    ///
    /// - Parameters:
    ///   - trimBlocks: The line end right after a statement's tag is dropped.
    ///   - lstripBlocks: White space before a statement's tag that starts its line is dropped.
    ///   - keepTrailingNewline: A line end at the very end stays.
    ///   - keepsBackslashes: Backslashes in strings between `{{` and `}}` are what they are, as Ansible has it in task lists.
    public convenience init(
        _ source: String,
        name: String = "template",
        trimBlocks: Bool = true,
        lstripBlocks: Bool = false,
        keepTrailingNewline: Bool = true,
        keepsBackslashes: Bool = false
    ) throws(JinjaError) {
        try self.init(
            source,
            name: name,
            syntax: TemplateSyntax(
                trimBlocks: trimBlocks,
                lstripBlocks: lstripBlocks,
                keepTrailingNewline: keepTrailingNewline,
                keepsBackslashes: keepsBackslashes
            ),
            names: NameCollector()
        )
    }

    init(_ text: String, name: String, syntax: TemplateSyntax, names: NameCollector) throws(JinjaError) {
        self.name = name
        self.syntax = syntax
        body = try throwingJinjaError {
            let source = Source(text, name: name, keepTrailingNewline: syntax.keepTrailingNewline)
            var lexer = TemplateLexer(source: source, syntax: syntax)
            var parser = TemplateParser(source: source, pieces: try lexer.read(), names: names)
            return try parser.parse()
        }
        blocks = Dictionary(body.blocks.map { ($0.name, $0) }) { first, _ in first }
        table = names.table
        size = text.utf8.count
    }

    /// The text for the given variables.
    public func render(
        _ variables: OrderedDictionary<String, Value>,
        in environment: Environment = Environment()
    ) throws(JinjaError) -> String {
        try throwingJinjaError {
            try Evaluation(variables, table, environment).render(self, Scope(seesVariables: true))
        }
    }

    /// Ansible's native typing: a template that is one `{{ expression }}` and nothing more gives that value itself,
    /// any other its text.
    public func renderNative(
        _ variables: OrderedDictionary<String, Value>,
        in environment: Environment = Environment()
    ) throws(JinjaError) -> Value {
        guard body.count == 1, case .output(let written) = body[0], written.before.isEmpty else {
            return .string(try render(variables, in: environment))
        }
        return try throwingJinjaError {
            try Evaluation(variables, table, environment).value(of: written.clause)
        }
    }
}

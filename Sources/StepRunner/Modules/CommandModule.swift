import Glibc
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Runs a program without a shell.
    static let command = ModuleDefinition(
        parameters: commandParameters.union(["argv"]),
        isFreeForm: true,
        isRepeatable: \.isGuardedCommand,
        actsOutsideFiles: true
    ) { arguments, context in
        let arguments = try arguments.withLeadingOptions()
        var words = arguments.list("argv").map(\.description)
        if words.isEmpty {
            words = shellWords(try arguments.commandText(), keepingQuotes: false)
        }
        return try runCommand(words, shown: .list(words.map { .string($0) }), arguments, context)
    }

    /// Runs a text by `/bin/sh`.
    static let shell = ModuleDefinition(
        parameters: commandParameters.union(["executable"]),
        isFreeForm: true,
        isRepeatable: \.isGuardedCommand,
        actsOutsideFiles: true
    ) { arguments, context in
        let arguments = try arguments.withLeadingOptions()
        let text = try arguments.commandText()
        let shell = try arguments.text("executable") ?? "/bin/sh"
        return try runCommand([shell, "-c", text], shown: .string(text), arguments, context)
    }

    private static let commandParameters: Set<String> = [
        "cmd", "creates", "removes", "chdir", "stdin", "stdin_add_newline", "strip_empty_ends", "warn",
    ]

    private static func runCommand(
        _ words: [String],
        shown: Value,
        _ arguments: ModuleArguments,
        _ context: ModuleContext
    ) throws -> Fields {
        let folder = try arguments.text("chdir")
        func isThere(_ pattern: String) -> Bool {
            let path = pattern.hasPrefix("/") ? pattern : (folder ?? "") + "/" + pattern
            return matchesSomething(context.files.place(path))
        }
        if let path = try arguments.text("creates"), isThere(path) {
            return skippedCommand(shown, "skipped, since \(path) exists", "Did not run command since '\(path)' exists")
        }
        if let path = try arguments.text("removes"), !isThere(path) {
            return skippedCommand(
                shown,
                "skipped, since \(path) does not exist",
                "Did not run command since '\(path)' does not exist"
            )
        }
        if let folder, try context.files.status(folder, followingLinks: true)?.kind != .directory {
            throw ModuleFailure("Unable to change directory before execution: \(folder) is not a folder")
        }
        var input = try arguments.text("stdin") ?? ""
        if !input.isEmpty, try arguments.flag("stdin_add_newline", or: true), !input.hasSuffix("\n") { input += "\n" }
        let result: CommandResult
        do {
            result = try context.executor.run(
                Command(
                    arguments: words,
                    environment: context.environment,
                    directory: folder.map(context.files.place),
                    input: Array(input.utf8)
                )
            )
        } catch let error as CommandError {
            throw ModuleFailure("\(error)", fields: ["cmd": shown, "rc": .int(error.notFound ? 2 : 1)])
        }
        let strips = try arguments.flag("strip_empty_ends", or: true)
        var fields = commandFields(shown, result, strips: strips)
        fields["changed"] = true
        if result.timedOut {
            throw ModuleFailure("the command did not end in time and was ended", fields: fields)
        }
        if result.status != 0 { throw ModuleFailure("non-zero return code", fields: fields) }
        fields["msg"] = ""
        return fields
    }

    private static func commandFields(_ shown: Value, _ result: CommandResult, strips: Bool) -> Fields {
        var output = result.outputText
        var errors = result.errorText
        if strips {
            while output.last == "\n" || output.last == "\r\n" { output.removeLast() }
            while errors.last == "\n" || errors.last == "\r\n" { errors.removeLast() }
        }
        return [
            "cmd": shown,
            "rc": .int(result.status),
            "stdout": .string(output),
            "stdout_lines": lines(of: output),
            "stderr": .string(errors),
            "stderr_lines": lines(of: errors),
        ]
    }

    private static func skippedCommand(_ shown: Value, _ output: String, _ message: String) -> Fields {
        [
            "changed": false, "cmd": shown, "rc": 0, "stdout": .string(output), "stdout_lines": lines(of: output),
            "stderr": "", "stderr_lines": [], "msg": .string(message),
        ]
    }

    static func lines(of text: String) -> Value {
        var parts = text.split(separator: "\n", omittingEmptySubsequences: false).map { Value.string(String($0)) }
        if parts.last == .string("") { parts.removeLast() }
        return .list(parts)
    }
}

extension ModuleArguments {
    /// Says itself whether there is something left to do.
    fileprivate var isGuardedCommand: Bool {
        if has("creates") || has("removes") { return true }
        guard let options = try? withLeadingOptions() else { return false }
        return options.has("creates") || options.has("removes")
    }

    fileprivate func commandText() throws -> String {
        if let text = try text("_raw_params") ?? text("cmd"), !trimmed(text).isEmpty { return text }
        throw ModuleFailure("\(module): no command given")
    }

    /// Takes `creates=…`, `removes=…`, `chdir=…` and the like out of a free-form text.
    fileprivate func withLeadingOptions() throws -> Self {
        guard let raw = try text("_raw_params") else { return self }
        let options = ["creates", "removes", "chdir", "executable", "stdin", "warn"]
        let words = shellWords(raw, keepingQuotes: true)
        let taken = words.filter { word in options.contains { word.hasPrefix($0 + "=") } }
        guard !taken.isEmpty else { return self }
        var copy = self
        // The rest is kept as it was written, white space and all.
        var text = raw
        for word in taken {
            if let range = text.firstRange(of: word) { text.removeSubrange(range) }
            let plain = shellWords(word, keepingQuotes: false).first ?? ""
            guard let equals = plain.firstIndex(of: "=") else { continue }
            copy.setValue(String(plain[..<equals]), .string(String(plain[plain.index(after: equals)...])))
        }
        copy.setValue("_raw_params", .string(trimmed(text)))
        return copy
    }
}

extension String {
    /// The first place where `part` stands.
    func firstRange(of part: String) -> Range<String.Index>? {
        guard !part.isEmpty else { return nil }
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}

/// Whether a path, which may hold wildcards, names something.
func matchesSomething(_ pattern: String) -> Bool {
    var found = unsafe glob_t()
    defer { unsafe globfree(&found) }
    guard unsafe glob(pattern, 0, nil, &found) == 0 else { return false }
    return unsafe found.gl_pathc > 0
}

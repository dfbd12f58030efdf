import AgentAPI
import Glibc
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Runs a program without a shell.
    static let command = ModuleDefinition(
        effect: .unforeseen,
        isRepeatable: \.isGuarded,
        actsOutsideFiles: true
    ) { arguments, context in
        let arguments = try arguments.withLeadingOptions()
        var words = try commandWords(arguments)
        let shown = Value.list(words.map { .string($0) })
        if try arguments.flag("expand_argument_vars", or: true) { words = words.map { expanded($0, context) } }
        return try runCommand(words, shown: shown, arguments, context)
    }

    private static func commandWords(_ arguments: ModuleArguments) throws -> [String] {
        guard !arguments.has("argv") || !arguments.has("cmd") && !arguments.has("_raw_params") else {
            throw ModuleFailure("only command or argv can be given, not both")
        }
        let words = arguments.list("argv").map(\.description)
        if words.isEmpty, arguments.has("argv") {
            var fields = commandFields("", CommandResult(status: 257), strips: true)
            fields["cmd"] = ""
            throw ModuleFailure("\(arguments.module): no command given", fields: fields)
        }
        return words.isEmpty ? shellWords(try arguments.commandText(), keepingQuotes: false) : words
    }

    /// What a result shows as `cmd`: the words of a command, the text for a shell.
    static func shownCommand(_ arguments: ModuleArguments, _ module: NativeModule) throws -> Value {
        let arguments = try arguments.withLeadingOptions()
        if module == .shell { return .string(try arguments.commandText()) }
        return .list(try commandWords(arguments).map { .string($0) })
    }

    /// Runs a text by `/bin/sh`.
    static let shell = ModuleDefinition(
        effect: .unforeseen,
        isRepeatable: \.isGuarded,
        actsOutsideFiles: true
    ) { arguments, context in
        let arguments = try arguments.withLeadingOptions()
        let text = try arguments.commandText()
        let shell = try arguments.text("executable") ?? "/bin/sh"
        return try runCommand([shell, "-c", text], shown: .string(text), arguments, context)
    }

    static func runCommand(
        _ words: [String],
        shown: Value,
        _ arguments: ModuleArguments,
        _ context: ModuleContext
    ) throws -> Fields {
        let folder = try arguments.text("chdir")
        let told = context.isCheck ? "Would" : "Did"
        func isThere(_ pattern: String) -> Bool {
            let path = pattern.hasPrefix("/") ? pattern : (folder ?? "") + "/" + pattern
            return matchesSomething(context.files.place(path))
        }
        if let path = try arguments.text("creates"), isThere(path) {
            let reason =
                context.module == .script
                ? "\(path) exists, matching creates option" : "\(told) not run command since '\(path)' exists"
            return skippedCommand(shown, "skipped, since \(path) exists", reason, context)
        }
        if let path = try arguments.text("removes"), !isThere(path) {
            let reason =
                context.module == .script
                ? "\(path) does not exist, matching removes option"
                : "\(told) not run command since '\(path)' does not exist"
            return skippedCommand(shown, "skipped, since \(path) does not exist", reason, context)
        }
        // As Ansible tells it of a command that was not begun.
        var unbegun = commandFields(shown, CommandResult(status: 0), strips: true)
        if let folder, try context.files.status(folder, followingLinks: true)?.kind != .directory {
            unbegun["rc"] = .some(.none)
            unbegun.merge(CommandTimes.none) { $1 }
            throw ModuleFailure(
                "Unable to change directory before execution: \(folder) is not a folder",
                fields: unbegun
            )
        }
        if context.isCheck {
            unbegun.merge(CommandTimes.none) { $1 }
            unbegun["changed"] = true
            unbegun["msg"] = "Command would have run if not in check mode"
            return unbegun
        }
        var input = try arguments.text("stdin") ?? ""
        if !input.isEmpty, try arguments.flag("stdin_add_newline", or: true), !input.hasSuffix("\n") { input += "\n" }
        let times = CommandTimes()
        let result: CommandResult
        do {
            result = try context.executor.run(
                Command(
                    arguments: context.asUser(words),
                    environment: context.environment,
                    directory: folder.map(context.files.place),
                    input: Array(input.utf8),
                    timeout: context.timeout ?? 3600
                )
            )
        } catch let error as CommandError {
            unbegun["cmd"] = .string(words.joined(separator: " "))
            unbegun["rc"] = .int(error.notFound ? 2 : 1)
            throw ModuleFailure("\(error)", fields: unbegun)
        }
        let strips = try arguments.flag("strip_empty_ends", or: context.module != .script)
        var fields = commandFields(shown, result, strips: strips)
        fields["changed"] = true
        if context.module != .script { fields.merge(times.fields()) { $1 } }
        if result.timedOut {
            if let limit = context.timeout { throw TimedOut(seconds: limit) }
            throw ModuleFailure("the command did not end in time and was ended", fields: fields)
        }
        if result.status != 0 { throw ModuleFailure("non-zero return code", fields: fields) }
        if context.module != .script { fields["msg"] = "" }
        return fields
    }

    static func commandFields(_ shown: Value, _ result: CommandResult, strips: Bool) -> Fields {
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

    /// `$NAME`, `${NAME}` and a leading `~`, as Ansible puts them into words that no shell sees.
    private static func expanded(_ word: String, _ context: ModuleContext) -> String {
        func value(_ name: some StringProtocol) -> String? {
            if let given = context.environment[String(name)] { return given }
            guard let text = unsafe getenv(String(name)) else { return nil }
            return unsafe String(cString: text)
        }
        var rest = Substring(word)
        var text = ""
        if rest == "~" || rest.hasPrefix("~/"), let home = value("HOME") {
            text = home
            rest.removeFirst()
        }
        while let dollar = rest.firstIndex(of: "$") {
            text += rest[..<dollar]
            let after = rest[rest.index(after: dollar)...]
            let isBraced = after.first == "{"
            let name = (isBraced ? after.dropFirst() : after).prefix {
                $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")
            }
            let end = isBraced ? after.dropFirst(name.count + 2) : after.dropFirst(name.count)
            let isWhole = !isBraced || after.dropFirst(name.count + 1).first == "}"
            if !name.isEmpty, isWhole, let value = value(name) {
                text += value
                rest = end
            } else {
                text += "$"
                rest = after
            }
        }
        return text + rest
    }

    private static func skippedCommand(
        _ shown: Value,
        _ output: String,
        _ message: String,
        _ context: ModuleContext
    ) -> Fields {
        guard context.module != .script else { return ["changed": false, "skipped": true, "msg": .string(message)] }
        var fields = commandFields(shown, CommandResult(status: 0, output: Array(output.utf8)), strips: true)
        fields.merge(CommandTimes.none) { $1 }
        fields["changed"] = false
        fields["msg"] = .string(message)
        return fields
    }

    static func lines(of text: String) -> Value {
        .list(splitLines(text).map { .string($0) })
    }
}

extension ModuleArguments {
    /// Says itself whether there is something left to do.
    var isGuarded: Bool {
        if has("creates") || has("removes") { return true }
        guard let options = try? withLeadingOptions() else { return false }
        return options.has("creates") || options.has("removes")
    }

    func commandText() throws -> String {
        if let text = try text("_raw_params") ?? text("cmd"), !trimmed(text).isEmpty { return text }
        throw ModuleFailure("\(module): no command given")
    }

    /// Takes `creates=…`, `removes=…`, `chdir=…` and the like out of a free-form text.
    func withLeadingOptions() throws -> Self {
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

extension ModuleDefinition {
    /// Fails, on purpose.
    static let fail = ModuleDefinition(parameters: ["msg"]) { arguments, _ in
        throw ModuleFailure(try arguments.text("msg") ?? "Failed as requested from task")
    }
}

extension ModuleDefinition {
    /// Fails, on purpose.
    static let fail = ModuleDefinition(effect: .none) { arguments, _ in
        throw ModuleFailure(try arguments.text("msg") ?? "Failed as requested from task")
    }
}

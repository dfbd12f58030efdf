import AgentAPI

/// How an instruction ended, and what of it the agent has to remember.
struct InstructionResult: Hashable, Sendable {
    var report: InstructionReport
    /// The generation that the node now has, if it changed.
    var generation: Int?
    /// How the running system is left, where that is not as the instruction says.
    var departure: Departure?

    init(_ report: InstructionReport, generation: Int? = nil, departure: Departure? = nil) {
        self.report = report
        self.generation = generation
        self.departure = departure
    }

    /// The end of an instruction to leave by kexec: with the command line of the kernel that was loaded, or by reset
    /// where none could be: firmware starts what a locked-down kernel must not.
    init(_ instruction: String, kernel: Result<String, any Error>, from device: String) {
        switch kernel {
        case .success(let commandLine):
            self.init(.succeeded(instruction, "kernel loaded from \(device): \(commandLine)"))
        case .failure(let error):
            self.init(
                .succeeded(instruction, "resetting into the installed system: kexec is not possible: \(error)"),
                departure: .reset
            )
        }
    }
}

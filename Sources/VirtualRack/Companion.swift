import Glibc
import Logging
import Subprocess

/// A program that runs beside the machines for as long as the rack does, such as a BMC emulator; started again when
/// it ends unasked, a bounded number of times.
actor Companion {
    private let name: String
    private let words: [String]
    private let state: StateFolder
    private let logger: Logger
    private var running: Task<Void, Never>?
    private var process: pid_t?
    private var stopping = false

    init(name: String, words: [String], state: StateFolder, logger: Logger) {
        self.name = name
        self.words = words
        self.state = state
        self.logger = logger
    }

    func start() {
        guard running == nil else { return }
        running = Task { await runUntilStopped() }
    }

    func stop() async {
        stopping = true
        if let process, let record = ProcessRecord(running: process) { await record.end() }
        await running?.value
    }

    private func runUntilStopped() async {
        for attempt in 1...10 {
            await runOnce()
            if stopping { return }
            logger.warning("\(name) ended", metadata: ["attempt": "\(attempt)"])
            try? await Task.sleep(for: .seconds(1))
            if stopping { return }
        }
    }

    private func runOnce() async {
        defer {
            process = nil
            state.forget(name)
        }
        do {
            var options = PlatformOptions()
            options.processGroupID = 0
            // The open standard input tells programs that read commands from it that nobody has gone away.
            _ = try await Subprocess.run(
                .name(words[0]),
                arguments: Arguments(Array(words.dropFirst())),
                platformOptions: options,
                input: .inputWriter,
                output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                self.started(execution.processIdentifier.value)
                for try await line in execution.standardOutput.strings() {
                    self.logger.debug("\(self.name): \(line)")
                }
            }
        } catch {
            logger.error("\(name)", metadata: ["error": "\(error)"])
        }
    }

    private func started(_ process: pid_t) {
        self.process = process
        state.record(process, as: name)
        if stopping { kill(-process, SIGTERM) }
    }
}

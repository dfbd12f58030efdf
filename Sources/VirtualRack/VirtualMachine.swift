import Glibc
import Logging
import Subprocess
import SystemPackage

/// One machine: power, what its firmware keeps, and a QEMU process for as long as it has power.
public actor VirtualMachine {
    public nonisolated let definition: RackDefinition.Machine
    /// Everything the machine wrote to its serial port, over all starts.
    public nonisolated let serialLog: String
    /// The disks' raw files, in the definition's order.
    public nonisolated let diskFiles: [String]
    /// What is wrong with its BMC, as the definition says at first and the control socket later.
    public nonisolated let faults: BMCFaults

    private let commandLine: QEMUCommandLine
    private let network: RackNetwork
    private let state: StateFolder
    private let logger: Logger

    private(set) var firmware: FirmwareState
    /// How often the machine started, resets included.
    public private(set) var starts = 0
    private var running: Task<Void, Never>?
    private var process: pid_t?
    private var began: ContinuousClock.Instant?
    private var monitor: StandardInputWriter?
    /// Who waits for the answers of QEMU's monitor, by the question's number.
    private var questions: [Int: CheckedContinuation<Void, any Error>] = [:]
    private var lastQuestion = 0
    private var observers: [PowerObserver] = []
    private var offRequested = false
    private var restartRequested = false

    init(index: Int, network: RackNetwork, state: StateFolder, logger: Logger) {
        let machine = network.definition.machines[index]
        definition = machine
        serialLog = state.serialLog(machine)
        diskFiles = state.disks(machine)
        faults = BMCFaults(machine.bmc.faults ?? [])
        firmware = FirmwareState(machine)
        commandLine = QEMUCommandLine(
            machine: machine,
            taps: machine.macs.indices.map { network.tap(machine: index, card: $0) },
            diskFiles: state.disks(machine),
            serialLog: state.serialLog(machine),
            tpmSocket: state.tpm(machine) + "/socket",
            serialSocket: machine.bmc.isOwnIPMI ? state.serialSocket(machine) : nil,
            firmwareVariables: { state.firmwareVariables(machine, secureBoot: $0) }
        )
        self.network = network
        self.state = state
        var logger = logger
        logger[metadataKey: "machine"] = "\(machine.name)"
        self.logger = logger
    }

    public var power: PowerState { running == nil ? .off : .on }

    public var bootOverride: BootOverride { firmware.bootOverride }

    public func setBootOverride(_ new: BootOverride) { firmware.bootOverride = new }

    func setNextSettings(_ new: FirmwareSettings) { firmware.nextSettings = new }

    func setNextSecureBoot(_ new: Bool) { firmware.nextSecureBoot = new }

    func observePower(_ observer: @escaping PowerObserver) { observers.append(observer) }

    /// Puts a file into the virtual drive, or takes it out; a machine that runs sees the change at once.
    func setMedium(_ file: String?) async throws {
        firmware.medium = file
        guard monitor != nil else { return }
        try await ask { number in QMP.changeMedium(to: file, number: number) }
    }

    /// Puts a question to QEMU's monitor and waits for its answer, at most 10 seconds.
    private func ask(_ question: (_ number: Int) -> String) async throws {
        guard let monitor else {
            throw StateError(action: "asking QEMU's monitor of \(definition.name)", code: ENOTCONN)
        }
        lastQuestion += 1
        let number = lastQuestion
        let line = question(number)
        let limit = Task {
            try await Task.sleep(for: .seconds(10))
            settle(
                number,
                .failure(StateError(action: "waiting for QEMU's monitor of \(definition.name)", code: ETIMEDOUT))
            )
        }
        defer { limit.cancel() }
        try await withCheckedThrowingContinuation { continuation in
            questions[number] = continuation
            Task {
                do { _ = try await monitor.write(line) } catch { settle(number, .failure(error)) }
            }
        }
    }

    private func settle(_ number: Int, _ result: Result<Void, any Error>) {
        questions.removeValue(forKey: number)?.resume(with: result)
    }

    /// Gives power; nothing happens to a machine that has it.
    public func powerOn() async {
        if offRequested, let running { await running.value }
        guard running == nil else { return }
        offRequested = false
        running = Task { await runUntilOff() }
    }

    /// Takes power away; returns when the process has ended.
    public func powerOff() async {
        guard let running else { return }
        offRequested = true
        restartRequested = false
        await endProcess()
        await running.value
    }

    /// Presses the power button; what follows is the guest's affair.
    public func pressPowerButton() async {
        _ = try? await monitor?.write(QMP.pressPowerButton)
    }

    /// Sends a break to the guest's serial port.
    func sendBreak() async {
        _ = try? await monitor?.write(QMP.sendBreak)
    }

    /// Power off and on without the guest being asked.
    public func reset() async {
        guard running != nil, !offRequested else { return }
        restartRequested = true
        await endProcess()
    }

    /// For a caller that asks twice for every reset.
    func resetUnlessJustStarted() async {
        guard let began, ContinuousClock.now - began > .seconds(2) else { return }
        await reset()
    }

    private func endProcess() async {
        guard let process else { return }
        kill(-process, SIGTERM)
        for _ in 0..<50 {
            if self.process != process { return }
            try? await Task.sleep(for: .milliseconds(100))
        }
        kill(-process, SIGKILL)
    }

    private func runUntilOff() async {
        var shortRuns = 0
        repeat {
            restartRequested = false
            let began = ContinuousClock.now
            self.began = began
            let reason = await runOnce()
            shortRuns = ContinuousClock.now - began < .seconds(1) ? shortRuns + 1 : 0
            guard restartRequested || reason == "guest-reset" else {
                logger.info("power is off", metadata: ["reason": "\(reason)"])
                break
            }
            if shortRuns > 5 {
                logger.error("the machine resets at once again and again; power is taken away")
                break
            }
        } while !offRequested
        running = nil
        offRequested = false
        for observer in observers { await observer(nil) }
    }

    /// One QEMU process from start to end; says why it ended.
    private func runOnce() async -> String {
        let start = firmware.start()
        let order = start.order.rawValue
        starts += 1
        logger.info("start", metadata: ["number": "\(starts)", "boot": "\(order)"])
        state.mark("\(definition.name): start \(starts), boot order \(order)", in: serialLog)
        defer {
            process = nil
            monitor = nil
            for number in questions.keys {
                settle(number, .failure(StateError(action: "asking QEMU's monitor of \(definition.name)", code: EPIPE)))
            }
            state.forget(definition.name)
        }
        do {
            var options = PlatformOptions()
            options.processGroupID = 0
            let errors = try FileDescriptor.open(
                FilePath(state.folder(definition) + "/qemu.log"),
                .writeOnly,
                options: [.create, .append],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
            try state.prepareVariables(definition, secureBoot: start.secureBoot)
            if let address = start.address, definition.firmware == .uefi {
                try state.bootNext(definition, secureBoot: start.secureBoot, from: address)
            }
            if definition.tpm == true { try await startTPM() }
            let words = network.inside(commandLine.words(start))
            let result = try await Subprocess.run(
                .name(words[0]),
                arguments: Arguments(Array(words.dropFirst())),
                platformOptions: options,
                input: .inputWriter,
                output: .sequence,
                error: .fileDescriptor(errors, closeAfterSpawningProcess: true)
            ) { execution in
                await self.started(execution.processIdentifier.value, monitor: execution.standardInputWriter)
                var reason: String?
                for try await line in execution.standardOutput.strings() {
                    if let (number, result) = QMP.answer(inLine: line) { self.settle(number, result) }
                    reason = QMP.shutdownReason(inLine: line) ?? reason
                }
                return reason
            }
            return result.closureResult ?? "\(result.terminationStatus)"
        } catch {
            logger.error("QEMU", metadata: ["error": "\(error)"])
            return "error"
        }
    }

    /// It ends when QEMU's end of its socket does.
    private func startTPM() async throws {
        let folder = state.tpm(definition)
        let command = Command(words: [
            "swtpm", "socket", "--tpm2", "--tpmstate", "dir=\(folder)", "--ctrl", "type=unixio,path=\(folder)/socket",
            "--log", "file=\(folder)/log", "--terminate", "--daemon",
        ])
        try await command.run()
    }

    private func started(_ process: pid_t, monitor: StandardInputWriter) async {
        self.process = process
        self.monitor = monitor
        state.record(process, as: definition.name)
        if offRequested {
            kill(-process, SIGTERM)
            return
        }
        _ = try? await monitor.write(QMP.negotiate)
        let count = starts
        for observer in observers { await observer(count) }
    }
}

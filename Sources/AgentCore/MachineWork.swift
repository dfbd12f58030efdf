import AgentAPI
import Crypto
import FoundationEssentials
import ImageFormat
import Inventory
import LinuxKernel
import StepRunner

/// Instructions, carried out on the machine the agent runs on.
struct MachineWork: InstructionWork {
    let mode: AgentMode
    let identity: AgentIdentity
    let credentials: Credentials
    let bootMAC: String?
    let stateFolder: String
    let controller: any Controller
    let outbox: EventOutbox
    /// The generation that was carried out last.
    let generation: @Sendable () -> Int
    /// What was heard from the other ends of the cables.
    var neighbors = NeighborBoard()
    /// Has them listened to for a while, in the background.
    var listen: @Sendable () -> Void = {}
    /// The inventory that is sent once more when more was heard.
    private let later = LaterTask()

    static let givenUp = "given up: the controller no longer wants it"

    func carryOut(_ instruction: Instruction) async -> InstructionResult {
        later.cancel()
        do {
            switch instruction.action {
            case .wait, .stop:
                return InstructionResult(.succeeded(instruction.id, "nothing to do"))

            case .sendInventory(let checks):
                try await sendInventory(instruction.id, checks: mode == .ramdisk ? checks ?? .off : .off)
                return InstructionResult(.succeeded(instruction.id, "inventory sent"))

            case .writeImage(let order):
                let installation = ImageInstallation(order: order, instruction: instruction.id, work: self)
                return InstructionResult(try await installation.run())

            case .checkWriting(let order):
                try await sendInventory(instruction.id, checks: .burnIn, order)
                return InstructionResult(.succeeded(instruction.id, "tried out, inventory sent"))

            case .boot(let boot):
                return try await prepare(boot, instruction: instruction.id)

            case .run(let signed):
                return try await run(signed, instruction: instruction.id)

            case .powerOff:
                return InstructionResult(.succeeded(instruction.id, "powering off"))
            }
        } catch {
            return InstructionResult(.failed(instruction.id, Task.isCancelled ? Self.givenUp : "\(error)"))
        }
    }

    /// What the files of the kernel tell, for finding a disk in it.
    func probe() async throws -> Inventory {
        let bootMAC = bootMAC
        return try await onOwnThread {
            try LiveInventory.collect(bootMAC: bootMAC, isThorough: false)
        }
    }

    /// How long the inventory waits for switches to speak, at most.
    static let neighborSeconds = 3.0

    /// Sends all that is known. Switches speak every 30 s, which nobody waits for: what was heard after is sent in a
    /// second report on the same instruction.
    ///
    /// - Parameter order: what an operator ordered to be tried out
    private func sendInventory(
        _ instruction: String,
        checks: Inventory.Health.Depth,
        _ order: CheckWriting? = nil
    ) async throws {
        let bootMAC = bootMAC
        let began = ContinuousClock.now
        listen()
        let network = checks == .off ? nil : await NetworkSample.taken(from: identity.bootURL)
        let ticker = order.map { tell($0, instruction) }
        defer { ticker?.cancel() }
        WorkThreads.giveUp(false)
        let found = try await withTaskCancellationHandler {
            try await onOwnThread {
                var inventory = try LiveInventory.collect(bootMAC: bootMAC)
                let disks = try order?.disks.map { try DiskChoice.find($0, among: inventory.disks) } ?? []
                inventory.health = HealthCheck(depth: checks, inventory: inventory, load: order?.loadSeconds)?.run()
                network?.put(into: &inventory.health)
                if let order {
                    inventory.health?.overwrite(disks, seconds: order.diskSeconds)
                    let health = inventory.health
                    // What lay on the disks does no longer.
                    if !disks.isEmpty { inventory = try LiveInventory.collect(bootMAC: bootMAC) }
                    (inventory.health, inventory.burnIn) = (health, health)
                }
                return inventory
            }
        } onCancel: {
            WorkThreads.giveUp()
        }
        try Task.checkCancellation()
        await neighbors.wait(until: began + .seconds(Self.neighborSeconds))
        let first = found.with(neighbors.heard)
        try await deliver(InventoryReport(instruction: instruction, inventory: first))
        guard neighbors.isListening else { return }
        later.start { [self] in
            await neighbors.wait(until: nil)
            let second = found.with(neighbors.heard)
            guard second != first, !Task.isCancelled else { return }
            try? await deliver(InventoryReport(instruction: instruction, inventory: second))
        }
    }

    private func deliver(_ report: InventoryReport) async throws {
        let patient = PatientController(controller, for: "sending the inventory") { Console.say($0) }
        _ = try await patient.call(.inventory, report)
    }

    /// Says now and then how much of its time a test has had.
    private func tell(_ order: CheckWriting, _ instruction: String) -> Task<Void, any Error> {
        let total = UInt64(order.loadSeconds + (order.disks.isEmpty ? 0 : order.diskSeconds))
        let outbox = outbox
        return Task {
            for seconds in stride(from: 0, through: total, by: 10) {
                outbox.append(.progress(instruction: instruction, stage: "test", done: seconds, total: total))
                try await Task.sleep(for: .seconds(10))
            }
        }
    }

    // MARK: the installed system

    private func prepare(_ boot: BootInstalled, instruction: String) async throws -> InstructionResult {
        guard boot.method == .kexec else {
            return InstructionResult(.succeeded(instruction, "resetting into the installed system"))
        }
        let inventory = try await probe()
        let found = try DiskChoice.find(boot.rootDisk, among: inventory.disks)
        let kernel: Result<String, any Error>
        do {
            kernel = .success(try await loadKernel(from: found.name, adding: boot.kernelArguments))
        } catch {
            kernel = .failure(error)
        }
        try Task.checkCancellation()
        return InstructionResult(instruction, kernel: kernel, from: "/dev/\(found.name)")
    }

    /// Loads the installed system's kernel for kexec; gives its command line.
    private func loadKernel(from name: String, adding arguments: String) async throws -> String {
        try await onOwnThread {
            let disk = try InstalledDisk(name: name)
            return try disk.withRoot { root in
                try disk.withLoader { loader in
                    let kernel = try InstalledKernel(in: root, loader: loader)
                    let text = InstalledCommandLine.text(
                        installed: kernel.commandLine,
                        rootPartition: disk.root.guid.description,
                        added: arguments
                    )
                    try Kexec.load(kernel: kernel.kernel, initrd: kernel.initrd, commandLine: text)
                    return text
                }
            }
        }
    }

    func leave(_ departure: Departure) async {
        Mount.synchronize()
        do {
            switch departure {
            case .kexec:
                do {
                    try Kexec.start()
                } catch {
                    Console.say("\(error); resetting instead")
                    try Power.restart()
                }
            case .reset:
                try Power.restart()
            case .powerOff:
                guard mode == .host else { return try Power.off() }
                // The system's own way, so that its services end well.
                _ = try ChildProcess.start("/usr/bin/systemctl", arguments: ["systemctl", "poweroff"])
            }
        } catch {
            Console.say("\(error)")
        }
    }

    // MARK: bundles

    private struct OlderGeneration: Error, CustomStringConvertible {
        var bundle: Int
        var node: Int
        var description: String {
            "the bundle is of plan generation \(bundle), this node is at \(node): it does not go back"
        }
    }

    private struct ForeignBundle: Error, CustomStringConvertible {
        var node: String
        var description: String { "the bundle is for node \(node)" }
    }

    private func run(_ signed: SignedBundle, instruction: String) async throws -> InstructionResult {
        let key = try Curve25519.Signing.PublicKey(
            rawRepresentation: Data(base64Encoded: identity.signingKey) ?? Data()
        )
        let bundle = try signed.verified(with: key)
        guard bundle.node == identity.node || bundle.node == identity.name else {
            throw ForeignBundle(node: bundle.node)
        }
        let current = max(generation(), identity.generation)
        guard bundle.generation >= current else {
            throw OlderGeneration(bundle: bundle.generation, node: current)
        }
        let (outbox, controller) = (outbox, controller)
        let runner = BundleRunner(
            stateFolder: stateFolder,
            events: { outbox.append(.step($0)) },
            gate: { try await controller.call(.gate, $0) }
        )
        let outcome = await runner.run(bundle)
        let report = InstructionReport(instruction: instruction, outcome: outcome)
        if case .succeeded = outcome { return InstructionResult(report, generation: bundle.generation) }
        return InstructionResult(report)
    }
}

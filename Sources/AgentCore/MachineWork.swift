import AgentAPI
import Crypto
import FoundationEssentials
import HardwareProbe
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

    func carryOut(_ instruction: Instruction) async -> (InstructionReport, generation: Int?) {
        do {
            switch instruction.action {
            case .wait:
                return (.succeeded(instruction.id, "waited"), nil)

            case .sendInventory:
                let inventory = try await probe()
                try await deliver(InventoryReport(instruction: instruction.id, inventory: inventory))
                return (.succeeded(instruction.id, "inventory sent"), nil)

            case .writeImage(let order):
                let installation = ImageInstallation(order: order, instruction: instruction.id, work: self)
                return (try await installation.run(), nil)

            case .boot(let boot):
                return (try await load(boot, instruction: instruction.id), nil)

            case .run(let signed):
                return try await run(signed, instruction: instruction.id)

            case .powerOff:
                return (.succeeded(instruction.id, "powering off"), nil)
            }
        } catch {
            return (.failed(instruction.id, "\(error)"), nil)
        }
    }

    func probe() async throws -> Inventory {
        let bootMAC = bootMAC
        return try await onOwnThread {
            try HardwareProbe(root: "/", bootMAC: bootMAC, agentVersion: AgentVersion.text).collect(now: WallClock.now)
        }
    }

    private func deliver(_ report: InventoryReport) async throws {
        for attempt in 1... {
            do {
                _ = try await controller.call(.inventory, report)
                return
            } catch {
                guard attempt < 20 else { throw error }
                try await Task.sleep(for: .seconds(AgentMachine.delay(after: attempt, jitter: .random(in: 0...1))))
            }
        }
    }

    // MARK: the installed system

    private func load(_ boot: BootInstalled, instruction: String) async throws -> InstructionReport {
        guard boot.method == .kexec else { return .succeeded(instruction, "resetting into the installed system") }
        let inventory = try await probe()
        let found = try DiskChoice.find(boot.rootDisk, among: inventory.disks)
        let commandLine = try await onOwnThread {
            let disk = try InstalledDisk(name: found.name)
            return try disk.withRoot { root in
                try disk.withLoader { loader in
                    let kernel = try InstalledKernel(in: root, loader: loader)
                    let text = InstalledCommandLine.text(
                        installed: kernel.commandLine,
                        rootPartition: disk.root.guid.description,
                        added: boot.kernelArguments
                    )
                    try Kexec.load(kernel: kernel.kernel, initrd: kernel.initrd, commandLine: text)
                    return text
                }
            }
        }
        return .succeeded(instruction, "kernel loaded from /dev/\(found.name): \(commandLine)")
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

    private func run(
        _ signed: SignedBundle,
        instruction: String
    ) async throws -> (InstructionReport, generation: Int?) {
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
        if case .succeeded = outcome { return (report, bundle.generation) }
        return (report, nil)
    }
}

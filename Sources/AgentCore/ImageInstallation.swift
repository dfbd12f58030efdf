import AgentAPI
import FoundationEssentials
import ImageFormat
import ImageWriter
import Inventory
import LinuxKernel

/// One image onto one disk, and the result made into this node's system.
struct ImageInstallation: Sendable {
    let order: WriteImage
    let instruction: String
    let work: MachineWork

    private struct WrongImage: Error, CustomStringConvertible {
        var description: String
    }

    func run() async throws -> InstructionReport {
        let controller = PatientController(work.controller, for: "writing \(order.imageName)") { note($0) }
        let manifest = try await manifest(from: controller)
        let inventory = try await work.probe()
        let found = try DiskChoice.find(order.rootDisk, among: inventory.disks)
        let device = "/dev/\(found.name)"
        note("writing \(order.imageName) (\(manifest.size) octets) to \(device), serial \(found.serial ?? "unknown")")

        let written = try await write(manifest, to: device, from: controller)
        note("\(device): \(written.written) octets written, \(written.skipped) were right, \(written.holes) are holes")
        try Task.checkCancellation()
        let firmware = try await finish(device, name: found.name)

        let summary =
            "\(order.imageName) written to \(device): \(written.written) octets in \(Int(written.seconds)) s; \(firmware)"
        return .succeeded(instruction, summary, rootDisk: RootDisk(found))
    }

    private func note(_ text: String) {
        Console.say(text)
        work.outbox.append(.note(text))
    }

    private func manifest(from controller: PatientController) async throws -> ImageManifest {
        let path = AgentFetch.manifest(imageDigest: order.imageDigest)
        let signed = try JSONDecoder().decode(SignedManifest.self, from: Data(try await controller.fetch(path)))
        guard signed.digest.description == order.imageDigest else {
            throw WrongImage(description: "\(path) gives the manifest \(signed.digest), which was not approved")
        }
        let key = Data(base64Encoded: work.identity.signingKey) ?? Data()
        return try signed.verified(by: [ImagePublicKey(rawRepresentation: key)])
    }

    private func write(
        _ manifest: ImageManifest,
        to device: String,
        from controller: PatientController
    ) async throws -> ImageWriter.Report {
        let (outbox, instruction) = (work.outbox, instruction)
        let writer = ImageWriter(
            device: device,
            manifest: manifest,
            options: ImageWriter.Options(resume: true),
            fetch: { try await controller.fetch(AgentFetch.chunk("\($0)")) },
            progress: { progress in
                let stage =
                    switch progress.phase {
                    case .comparing: "compare"
                    case .writing: "write"
                    }
                outbox.append(
                    .progress(instruction: instruction, stage: stage, done: progress.done, total: progress.total)
                )
            }
        )
        return try await writer.write()
    }

    /// Returns what became of the firmware's boot entry, in words.
    private func finish(_ device: String, name: String) async throws -> String {
        let isEFI = PlainFile.exists("/sys/firmware/efi")
        let finished = try await DiskFinisher(
            device: device,
            firmware: isEFI ? .uefi : .bios,
            mountPoint: InstalledDisk.rootFolder
        ).finish()
        finished.notes.forEach(note)
        var identity = work.identity
        identity.generation = order.generation
        let (order, credentials) = (order, work.credentials)
        return try await onOwnThread { [identity] in
            do {
                defer { Self.unmount(finished.mounts) }
                guard finished.isBootable else {
                    throw WrongImage(
                        description: "\(order.imageName) was written to \(device) and cannot boot there: "
                            + finished.problems.joined(separator: "; ")
                    )
                }
                try InstalledRoot(RootFolder(InstalledDisk.rootFolder)).prepare(
                    hostName: order.hostName,
                    identity: identity,
                    credentials: credentials,
                    program: PlainFile.read("/proc/self/exe")
                )
            }
            return Self.registerLoader(of: try InstalledDisk(name: name))
        }
    }

    private static func unmount(_ mounts: [String]) {
        Mount.synchronize()
        for folder in mounts.reversed() {
            do {
                try Mount.detach(folder)
            } catch {
                Console.say("\(error); unmounting lazily")
                try? Mount.detach(folder, lazily: true)
            }
        }
    }

    /// Best effort: firmware that will not have it still finds the removable path.
    private static func registerLoader(of disk: InstalledDisk) -> String {
        let variables = EFIVariables()
        guard variables.isAvailable else { return "no EFI variables: the firmware's own order stays" }
        do {
            guard let entry = try disk.bootEntry(description: "Rackwright") else {
                return "no EFI system partition: the firmware's own order stays"
            }
            var existing: [String: [UInt8]] = [:]
            for name in variables.names(startingWith: "Boot") { existing[name] = variables.read(name) }
            guard let plan = EFIBootPlan(entry, existing: existing, order: variables.read("BootOrder") ?? []) else {
                return "the firmware has no free boot entry"
            }
            if existing[plan.variable] != plan.value { try variables.write(plan.variable, plan.value) }
            if variables.read("BootOrder") != plan.order { try variables.write("BootOrder", plan.order) }
            guard variables.read(plan.variable) == plan.value, variables.read("BootOrder") == plan.order else {
                return "the firmware did not keep \(plan.variable); the removable path must do"
            }
            return "\(plan.variable) starts \(entry.loader) first"
        } catch {
            return "no EFI boot entry (\(error)); the removable path must do"
        }
    }
}

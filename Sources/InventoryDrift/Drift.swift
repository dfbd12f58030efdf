public import Inventory

/// What changed in a machine between two inspections. What one of the two does not know is no change.
public struct Drift: Sendable {
    let before: Inventory
    let after: Inventory

    public init(from before: Inventory, to after: Inventory) {
        self.before = before
        self.after = after
    }

    /// The worst first.
    public var findings: [Finding] {
        let all = machine + processors + memory + disks + nics + accelerators + devices + platform
        return all.enumerated().sorted { ($0.element.severity, $0.offset) < ($1.element.severity, $1.offset) }
            .map(\.element)
    }

    // MARK: the machine

    private var machine: [Finding] {
        var findings: [Finding] = []
        if let serial = changed(before.system.serial, after.system.serial) {
            findings.append(Finding(.machineExchanged, "the machine's serial number", serial))
        } else if let uuid = changed(before.system.uuid, after.system.uuid),
            before.system.serial == nil || after.system.serial == nil
        {
            findings.append(Finding(.machineExchanged, "the machine's UUID", uuid))
        }
        if let serial = changed(before.board.serial, after.board.serial) {
            findings.append(Finding(.boardExchanged, "the board's serial number", serial))
        }
        if let version = changed(before.firmware.version, after.firmware.version) {
            findings.append(Finding(.firmwareChanged, "the firmware's version", version))
        }
        if let mode = changed(before.bootMode?.rawValue, after.bootMode?.rawValue) {
            findings.append(Finding(.bootChanged, "the boot mode", mode))
        }
        if let secure = changed(before.secureBoot.map { $0 ? "on" : "off" }, after.secureBoot.map { $0 ? "on" : "off" })
        {
            findings.append(Finding(.bootChanged, "secure boot", secure))
        }
        return findings
    }

    /// `was 1.2 and is 1.3`, where both are known and differ.
    func changed(_ before: String?, _ after: String?) -> String? {
        guard let before, let after, before.lowercased() != after.lowercased() else { return nil }
        return "was \(before) and is \(after)"
    }

    private var processors: [Finding] {
        var findings: [Finding] = []
        if let model = changed(before.cpu.model, after.cpu.model) {
            findings.append(Finding(.processorExchanged, "the processor model", model))
        }
        let counts = [
            ("sockets", before.cpu.sockets, after.cpu.sockets, Rule.processorsLost),
            ("cores", before.cpu.cores, after.cpu.cores, .processorsLost),
            ("threads", before.cpu.threads, after.cpu.threads, .threadsLost),
        ]
        for (name, before, after, lost) in counts {
            guard let before, let after, before != after else { continue }
            findings.append(Finding(after < before ? lost : .processorsAdded, name, "were \(before) and are \(after)"))
        }
        if let microcode = changed(before.cpu.microcode, after.cpu.microcode) {
            findings.append(Finding(.firmwareChanged, "the microcode", microcode))
        }
        return findings
    }

    // MARK: memory

    private var memory: [Finding] {
        let (old, new) = (before.memory.modules, after.memory.modules)
        if !old.isEmpty, !new.isEmpty { return modules(old, new) + mappedOut }
        var findings = total
        if !old.isEmpty, findings.isEmpty {
            findings.append(
                Finding(.memoryUnlisted, "the memory modules", "are not listed any more; \(old.count) were")
            )
        }
        return findings
    }

    private func modules(_ old: [Inventory.MemoryModule], _ new: [Inventory.MemoryModule]) -> [Finding] {
        let pairing = Pairing(old, new, by: [{ $0.place.isEmpty ? nil : $0.place }, { _ in "nameless" }])
        var findings = pairing.gone.map { module in
            Finding(
                .memoryLost,
                module.words,
                "is gone" + bracketed(module.brief, module.serial.map { "serial \($0)" })
            )
        }
        findings += pairing.new.map { Finding(.memoryAdded, $0.words, "is new" + bracketed($0.brief)) }
        for (old, new) in pairing.pairs {
            if let before = old.size, let after = new.size, before != after {
                let change = "had \(SizeText.of(before)) and has \(SizeText.of(after))"
                findings.append(Finding(.memorySizeChanged, old.words, change))
            } else if let serial = changed(old.serial, new.serial) {
                findings.append(Finding(.moduleExchanged, "\(old.words): the serial number", serial))
            }
            if let before = old.configuredSpeed, let after = new.configuredSpeed, after < before {
                findings.append(Finding(.memorySlower, old.words, "ran at \(before) MT/s and runs at \(after)"))
            }
            if old.ecc == true, new.ecc == false {
                findings.append(Finding(.errorCorrectionLost, old.words, "corrects no errors any more"))
            }
        }
        return findings
    }

    /// Kernel and firmware keep now more and now less for themselves.
    private static let tolerance = 0.02

    /// What the firmware does not use although it is listed: a module that failed its test.
    private var mappedOut: [Finding] {
        guard let old = before.memory.total, let new = after.memory.total, before.memory.installed != nil,
            before.memory.installed == after.memory.installed, Double(new) < Double(old) * (1 - 2 * Self.tolerance)
        else { return [] }
        let change = "was \(SizeText.of(old)) and is \(SizeText.of(new)), though the same is installed"
        return [Finding(.memoryLost, "usable memory", change)]
    }

    private var total: [Finding] {
        let isInstalled = before.memory.installed != nil && after.memory.installed != nil
        let (old, new) =
            isInstalled
            ? (before.memory.installed, after.memory.installed) : (before.memory.total, after.memory.total)
        guard let old, let new else { return [] }
        let slack = Double(old) * (isInstalled ? 0 : Self.tolerance)
        guard abs(Double(new) - Double(old)) > slack else { return [] }
        let change = "was \(SizeText.of(old)) and is \(SizeText.of(new))"
        return [Finding(new < old ? .memoryLost : .memoryAdded, "memory", change)]
    }

    // MARK: devices

    private var disks: [Finding] {
        // Sticks and virtual drives come and go.
        let stays = { (disk: Inventory.Disk) in disk.removable != true && disk.transport != "usb" }
        let isNamed = { (disk: Inventory.Disk) in disk.wwn != nil || disk.serial != nil }
        let pairing = Pairing(
            before.disks.filter(stays),
            after.disks.filter(stays),
            by: [\.wwn, { disk in disk.serial.map { "\(disk.model ?? "") \($0)" } }, \.busPath, \.name]
        ) { old, new in
            // A place says that it is the same disk only where one of the two does not say itself which it is.
            let isSame = old.wwn != nil && old.wwn == new.wwn || old.serial != nil && old.serial == new.serial
            return isNamed(old) && isNamed(new) && !isSame
        }
        var findings = pairing.gone.map { Finding(.diskGone, $0.words, "is gone" + bracketed($0.brief, $0.busPath)) }
        findings += pairing.new.map { Finding(.diskAdded, $0.words, "is new" + bracketed($0.brief, $0.busPath)) }
        for (old, new) in pairing.pairs {
            if let before = old.size, let after = new.size, before != after {
                let change = "had \(before) octets and has \(after)"
                findings.append(Finding(.diskSizeChanged, old.words, change))
            }
            if let firmware = changed(old.firmware, new.firmware) {
                findings.append(Finding(.firmwareChanged, "\(old.words): the firmware", firmware))
            }
            findings += Self.health(of: new, before: old.health)
        }
        return findings + pairing.new.flatMap { Self.health(of: $0, before: nil) }
    }

    /// Drivers of the USB network that a management controller offers.
    private static let controllersNetwork: Set<String> = [
        "cdc_ether", "cdc_ncm", "cdc_subset", "cdc_eem", "rndis_host",
    ]

    private var nics: [Finding] {
        let stays = { (nic: Inventory.NIC) in !(nic.driver.map { Self.controllersNetwork.contains($0) } ?? false) }
        let pairing = Pairing(
            before.nics.filter(stays),
            after.nics.filter(stays),
            by: [\.address, { $0.busPath ?? $0.name }]
        ) { old, new in old.address != nil && new.address != nil && old.address != new.address }
        var findings = pairing.gone.map {
            Finding(.nicGone, $0.words, "is gone" + bracketed($0.name, $0.busPath, $0.driver))
        }
        findings += pairing.new.map {
            Finding(.nicAdded, $0.words, "is new" + bracketed($0.name, $0.busPath, $0.driver))
        }
        for (old, new) in pairing.pairs {
            if old.link == true, new.link == false {
                findings.append(Finding(.linkLost, old.words, "has no link any more" + bracketed(new.name)))
            }
            if let before = old.speed, let after = new.speed, after < before {
                findings.append(Finding(.linkSlower, old.words, "had \(before) Mbit/s and has \(after)"))
            }
            if let firmware = changed(old.firmware, new.firmware) {
                findings.append(Finding(.firmwareChanged, "\(old.words): the firmware", firmware))
            }
            let ends = [old.neighbor, new.neighbor].map { $0.map { "\($0.switch) port \($0.port)" } }
            if let end = changed(ends[0], ends[1]) {
                findings.append(Finding(.recabled, "\(old.words): the other end", end))
            }
        }
        return findings
    }

    private static func paired(
        _ before: [Inventory.PCIDevice],
        _ after: [Inventory.PCIDevice]
    ) -> Pairing<Inventory.PCIDevice> {
        // A card in another slot, or behind a bridge that was counted otherwise, is still the same kind of card.
        Pairing(before, after, by: [{ device in device.kind.map { "\(device.address) \($0)" } }, \.kind])
    }

    private var accelerators: [Finding] {
        let pairing = Self.paired(before.gpus, after.gpus)
        return pairing.gone.map { Finding(.gpuGone, "GPU \($0.address)", "is gone" + bracketed($0.kind)) }
            + pairing.new.map { Finding(.gpuAdded, "GPU \($0.address)", "is new" + bracketed($0.kind)) }
            + lanes(pairing.pairs, "GPU")
    }

    /// Storage, networks, displays, bridges and accelerators: what hangs on them is told of by itself.
    private static let toldElsewhere: Set<Int> = [0x01, 0x02, 0x03, 0x06, 0x12]

    private var devices: [Finding] {
        guard !before.pci.isEmpty, !after.pci.isEmpty else { return [] }
        func others(_ inventory: Inventory) -> [Inventory.PCIDevice] {
            inventory.pci.filter { device in device.classCode.map { !Self.toldElsewhere.contains($0 >> 16) } ?? false }
        }
        let pairing = Self.paired(others(before), others(after))
        let told = Self.paired(
            before.pci.filter { [0x01, 0x02].contains(($0.classCode ?? 0) >> 16) },
            after.pci.filter { [0x01, 0x02].contains(($0.classCode ?? 0) >> 16) }
        )
        return pairing.gone.map {
            Finding(.deviceGone, "device \($0.address)", "is gone" + bracketed($0.kind, $0.driver))
        }
            + pairing.new.map {
                Finding(.deviceAdded, "device \($0.address)", "is new" + bracketed($0.kind, $0.driver))
            }
            + lanes(told.pairs, "device")
    }

    /// Speed is no sign: idle devices run slower on purpose. Lanes stay as they were negotiated.
    private func lanes(
        _ pairs: [(before: Inventory.PCIDevice, after: Inventory.PCIDevice)],
        _ word: String
    ) -> [Finding] {
        pairs.compactMap { old, new in
            guard let before = old.linkWidth, let after = new.linkWidth, after < before else { return nil }
            return Finding(.lanesLost, "\(word) \(new.address)", "had \(before) lanes and has \(after)")
        }
    }

    private var platform: [Finding] {
        var findings: [Finding] = []
        if let old = before.tpm {
            // A table that could not be read is told of by the memory's modules.
            if after.tpm == nil, after.version >= 2 {
                findings.append(Finding(.tpmGone, "the TPM", "is gone" + bracketed(old.version)))
            }
            if let firmware = changed(old.firmware, after.tpm?.firmware) {
                findings.append(Finding(.firmwareChanged, "the TPM's firmware", firmware))
            }
            findings += endorsement
        }
        if let mac = changed(before.bmc?.mac, after.bmc?.mac) {
            findings.append(Finding(.controllerExchanged, "the management controller's MAC address", mac))
        }
        if let address = changed(before.bmc?.address, after.bmc?.address) {
            findings.append(Finding(.controllerMoved, "the management controller's address", address))
        }
        return findings + bootEntries
    }
}

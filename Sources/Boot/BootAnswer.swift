/// What a machine that boots is told, and why.
public struct BootAnswer: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        /// Load this file by TFTP from the controller.
        case loader(file: String)
        /// Load and start this by the firmware's own HTTP.
        case http(url: String)
        /// iPXE: fetch and run this script.
        case script(url: String)
        /// No boot file: the firmware goes on to the disk.
        case disk
        /// No answer to the wish to boot.
        case ignore(reason: String)
    }

    public var action: Action
    /// One sentence for each thing that was considered, in order.
    public var explanation: [String]
}

extension BootAnswer {
    /// What `request` is told when the controller wants `intent`.
    ///
    /// iPXE always gets a script, never a loader: a loader would load itself again without end.
    public init(to request: BootRequest, intent: BootIntent, configuration: BootConfiguration) {
        explanation = [
            "\(request.mac) boots with \(request.firmware.name), stage \(request.stage.name)."
        ]
        if request.stage == .system {
            action = .ignore(reason: "an operating system asks for an address, not for a boot file")
            explanation = ["An operating system asks: it gets an address only."]
            return
        }
        if case .ignore(let reason) = intent {
            action = .ignore(reason: reason)
            explanation.append("The controller leaves it alone: \(reason).")
            return
        }
        switch request.stage {
        case .iPXE:
            explanation.append("It runs iPXE: it gets its script, which says \(intent.name).")
            action = .script(url: configuration.scriptURL(for: request))
            return
        case .rom, .httpClient, .system:
            break
        }
        if intent == .disk {
            action = .disk
            explanation.append("It shall boot its disk: no boot file is named, so the firmware goes on.")
            return
        }
        explanation.append("The controller wants \(intent.name); iPXE is loaded first.")
        switch (request.firmware, request.stage) {
        case (.bios, .rom):
            action = .loader(file: configuration.biosLoader)
            explanation.append("BIOS loads \(configuration.biosLoader) by TFTP.")
        case (.uefiX64, .rom):
            action = .loader(file: configuration.uefiLoader)
            explanation.append("UEFI x64 loads \(configuration.uefiLoader) by TFTP.")
        case (.uefiX64, .httpClient):
            let url = "\(configuration.bootURL)/boot/\(configuration.uefiLoader)"
            action = .http(url: url)
            explanation.append("UEFI x64 loads \(url) by HTTP.")
        case (.bios, _), (.uefiX64, _), (.uefiIA32, _), (.uefiARM64, _), (.other, _):
            let reason = "there is no loader for \(request.firmware.name), stage \(request.stage.name)"
            action = .ignore(reason: reason)
            explanation.append("It is not answered: \(reason).")
        }
    }
}

extension BootFirmware {
    var name: String {
        switch self {
        case .bios: "BIOS"
        case .uefiX64: "UEFI x64"
        case .uefiIA32: "UEFI IA32"
        case .uefiARM64: "UEFI ARM64"
        case .other(let number): "architecture \(number)"
        }
    }
}

extension BootStage {
    var name: String {
        switch self {
        case .rom: "PXE ROM"
        case .httpClient: "HTTP boot"
        case .iPXE: "iPXE"
        case .system: "operating system"
        }
    }
}

extension BootIntent {
    var name: String {
        switch self {
        case .ramdisk: "the ramdisk"
        case .disk: "its disk"
        case .none(let reason): "it to wait (\(reason))"
        case .ignore(let reason): "nothing (\(reason))"
        }
    }
}

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
    /// For what asks for an address alone.
    public static let system = Self(
        action: .ignore(reason: "an operating system asks for an address, not for a boot file"),
        explanation: ["An operating system asks: it gets an address only."]
    )

    /// What `request` is told when the controller wants `intent` of the machine.
    ///
    /// iPXE always gets a script, never a loader: a loader would load itself again without end.
    public init(
        to request: BootRequest,
        intent: BootIntent,
        node: BootNode = BootNode(),
        configuration: BootConfiguration
    ) {
        guard request.stage != .system else {
            self = .system
            return
        }
        explanation = [
            "\(request.mac) boots with \(request.firmware.name), stage \(request.stage.name)."
        ]
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
        explanation.append("The controller wants \(intent.name).")
        guard node.fruitlessLoads < BootNode.loadsUntilLoop else {
            let reason =
                "a boot loop is suspected: it was handed a loader \(node.fruitlessLoads) times and asked for nothing after it"
            action = .ignore(reason: reason)
            explanation.append("It is not answered for a while: \(reason).")
            return
        }
        switch (request.firmware, request.stage) {
        case (.bios, .rom):
            action = .loader(file: configuration.biosLoader)
            explanation.append("BIOS loads iPXE, \(configuration.biosLoader), by TFTP.")
        case (.uefiX64, .rom), (.uefiX64, .httpClient):
            let choice = UEFIChoice(request, node, configuration)
            explanation += choice.reasons
            if request.stage == .rom {
                action = .loader(file: choice.file)
                explanation.append("UEFI x64 loads \(choice.file) by TFTP.")
            } else {
                let url = "\(configuration.bootURL)/boot/\(choice.file)"
                action = .http(url: url)
                explanation.append("UEFI x64 loads \(url) by HTTP.")
            }
        case (.bios, _), (.uefiX64, _), (.uefiIA32, _), (.uefiARM64, _), (.other, _):
            let reason = "there is no loader for \(request.firmware.name), stage \(request.stage.name)"
            action = .ignore(reason: reason)
            explanation.append("It is not answered: \(reason).")
        }
    }
}

/// The file that UEFI x64 firmware loads first, and why.
private struct UEFIChoice {
    var file: String
    var reasons: [String] = []

    init(_ request: BootRequest, _ node: BootNode, _ configuration: BootConfiguration) {
        var wanted = node.loader ?? configuration.uefi
        if let loader = node.loader { reasons.append("An operator chose \(loader.rawValue) for this node.") }
        if wanted == .automatic {
            if node.secureBoot == true, configuration.shim != nil {
                wanted = .shim
                reasons.append("Its firmware had Secure Boot on when it was looked at: only the signed chain starts.")
            } else if request.stage == .httpClient, configuration.hasUnifiedKernel {
                wanted = .unified
                reasons.append("HTTP boot takes the unified kernel image: nothing runs between firmware and kernel.")
            } else {
                wanted = .snponly
            }
            if wanted != .shim, node.fruitlessLoads >= BootNode.loadsUntilOtherLoader {
                let loads = "\(node.fruitlessLoads) loads before this one led nowhere"
                if node.secureBoot == nil, configuration.shim != nil {
                    wanted = .shim
                    reasons.append("\(loads): Secure Boot may refuse what is not signed, so the signed chain is tried.")
                } else {
                    wanted = .ipxe
                    reasons.append("\(loads): iPXE with drivers of its own is tried.")
                }
            }
        }
        if wanted == .shim, configuration.shim == nil {
            reasons.append("The signed shim is not served here (boot.secure_boot in controller.yaml): iPXE instead.")
            wanted = .snponly
        }
        if wanted == .unified, !configuration.hasUnifiedKernel {
            reasons.append("The ramdisk folder has no unified kernel image (rackwright.efi): iPXE instead.")
            wanted = .snponly
        }
        file =
            switch wanted {
            case .unified: BootFileName.unified(for: request.mac)
            case .ipxe: configuration.fullUEFILoader
            case .shim: configuration.shim ?? configuration.uefiLoader
            case .snponly, .automatic: configuration.uefiLoader
            }
    }
}

extension BootFirmware {
    /// For people: `UEFI x64`.
    public var name: String {
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
    /// For people: `PXE ROM`.
    public var name: String {
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

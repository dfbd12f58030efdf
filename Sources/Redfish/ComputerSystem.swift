/// A machine as its BMC shows it (DSP0268, ComputerSystem), read tolerantly.
public struct ComputerSystem: Hashable, Sendable {
    public enum PowerState: Hashable, Sendable {
        case on, off, poweringOn, poweringOff, paused
        case other(String)

        init(_ text: String) {
            self =
                switch text.lowercased() {
                case "on": .on
                case "off": .off
                case "poweringon": .poweringOn
                case "poweringoff": .poweringOff
                case "paused": .paused
                default: .other(text)
                }
        }
    }

    /// The boot override and what it may be set to; nil lists were not given by the BMC.
    public struct Boot: Hashable, Sendable {
        public var target: String?
        public var enabled: String?
        public var mode: String?
        public var httpBootURI: String?
        /// The device path that `UefiTarget` boots.
        public var uefiTarget: String?
        /// The option that `UefiBootNext` boots.
        public var next: String?
        /// The firmware's own order, by references of options.
        public var order: [String]?
        /// The collection of what the firmware can boot.
        public var options: String?
        public var allowedTargets: [String]?
        public var allowedEnabled: [String]?
        public var allowedModes: [String]?

        init(_ json: JSON) {
            target = json["BootSourceOverrideTarget"].string
            enabled = json["BootSourceOverrideEnabled"].string
            mode = json["BootSourceOverrideMode"].string
            httpBootURI = json["HttpBootUri"].string
            uefiTarget = json["UefiTargetBootSourceOverride"].string
            next = json["BootNext"].string
            order = json["BootOrder"].strings
            options = json["BootOptions"].link
            allowedTargets = json["BootSourceOverrideTarget@Redfish.AllowableValues"].strings
            allowedEnabled = json["BootSourceOverrideEnabled@Redfish.AllowableValues"].strings
            allowedModes = json["BootSourceOverrideMode@Redfish.AllowableValues"].strings
        }
    }

    public struct ResetAction: Hashable, Sendable {
        public var target: String
        /// The reset types; nil when the BMC lists them elsewhere or not at all.
        public var allowed: [String]?
        /// Where they are listed instead (`@Redfish.ActionInfo`).
        public var actionInfo: String?
    }

    public var path: String
    public var id: String?
    public var name: String?
    public var systemType: String?
    public var manufacturer: String?
    public var model: String?
    public var serialNumber: String?
    public var sku: String?
    public var uuid: String?
    /// The controllers that manage it, the first its own.
    public var managers: [String]
    public var bios: String?
    public var secureBoot: String?
    public var virtualMedia: String?
    public var biosVersion: String?
    public var powerState: PowerState?
    public var boot: Boot?
    public var reset: ResetAction?
    /// Where changes must be written instead, on BMCs that have such a place (`@Redfish.Settings`).
    public var settingsPath: String?
    /// The tag inside the document; another may stand in the answer's head.
    public var etag: String?

    /// - Parameter path: Where it was read from, for documents that do not say it themselves.
    public init(_ json: JSON, path: String) {
        self.path = json["@odata.id"].string ?? path
        id = json["Id"].string
        name = json["Name"].string
        systemType = json["SystemType"].string
        manufacturer = json["Manufacturer"].string
        model = json["Model"].string
        serialNumber = json["SerialNumber"].string
        sku = json["SKU"].string
        uuid = json["UUID"].string
        managers = (json["Links"]["ManagedBy"].array ?? []).compactMap(\.link)
        bios = json["Bios"].link
        secureBoot = json["SecureBoot"].link
        virtualMedia = json["VirtualMedia"].link
        biosVersion = json["BiosVersion"].string
        powerState = json["PowerState"].string.map(PowerState.init)
        boot = json["Boot"].object.map { Boot(.object($0)) }
        let action = json["Actions"]["#ComputerSystem.Reset"]
        reset = action["target"].string.map { target in
            ResetAction(
                target: target,
                allowed: action["ResetType@Redfish.AllowableValues"].strings,
                actionInfo: action["@Redfish.ActionInfo"].link
            )
        }
        settingsPath = json["@Redfish.Settings"]["SettingsObject"].link
        etag = json["@odata.etag"].string
    }

    /// The reset types in an ActionInfo document.
    public static func resetTypes(actionInfo json: JSON) -> [String]? {
        let parameters = json["Parameters"].array ?? []
        return parameters.first { $0["Name"].string == "ResetType" }?["AllowableValues"].strings
    }
}

extension ComputerSystem {
    /// Which of a service's systems is the machine itself, and a sentence where that was not plain.
    public struct Choice: Hashable, Sendable {
        public var system: ComputerSystem
        public var remark: String?
    }

    /// Chooses the system that boots and resets; baseboards of accelerators and composed systems stand behind.
    public static func choose(from systems: [ComputerSystem]) -> Choice? {
        let ranked = systems.enumerated().sorted { left, right in
            (-left.element.suitability, left.offset) < (-right.element.suitability, right.offset)
        }
        guard let best = ranked.first?.element else { return nil }
        guard ranked.count > 1 else { return Choice(system: best, remark: nil) }
        let others = ranked.dropFirst().map(\.element.path)
        let isTie = ranked[1].element.suitability == best.suitability
        let reason = isTie ? "is the first of several alike" : "is the one that boots and resets"
        return Choice(system: best, remark: "\(best.path) \(reason); not used: \(others.joined(separator: ", "))")
    }

    private var suitability: Int {
        var points = 0
        if let boot { points += boot.allowedTargets == nil && boot.target == nil ? 1 : 4 }
        if reset != nil { points += 4 }
        if systemType == nil || systemType == "Physical" { points += 2 }
        if powerState != nil { points += 1 }
        if (id ?? path).lowercased().contains("baseboard") { points -= 3 }
        return points
    }
}

/// A wish for what a machine boots next.
public struct BootWish: Hashable, Sendable {
    public enum Target: String, Hashable, Sendable, CaseIterable {
        case none = "None"
        case pxe = "Pxe"
        case disk = "Hdd"
        case http = "UefiHttp"
    }
    public enum Enabled: String, Hashable, Sendable {
        case once = "Once"
        case continuous = "Continuous"
    }
    public enum Mode: String, Hashable, Sendable {
        case uefi = "UEFI"
        case legacy = "Legacy"
    }

    public var target: Target
    public var enabled: Enabled
    public var mode: Mode?
    /// The file for `http`, where the BMC takes one.
    public var httpURI: String?

    public init(target: Target, enabled: Enabled, mode: Mode? = nil, httpURI: String? = nil) {
        self.target = target
        self.enabled = enabled
        self.mode = mode
        self.httpURI = httpURI
    }
}

extension ComputerSystem {
    /// One PATCH of a ladder: the next rung is tried when the BMC refuses this one.
    public struct Patch: Hashable, Sendable {
        public var path: String
        public var body: JSON
    }

    /// The PATCHes that may set `wish`, most likely first.
    ///
    /// Mode is sent when the BMC shows that it knows it; the next rung leaves it out, since some show it and refuse it. Enabled is
    /// always sent (Supermicro ignores the target without it). AMI wants the settings resource, which is the last rung.
    public func bootPatches(for wish: BootWish) throws(RedfishError) -> [Patch] {
        guard let boot else { throw .missing("Boot", in: path) }
        var bodies: [[String: JSON]] = []
        if wish.target == .none {
            bodies = [
                ["BootSourceOverrideEnabled": .string("Disabled"), "BootSourceOverrideTarget": .string("None")],
                ["BootSourceOverrideEnabled": .string("Disabled")],  // iLO refuses target None when it disables.
            ]
        } else {
            if let allowed = boot.allowedTargets, !allowed.isEmpty, !allowed.contains(wish.target.rawValue) {
                throw .notOffered(
                    "\(path) offers the boot targets \(allowed.joined(separator: ", ")) and not \(wish.target.rawValue)"
                )
            }
            var body: [String: JSON] = [
                "BootSourceOverrideTarget": .string(wish.target.rawValue),
                "BootSourceOverrideEnabled": .string(enabledWord(for: wish)),
            ]
            if wish.target == .http, let uri = wish.httpURI { body["HttpBootUri"] = .string(uri) }
            if let mode = wish.mode, boot.mode != nil || boot.allowedModes != nil {
                if let allowed = boot.allowedModes, !allowed.isEmpty, !allowed.contains(mode.rawValue) {
                    throw .notOffered(
                        "\(path) offers the boot modes \(allowed.joined(separator: ", ")) and not \(mode.rawValue)"
                    )
                }
                bodies.append(body.merging(["BootSourceOverrideMode": .string(mode.rawValue)]) { $1 })
                // Leaving the mode out is no way to another mode, only past a BMC that will not be told what is so already.
                if boot.mode == nil || boot.mode == mode.rawValue { bodies.append(body) }
            } else {
                bodies.append(body)
            }
        }
        let paths = [path] + (settingsPath.map { [$0] } ?? [])
        return paths.flatMap { path in
            bodies.map { Patch(path: path, body: .object(["Boot": .object($0)])) }
        }
    }

    /// Lenovo offers Once alone; the read-back then tells that it is not lasting.
    private func enabledWord(for wish: BootWish) -> String {
        guard let allowed = boot?.allowedEnabled, !allowed.isEmpty, !allowed.contains(wish.enabled.rawValue),
            allowed.contains(BootWish.Enabled.once.rawValue)
        else { return wish.enabled.rawValue }
        return BootWish.Enabled.once.rawValue
    }
}

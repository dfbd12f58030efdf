/// A wish for what a machine boots next.
public struct BootWish: Hashable, Sendable {
    public enum Target: String, Hashable, Sendable, CaseIterable {
        case none = "None"
        case pxe = "Pxe"
        case disk = "Hdd"
        case cd = "Cd"
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
    /// One PATCH of a ladder: the next rung is tried when the BMC refuses this one, or takes it and does not show it.
    public struct Patch: Hashable, Sendable {
        public var path: String
        public var body: JSON

        /// Whether a system shows what this asks for.
        public func isShown(in boot: Boot) -> Bool {
            let wish = body["Boot"]
            if let first = wish["BootOrder"].strings?.first { return boot.order?.first == first }
            let enabled = wish["BootSourceOverrideEnabled"].string
            if enabled == "Disabled" { return boot.enabled == "Disabled" || boot.target == "None" }
            guard wish["BootSourceOverrideTarget"].string == boot.target else { return false }
            if let mode = wish["BootSourceOverrideMode"].string, let shown = boot.mode, mode != shown { return false }
            return boot.enabled == nil || boot.enabled == enabled
        }
    }

    /// The PATCHes that may set `wish`, most likely first: those of the maker's way, then the others'.
    ///
    /// - Parameters:
    ///   - strategy: the way of the service's maker
    ///   - options: what the firmware can boot, where that was read: a way to what the override has no word for
    public func bootPatches(
        for wish: BootWish,
        strategy: VendorStrategy = .generic,
        options: [BootOption] = []
    ) throws(RedfishError) -> [Patch] {
        guard let boot else { throw .missing("Boot", in: path) }
        let order = wish.target == .none ? [] : orderPatches(boot, wish, strategy, options)
        var overrides: [Patch] = []
        var refusal: RedfishError?
        do {
            let bodies =
                wish.target == .none ? disablingBodies(strategy) : try overrideBodies(boot, wish, strategy, options)
            overrides = places(strategy.places).flatMap { path in
                bodies.map { Patch(path: path, body: .object(["Boot": .object($0)])) }
            }
        } catch {
            refusal = error
        }
        let isLasting = wish.enabled == .continuous
        let lacksContinuous = boot.allowedEnabled.map { !$0.isEmpty && !$0.contains("Continuous") } ?? false
        var all: [Patch] = []
        if isLasting, strategy.lasting == .bootOrder || lacksContinuous {
            all = order + overrides
        } else {
            // An order that lasts is no answer to a wish for one boot, except where there is no override at all.
            let hasOverride = boot.target != nil || boot.allowedTargets != nil
            all = overrides + (isLasting || !hasOverride ? order : [])
        }
        guard !all.isEmpty else {
            throw refusal ?? .notOffered("\(path) offers no way to boot \(wish.target.rawValue)")
        }
        var unique: [Patch] = []
        for patch in all where !unique.contains(patch) { unique.append(patch) }
        return unique
    }

    /// Whether `bootPatches` can make use of the boot options, which are a question each.
    public func needsOptions(for wish: BootWish, strategy: VendorStrategy) -> Bool {
        guard wish.target != .none, let boot else { return false }
        let lacksContinuous = boot.allowedEnabled.map { !$0.isEmpty && !$0.contains("Continuous") } ?? false
        let lastsByOrder = wish.enabled == .continuous && (strategy.lasting == .bootOrder || lacksContinuous)
        return lastsByOrder || (boot.target == nil && boot.allowedTargets == nil)
            || targetWords(boot, wish, strategy).isEmpty
    }

    private func places(_ preferred: [VendorStrategy.Place]) -> [String] {
        (preferred + VendorStrategy.Place.allCases.filter { !preferred.contains($0) }).compactMap { place in
            place == .system ? path : settingsPath
        }
    }

    private func disablingBodies(_ strategy: VendorStrategy) -> [[String: JSON]] {
        strategy.disabling.map { way in
            var body: [String: JSON] = ["BootSourceOverrideEnabled": .string("Disabled")]
            if way == .disabledAndNone { body["BootSourceOverrideTarget"] = .string("None") }
            return body
        }
    }

    private func overrideBodies(
        _ boot: Boot,
        _ wish: BootWish,
        _ strategy: VendorStrategy,
        _ options: [BootOption]
    ) throws(RedfishError) -> [[String: JSON]] {
        let enabled = JSON.string(enabledWord(for: wish))
        var heads: [[String: JSON]] = targetWords(boot, wish, strategy).map { word in
            var body = ["BootSourceOverrideTarget": JSON.string(word), "BootSourceOverrideEnabled": enabled]
            if wish.target == .http, let uri = wish.httpURI, strategy.bootFile == .override {
                body["HttpBootUri"] = .string(uri)
            }
            return body
        }
        if heads.isEmpty { heads = optionBodies(boot, wish, options, enabled) }
        guard !heads.isEmpty else {
            let allowed = (boot.allowedTargets ?? []).joined(separator: ", ")
            throw .notOffered("\(path) offers the boot targets \(allowed) and not \(wish.target.rawValue)")
        }
        var bodies: [[String: JSON]] = []
        for head in heads { bodies += try modes(boot, wish, strategy, head) }
        return bodies
    }

    /// The standard's words for the target that this BMC has.
    private func targetWords(_ boot: Boot, _ wish: BootWish, _ strategy: VendorStrategy) -> [String] {
        let words = wish.target == .cd ? strategy.cdTargets : [wish.target.rawValue]
        guard let allowed = boot.allowedTargets, !allowed.isEmpty else { return Array(words.prefix(1)) }
        return words.filter(allowed.contains)
    }

    /// A target without a word of its own is reached by the boot option that leads to it.
    private func optionBodies(
        _ boot: Boot,
        _ wish: BootWish,
        _ options: [BootOption],
        _ enabled: JSON
    ) -> [[String: JSON]] {
        let allowed = boot.allowedTargets ?? []
        return options.filter { $0.target == wish.target && $0.isEnabled }.prefix(2).flatMap { option in
            var bodies: [[String: JSON]] = []
            if allowed.contains("UefiBootNext") {
                bodies.append([
                    "BootSourceOverrideTarget": .string("UefiBootNext"), "BootSourceOverrideEnabled": enabled,
                    "BootNext": .string(option.reference),
                ])
            }
            if allowed.contains("UefiTarget"), let devicePath = option.devicePath {
                bodies.append([
                    "BootSourceOverrideTarget": .string("UefiTarget"), "BootSourceOverrideEnabled": enabled,
                    "UefiTargetBootSourceOverride": .string(devicePath),
                ])
            }
            return bodies
        }
    }

    private func modes(
        _ boot: Boot,
        _ wish: BootWish,
        _ strategy: VendorStrategy,
        _ body: [String: JSON]
    ) throws(RedfishError) -> [[String: JSON]] {
        let asked = wish.mode?.rawValue
        if let asked, let allowed = boot.allowedModes, !allowed.isEmpty, !allowed.contains(asked) {
            throw .notOffered("\(path) offers the boot modes \(allowed.joined(separator: ", ")) and not \(asked)")
        }
        // Leaving the mode out is no way to another mode, only past a BMC that will not be told what is so already.
        let isSo = asked == nil || boot.mode == nil || boot.mode == asked
        let isKnown = boot.mode != nil || boot.allowedModes != nil
        let with: ([String: JSON], String) -> [String: JSON] = { body, mode in
            body.merging(["BootSourceOverrideMode": .string(mode)]) { $1 }
        }
        switch strategy.mode {
        case .attribute(let name):
            guard isSo else {
                throw .notOffered("\(path) boots by \(boot.mode ?? "?"); its BIOS attribute \(name) decides that")
            }
            return [body]
        case .toChange:
            guard let asked, isKnown else { return [body] }
            return isSo ? [body, with(body, asked)] : [with(body, asked)]
        case .always:
            guard let mode = asked ?? boot.mode else { return [body] }
            return [with(body, mode)] + (isSo ? [body] : [])
        case .whereShown:
            guard let asked, isKnown else { return [body] }
            return [with(body, asked)] + (isSo ? [body] : [])
        }
    }

    private func orderPatches(
        _ boot: Boot,
        _ wish: BootWish,
        _ strategy: VendorStrategy,
        _ options: [BootOption]
    ) -> [Patch] {
        guard let order = boot.order, !order.isEmpty else { return [] }
        let known = Dictionary(options.map { ($0.reference, $0) }) { first, _ in first }
        guard let best = order.first(where: { known[$0]?.target == wish.target && known[$0]?.isEnabled == true }) else {
            return []
        }
        let wanted = [best] + order.filter { $0 != best }
        return places([strategy.orderPlace]).map { path in
            Patch(path: path, body: .object(["Boot": .object(["BootOrder": .array(wanted.map(JSON.string))])]))
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

extension ComputerSystem.Boot {
    /// What is booted by an override, whatever word it is set with; nil for what is none of ours.
    public var overrideTarget: BootWish.Target? {
        switch target {
        case "UsbCd": .cd
        case "UefiTarget": uefiTarget.flatMap(BootOption.target(devicePath:))
        default: BootWish.Target.allCases.first { $0.rawValue == target }
        }
    }
}

import BMC
import Redfish

/// What the machine boots next.
extension RedfishDriver {
    /// How many changes that were taken and did not show are followed by another way.
    private static let unshownLimit = 3

    /// Sets it in the maker's way, looks whether it shows, and goes on to the next way when it does not.
    func setBootDevice(_ setting: BootSetting) async throws {
        let operation = "setting the boot device to \(setting)"
        guard let device = setting.device else { throw client.error(.refused, operation, "no device was named") }
        let wish = BootWish(
            target: device.target,
            enabled: setting.persistence == .continuous ? .continuous : .once,
            mode: setting.mode.map { $0 == .uefi ? .uefi : .legacy },
            httpURI: setting.httpURI
        )
        let (system, tag) = try await system(operation)
        let strategy = try await chosenStrategy(operation).strategy
        let options = system.needsOptions(for: wish, strategy: strategy) ? try await bootOptions(system, operation) : []
        let patches = try offered(operation) { () throws(RedfishError) in
            try system.bootPatches(for: wish, strategy: strategy, options: options)
        }
        var remark: String?
        if setting.httpURI != nil, case .attribute(let name) = strategy.bootFile {
            remark = "the boot file is the BIOS attribute \(name) there and was not set; what DHCP says holds"
        }
        var refusal: BMCError?
        var unshown: [ComputerSystem.Patch] = []
        for patch in patches where unshown.count < Self.unshownLimit {
            let known = patch.path == system.path ? (head: tag, document: system.etag) : nil
            switch try await attempt("PATCH", patch.path, patch.body, strategy, tags: known, operation) {
            case .refused(let error): refusal = refusal ?? error
            case .accepted(let answer):
                do {
                    try await settle(answer, operation, at: patch.path, within: .seconds(60))
                } catch let error as BMCError where error.kind == .refused {
                    refusal = refusal ?? error
                    continue
                }
                lastBoot = (patch, setting, remark)
                if try await shows(patch, looks: strategy.looks, operation) { return }
                unshown.append(patch)
            }
        }
        // What was taken may hold all the same: whoever asked is told what reads back.
        if let first = unshown.first {
            lastBoot = (first, setting, remark)
            return
        }
        throw refusal ?? client.error(.refused, operation, "nothing could be tried")
    }

    private func shows(_ patch: ComputerSystem.Patch, looks: Int, _ operation: String) async throws -> Bool {
        for look in 0..<max(1, looks) {
            if look > 0 { try await pause(.seconds(1)) }
            let answer = try await authorized("GET", patch.path, operation: operation) { $0 }
            guard answer.isSuccess else { continue }
            if let boot = ComputerSystem(answer.json, path: patch.path).boot, patch.isShown(in: boot) { return true }
            // Some settings resources take what the system then shows.
            if patch.path != (try await chosenPath(operation)), let boot = try await self.system(operation).0.boot,
                patch.isShown(in: boot)
            {
                return true
            }
        }
        return false
    }

    private func bootOptions(_ system: ComputerSystem, _ operation: String) async throws -> [BootOption] {
        guard let path = system.boot?.options else { return [] }
        var missing: [String] = []
        do {
            return try await members(of: path, operation, &missing).compactMap(BootOption.init)
        } catch let error as BMCError where error.kind == .refused {
            return []
        }
    }

    func bootDevice() async throws -> BootSetting {
        let operation = "reading the boot device"
        var (system, _) = try await system(operation)
        if let path = lastBoot?.patch.path, path != system.path {
            let pending = ComputerSystem(try await get(path, operation).json, path: path)
            if let boot = pending.boot, boot.target != nil || boot.order != nil { system.boot = boot }
        }
        guard let boot = system.boot else {
            throw client.error(.protocolError, operation, "\(system.path) has no Boot")
        }
        if let lastBoot, lastBoot.patch.body["Boot"]["BootOrder"] != .null, lastBoot.patch.isShown(in: boot) {
            return BootSetting(
                device: lastBoot.setting.device,
                persistence: .continuous,
                remark: "set by the boot order, which begins with \(boot.order?.first ?? "?")"
            )
        }
        guard boot.enabled != "Disabled", boot.target != "None" else {
            return BootSetting(device: BootDevice.none, persistence: nil)
        }
        return BootSetting(
            device: boot.overrideTarget.flatMap { target in BootDevice.allCases.first { $0.target == target } },
            persistence: boot.enabled.flatMap { ["Once": .once, "Continuous": .continuous][$0] },
            mode: boot.mode.flatMap { ["UEFI": .uefi, "Legacy": .legacy][$0] },
            httpURI: boot.overrideTarget == .http ? boot.httpBootURI : nil,
            remark: lastBoot?.remark
        )
    }
}

extension BootDevice {
    fileprivate var target: BootWish.Target {
        switch self {
        case .none: .none
        case .pxe: .pxe
        case .disk: .disk
        case .httpBoot: .http
        case .cd: .cd
        }
    }
}

import BMC
import Redfish

/// What the firmware is set to.
extension RedfishDriver {
    func bios() async throws -> BMCBIOS {
        let operation = "reading the BIOS settings"
        let (settings, registry, remarks) = try await biosSettings(operation)
        return BMCBIOS(
            attributes: settings.attributes.filter { !Self.isSecret($0.key, registry) }.mapValues(BIOSValue.init),
            pending: try await pending(settings, registry, operation),
            applyTimes: settings.applyTimes ?? [],
            remarks: settings.lastMessages + remarks
        )
    }

    func setBIOS(_ wanted: [String: String], applyTime: String?, isTrial: Bool) async throws -> BMCBIOSOutcome {
        let operation = "setting BIOS attributes"
        let (settings, registry, remarks) = try await biosSettings(operation)
        let changes = try offered(operation) { () throws(RedfishError) in
            try settings.changes(to: wanted, registry: registry)
        }
        let body = try offered(operation) { () throws(RedfishError) in
            try settings.body(for: changes, applyTime: applyTime)
        }
        var outcome = BMCBIOSOutcome(
            changes: changes.map { BMCBIOSChange($0, isSecret: Self.isSecret($0.name, registry)) },
            remarks: remarks
        )
        if !isTrial, !changes.isEmpty {
            let path = settings.settingsPath ?? settings.path
            let strategy = try await chosenStrategy(operation).strategy
            var result = try await attempt("PATCH", path, body, strategy, operation)
            if case .refused = result, applyTime == nil, body["@Redfish.SettingsApplyTime"] != .null {
                // It lists when it could and will not be told.
                let bare = JSON.object(["Attributes": body["Attributes"]])
                let second = try await attempt("PATCH", path, bare, strategy, operation)
                if case .accepted = second { result = second }
            }
            switch result {
            case .refused(let error): throw error
            case .accepted(let answer):
                outcome.task = try await settle(answer, operation, at: path, within: .seconds(60))
            }
            try await readBack(changes, registry, strategy, &outcome, operation)
        } else {
            outcome.pending = try await pending(settings, registry, operation)
        }
        return outcome
    }

    /// Looks until each change holds or waits; says which do neither.
    private func readBack(
        _ changes: [BIOSChange],
        _ registry: AttributeRegistry?,
        _ strategy: VendorStrategy,
        _ outcome: inout BMCBIOSOutcome,
        _ operation: String
    ) async throws {
        var lost: [String] = []
        for look in 0..<max(1, strategy.looks) {
            if look > 0 { try await pause(.seconds(1)) }
            guard let json = try await biosDocument(operation), let now = BIOSSettings(json.0, path: json.path) else {
                break
            }
            var waiting: JSON = .null
            if let path = now.settingsPath { waiting = try await get(path, operation).json }
            outcome.pending = now.pending(in: waiting).map {
                BMCBIOSChange($0, isSecret: Self.isSecret($0.name, registry))
            }
            lost = changes.filter { change in
                now.attributes[change.name] != change.after && waiting["Attributes"][change.name] != change.after
                    && !Self.isSecret(change.name, registry)
            }.map(\.name)
            if lost.isEmpty { return }
        }
        if !lost.isEmpty {
            outcome.remarks.append("taken, and shown neither as set nor as pending: \(lost.joined(separator: ", "))")
        }
    }

    private func pending(
        _ settings: BIOSSettings,
        _ registry: AttributeRegistry?,
        _ operation: String
    ) async throws -> [BMCBIOSChange] {
        guard let path = settings.settingsPath else { return [] }
        let answer = try await authorized("GET", path, operation: operation) { $0 }
        return settings.pending(in: answer.json).map { BMCBIOSChange($0, isSecret: Self.isSecret($0.name, registry)) }
    }

    private func biosDocument(_ operation: String) async throws -> (JSON, path: String)? {
        guard let path = try await system(operation).0.bios else { return nil }
        return (try await get(path, operation).json, path)
    }

    private func biosSettings(
        _ operation: String
    ) async throws -> (BIOSSettings, AttributeRegistry?, remarks: [String]) {
        guard let (json, path) = try await biosDocument(operation) else {
            throw client.error(.refused, operation, "the system has no BIOS resource")
        }
        guard let settings = BIOSSettings(json, path: path) else {
            throw client.error(.refused, operation, "\(path) has no attributes")
        }
        guard let name = settings.registry else {
            return (settings, nil, ["the BMC names no registry: values are checked by what they are now alone"])
        }
        if let registry = try await registry(name, operation) { return (settings, registry, []) }
        return (settings, nil, ["the registry \(name) cannot be read: values are checked by what they are now alone"])
    }

    private func registry(_ name: String, _ operation: String) async throws -> AttributeRegistry? {
        guard let collection = root.registries else { return nil }
        do {
            let files = ResourceCollection(try await get(collection, operation).json).members
            let best = files.filter { AttributeRegistry.isFile($0, of: name) }.prefix(2)
            for file in best {
                for place in AttributeRegistry.places(file: try await get(file, operation).json).prefix(3) {
                    let answer = try await authorized("GET", place, operation: operation) { $0 }
                    if let registry = AttributeRegistry(answer.json) { return registry }
                }
            }
        } catch let error as BMCError where error.kind == .refused || error.kind == .protocolError {
            return nil  // It is a help, and changes can be asked for without it.
        }
        return nil
    }

    private static func isSecret(_ name: String, _ registry: AttributeRegistry?) -> Bool {
        registry?.entries[name]?.kind == .password || name.lowercased().contains("password")
    }

    // MARK: Secure Boot

    func secureBoot() async throws -> BMCSecureBoot {
        BMCSecureBoot(try await secureBootState("reading Secure Boot"))
    }

    func setSecureBoot(_ isEnabled: Bool) async throws -> BMCSecureBoot {
        let operation = "switching Secure Boot \(isEnabled ? "on" : "off")"
        let before = try await secureBootState(operation)
        guard before.isEnabled != isEnabled else { return BMCSecureBoot(before) }
        let strategy = try await chosenStrategy(operation).strategy
        let body = JSON.object(["SecureBootEnable": .bool(isEnabled)])
        switch try await attempt("PATCH", before.path, body, strategy, operation) {
        case .refused(let error):
            guard isEnabled, before.mode == "SetupMode" else { throw error }
            throw client.error(.refused, operation, "\(error.detail); the firmware is in SetupMode: it has no keys")
        case .accepted(let answer):
            try await settle(answer, operation, at: before.path, within: .seconds(60))
        }
        var after = before
        for look in 0..<max(1, strategy.looks) {
            if look > 0 { try await pause(.seconds(1)) }
            after = try await secureBootState(operation)
            if after.isEnabled == isEnabled { break }
        }
        var found = BMCSecureBoot(after)
        if after.isEnabled != isEnabled {
            found.remarks.append("asked for, and not shown yet: it is taken over at the next restart, or was ignored")
        } else if after.isInForce != isEnabled {
            found.remarks.append("it is in force from the next restart on")
        }
        return found
    }

    private func secureBootState(_ operation: String) async throws -> SecureBootState {
        guard let path = try await system(operation).0.secureBoot else {
            throw client.error(.refused, operation, "the system has no SecureBoot resource")
        }
        guard let state = SecureBootState(try await get(path, operation).json, path: path) else {
            throw client.error(.refused, operation, "\(path) does not say whether it is on")
        }
        return state
    }
}

extension BMCSecureBoot {
    fileprivate init(_ state: SecureBootState) {
        self.init(isEnabled: state.isEnabled, isInForce: state.isInForce, mode: state.mode)
    }
}

extension BMCBIOSChange {
    fileprivate init(_ change: BIOSChange, isSecret: Bool) {
        self.init(
            name: change.name,
            before: isSecret ? nil : change.before.map(BIOSValue.init),
            after: isSecret ? nil : BIOSValue(change.after)
        )
    }
}

extension BIOSValue {
    init(_ json: JSON) {
        switch json {
        case .string(let text): self = .text(text)
        case .bool(let truth): self = .truth(truth)
        case .integer(let number): self = .number(number)
        case .number(let number): self = Int64(exactly: number).map(BIOSValue.number) ?? .text("\(number)")
        case .null, .array, .object: self = .unknown
        }
    }
}

import FoundationEssentials

/// Changes of the system: power, boot, settings of its firmware.
extension RedfishBMC {
    func changeSystem(_ body: [UInt8], _ faults: [BMCFault]) async throws(RedfishProblem) -> Answer {
        let members = try Self.members(body)
        guard !members.isEmpty else { throw RedfishProblem(.malformed) }
        var override = await machine.firmware.bootOverride
        var next = state
        var problems: [RedfishMessage] = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            do throws(RedfishProblem) {
                switch name {
                case "Boot":
                    guard let boot = value.object else { throw RedfishProblem(.wrongType(value, name)) }
                    try Self.write(boot, to: &override, machine.definition)
                case "AssetTag": next.assetTag = try Self.text(value, name)
                case "LocationIndicatorActive":
                    guard let isLit = value.bool else { throw RedfishProblem(.wrongType(value, name)) }
                    next.isLocatorLit = isLit
                default:
                    let isKnown = await tree(faults).documents[RedfishPath.system]?[name] != nil
                    throw RedfishProblem(isKnown ? .notWritable(name) : .unknown(name))
                }
            } catch {
                problems += error.messages
            }
        }
        guard problems.isEmpty else { throw RedfishProblem(problems) }
        if members["Boot"] != nil, !faults.contains(.ignoredBootOverride) { await machine.setBootOverride(override) }
        state.assetTag = next.assetTag
        state.isLocatorLit = next.isLocatorLit
        return await show(RedfishPath.system, faults)
    }

    private static func write(
        _ boot: [String: JSON],
        to override: inout BootOverride,
        _ machine: RackDefinition.Machine
    ) throws(RedfishProblem) {
        // The target first: naming one without saying for how long means once (DSP0268).
        if let value = boot["BootSourceOverrideTarget"] {
            let name = try text(value, "Boot/BootSourceOverrideTarget")
            guard let target = RedfishTree.targets(machine).first(where: { $0.name == name })?.target else {
                throw RedfishProblem(.notInList(name, "Boot/BootSourceOverrideTarget"))
            }
            override.target = target
            if override.duration == .disabled { override.duration = .once }
        }
        for (name, value) in boot.sorted(by: { $0.key < $1.key }) {
            let property = "Boot/\(name)"
            switch name {
            case "BootSourceOverrideTarget": break
            case "BootSourceOverrideEnabled":
                let text = try text(value, property)
                guard let duration = RedfishTree.durations.first(where: { $0.name == text })?.duration else {
                    throw RedfishProblem(.notInList(text, property))
                }
                override.duration = duration
            case "BootSourceOverrideMode":
                let text = try text(value, property)
                guard text == RedfishTree.mode(machine) else { throw RedfishProblem(.notInList(text, property)) }
            case "HttpBootUri" where value == .null: override.address = nil
            case "HttpBootUri" where machine.firmware == .uefi: override.address = try address(value, property)
            case "BootOrder", "BootOptions": throw RedfishProblem(.notWritable(property))
            default: throw RedfishProblem(.unknown(property))
            }
        }
        if override.duration == .disabled || override.target == .none {
            override = BootOverride(target: .none, duration: .disabled, address: override.address)
        }
    }

    private static func address(_ value: JSON, _ property: String) throws(RedfishProblem) -> String? {
        let text = try text(value, property)
        if text.isEmpty { return nil }
        let isPlain = text.utf8.count <= 1024 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isPlain, ["http://", "https://"].contains(where: { text.lowercased().hasPrefix($0) }) else {
            throw RedfishProblem(.notInList(text, property))
        }
        return text
    }

    func resetSystem(_ body: [UInt8]) async throws(RedfishProblem) -> Answer {
        let action = "ComputerSystem.Reset"
        guard let kind = try Self.members(body)["ResetType"]?.text else {
            throw RedfishProblem(.parameterMissing("ResetType", of: action))
        }
        guard RedfishTree.resetTypes.contains(kind) else {
            throw RedfishProblem(.parameterNotInList(kind, "ResetType", of: action))
        }
        let isOn = await machine.power == .on
        switch kind {
        case "On", "ForceOn": await machine.powerOn()
        case "ForceOff": await machine.powerOff()
        case "PushPowerButton" where !isOn: await machine.powerOn()
        case "GracefulShutdown" where isOn, "PushPowerButton": await machine.pressPowerButton()
        case "ForceRestart" where isOn: await machine.reset()
        case "PowerCycle" where isOn:
            await machine.powerOff()
            await machine.powerOn()
        default: throw RedfishProblem(.inStandby)
        }
        return .done
    }

    // MARK: Firmware settings

    func changeBIOS(_ body: [UInt8], _ faults: [BMCFault]) async throws(RedfishProblem) -> Answer {
        let members = try Self.members(body)
        guard let attributes = members["Attributes"]?.object else { throw RedfishProblem(.missing("Attributes")) }
        if let time = members["@Redfish.SettingsApplyTime"]?["ApplyTime"]?.text, time != "OnReset" {
            throw RedfishProblem(.notInList(time, "@Redfish.SettingsApplyTime/ApplyTime"))
        }
        var settings = await machine.firmware.nextSettings
        var problems: [RedfishMessage] = []
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            if let attribute = BIOSAttribute(rawValue: name) {
                if let problem = attribute.write(value, to: &settings) { problems.append(problem) }
            } else {
                problems.append(.unknown("Attributes/\(name)"))
            }
        }
        guard problems.isEmpty else { throw RedfishProblem(problems) }
        await machine.setNextSettings(settings)
        return await show(RedfishPath.nextBIOS, faults)
    }

    func changeSecureBoot(_ body: [UInt8], _ faults: [BMCFault]) async throws(RedfishProblem) -> Answer {
        guard machine.definition.firmware == .uefi else { throw RedfishProblem(.nothing(at: RedfishPath.secureBoot)) }
        let members = try Self.members(body)
        for name in members.keys.sorted() where name != "SecureBootEnable" { throw RedfishProblem(.notWritable(name)) }
        guard let value = members["SecureBootEnable"] else { throw RedfishProblem(.missing("SecureBootEnable")) }
        guard let isWanted = value.bool else { throw RedfishProblem(.wrongType(value, "SecureBootEnable")) }
        await machine.setNextSecureBoot(isWanted)
        return await show(RedfishPath.secureBoot, faults)
    }

    // MARK: The BMC itself

    /// All sessions end, and for two seconds nothing is answered.
    func resetManager(_ body: [UInt8]) throws(RedfishProblem) -> Answer {
        let action = "Manager.Reset"
        let kind = try Self.members(body)["ResetType"]?.text ?? "GracefulRestart"
        guard ["ForceRestart", "GracefulRestart"].contains(kind) else {
            throw RedfishProblem(.parameterNotInList(kind, "ResetType", of: action))
        }
        state.sessions.removeAll()
        machine.faults.set(.unavailable, until: .now + .seconds(2))
        return .done
    }
}

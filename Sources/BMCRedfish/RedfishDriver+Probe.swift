import BMC
import Curl
import Redfish

/// All that a service can do for its machine.
extension RedfishDriver {
    func probe(recording limit: Int?) async throws -> BMCProbe {
        let before = client.walked
        client.walked = RedfishWalk()
        defer { client.walked = before }
        // Once more, for the recording.
        let service = try await get(ServiceRoot.path, Self.probing).json
        let capabilities = try await capabilities(service)
        guard let limit else { return BMCProbe(capabilities: capabilities) }
        return BMCProbe(capabilities: capabilities, recording: try await recording(limit: limit))
    }

    private static let probing = "asking for all that it can do"

    private func capabilities(_ service: JSON) async throws -> BMCCapabilities {
        let identity = try await identify()
        let path = try await chosenPath(Self.probing)
        let document = try await get(path, Self.probing).json
        var system = ComputerSystem(document, path: path)
        if let info = system.reset?.actionInfo, system.reset?.allowed == nil {
            system.reset?.allowed = await optional(info).flatMap { ComputerSystem.resetTypes(actionInfo: $0) }
        }
        var manager = JSON.null
        for link in (document["Links"]["ManagedBy"].array ?? []).compactMap(\.link).prefix(1) {
            manager = await optional(link) ?? .null
        }
        let words: [PowerWish: String] = [
            .on: "on", .forceOff: "force-off", .gracefulOff: "graceful-shutdown", .restart: "reset",
        ]
        let power = PowerWish.allCases.compactMap { wish in
            (try? system.resetRequest(for: wish)).map { "\(words[wish] ?? wish.rawValue): \($0.resetType)" }
        }
        let devices: [(BootWish.Target, BootDevice)] = [(.pxe, .pxe), (.disk, .disk), (.http, .httpBoot)]
        let boot = devices.filter { target, _ in
            (try? system.bootPatches(for: BootWish(target: target, enabled: .once))) != nil
        }
        return BMCCapabilities(
            identity: identity,
            manager: [
                manager["Model"].string ?? service["Product"].string ?? manager["Name"].string,
                manager["FirmwareVersion"].string,
            ].compactMap(\.self).joined(separator: " "),
            system: "\(path): \(reason(for: path, identity.remarks))",
            login: login(identity.remarks),
            security: client.security.map { security in
                BMCCapabilities.Security(
                    version: security.version,
                    certificateSHA256: client.certificateSeen,
                    certificateExpires: security.certificateExpires
                )
            },
            power: try await powerState(),
            powerActions: power,
            bootDevices: boot.map(\.1.rawValue),
            bootModes: system.boot?.allowedModes ?? system.boot?.mode.map { [$0] } ?? [],
            bootPersistence: system.boot?.allowedEnabled ?? (system.boot?.enabled == nil ? [] : ["Once"]),
            features: await counts() + features(service, document, manager),
            strategy: identity.strategy.map { "\($0.name): \($0.reason)" },
            remarks: identity.remarks.filter { !$0.hasPrefix(path + " is ") }
        )
    }

    private func reason(for path: String, _ remarks: [String]) -> String {
        if client.endpoint.system != nil { return "named by the operator" }
        let remark = remarks.first { $0.hasPrefix(path + " is ") }
        return remark.map { String($0.dropFirst(path.count + 1)) } ?? "is the service's only one"
    }

    private func login(_ remarks: [String]) -> String {
        switch client.login {
        case .session: return "session"
        case .basic, .none:
            let isTold = remarks.contains { $0.hasPrefix("no session") }
            return isTold ? "basic authentication, no session can be had" : "basic authentication"
        }
    }

    /// What may be missing.
    func optional(_ path: String) async -> JSON? {
        guard let answer = try? await client.exchange("GET", path, Self.probing), answer.status == 200,
            answer.json.object != nil
        else { return nil }
        return answer.json
    }

    // MARK: What there is

    private func counts() async -> [BMCCapabilities.Feature] {
        func feature(_ name: String, _ count: () async throws -> Int) async -> BMCCapabilities.Feature {
            do {
                let count = try await count()
                return .init(name, count > 0, "\(count)")
            } catch let error as BMCError {
                return .init(name, error.kind == .refused ? false : nil, error.detail)
            } catch {
                return .init(name, nil, "\(error)")
            }
        }
        return [
            await feature("sensors") { try await sensors().sensors.count },
            await feature("parts") { try await inventory().count { $0.remarks.isEmpty || $0.name != "not read" } },
            await feature("events") { try await eventLog(limit: 1).total },
        ]
    }

    private func features(_ service: JSON, _ system: JSON, _ manager: JSON) async -> [BMCCapabilities.Feature] {
        [
            await virtualMedia(system, manager), await bios(system), await secureBoot(system),
            await update(service), serialConsole(system, manager), await eventService(service),
        ]
    }

    private func virtualMedia(_ system: JSON, _ manager: JSON) async -> BMCCapabilities.Feature {
        // It stood below the manager first, and below the system since 2020.
        for owner in [system, manager] {
            guard let path = owner["VirtualMedia"].link, let collection = await optional(path) else { continue }
            var slots: [String] = []
            for link in ResourceCollection(collection).members.prefix(16) {
                guard let slot = await optional(link) else { continue }
                let kinds = slot["MediaTypes"].strings ?? []
                let canInsert = slot["Actions"]["#VirtualMedia.InsertMedia"]["target"].string != nil
                slots.append(kinds.joined(separator: "/") + (canInsert ? "" : " (no action that inserts)"))
            }
            guard !slots.isEmpty else { continue }
            return .init("virtual media", true, slots.joined(separator: ", "))
        }
        return .init("virtual media", false)
    }

    private func bios(_ system: JSON) async -> BMCCapabilities.Feature {
        guard let path = system["Bios"].link, let bios = await optional(path) else {
            return .init("BIOS settings", false)
        }
        let count = bios["Attributes"].object?.count ?? 0
        let settings = bios["@Redfish.Settings"]["SettingsObject"].link != nil
        let canReset = bios["Actions"]["#Bios.ResetBios"]["target"].string != nil
        let words = [
            "\(count) attributes", settings ? "can be set" : "cannot be set", canReset ? "can be reset" : nil,
        ]
        return .init("BIOS settings", true, words.compactMap(\.self).joined(separator: ", "))
    }

    private func secureBoot(_ system: JSON) async -> BMCCapabilities.Feature {
        guard let path = system["SecureBoot"].link, let secure = await optional(path) else {
            return .init("Secure Boot", false)
        }
        let now = secure["SecureBootCurrentBoot"].string.map { "now \($0.lowercased())" }
        let next = secure["SecureBootEnable"].truth.map { $0 ? "on at the next boot" : "off at the next boot" }
        return .init("Secure Boot", true, [now, next].compactMap(\.self).joined(separator: ", "))
    }

    private func update(_ service: JSON) async -> BMCCapabilities.Feature {
        guard let path = service["UpdateService"].link, let update = await optional(path) else {
            return .init("firmware update", false)
        }
        var ways: [String] = []
        let simple = update["Actions"]["#UpdateService.SimpleUpdate"]
        if simple["target"].string != nil {
            let transfers = simple["TransferProtocol@Redfish.AllowableValues"].strings ?? []
            ways.append("SimpleUpdate" + (transfers.isEmpty ? "" : " (\(transfers.joined(separator: ", ")))"))
        }
        if update["MultipartHttpPushUri"].string != nil { ways.append("multipart push") }
        if update["HttpPushUri"].string != nil { ways.append("push") }
        return .init("firmware update", !ways.isEmpty, ways.joined(separator: ", "))
    }

    private func serialConsole(_ system: JSON, _ manager: JSON) -> BMCCapabilities.Feature {
        let own = system["SerialConsole"].object ?? [:]
        var ways = ["SSH", "IPMI", "Telnet", "WebSocket"].filter { own[$0]?["ServiceEnabled"].truth == true }
        if ways.isEmpty, manager["SerialConsole"]["ServiceEnabled"].truth != false {
            ways = manager["SerialConsole"]["ConnectTypesSupported"].strings ?? []
        }
        return .init("serial console", !ways.isEmpty, ways.joined(separator: ", "))
    }

    private func eventService(_ service: JSON) async -> BMCCapabilities.Feature {
        guard let path = service["EventService"].link, let events = await optional(path) else {
            return .init("event subscriptions", false)
        }
        let isOn = events["ServiceEnabled"].truth != false
        let hasStream = events["ServerSentEventUri"].string != nil
        let words = [isOn ? nil : "switched off", hasStream ? "also as a stream" : nil]
        return .init("event subscriptions", true, words.compactMap(\.self).joined(separator: ", "))
    }
}

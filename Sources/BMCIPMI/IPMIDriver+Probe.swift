import BMC
import IPMI

/// All that a BMC can do by IPMI.
extension IPMIDriver {
    func probe(recording limit: Int?) async throws -> BMCProbe {
        let operation = "asking for all that it can do"
        if limit != nil { walked = IPMIRecording() }
        defer { walked = nil }
        let identity = try await identify()
        let device = try read(try await command(.deviceID, operation), operation, DeviceID.init)
        let product = String(device.product, radix: 16)
        var remarks: [String] = []
        do {
            let flags = try await bootDevice()
            if let remark = flags.remark { remarks.append(remark) }
        } catch let error as BMCError where !error.isTransient {
            remarks.append("the boot flags cannot be read: \(error.detail)")
        }
        let capabilities = BMCCapabilities(
            identity: identity,
            manager: "\(device.manufacturerName) product 0x\(product), firmware \(device.firmware)",
            login: "RMCP+ session, cipher suite \(suite)",
            power: try await powerState(),
            powerActions: ["on", "force-off", "graceful-shutdown", "reset"],
            bootDevices: ["pxe", "disk"],
            bootModes: ["UEFI", "Legacy"],
            bootPersistence: ["Once", "Continuous"],
            features: await counts() + [await ciphers(operation), await serialConsole(operation)]
                + ["virtual media", "BIOS settings", "firmware update"].map { .init($0, false, "IPMI has none") },
            strategy: nil,
            remarks: remarks + [
                "IPMI has one set of power actions and boot devices: no BMC says which of them it knows"
            ]
        )
        var random = SystemRandomNumberGenerator()
        return BMCProbe(capabilities: capabilities, recording: walked?.disguised(&random).octets)
    }

    private func counts() async -> [BMCCapabilities.Feature] {
        func feature(_ name: String, _ count: () async throws -> Int) async -> BMCCapabilities.Feature {
            do {
                let count = try await count()
                return .init(name, count > 0, "\(count)")
            } catch let error as BMCError {
                return .init(name, [.refused, .notSupported].contains(error.kind) ? false : nil, error.detail)
            } catch {
                return .init(name, nil, "\(error)")
            }
        }
        return [
            await feature("sensors") { try await sensors().sensors.count },
            await feature("parts") { try await inventory().count },
            await feature("events") { try await eventLog(limit: 1).total },
        ]
    }

    private func ciphers(_ operation: String) async -> BMCCapabilities.Feature {
        let name = "cipher suites"
        var octets: [UInt8] = []
        for part: UInt8 in 0..<64 {
            guard let answer = try? await answer(to: .channelCipherSuites(part: part), operation),
                answer.completion == .success
            else {
                return part == 0 ? .init(name, nil, "not told") : .init(name, nil, "told in part only")
            }
            octets += answer.data.dropFirst()
            // The first octet is the channel; fewer than sixteen after it are the last.
            guard answer.data.count > 16 else { break }
        }
        guard let suites = try? CipherSuiteRecord.list(octets) else { return .init(name, nil, "told in no known form") }
        let weak = suites.filter { ![3, 17].contains($0.number) && $0.maker == nil }.map(\.number)
        let words = suites.map { suite in "\(suite.number)" + (suite.maker == nil ? "" : " (its maker's)") }
        var text = words.joined(separator: ", ")
        if weak.contains(0) { text += "; suite 0 lets in without a password: switch it off" }
        return .init(name, !suites.isEmpty, text)
    }

    private func serialConsole(_ operation: String) async -> BMCCapabilities.Feature {
        // Get Channel Payload Support (IPMI 2.0 section 24.8): bit 1 is serial over LAN.
        let request = IPMIRequest(networkFunction: 0x06, command: 0x4E, data: [0x0E])
        guard let answer = try? await answer(to: request, operation), answer.completion == .success,
            let payloads = answer.data.first
        else { return .init("serial console", nil, "not told") }
        return .init("serial console", payloads & 0x02 != 0, payloads & 0x02 != 0 ? "serial over LAN" : "")
    }
}

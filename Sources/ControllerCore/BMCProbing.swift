public import BMC
public import OperatorAPI

extension Controller {
    /// Asks a BMC for all that it can do, by a login that is tried once.
    public func probe(_ request: ProbeBMC) async throws -> ProbeReport {
        try await request.report(gates: gates, look: lookForBMC)
    }

    /// Asks a node's BMC for all that it can do.
    public func probe(node name: String, _ request: ProbeNode) async throws -> ProbeReport {
        let limit = try ProbeBMC.checked(limit: request.record)
        let (record, probe) = try await atBMC(of: name) { gate in try await gate.probe(recording: limit) }
        return ProbeReport(probe, of: record.bmc.text)
    }
}

extension ProbeBMC {
    /// Carries it out, by whoever can reach the BMC.
    public func report(gates: BMCGates, look: BMCScan.Look) async throws -> ProbeReport {
        let limit = try Self.checked(limit: record)
        guard !address.isEmpty else { throw ControllerProblem("no address was given") }
        if let port, !(1...65535).contains(port) { throw ControllerProblem("a port is from 1 to 65535, not \(port)") }
        let endpoint = BMCEndpoint(
            protocol: try await way(look),
            address: address,
            port: port,
            username: user,
            password: Secret(password)
        )
        do {
            return ProbeReport(try await gates.probe(endpoint, recording: limit), of: "\(endpoint)")
        } catch let error as BMCError {
            throw ControllerProblem("\(error)".oneLine, .conflict)
        }
    }

    private func way(_ look: BMCScan.Look) async throws -> BMCProtocol {
        if let word = `protocol` {
            guard let known = BMCProtocol(rawValue: word), known.hasBMC else {
                throw ControllerProblem("'\(word)' is no protocol; there are redfish and ipmi")
            }
            return known
        }
        for candidate in [BMCProtocol.redfish, .ipmi] where try await look(candidate, address, port) != nil {
            return candidate
        }
        throw ControllerProblem("\(address): neither Redfish nor IPMI answers there", .conflict)
    }

    static func checked(limit: Int?) throws(ControllerProblem) -> Int? {
        guard let limit, !(1...10_000).contains(limit) else { return limit }
        throw ControllerProblem("a recording has from 1 to 10000 resources, not \(limit)")
    }
}

extension ProbeReport {
    init(_ probe: BMCProbe, of bmc: String) {
        let found = probe.capabilities
        self.init(
            bmc: bmc,
            interface: found.identity.interface,
            vendor: found.identity.manufacturer,
            model: found.identity.model,
            serial: found.identity.serialNumber,
            uuid: found.identity.uuid,
            firmware: found.identity.firmware,
            manager: found.manager,
            system: found.system,
            login: found.login,
            tls: found.security.map { security in
                TLS(
                    version: security.version,
                    certificate: security.certificateSHA256,
                    expires: security.certificateExpires
                )
            },
            power: "\(found.power)",
            powerActions: found.powerActions,
            bootDevices: found.bootDevices,
            bootModes: found.bootModes,
            bootPersistence: found.bootPersistence,
            features: found.features.map { Feature(name: $0.name, offered: $0.isOffered, detail: $0.detail) },
            strategy: found.strategy,
            remarks: found.remarks,
            recording: probe.recording.map { String(decoding: $0, as: UTF8.self) }
        )
    }
}

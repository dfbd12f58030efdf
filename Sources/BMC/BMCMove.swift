/// By what a BMC is known again at another address; nil where it does not say.
public struct BMCMark: Hashable, Sendable, Codable {
    public var certificate: String?
    public var uuid: String?
    public var serial: String?
    /// Of the BMC's own card.
    public var mac: String?

    public init(certificate: String? = nil, uuid: String? = nil, serial: String? = nil, mac: String? = nil) {
        self.certificate = certificate
        self.uuid = uuid
        self.serial = serial
        self.mac = mac
    }

    public init(_ identity: BMCIdentity, mac: String?) {
        self.init(
            certificate: identity.certificateSHA256,
            uuid: identity.uuid,
            serial: identity.serialNumber,
            mac: mac
        )
    }

    /// Why what answers is another BMC; nil where nothing speaks against it and something for it.
    public func difference(_ found: Self) -> String? {
        var agrees = false
        let pairs = [
            ("certificate", certificate, found.certificate), ("UUID", uuid, found.uuid),
            ("serial number", serial, found.serial), ("MAC address", mac, found.mac),
        ]
        for (name, mine, its) in pairs {
            guard let mine, let its else { continue }
            guard mine.lowercased() == its.lowercased() else { return "its \(name) is \(its), not \(mine)" }
            agrees = true
        }
        return agrees ? nil : "neither certificate, UUID, serial number nor MAC address tells that it is the same"
    }
}

/// Where a BMC was found after its network was changed.
public struct BMCSighting: Hashable, Sendable {
    /// The address where it answers; nil for none of those that were tried.
    public var address: String?
    /// What was found at the others, a sentence each.
    public var findings: [String]

    public init(address: String?, findings: [String] = []) {
        self.address = address
        self.findings = findings
    }
}

extension BMCGates {
    /// How long one look may take: an address that nobody has answers nothing at all.
    private static let lookLimit = Duration.seconds(15)

    /// Looks for a BMC at addresses, over and over, until it answers at one of them.
    ///
    /// - Parameters:
    ///   - login: how it is logged in to; its own address does not count
    ///   - addresses: where it may be, the likeliest first
    ///   - mark: what it is known by; with a certificate no other is given the password
    ///   - rounds: how often all are tried at most, with pauses of `pause` between
    ///   - limit: no further round is begun after it
    public func find(
        _ login: BMCEndpoint,
        at addresses: [String],
        mark: BMCMark,
        rounds: Int,
        pause: Duration = .seconds(5),
        within limit: Duration = .seconds(180)
    ) async throws -> BMCSighting {
        var findings: [String: String] = [:]
        var barred: Set<String> = []
        let start = timing.now()
        for round in 0..<max(1, rounds) {
            if round > 0 {
                guard timing.now() - start < limit else { break }
                try await timing.sleep(pause)
            }
            for address in addresses where !barred.contains(address) {
                try Task.checkCancellation()
                var candidate = login
                candidate.address = address
                if let certificate = mark.certificate { candidate.certificate = .pinned(certificate) }
                do {
                    let found = try await gate(at: candidate).aside(
                        "looking for it after its network was changed",
                        candidate,
                        deadline: Self.lookLimit
                    ) { driver in BMCMark(try await driver.identify(), mac: try? await driver.lan().mac) }
                    guard let difference = mark.difference(found) else { return BMCSighting(address: address) }
                    findings[address] = "at \(address) another BMC answers: \(difference)"
                } catch let error as BMCError {
                    findings[address] = "at \(address): \(error.found)"
                    // The same password once more could lock the account.
                    if error.kind == .wrongCredentials { barred.insert(address) }
                }
            }
        }
        return BMCSighting(address: nil, findings: addresses.compactMap { findings[$0] })
    }
}

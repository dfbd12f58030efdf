import AgentAPI
import Crypto
import FoundationEssentials
import Inventory
import LinuxKernel

/// From a command line with a token to an identity with a certificate.
struct Enrollment: Sendable {
    let arguments: BootArguments
    let folder: StateFolder

    /// Only a new boot with a new token, or a person, can help.
    struct Hopeless: Error, CustomStringConvertible {
        var description: String
    }

    private static let attempts = 200
    private static let refusals = 5

    func run() async throws -> (AgentIdentity, Credentials) {
        if let kept = try folder.enrolled() { return kept }
        let authority = try await fetchAuthority()
        let key = try privateKey()
        let request = EnrollRequest(
            token: arguments.token,
            certificateRequest: try CertificateRequest.pem(for: key, commonName: "rackwright-agent"),
            machine: try await machine(),
            agentVersion: AgentVersion.text
        )
        let client = try ControllerClient(url: arguments.url, authority: authority, credentials: nil)
        let answer: EnrollAnswer
        do {
            answer = try await enroll(request, by: client)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()

        let identity = AgentIdentity(
            url: arguments.url,
            bootURL: arguments.bootURL,
            node: answer.node,
            name: answer.name,
            signingKey: answer.signingKey,
            generation: 0,
            enrolledAt: answer.now
        )
        let credentials = Credentials(
            key: key.pemRepresentation,
            certificate: answer.certificate,
            authority: authority
        )
        try folder.keep(identity, credentials)
        return (identity, credentials)
    }

    private func enroll(_ request: EnrollRequest, by client: ControllerClient) async throws -> EnrollAnswer {
        var refusals = 0
        for attempt in 1...Self.attempts {
            do {
                return try await client.call(.enroll, request)
            } catch let refusal as ControllerRefusal where (400..<500).contains(refusal.status) {
                refusals += 1
                Console.say("the controller refuses this machine's token: \(refusal.status) \(refusal.text)")
                guard refusals < Self.refusals else {
                    throw Hopeless(description: "refused \(refusals) times: boot again for a new token")
                }
                try await Task.sleep(for: .seconds(30))
            } catch {
                Console.say("cannot enroll at \(arguments.url): \(error)")
                try await pause(after: attempt)
            }
        }
        throw Hopeless(description: "no controller at \(arguments.url)")
    }

    /// The CA's certificate as PEM, if it is the one that the boot script named. Sets the clock by the way.
    private func fetchAuthority() async throws -> String {
        let url = arguments.bootURL + AgentFetch.certificateAuthority
        for attempt in 1...Self.attempts {
            do {
                let (octets, date) = try await ControllerClient.plainFetch(url)
                ControllerClock.follow(date)
                let pem = String(decoding: octets, as: UTF8.self)
                guard let der = PEM.octets(pem, label: "CERTIFICATE") else {
                    throw Mismatch(description: "what \(url) gives is no certificate")
                }
                let found = SHA256.hash(data: der).map { Self.hex($0) }.joined()
                guard found == arguments.certificateAuthority else {
                    throw Mismatch(
                        description: "\(url) gives a CA with SHA-256 \(found), not \(arguments.certificateAuthority)"
                    )
                }
                // One certificate, the one that was compared; whatever else the file holds is not trusted.
                return PEM.text(der, label: "CERTIFICATE")
            } catch {
                Console.say("\(url): \(error)")
                try await pause(after: attempt)
            }
        }
        throw Hopeless(description: "no CA certificate from \(url)")
    }

    private struct Mismatch: Error, CustomStringConvertible {
        var description: String
    }

    private func privateKey() throws -> P256.Signing.PrivateKey {
        if let pem = folder.pendingKey, let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) { return key }
        let key = P256.Signing.PrivateKey()
        try folder.keep(pendingKey: key.pemRepresentation)
        return key
    }

    private func machine() async throws -> MachineIdentity {
        let bootMAC = arguments.bootMAC
        let inventory = try await onOwnThread {
            try LiveInventory.collect(bootMAC: bootMAC, isThorough: false)
        }
        return MachineIdentity(
            uuid: inventory.system.uuid?.lowercased(),
            serial: inventory.system.serial,
            macs: inventory.nics.compactMap { ($0.permanentMAC ?? $0.mac)?.lowercased() },
            bootMAC: bootMAC
        )
    }

    private func pause(after attempt: Int) async throws {
        try await Task.sleep(for: .seconds(AgentMachine.delay(after: attempt, jitter: .random(in: 0...1))))
    }

    private static func hex(_ octet: UInt8) -> String {
        (octet < 16 ? "0" : "") + String(octet, radix: 16)
    }
}

/// The controller's clock, by the `Date` header of its boot server: certificates are judged by it.
enum ControllerClock {
    /// Sets the machine's clock if it is more than a minute off.
    static func follow(_ date: String?) {
        guard let date, let seconds = HTTPDate.seconds(date), abs(WallClock.now - Double(seconds)) > 60 else { return }
        do {
            try WallClock.set(seconds)
            Console.say("clock set to \(date)")
        } catch {
            Console.say("the clock is wrong and cannot be set: \(error)")
        }
    }
}

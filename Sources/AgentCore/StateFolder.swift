import FoundationEssentials
import LinuxKernel

/// What the agent keeps: `/run/rackwright` in the ramdisk, `/var/lib/rackwright` on the installed system.
public struct StateFolder: Hashable, Sendable {
    public let path: String

    public init(_ path: String) throws {
        self.path = path
        try PlainFile.makeFolder(path, mode: 0o700)
    }

    /// The identity and its credentials; nil when any of them is not there yet.
    public func enrolled() throws -> (AgentIdentity, Credentials)? {
        guard let octets = octets("agent.json"), let key = text("key.pem"), let certificate = text("cert.pem"),
            let authority = text("ca.pem")
        else { return nil }
        let identity = try JSONDecoder().decode(AgentIdentity.self, from: Data(octets))
        return (identity, Credentials(key: key, certificate: certificate, authority: authority))
    }

    /// The identity is written last: while it is missing, nothing here counts.
    public func keep(_ identity: AgentIdentity, _ credentials: Credentials) throws {
        try write("key.pem", credentials.key.utf8, mode: 0o600)
        try write("cert.pem", credentials.certificate.utf8)
        try write("ca.pem", credentials.authority.utf8)
        try write("agent.json", Self.json(identity))
    }

    /// The key of an enrolment that may have been interrupted: the same key asks for the same certificate.
    public var pendingKey: String? { text("key.pem") }

    public func keep(pendingKey: String) throws {
        try write("key.pem", pendingKey.utf8, mode: 0o600)
    }

    /// What the agent remembers of its instructions; a new memory if there is none.
    public func memory() throws -> AgentMemory {
        guard let octets = octets("memory.json") else { return AgentMemory() }
        return try JSONDecoder().decode(AgentMemory.self, from: Data(octets))
    }

    /// Bundles hold secrets, hence the mode.
    public func keep(_ memory: AgentMemory) throws {
        try write("memory.json", Self.json(memory), mode: 0o600)
    }

    static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(value))
    }

    private func octets(_ name: String) -> [UInt8]? { try? PlainFile.read("\(path)/\(name)") }

    private func text(_ name: String) -> String? { octets(name).map { String(decoding: $0, as: UTF8.self) } }

    private func write(_ name: String, _ octets: some Sequence<UInt8>, mode: UInt32 = 0o644) throws {
        try PlainFile.replace("\(path)/\(name)", with: Array(octets), mode: mode)
    }
}

/// One call the agent can make: where it goes, what it says, what it hears.
///
/// The controller routes by these values and the agent calls by them, so neither can drift from the other.
/// Every call is an HTTPS POST of JSON to the controller; all but ``enroll`` present the agent's certificate.
public struct Endpoint<Request: Codable & Sendable, Answer: Codable & Sendable>: Sendable {
    public var path: String

    public init(path: String) {
        self.path = path
    }
}

extension Endpoint where Request == EnrollRequest, Answer == EnrollAnswer {
    /// Trades the one-time token for a certificate.
    public static var enroll: Self { Self(path: "/agent/v1/enroll") }
}

extension Endpoint where Request == CheckIn, Answer == Instruction {
    /// Says that the agent lives and asks what to do next.
    public static var checkIn: Self { Self(path: "/agent/v1/check-in") }
}

extension Endpoint where Request == InventoryReport, Answer == Acknowledgement {
    /// Hands over what the machine is made of.
    public static var inventory: Self { Self(path: "/agent/v1/inventory") }
}

extension Endpoint where Request == InstructionReport, Answer == Acknowledgement {
    /// Says how an instruction ended. May be said twice.
    public static var report: Self { Self(path: "/agent/v1/reports") }
}

extension Endpoint where Request == EventBatch, Answer == EventAcknowledgement {
    /// Posts numbered events; at least once, the controller drops what it has already seen.
    public static var events: Self { Self(path: "/agent/v1/events") }
}

extension Endpoint where Request == GateRequest, Answer == GateAnswer {
    /// Asks whether services on other nodes that a step waits for are up.
    public static var gate: Self { Self(path: "/agent/v1/gates") }
}

/// What the agent fetches by GET, with its certificate: paths only, the bodies are octets.
public enum AgentFetch {
    /// The signed manifest (``ImageFormat/SignedManifest`` as JSON) of the image that has this digest.
    public static func manifest(imageDigest: String) -> String { "/agent/v1/images/\(imageDigest)/manifest" }
    /// One chunk, zstd-compressed, by the SHA-256 of its contents in lower-case hexadecimal.
    public static func chunk(_ id: String) -> String { "/agent/v1/chunks/\(id)" }
    /// The CA certificate as PEM, over plain HTTP from the boot address; the agent pins it by its SHA-256.
    public static let certificateAuthority = "/boot/ca.pem"
    /// Some octets of the ramdisk, over plain HTTP from the boot address, to measure the network by.
    public static let sample = "/boot/sample"
}

/// The answer where there is nothing to say.
public struct Acknowledgement: Codable, Hashable, Sendable {
    public init() {}
}

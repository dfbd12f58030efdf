/// Why the API refused, in words for the person who asked.
public struct APIProblem: Codable, Hashable, Sendable, Error, CustomStringConvertible {
    /// Every reason, a line each.
    public var errors: [String]

    public init(errors: [String]) {
        self.errors = errors
    }

    public var description: String { errors.joined(separator: "\n") }
}

/// An answer of one line.
public struct Message: Codable, Hashable, Sendable {
    public var message: String

    public init(message: String) {
        self.message = message
    }
}

/// A fresh operator token; shown once.
public struct NewToken: Codable, Hashable, Sendable {
    public var name: String
    public var token: String

    public init(name: String, token: String) {
        self.name = name
        self.token = token
    }
}

/// An operator's token, without the token.
public struct TokenReport: Codable, Hashable, Sendable {
    /// Tells it from others of the same owner.
    public var id: String
    public var name: String
    /// Seconds since 1970.
    public var createdAt: Double
    /// When it was used last, to the hour; absent for one that never was since this is kept.
    public var usedAt: Double?

    public init(id: String, name: String, createdAt: Double, usedAt: Double?) {
        self.id = id
        self.name = name
        self.createdAt = createdAt
        self.usedAt = usedAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, name
        case createdAt = "created_at"
        case usedAt = "used_at"
    }
}

/// A request with a reason: maintenance, release.
public struct Reason: Codable, Hashable, Sendable {
    public var reason: String

    public init(reason: String) {
        self.reason = reason
    }
}

/// An image or container image the controller keeps.
public struct StoredImage: Codable, Hashable, Sendable {
    public var name: String
    public var digest: String
    /// Octets.
    public var size: UInt64
    public var detail: String

    public init(name: String, digest: String, size: UInt64, detail: String = "") {
        self.name = name
        self.digest = digest
        self.size = size
        self.detail = detail
    }
}

/// A file on the controller to take in.
public struct AddImage: Codable, Hashable, Sendable {
    public var name: String
    /// A path that the controller can read.
    public var path: String

    public init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}

/// A long piece of work on the controller: how far it is.
public struct JobReport: Codable, Hashable, Sendable {
    public var id: String
    public var done: UInt64
    public var total: UInt64?
    public var finished: Bool
    public var errors: [String]
    public var result: StoredImage?
    /// Of a search for BMCs, also of one that was ended before its time.
    public var scan: ScanReport?
    public var probe: ProbeReport?
    /// How it ended, for work that brings no image.
    public var message: String?

    public init(
        id: String,
        done: UInt64,
        total: UInt64?,
        finished: Bool,
        errors: [String],
        result: StoredImage?,
        scan: ScanReport? = nil,
        probe: ProbeReport? = nil,
        message: String? = nil
    ) {
        self.id = id
        self.done = done
        self.total = total
        self.finished = finished
        self.errors = errors
        self.result = result
        self.scan = scan
        self.probe = probe
        self.message = message
    }
}

/// An HTTP request as a value.
public struct CurlRequest: Sendable {
    public enum Authentication: Hashable, Sendable {
        case basic(username: String, password: String)
        case bearer(String)
    }

    public var method: String
    /// Absolute, `http` or `https`, without a name or password in it.
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]?
    public var authentication: Authentication?
    public var tls: CurlTLS
    /// Talks to this socket in place of the URL's host.
    public var unixSocket: String?
    /// For the whole exchange; nil leaves only `stallTimeout`.
    public var timeout: Duration?
    public var connectTimeout: Duration
    /// How long less than one octet a second may come through.
    public var stallTimeout: Duration
    /// Goes where an answer of 3xx points to; a GET or HEAD only. Off where headers carry secrets.
    public var followsRedirects: Bool
    /// Takes proxies from the environment. Off for machines on the management network.
    public var usesProxy: Bool
    /// A longer body is refused when it is collected in memory.
    public var maximumBodyLength: Int

    public init(
        method: String = "GET",
        url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil,
        authentication: Authentication? = nil,
        tls: CurlTLS = .system,
        unixSocket: String? = nil,
        timeout: Duration? = .seconds(60),
        connectTimeout: Duration = .seconds(10),
        stallTimeout: Duration = .seconds(60),
        followsRedirects: Bool = false,
        usesProxy: Bool = false,
        maximumBodyLength: Int = 64 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.authentication = authentication
        self.tls = tls
        self.unixSocket = unixSocket
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.stallTimeout = stallTimeout
        self.followsRedirects = followsRedirects
        self.usesProxy = usesProxy
        self.maximumBodyLength = maximumBodyLength
    }
}

/// How a server's certificate is judged.
public struct CurlTLS: Hashable, Sendable {
    public enum Trust: Hashable, Sendable {
        /// By the system's authorities and the host's name.
        case system
        /// By the authorities in this PEM file and the host's name.
        case caFile(String)
        /// Only this certificate: the SHA-256 of its DER form, 32 octets.
        case pinned([UInt8])
        /// Any; the answer says which was seen, to be pinned from then on.
        case firstUse
    }

    public var trust: Trust
    /// Allows TLS 1.0, old ciphers and short keys, which some BMCs have alone.
    public var allowsLegacy: Bool

    public init(trust: Trust, allowsLegacy: Bool = false) {
        self.trust = trust
        self.allowsLegacy = allowsLegacy
    }

    public static var system: Self { Self(trust: .system) }
    public static func caFile(_ path: String) -> Self { Self(trust: .caFile(path)) }
    public static var insecureFirstUse: Self { Self(trust: .firstUse) }

    /// Pins a fingerprint in hexadecimal digits, with or without colons; nil when it is not 32 octets.
    public static func pinnedSHA256(_ text: String) -> Self? {
        let digits = text.filter { $0 != ":" && $0 != " " }.compactMap(\.hexDigitValue)
        guard digits.count == 64, text.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == " " }) else { return nil }
        let octets = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        return Self(trust: .pinned(octets))
    }
}

/// What a server answered.
public struct CurlResponse: Sendable {
    public var status: Int
    public var headers: CurlHeaders
    public var body: [UInt8]
    /// The SHA-256 of the server's certificate in hexadecimal digits, for pinned and first-use requests.
    public var certificateSHA256: String?
    /// How the connection was secured, for pinned and first-use requests.
    public var security: CurlSecurity?

    public var isSuccess: Bool { (200..<300).contains(status) }
}

/// How a connection is secured.
public struct CurlSecurity: Hashable, Sendable {
    /// `TLS 1.3`.
    public var version: String
    /// Until when the server's certificate is valid, in seconds since 1970.
    public var certificateExpires: Double?
}

/// The lines of an answer's head, looked up without regard to case.
public struct CurlHeaders: Sendable {
    public private(set) var lines: [(name: String, value: String)] = []

    public init() {}

    public subscript(name: String) -> String? {
        lines.last { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Takes a line as libcurl hands it over; a status line begins the headers anew.
    mutating func take(_ line: String) {
        if line.hasPrefix("HTTP/") {
            lines = []
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
            let end = value.lastIndex { !$0.isWhitespace }.map(value.index(after:)) ?? value.startIndex
            lines.append((name: String(line[..<colon]), value: String(value[..<end])))
        }
    }
}

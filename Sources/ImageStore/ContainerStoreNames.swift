/// `sha256:` and 64 lower-case hexadecimal digits: safe as a file name.
public struct ContainerDigest: Hashable, Sendable, CustomStringConvertible {
    /// The 64 digits.
    public let hexadecimal: String

    /// Nil unless `text` is `sha256:` and 64 lower-case hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard text.hasPrefix("sha256:") else { return nil }
        let digits = text.dropFirst(7)
        guard digits.utf8.count == 64,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        hexadecimal = String(digits)
    }

    init(octets: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef")
        hexadecimal = octets.reduce(into: "") { text, octet in
            text.append(digits[Int(octet >> 4)])
            text.append(digits[Int(octet & 15)])
        }
    }

    public var description: String { "sha256:" + hexadecimal }
}

/// A container image's repository and tag: `lab/web:1` (OCI distribution-spec 1.1, "Pulling manifests").
public struct ContainerName: Hashable, Sendable, CustomStringConvertible {
    public let repository: String
    public let tag: String

    /// Nil unless both parts keep to the specification. Without a tag it is `latest`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let first = parts.first else { return nil }
        let tag = parts.count == 2 ? String(parts[1]) : "latest"
        guard Self.isRepository(first), Self.isTag(tag) else { return nil }
        repository = String(first)
        self.tag = tag
    }

    public var description: String { "\(repository):\(tag)" }

    /// Lower-case letters and digits, single separators between them, `/` between components; at most 255.
    public static func isRepository(_ text: some StringProtocol) -> Bool {
        guard text.utf8.count <= 255 else { return false }
        return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { component in
            let octets = Array(component.utf8)
            guard let first = octets.first, let last = octets.last, isWord(first), isWord(last) else { return false }
            return octets.allSatisfy { isWord($0) || [0x2D, 0x2E, 0x5F].contains($0) }
                && octets.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
        }
    }

    /// Letters, digits, `_`, `.` and `-`, not beginning with the last two; at most 128.
    public static func isTag(_ text: some StringProtocol) -> Bool {
        guard (1...128).contains(text.utf8.count), let first = text.utf8.first, ![0x2D, 0x2E].contains(first) else {
            return false
        }
        return text.utf8.allSatisfy {
            isWord($0) || (0x41...0x5A).contains($0) || [0x2D, 0x2E, 0x5F].contains($0)
        }
    }

    private static func isWord(_ octet: UInt8) -> Bool {
        (0x30...0x39).contains(octet) || (0x61...0x7A).contains(octet)
    }
}

/// Why the container store refused something.
public enum ContainerStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    case invalidName(String)
    case noImage(String)
    /// What of the layout folder cannot be taken.
    case refused(layout: String, reason: String)

    public var description: String {
        switch self {
        case .invalidName(let name): "\(name.debugDescription) cannot name a container image; an example: lab/web:1"
        case .noImage(let name): "there is no container image \(name)"
        case .refused(let layout, let reason): "\(layout): \(reason)"
        }
    }
}

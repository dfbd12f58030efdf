import FoundationEssentials

/// How a BMC reaches other services: by `curl`, in the rack's network or in this process's.
struct BMCNetwork: Sendable {
    /// A command as it is run there.
    private let inside: @Sendable (_ words: [String]) -> [String]

    init(_ network: RackNetwork) {
        inside = { network.inside($0) }
    }

    private init() {
        inside = { $0 }
    }

    /// The network of this process.
    static let own = Self()

    /// Fetches a file of at most 8 GiB, in at most 10 minutes.
    func fetch(_ url: String, to path: String) async throws {
        try await curl(
            ["--fail", "--location", "--max-time", "600", "--max-filesize", "8589934592", "--output", path],
            url: url
        )
    }

    /// Posts a JSON document; throws unless the answer is a success.
    func post(_ document: [UInt8], to url: String, headers: [(name: String, value: String)]) async throws {
        var options = ["header = \"Content-Type: application/json\""]
        for header in headers { options.append("header = \(Self.quoted("\(header.name): \(header.value)"))") }
        options.append("data-binary = \(Self.quoted(String(decoding: document, as: UTF8.self)))")
        try await curl(["--fail", "--max-time", "20", "--insecure"], url: url, options: options)
    }

    /// The address and what may be secret goes by standard input: arguments can be read by every user.
    private func curl(_ words: [String], url: String, options: [String] = []) async throws {
        var command = Command(
            words: inside(
                ["curl", "--silent", "--show-error", "--proto", "=http,https", "--noproxy", "*", "--config", "-"]
                    + words
            )
        )
        command.input = (["url = \(Self.quoted(url))"] + options).joined(separator: "\n") + "\n"
        try await command.run()
    }

    /// A value of curl's configuration file.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text {
            switch character {
            case "\\", "\"": quoted += "\\\(character)"
            case "\n": quoted += "\\n"
            case "\r", "\r\n": quoted += "\\r"
            case "\t": quoted += "\\t"
            default: quoted.append(character)
            }
        }
        return quoted + "\""
    }
}

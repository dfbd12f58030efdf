import Octets

/// What the boot script put on the kernel's command line for the agent.
public struct BootArguments: Hashable, Sendable {
    /// `rackwright.url`: the controller, such as `https://10.77.0.1:8443`.
    public var url: String
    /// `rackwright.boot`: where the controller serves boot files, such as `http://10.77.0.1:8080`.
    public var bootURL: String
    /// `rackwright.ca`: the SHA-256 of the DER of the CA certificate, lower-case hexadecimal.
    public var certificateAuthority: String
    /// `rackwright.token`: buys one certificate.
    public var token: String
    /// `BOOTIF`: the MAC address that the machine booted from, lower case with colons.
    public var bootMAC: String?
    /// `rackwright.address`, `rackwright.gateway`, `rackwright.dns`: the network, where DHCP is not to be asked for it.
    public var network: DHCPClient.Lease?
    /// `rackwright.vlan`: where on the link that network is, 1 to 4094.
    public var vlan: UInt16?

    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case missing(String)
        case invalid(String, value: String)

        public var description: String {
            switch self {
            case .missing(let name): "the kernel's command line has no \(name)="
            case .invalid(let name, let value): "the kernel's command line has \(name)=\(value.debugDescription)"
            }
        }
    }

    /// Reads the text of `/proc/cmdline`. Of a name that is there twice the last counts, as for the kernel.
    public init(commandLine: String) throws(Problem) {
        var values: [Substring: Substring] = [:]
        for word in commandLine.split(whereSeparator: \.isWhitespace) {
            guard let equals = word.firstIndex(of: "=") else { continue }
            values[word[..<equals]] = word[word.index(after: equals)...]
        }
        func value(_ name: Substring) throws(Problem) -> String {
            guard let value = values[name], !value.isEmpty else { throw .missing(String(name)) }
            return String(value)
        }
        url = Self.withoutSlash(try value("rackwright.url"))
        guard url.hasPrefix("https://") else { throw .invalid("rackwright.url", value: url) }
        bootURL = Self.withoutSlash(try value("rackwright.boot"))
        guard bootURL.hasPrefix("http://") else { throw .invalid("rackwright.boot", value: bootURL) }
        let pin = try value("rackwright.ca").lowercased()
        guard pin.utf8.count == 64, pin.allSatisfy(\.isHexDigit) else {
            throw .invalid("rackwright.ca", value: pin)
        }
        certificateAuthority = pin
        token = try value("rackwright.token")
        bootMAC = values["BOOTIF"].flatMap { Self.mac(bootIF: $0) }
        if let text = values["rackwright.vlan"] {
            guard let number = UInt16(text), (1...4094).contains(number) else {
                throw .invalid("rackwright.vlan", value: String(text))
            }
            vlan = number
        }
        guard let text = values["rackwright.address"] else { return }
        func addresses(_ name: Substring) throws(Problem) -> [IPv4Address] {
            var found: [IPv4Address] = []
            for word in (values[name] ?? "").split(separator: ",") {
                guard let address = IPv4Address(word) else { throw .invalid(String(name), value: String(word)) }
                found.append(address)
            }
            return found
        }
        guard let subnet = IPv4Subnet(text), let address = IPv4Address(text.prefix { $0 != "/" }),
            subnet.isHost(address)
        else { throw .invalid("rackwright.address", value: String(text)) }
        network = DHCPClient.Lease(
            address: address,
            prefixLength: subnet.prefixLength,
            router: try addresses("rackwright.gateway").first,
            server: nil,
            nameServers: try addresses("rackwright.dns")
        )
    }

    /// `01-52-54-00-…` (the leading number is the hardware's type), or the same with colons, or a bare address.
    static func mac(bootIF text: Substring) -> String? {
        var parts = text.lowercased().split(whereSeparator: { $0 == "-" || $0 == ":" })
        if parts.count == 7 { parts.removeFirst() }
        guard parts.count == 6, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isHexDigit) }) else { return nil }
        return parts.joined(separator: ":")
    }

    private static func withoutSlash(_ url: String) -> String {
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }
}

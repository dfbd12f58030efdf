public import DHCP
import Octets

/// What network boot needs (RFC 5970), and what tells boot programs apart.
extension DHCPv6Options {
    /// Option 15: what the client's owner calls it; iPXE says `iPXE`. Octets that are no UTF-8 are replaced.
    public var userClasses: [String]? {
        get { countedList(.userClass)?.map { String(decoding: $0, as: UTF8.self) } }
        set { setCountedList(.userClass, to: newValue?.map { Array($0.utf8) }) }
    }

    /// Option 16, once for each enterprise. Those that are malformed are left out.
    public var vendorClasses: [VendorClass] {
        get { all(.vendorClass).compactMap { try? VendorClass(parsing: $0) } }
        set { replaceAll(.vendorClass, with: newValue.map(\.octets)) }
    }

    /// Option 17, once for each enterprise. Those that are malformed are left out.
    public var vendorOptions: [VendorOptions] {
        get { all(.vendorOptions).compactMap { try? VendorOptions(parsing: $0) } }
        set { replaceAll(.vendorOptions, with: newValue.map(\.octets)) }
    }

    /// Option 59: what to boot. An IPv6 address in it stands in brackets.
    public var bootFileURL: String? {
        get { self[.bootFileURL].flatMap { $0.isEmpty ? nil : String(validating: $0, as: UTF8.self) } }
        set { self[.bootFileURL] = newValue.map { Array($0.utf8) } }
    }

    /// Option 60: arguments for what is booted.
    ///
    /// EDK2 takes the first as a number, the size of the file, and drops an offer that has something else there
    /// (edk2#10114): it is not for firmware.
    public var bootFileParameters: [String]? {
        get { countedList(.bootFileParameters)?.map { String(decoding: $0, as: UTF8.self) } }
        set { setCountedList(.bootFileParameters, to: newValue?.map { Array($0.utf8) }) }
    }

    /// Option 61: what the firmware says it can run, best first. An odd octet at the end is passed over.
    public var clientArchitectures: [ClientArchitecture]? {
        get {
            guard let value = self[.clientArchitecture], value.count >= 2 else { return nil }
            return stride(from: 0, to: value.count - value.count % 2, by: 2).map {
                ClientArchitecture(rawValue: UInt16(value[$0]) << 8 | UInt16(value[$0 + 1]))
            }
        }
        set { set(.clientArchitecture, to: newValue?.map(\.rawValue)) }
    }

    /// Option 62.
    public var networkInterface: NetworkInterfaceIdentifier? {
        get { self[.networkInterface].flatMap { try? NetworkInterfaceIdentifier(parsing: $0) } }
        set { self[.networkInterface] = newValue?.octets }
    }

    private func countedList(_ code: DHCPv6OptionCode) -> [[UInt8]]? {
        guard let value = self[code] else { return nil }
        var reader = OctetReader(value)
        return try? reader.readCountedList()
    }

    private mutating func setCountedList(_ code: DHCPv6OptionCode, to list: [[UInt8]]?) {
        setList(code, to: list?.reduce(into: []) { $0.append(counted: [$1]) })
    }
}

extension DHCPv6Message {
    /// Whether the sender is iPXE.
    public var isIPXE: Bool { options.userClasses?.contains("iPXE") ?? false }

    /// Whether the sender is firmware that boots by PXE.
    public var isPXEClient: Bool { hasVendorClass("PXEClient") }

    /// Whether the sender is UEFI firmware that boots over HTTP.
    public var isHTTPClient: Bool { hasVendorClass("HTTPClient") }

    private func hasVendorClass(_ prefix: String) -> Bool {
        options.vendorClasses.contains { $0.texts.contains { $0.hasPrefix(prefix) } }
    }
}

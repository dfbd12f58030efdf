/// The machine's UUID from the answer to Get System GUID.
///
/// The specification sends it wholly reversed, most BMCs send it as SMBIOS stores it, some as RFC 9562 writes it. Version and
/// variant tell which it is.
public enum SystemGUID {
    /// The UUID as text; nil when it is not 16 octets or in none of the three orders a UUID.
    public static func uuid(_ data: [UInt8]) -> String? {
        guard data.count >= 16 else { return nil }
        let octets = [UInt8](data[..<16])
        let smbios = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map { octets[$0] }
        return [smbios, octets, octets.reversed()].first { isUUID($0) }.map(text)
    }

    /// The UUID in the order of most BMCs, which is SMBIOS's: the first three fields with their lowest octet first. Nil when
    /// the text is none.
    public static func octets(uuid: String) -> [UInt8]? {
        let digits = uuid.filter { $0 != "-" }.map(\.hexDigitValue)
        guard digits.count == 32, !digits.contains(nil) else { return nil }
        let values = digits.compactMap { $0 }
        return [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map { index in
            UInt8(values[2 * index] << 4 | values[2 * index + 1])
        }
    }

    private static func isUUID(_ octets: [UInt8]) -> Bool {
        (1...8).contains(octets[6] >> 4) && octets[8] >> 6 == 0b10
    }

    private static func text(_ octets: [UInt8]) -> String {
        var text = ""
        for (index, octet) in octets.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += (octet < 16 ? "0" : "") + String(octet, radix: 16)
        }
        return text
    }
}

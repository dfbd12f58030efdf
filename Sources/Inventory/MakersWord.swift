/// What makers write into a machine's fields, where it says something.
public enum MakersWord {
    /// What they leave in a field that nobody filled.
    private static let fillers: Set<String> = [
        "default string", "to be filled by o.e.m.", "to be filled by o.e.m", "not specified", "not available",
        "not applicable", "not provided", "unknown", "none", "n/a", "na", "no asset tag", "no asset information",
        "asset tag", "asset-1234567890", "system serial number", "system product name", "system manufacturer",
        "system version", "chassis serial number", "chassis version", "base board serial number", "oem", "o.e.m.",
        "undefined", "empty", "invalid", "0123456789", "123456789", "1234567890", "x.x", "sku", "sku number", "-",
        "(none)",
    ]

    /// The text without white space around it; nothing for a filler, and for nothing but zeros.
    public static func known(_ text: String?) -> String? {
        guard let text else { return nil }
        let octets = Array(text.utf8)
        let isBlank = { (octet: UInt8) in octet <= 0x20 || octet == 0x7F }
        guard let first = octets.firstIndex(where: { !isBlank($0) }),
            let last = octets.lastIndex(where: { !isBlank($0) })
        else { return nil }
        let word = String(decoding: octets[first...last], as: UTF8.self)
        guard !fillers.contains(word.lowercased()),
            word.utf8.contains(where: { ![0x20, 0x2D, 0x2E, 0x30, 0x78, 0x58].contains($0) })
        else { return nil }
        return word
    }
}

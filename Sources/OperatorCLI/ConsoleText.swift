public import FoundationEssentials

/// What a machine wrote to its console, for people who only read.
public enum ConsoleText {
    /// The lines without what steers a terminal.
    public static func lines(_ data: Data) -> [String] {
        withoutSequences([UInt8](data)).cleanLines
    }

    /// Takes out control sequences (ECMA-48 section 5.4) and the other escapes.
    private static func withoutSequences(_ octets: [UInt8]) -> String {
        var plain: [UInt8] = []
        var rest = octets[...]
        while let octet = rest.popFirst() {
            guard octet == 0x1B else {
                plain.append(octet)
                continue
            }
            guard rest.first == UInt8(ascii: "[") else {
                rest = rest.drop { (0x20...0x2F).contains($0) }.dropFirst()
                continue
            }
            rest = rest.dropFirst().drop { (0x20...0x3F).contains($0) }.dropFirst()
        }
        return String(decoding: plain, as: UTF8.self)
    }
}

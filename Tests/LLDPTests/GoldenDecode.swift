/// What `tcpdump -v` wrote of a capture's LLDP frames.
struct GoldenDecode {
    struct Element: Hashable {
        var type: UInt8
        var length: Int
        /// What stands behind the length, and what is indented under the line.
        var text: [String]
    }

    /// The TLVs of each frame, without those of other protocols.
    var frames: [[Element]] = []

    init(_ text: String) {
        var isLLDP = false
        for line in text.split(separator: "\n") {
            if !line.hasPrefix("\t") {
                isLLDP = line.contains("LLDP, length")
                if isLLDP { frames.append([]) }
            } else if isLLDP, line.hasPrefix("\t  ") {
                let last = frames.count - 1
                guard let element = frames[last].indices.last else { continue }
                frames[last][element].text.append(String(line.drop { $0 == "\t" || $0 == " " }))
            } else if isLLDP, let element = Self.element(line) {
                frames[frames.count - 1].append(element)
            }
        }
    }

    /// `System Name TLV (5), length 12: S2.cisco.com`
    private static func element(_ line: Substring) -> Element? {
        let parts = line.split(separator: " TLV (", maxSplits: 1)
        guard parts.count == 2, let type = UInt8(parts[1].prefix { $0.isNumber }) else { return nil }
        let rest = parts[1].split(separator: ", length ", maxSplits: 1)
        guard rest.count == 2, let length = Int(rest[1].prefix { $0.isNumber }) else { return nil }
        let text = rest[1].split(separator: ": ", maxSplits: 1).dropFirst().map(String.init)
        return Element(type: type, length: length, text: text)
    }
}

/// One element of DER (X.690): enough to find a key in a certificate and to write one.
struct DER {
    let tag: UInt8
    let content: ArraySlice<UInt8>
    /// The element with its tag and length.
    let octets: [UInt8]

    /// The element at the beginning; nil where it is none, or longer than what is there.
    init?(_ octets: ArraySlice<UInt8>) {
        guard octets.count >= 2 else { return nil }
        let start = octets.startIndex
        tag = octets[start]
        // Tags of more than one octet do not occur here.
        guard tag & 0x1F != 0x1F else { return nil }
        var length = Int(octets[start + 1])
        var head = 2
        if length >= 0x80 {
            let count = length & 0x7F
            guard (1...3).contains(count), octets.count >= 2 + count else { return nil }
            length = octets[start + 2..<start + 2 + count].reduce(0) { $0 << 8 | Int($1) }
            head += count
        }
        guard octets.count - head >= length else { return nil }
        content = octets[start + head..<start + head + length]
        self.octets = Array(octets[start..<start + head + length])
    }

    /// The elements within; nil where the content is not made of whole ones.
    var children: [DER]? {
        guard tag & 0x20 != 0 else { return nil }
        var rest = content
        var found: [DER] = []
        while !rest.isEmpty {
            guard let child = DER(rest) else { return nil }
            found.append(child)
            rest = rest.dropFirst(child.octets.count)
        }
        return found
    }

    // MARK: writing

    static func sequence(_ content: [UInt8]) -> [UInt8] { element(0x30, content) }

    static func bits(_ content: [UInt8]) -> [UInt8] { element(0x03, [0] + content) }

    /// A number that is not negative, its highest octet first.
    static func integer(_ octets: [UInt8]) -> [UInt8] {
        let number = Array(octets.drop { $0 == 0 })
        return element(0x02, (number.first.map { $0 >= 0x80 } ?? true ? [0] : []) + number)
    }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            switch count {
            case ..<0x80: [UInt8(truncatingIfNeeded: count)]
            case ..<0x100: [0x81, UInt8(truncatingIfNeeded: count)]
            case ..<0x1_0000: [0x82, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
            default:
                [
                    0x83, UInt8(truncatingIfNeeded: count >> 16), UInt8(truncatingIfNeeded: count >> 8),
                    UInt8(truncatingIfNeeded: count),
                ]
            }
        return [tag] + length + content
    }
}

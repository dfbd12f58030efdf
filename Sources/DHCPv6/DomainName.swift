import Octets

/// Names as DNS has them on the wire (RFC 1035 section 3.1), never compressed (RFC 8415 section 10).
extension OctetReader {
    private static let maximumName = 255

    /// One name as text, without a dot at its end.
    ///
    /// Labels are what host names are made of, and underscores: whoever writes such a name to a file of lines shall not
    /// have to look at it again.
    mutating func readDomainName() throws(WireError) -> String {
        var labels: [String] = []
        let start = offset
        while true {
            let length: UInt8 = try readInteger()
            if length == 0 { break }
            guard length <= 63 else { throw .invalid(field: "length of a label", value: UInt64(length)) }
            let label = try read(Int(length))
            if let octet = label.first(where: { !Self.isOrdinary($0) }) {
                throw .invalid(field: "octet of a label", value: UInt64(octet))
            }
            labels.append(String(decoding: label, as: UTF8.self))
        }
        guard !labels.isEmpty, offset - start <= Self.maximumName else {
            throw .invalid(field: "length of a name", value: UInt64(offset - start))
        }
        return labels.joined(separator: ".")
    }

    fileprivate static func isOrdinary(_ octet: UInt8) -> Bool {
        switch octet {
        case 45, 48...57, 65...90, 95, 97...122: true
        default: false
        }
    }
}

extension [UInt8] {
    /// The octets of `name`, which may end with a dot; nil when it can be no name.
    init?(domainName name: String) {
        var labels = name.utf8.split(separator: 46, omittingEmptySubsequences: false)
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        guard labels.allSatisfy({ (1...63).contains($0.count) && $0.allSatisfy(OctetReader.isOrdinary) })
        else { return nil }
        self = labels.flatMap { [UInt8($0.count)] + $0 } + [0]
        guard count <= 255 else { return nil }
    }
}

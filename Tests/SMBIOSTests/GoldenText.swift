/// One structure as `dmidecode` wrote it.
struct GoldenStructure {
    var type: UInt8
    var handle: UInt16
    var length: Int
    /// The first line's key is repeated by none of the structures read here.
    var values: [String: String] = [:]
}

/// The text that `dmidecode` wrote for a whole table.
struct GoldenText {
    /// As in `SMBIOS 3.1.1 present.`
    var version = ""
    var structures: [GoldenStructure] = []

    init(_ text: String) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ")
            if line.hasPrefix("SMBIOS "), words.count == 3 {
                version = String(words[1])
            } else if line.hasPrefix("Handle 0x"), words.count == 7 {
                guard let handle = UInt16(words[1].dropFirst(2).dropLast(), radix: 16),
                    let type = UInt8(words[4].dropLast()), let length = Int(words[5])
                else { continue }
                structures.append(GoldenStructure(type: type, handle: handle, length: length))
            } else if line.hasPrefix("\t"), !line.hasPrefix("\t\t"), let colon = line.firstIndex(of: ":"),
                !structures.isEmpty
            {
                let key = String(line[..<colon].dropFirst())
                structures[structures.count - 1].values[key] = String(line[line.index(after: colon)...].dropFirst())
            }
        }
    }

    func structures(ofType type: UInt8) -> [GoldenStructure] {
        structures.filter { $0.type == type }
    }

    /// `16 GB` as octets, `2933 MT/s` as a number: nothing where no number is written.
    static func number(_ text: String?) -> UInt64? {
        guard let words = text?.split(separator: " "), let first = words.first, let number = UInt64(first) else {
            return nil
        }
        let shifts = ["kB": 10, "MB": 20, "GB": 30, "TB": 40]
        return number << UInt64(words.dropFirst().first.flatMap { shifts[String($0)] } ?? 0)
    }
}

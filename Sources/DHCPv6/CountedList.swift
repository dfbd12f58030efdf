import Octets

/// Values up to the end, each after its length in two octets, as options 15, 16 and 60 have them.
extension OctetReader {
    mutating func readCountedList() throws(WireError) -> [[UInt8]] {
        var list: [[UInt8]] = []
        while remaining > 0 {
            let length: UInt16 = try readInteger()
            list.append(Array(try read(Int(length))))
        }
        return list
    }
}

extension [UInt8] {
    mutating func append(counted list: [[UInt8]]) {
        for value in list {
            let part = value.prefix(Int(UInt16.max))
            append(bigEndian: UInt16(part.count))
            self += part
        }
    }
}

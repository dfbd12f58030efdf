import Octets

/// The options of a request or of its acknowledgement, in the order they came; names are in lower case (RFC 2347).
public struct TFTPOptions: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public var name: String
        public var value: String
    }

    public private(set) var entries: [Entry] = []

    public init() {}

    public init(_ entries: KeyValuePairs<String, String>) {
        for (name, value) in entries { self[name] = value }
    }

    /// The first value of that name.
    public subscript(name: String) -> String? {
        get { entries.first { $0.name == name.lowercased() }?.value }
        set {
            entries.removeAll { $0.name == name.lowercased() }
            if let newValue { entries.append(Entry(name: name.lowercased(), value: newValue)) }
        }
    }

    /// RFC 2348: octets in a block, 8 to 65464.
    public var blockSize: Int? { number("blksize", in: 8...65464) }
    /// RFC 2349: the file's size in octets; 0 in a read request asks for it.
    public var transferSize: Int? { number("tsize", in: 0...Int.max) }
    /// RFC 2349: seconds before something is sent again.
    public var timeout: Int? { number("timeout", in: 1...255) }
    /// RFC 7440: blocks sent before one acknowledgement.
    public var windowSize: Int? { number("windowsize", in: 1...65535) }

    private func number(_ name: String, in range: ClosedRange<Int>) -> Int? {
        self[name].flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil }
    }
}

extension TFTPOptions {
    init(reading reader: inout OctetReader) throws(WireError) {
        while reader.remaining > 0 {
            let name = try reader.readText().lowercased()
            let value = try reader.readText()
            guard !entries.contains(where: { $0.name == name }) else { continue }
            entries.append(Entry(name: name, value: value))
        }
    }

    func write(to octets: inout [UInt8]) {
        for entry in entries {
            octets.append(text: entry.name)
            octets.append(text: entry.value)
        }
    }
}

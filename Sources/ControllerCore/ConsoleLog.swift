import FoundationEssentials

/// What a machine's console wrote: the end of it in memory, by position, and more in a file; both bounded.
struct ConsoleLog {
    /// Octets that whoever looks on can be behind.
    static let kept = 256 << 10
    /// Octets of a file; with the one before it, twice as many are recorded.
    static let fileLimit = 4 << 20

    private let path: String
    private var tail: [UInt8] = []
    /// The position after the last octet, counted from the beginning of the program.
    private(set) var end = 0
    private var fileSize: Int

    /// - Parameter path: the file; what is in it already is gone on with.
    init(path: String) {
        self.path = path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        fileSize = (attributes?[.size] as? UInt64).map(Int.init(clamping:)) ?? (attributes?[.size] as? Int) ?? 0
    }

    private var start: Int { end - tail.count }

    /// - Throws: when the file cannot be written; the octets are in memory all the same.
    mutating func append(_ octets: [UInt8]) throws {
        tail += octets
        end += octets.count
        if tail.count > 2 * Self.kept { tail.removeFirst(tail.count - Self.kept) }
        if fileSize + octets.count > Self.fileLimit {
            try? FileManager.default.removeItem(atPath: path + ".1")
            try? FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            fileSize = 0
        }
        try PrivateFile.append(octets, to: path)
        fileSize += octets.count
    }

    /// What came after a position, and the position after it; what is not kept any more is left out.
    func read(after position: Int, limit: Int = 64 << 10) -> (octets: [UInt8], next: Int) {
        guard position < end else { return ([], end) }
        let from = max(position, start)
        let octets = tail[(from - start)...].prefix(limit)
        return ([UInt8](octets), from + octets.count)
    }

    /// The end of what is recorded of a machine.
    static func recorded(path: String, limit: Int) -> [UInt8] {
        var octets = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
        if octets.count < limit, let before = FileManager.default.contents(atPath: path + ".1") {
            octets = [UInt8](before) + octets
        }
        return [UInt8](octets.suffix(max(0, limit)))
    }
}

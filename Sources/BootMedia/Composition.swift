/// An image that is put together while it is sent: stretches that were made, and stretches of files that lie elsewhere.
public struct Composition: Hashable, Sendable {
    public enum Piece: Hashable, Sendable {
        case octets(ArraySlice<UInt8>)
        case zeros(Int)
        /// Of the file at a path.
        case file(String, Range<Int>)

        public var count: Int {
            switch self {
            case .octets(let octets): octets.count
            case .zeros(let count): count
            case .file(_, let range): range.count
            }
        }

        /// A part of it; `range` counts from its start and lies in it.
        fileprivate func part(_ range: Range<Int>) -> Piece {
            switch self {
            case .octets(let octets):
                .octets(octets[octets.startIndex + range.lowerBound..<octets.startIndex + range.upperBound])
            case .zeros: .zeros(range.count)
            case .file(let path, let whole):
                .file(path, whole.lowerBound + range.lowerBound..<whole.lowerBound + range.upperBound)
            }
        }
    }

    public private(set) var pieces: [Piece] = []
    /// In octets.
    public private(set) var count = 0
    /// The sizes that its files had when it was made, by path.
    public private(set) var files: [String: Int] = [:]

    public init() {}

    public init(_ octets: [UInt8]) {
        append(octets)
    }

    /// A whole file.
    public init(path: String, size: Int) {
        add(.file(path, 0..<max(0, size)))
        files[path] = max(0, size)
    }

    public mutating func append(_ octets: [UInt8]) { add(.octets(octets[...])) }

    public mutating func append(zeros count: Int) { add(.zeros(count)) }

    public mutating func append(_ other: Composition) {
        for piece in other.pieces { add(piece) }
        files.merge(other.files) { $1 }
    }

    /// Fills up with zeros to a multiple of `block`.
    public mutating func pad(to block: Int) { append(zeros: Self.filler(count, block)) }

    private mutating func add(_ piece: Piece) {
        guard piece.count > 0 else { return }
        pieces.append(piece)
        count += piece.count
    }

    static func filler(_ count: Int, _ block: Int) -> Int { (block - count % block) % block }

    /// What `range` holds, in order; what lies outside of the image is left out.
    public func pieces(_ range: Range<Int>) -> [Piece] {
        var found: [Piece] = []
        var offset = 0
        for piece in pieces {
            let own = offset..<offset + piece.count
            offset = own.upperBound
            let wanted = own.clamped(to: range)
            guard !wanted.isEmpty else { continue }
            found.append(piece.part(wanted.lowerBound - own.lowerBound..<wanted.upperBound - own.lowerBound))
        }
        return found
    }

    /// The same with other octets from `offset` on; nil when they do not fit in.
    public func replacing(at offset: Int, with octets: [UInt8]) -> Composition? {
        guard offset >= 0, offset <= count, octets.count <= count - offset else { return nil }
        var result = Composition()
        for piece in pieces(0..<offset) + [.octets(octets[...])] + pieces(offset + octets.count..<count) {
            result.add(piece)
        }
        result.files = files
        return result
    }
}

/// Why an image cannot be made.
public struct BootMediaError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}

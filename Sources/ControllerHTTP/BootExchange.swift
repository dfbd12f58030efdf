import NIOHTTP1

/// What a booting machine asks by HTTP.
struct BootHTTPRequest: Sendable {
    var method: HTTPMethod
    /// Without the query.
    var path: String
    var query: [String: String] = [:]
    /// The peer's address, without its port.
    var address: String?
    var range: String?
    var ifNoneMatch: String?
    var ifRange: String?
}

/// What it is answered.
enum BootHTTPAnswer: Sendable {
    case text(String, type: String)
    case file(BootHTTPFile)
    case problem(HTTPResponseStatus, String)
}

/// A file that goes out from the disk, perhaps with other octets in one place.
struct BootHTTPFile: Sendable {
    /// The name that it was asked for by.
    var name: String
    var path: String
    var type: String
    var patch: Patch?
    /// It is made for this answer alone.
    var isFresh = false

    struct Patch: Sendable {
        var offset: Int
        var octets: [UInt8]

        var range: Range<Int> { offset..<offset + octets.count }
    }

    /// One stretch of the answer, in order.
    enum Piece: Equatable {
        case disk(Range<Int>)
        case octets(ArraySlice<UInt8>)
    }

    /// `range` of the file, cut where the other octets are.
    func pieces(_ range: Range<Int>) -> [Piece] {
        guard let patch, patch.range.overlaps(range) else { return range.isEmpty ? [] : [.disk(range)] }
        let inside = patch.range.clamped(to: range)
        var pieces: [Piece] = []
        if range.lowerBound < inside.lowerBound { pieces.append(.disk(range.lowerBound..<inside.lowerBound)) }
        pieces.append(.octets(patch.octets[inside.lowerBound - patch.offset..<inside.upperBound - patch.offset]))
        if inside.upperBound < range.upperBound { pieces.append(.disk(inside.upperBound..<range.upperBound)) }
        return pieces
    }
}

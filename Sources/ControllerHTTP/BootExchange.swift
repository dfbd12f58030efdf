import BootMedia
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
    case medium(BootHTTPMedium)
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

/// An image that is put together while it goes out; BMCs read it in many small ranges.
struct BootHTTPMedium: Sendable {
    var image: Composition
    /// The same for as long as the image is.
    var tag: String
}

/// Which part of a body a request gets, and the head of the answer (RFC 9110 sections 13 and 14).
struct RangeAnswer {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var part: Range<Int>

    /// - Parameter isFresh: what was made for this answer alone is never the one that the client has
    init(to request: BootHTTPRequest, size: Int, tag: String, type: String, isFresh: Bool) {
        headers = ["content-type": type, "accept-ranges": "bytes", "etag": tag]
        if isFresh { headers.add(name: "cache-control", value: "no-store") }
        var range = ByteRange(request.range, size: size)
        if let condition = request.ifRange, condition != tag { range = .whole }
        switch range {
        case _ where !isFresh && request.ifNoneMatch.map { Self.names(tag, in: $0) } == true:
            (part, status) = (0..<0, .notModified)
        case .unsatisfiable:
            headers.add(name: "content-range", value: "bytes */\(size)")
            (part, status) = (0..<0, .rangeNotSatisfiable)
        case .whole:
            (part, status) = (0..<size, .ok)
        case .part(let asked):
            headers.add(name: "content-range", value: "bytes \(asked.lowerBound)-\(asked.upperBound)/\(size)")
            (part, status) = (asked.lowerBound..<asked.upperBound + 1, .partialContent)
        }
        if status != .notModified { headers.add(name: "content-length", value: "\(part.count)") }
    }

    private static func names(_ tag: String, in header: String) -> Bool {
        header == "*" || header.split(separator: ",").contains { $0.filter { !$0.isWhitespace } == tag }
    }
}

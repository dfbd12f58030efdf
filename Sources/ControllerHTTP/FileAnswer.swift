import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// A file as an answer: streamed from disk, in parts where parts are asked for.
struct FileAnswer: Sendable {
    var path: String
    var contentType: String
    /// Made from the file's size and time where there is no better one.
    var tag: String?
    var headers: HTTPFields = [:]

    /// Octets that are read at once.
    private static let pieceSize = 512 << 10

    /// The answer; nil if there is no such file.
    ///
    /// - Parameter sent: called with the number of octets when all of them are on their way.
    func response(
        to request: Request,
        context: ConnectionContext,
        sent: (@Sendable (Int) async -> Void)? = nil
    ) async throws -> Response? {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let size = Int(status.st_size)
        let tag = self.tag ?? "\"\(size)-\(status.st_mtim.tv_sec)-\(status.st_mtim.tv_nsec)\""
        var headers = headers
        headers[.contentType] = contentType
        headers[.acceptRanges] = "bytes"
        headers[.eTag] = tag
        if let known = request.headers[.ifNoneMatch],
            known == "*" || known.split(separator: ",").contains(where: { $0.trimmed == tag })
        {
            return Response(status: .notModified, headers: headers)
        }
        var range = ByteRange(request.headers[.range], size: size)
        if let condition = request.headers[.ifRange], condition != tag { range = .whole }
        let octets: Int
        let code: HTTPResponse.Status
        switch range {
        case .unsatisfiable:
            headers[.contentRange] = "bytes */\(size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        case .whole:
            (octets, code) = (size, .ok)
        case .part(let part):
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound)/\(size)"
            (octets, code) = (part.count, .partialContent)
        }
        headers[.contentLength] = "\(octets)"
        guard request.method != .head else { return Response(status: code, headers: headers) }
        let files = FileIO()
        let body: ResponseBody
        if case .part(let part) = range {
            body = try await files.loadFile(path: path, range: part, context: context, chunkLength: Self.pieceSize)
        } else {
            body = try await files.loadFile(path: path, context: context, chunkLength: Self.pieceSize)
        }
        // A file that was replaced meanwhile has its own length.
        headers[.contentLength] = "\(body.contentLength ?? octets)"
        guard let sent else { return Response(status: code, headers: headers, body: body) }
        let counted = ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(writer)
            await sent(octets)
        }
        return Response(status: code, headers: headers, body: counted)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}

import BootMedia
import Glibc
import NIOCore
import NIOHTTP1

extension BootHTTPHandler {
    /// Octets of zeros that are in memory at once.
    private static let zeros = 64 << 10

    /// Sends a part of an image whose files go from the page cache to the socket, as boot files do.
    func send(
        _ medium: BootHTTPMedium,
        _ request: BootHTTPRequest,
        _ keepsAlive: Bool,
        _ context: ChannelHandlerContext
    ) {
        let answer = RangeAnswer(
            to: request,
            size: medium.image.count,
            tag: medium.tag,
            type: "application/octet-stream",
            isFresh: false
        )
        let pieces = request.method == .HEAD ? [] : medium.image.pieces(answer.part)
        var handles: [String: NIOFileHandle] = [:]
        for case .file(let path, _) in pieces where handles[path] == nil {
            guard let handle = Self.open(path, size: medium.image.files[path]) else {
                for handle in handles.values { try? handle.close() }
                let octets = Array("what the medium is made of was changed: start the controller again\n".utf8)
                return send(.serviceUnavailable, ["content-type": "text/plain"], octets, request, keepsAlive, context)
            }
            handles[path] = handle
        }
        begin(answer.status, answer.headers, keepsAlive, context)
        for piece in pieces {
            switch piece {
            case .octets(let octets):
                write(.byteBuffer(ByteBuffer(bytes: octets)), context)
            case .zeros(let count):
                for start in stride(from: 0, to: count, by: Self.zeros) {
                    write(.byteBuffer(ByteBuffer(repeating: 0, count: min(Self.zeros, count - start))), context)
                }
            case .file(let path, let stretch):
                guard let handle = handles[path] else { continue }
                let region = FileRegion(
                    fileHandle: handle,
                    readerIndex: stretch.lowerBound,
                    endIndex: stretch.upperBound
                )
                write(.fileRegion(region), context)
            }
        }
        let done = end(keepsAlive, context)
        let open = NIOLoopBound(Array(handles.values), eventLoop: context.eventLoop)
        done.whenComplete { _ in
            for handle in open.value { try? handle.close() }
        }
    }

    private func write(_ data: IOData, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.body(data)), promise: nil)
    }

    /// A file that still has the size that the image was made for.
    private static func open(_ path: String, size: Int?) -> NIOFileHandle? {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) == size
        else {
            Glibc.close(descriptor)
            return nil
        }
        return NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor)
    }
}

import Glibc
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOPosix

/// A file of which some octets are other ones for the machine that asks: the unified kernel image.
struct PatchedFile: Sendable {
    var path: String
    /// Where the other octets begin in the file.
    var offset: Int
    var octets: [UInt8]

    private static let pieceSize = 512 << 10

    /// The octets of `range` as a body.
    func body(_ range: Range<Int>) -> ResponseBody {
        ResponseBody(contentLength: range.count) { writer in
            let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw HTTPProblem(.notFound, "there is no boot file of this name") }
            defer { close(descriptor) }
            var position = range.lowerBound
            while position < range.upperBound {
                let end = min(position + Self.pieceSize, range.upperBound)
                let (from, piece) = (position, try await read(descriptor, position..<end))
                // A file that was cut short meanwhile ends the connection: the length was promised.
                guard !piece.isEmpty else { throw HTTPProblem(.internalServerError, "\(path) was cut short") }
                try await writer.write(ByteBuffer(bytes: patched(piece, from: from)))
                position += piece.count
            }
            try await writer.finish(nil)
        }
    }

    private func read(_ descriptor: Int32, _ range: Range<Int>) async throws -> [UInt8] {
        try await NIOThreadPool.singleton.runIfActive {
            unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
                count = unsafe max(0, pread(descriptor, buffer.baseAddress, range.count, off_t(range.lowerBound)))
            }
        }
    }

    /// `piece` of the file at `start` with the other octets in it.
    func patched(_ piece: [UInt8], from start: Int) -> [UInt8] {
        let overlap = (offset..<offset + octets.count).clamped(to: start..<start + piece.count)
        guard !overlap.isEmpty else { return piece }
        var piece = piece
        piece.replaceSubrange(
            overlap.lowerBound - start..<overlap.upperBound - start,
            with: octets[overlap.lowerBound - offset..<overlap.upperBound - offset]
        )
        return piece
    }
}

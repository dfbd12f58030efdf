import Glibc
import Synchronization

/// Makes HTTP exchanges with libcurl, each on a thread of its own, and keeps connections for the next ones.
///
/// libcurl blocks; the threads keep it away from the tasks' own.
public final class CurlClient: Sendable {
    private static let idleLimit = 4
    private let idle = Mutex<[EasyHandle]>([])

    public init() {}

    /// Sends a request and collects the answer's body.
    public func perform(_ request: CurlRequest) async throws(CurlError) -> CurlResponse {
        try await run(Transfer(request: request))
    }

    /// Sends a request and hands over the body piece by piece, on the exchange's own thread; the answer's body is empty.
    ///
    /// The body of an answer of 300 or more is collected instead, being an error's text. What `sink` throws ends the exchange.
    public func download(
        _ request: CurlRequest,
        into sink: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws(CurlError) -> CurlResponse {
        let transfer = Transfer(request: request)
        transfer.sink = sink
        return try await run(transfer)
    }

    /// Sends a file as the request's body. `progress` is called now and then, on the exchange's own thread, with the octets
    /// sent and the file's length.
    public func upload(
        file path: String,
        _ request: CurlRequest,
        progress: @escaping @Sendable (_ sent: Int64, _ total: Int64) -> Void = { _, _ in }
    ) async throws(CurlError) -> CurlResponse {
        let transfer = Transfer(request: request)
        guard let file = UploadFile(path: path) else {
            throw transfer.error(.local, "cannot open \(path): error \(errno)")
        }
        transfer.file = file
        transfer.progress = progress
        return try await run(transfer)
    }

    /// Sends a form, its files read while they are sent. `progress` is called as with `upload`, with the whole form's length.
    public func submit(
        _ parts: [CurlFormPart],
        _ request: CurlRequest,
        progress: @escaping @Sendable (_ sent: Int64, _ total: Int64) -> Void = { _, _ in }
    ) async throws(CurlError) -> CurlResponse {
        let transfer = Transfer(request: request)
        transfer.parts = parts
        transfer.progress = progress
        return try await run(transfer)
    }

    /// Closes the connections that no exchange is under way on.
    public func closeIdle() {
        let unused = idle.withLock { handles in
            defer { handles = [] }
            return handles
        }
        _ = unused  // Freed here, outside the lock.
    }

    private func run(_ transfer: Transfer) async throws(CurlError) -> CurlResponse {
        let result: Result<CurlResponse, CurlError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let started = Thread.start {
                    let handle = self.takeHandle(for: transfer.request.tls)
                    let result = transfer.perform(on: handle)
                    // A handle whose last exchange failed may hold a broken connection.
                    if case .success = result { self.keep(handle) }
                    continuation.resume(returning: result)
                }
                if !started {
                    continuation.resume(returning: .failure(transfer.error(.local, "no thread could be started")))
                }
            }
        } onCancel: {
            transfer.cancel()
        }
        return try result.get()
    }

    /// A connection made under one kind of trust never serves another.
    private func takeHandle(for tls: CurlTLS) -> EasyHandle? {
        let kept: EasyHandle? = idle.withLock { handles in
            handles.lastIndex { $0.tls == tls }.map { handles.remove(at: $0) }
        }
        return kept ?? EasyHandle(tls: tls)
    }

    private func keep(_ handle: EasyHandle?) {
        guard let handle else { return }
        let surplus: EasyHandle? = idle.withLock { handles in
            handles.append(handle)
            return handles.count > Self.idleLimit ? handles.removeFirst() : nil
        }
        _ = surplus  // Freed here, outside the lock.
    }
}

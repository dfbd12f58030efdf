import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import ImageFormat
import ImageStore
import OperatorAPI

/// What operators do with disk images and container images.
struct ImageRoutes: Sendable {
    let images: ImageStore
    let containers: ContainerStore
    let signingKey: ImageSigningKey
    /// Where uploads lie until they are taken in.
    let uploads: String
    let jobs: JobBoard
    let operators: OperatorRoutes
    let now: @Sendable () -> Double

    func add(to router: Router<ConnectionContext>) {
        addImages(to: router)
        addContainers(to: router)
        operators.on(.get, OperatorPath.job(":id"), router) { _, context in
            let id = try context.segment("id")
            guard let report = await jobs.report(id) else {
                throw HTTPProblem(.notFound, "there is no job '\(id)'; a restart of the controller ends all")
            }
            return try Response.json(report)
        }
    }

    private func addImages(to router: Router<ConnectionContext>) {
        operators.on(.get, OperatorPath.images, router) { _, _ in
            try Response.json(try images.names().map { try StoredImage(images.manifest($0)) })
        }
        operators.on(.post, OperatorPath.images, router) { request, _ in
            let wanted = try await request.json(AddImage.self)
            let replacing = request.uri.queryParameters["replace"] == "true"
            let report = await jobs.start { meter in
                try await ingest(wanted.path, as: wanted.name, replacing: replacing, meter)
            }
            return try Response.json(report, status: .accepted)
        }
        operators.on(.put, OperatorPath.image(":name"), router) { request, context in
            let name = try context.segment("name")
            guard ImageManifest.isValid(name: name) else { throw ImageStoreError.invalidName(name) }
            let path = "\(uploads)/\(UUID().uuidString)"
            do {
                try await FileIO().writeFile(contents: request.body, path: path, context: context)
            } catch {
                try? FileManager.default.removeItem(atPath: path)
                throw error
            }
            let report = await jobs.start { meter in
                defer { try? FileManager.default.removeItem(atPath: path) }
                return try await ingest(path, as: name, replacing: true, meter)
            }
            return try Response.json(report, status: .accepted)
        }
        operators.on(.delete, OperatorPath.image(":name"), router) { _, context in
            let name = try context.segment("name")
            try await images.remove(name)
            let chunks = try await images.sweep()
            return try Response.json(Message(message: "image \(name) removed, \(chunks) chunks freed"))
        }
    }

    private func ingest(
        _ path: String,
        as name: String,
        replacing: Bool,
        _ meter: JobBoard.Meter
    ) async throws -> StoredImage {
        let manifest = try await images.ingest(
            path,
            as: name,
            replacing: replacing,
            signedBy: signingKey,
            at: Date(timeIntervalSince1970: now())
        ) { meter.set($0.done, of: $0.total) }
        return try StoredImage(manifest)
    }

    private func addContainers(to router: Router<ConnectionContext>) {
        operators.on(.get, OperatorPath.containers, router) { _, _ in
            try Response.json(await containers.list().map(StoredImage.init))
        }
        operators.on(.post, OperatorPath.containers, router) { request, _ in
            let wanted = try await request.json(AddImage.self)
            let report = await jobs.start { meter in
                let stored = try await containers.ingest(layout: wanted.path, as: wanted.name) {
                    meter.set($0.done, of: $0.total)
                }
                return StoredImage(stored)
            }
            return try Response.json(report, status: .accepted)
        }
        operators.on(.delete, OperatorPath.container("**"), router) { _, context in
            let text = context.parameters.getCatchAll().joined(separator: "/")
            guard let name = PercentEncoding.decoded(text) else {
                throw HTTPProblem(.badRequest, "'\(text)' in the path is not percent-encoded UTF-8")
            }
            try await containers.remove(name)
            return try Response.json(Message(message: "container image \(name) removed"))
        }
    }
}

extension StoredImage {
    init(_ signed: SignedManifest) throws {
        let manifest = try ImageManifest(decoding: Array(signed.manifest))
        self.init(
            name: manifest.name,
            digest: "\(signed.digest)",
            size: manifest.size,
            detail: "\(manifest.distinctChunks.count) chunks, key \(signed.keyID)"
        )
    }

    init(_ stored: ContainerStore.Stored) {
        self.init(name: stored.name, digest: stored.digest, size: stored.size, detail: "\(stored.blobCount) blobs")
    }
}

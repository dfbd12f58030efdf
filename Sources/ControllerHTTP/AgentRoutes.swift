import AgentAPI
import ControllerCore
import HTTPTypes
import Hummingbird
import ImageFormat
import ImageStore

/// The agents' calls, at the paths of ``AgentAPI/Endpoint``.
struct AgentRoutes: Sendable {
    let controller: Controller
    let images: ImageStore
    let door: Doorkeeper

    /// Octets a call may have.
    private static let limit = 32 << 20
    /// Octets an enrollment may have: who asks for it has proven nothing yet.
    private static let enrollLimit = 64 << 10

    func add(to router: Router<ConnectionContext>) {
        router.post(RouterPath(Endpoint<EnrollRequest, EnrollAnswer>.enroll.path)) { request, _ in
            try Response.json(await controller.enroll(request.json(EnrollRequest.self, limit: Self.enrollLimit)))
        }
        on(.checkIn, router) { try await controller.checkIn($0, from: $1) }
        on(.inventory, router) { report, node in
            try await controller.takeInventory(report, from: node)
            return Acknowledgement()
        }
        on(.report, router) { report, node in
            try await controller.takeReport(report, from: node)
            return Acknowledgement()
        }
        on(.events, router) { try await controller.takeEvents($0, from: $1) }
        on(.gate, router) { try await controller.gate($0, from: $1) }
        router.get(RouterPath(AgentFetch.manifest(imageDigest: ":digest"))) { request, context in
            _ = try await door.agent(context)
            return try Response.json(manifest(context.parameters.require("digest")))
        }
        router.get(RouterPath(AgentFetch.chunk(":chunk"))) { request, context in
            _ = try await door.agent(context)
            let text = try context.parameters.require("chunk")
            guard let id = ChunkID(text) else {
                throw HTTPProblem(.badRequest, "a chunk is named by 64 lower-case hexadecimal digits")
            }
            let file = FileAnswer(
                path: images.chunkPath(id),
                contentType: "application/zstd",
                tag: "\"\(id)\""
            )
            guard let response = try await file.response(to: request, context: context) else {
                throw HTTPProblem(.notFound, "there is no chunk \(id)")
            }
            return response
        }
    }

    private func on<Call, Answer>(
        _ endpoint: Endpoint<Call, Answer>,
        _ router: Router<ConnectionContext>,
        _ body: @escaping @Sendable (Call, String) async throws -> Answer
    ) {
        router.post(RouterPath(endpoint.path)) { request, context in
            let node = try await door.agent(context)
            return try Response.json(await body(request.json(Call.self, limit: Self.limit), node))
        }
    }

    private func manifest(_ text: String) throws -> SignedManifest {
        let digits = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
        guard let digest = ImageDigest(digits) else {
            throw HTTPProblem(.badRequest, "an image is named by 64 lower-case hexadecimal digits")
        }
        for name in try images.names() {
            let manifest = try images.manifest(name)
            if manifest.digest == digest { return manifest }
        }
        throw HTTPProblem(.notFound, "there is no image with the digest \(digest)")
    }
}

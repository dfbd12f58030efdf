import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import ImageStore
import NIOCore

/// A container registry to read from (OCI distribution-spec 1.1, "Pull"), for agents and operators.
struct RegistryRoutes: Sendable {
    let containers: ContainerStore
    let door: Doorkeeper

    func add(to router: Router<ConnectionContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/v2", method: method) { request, context in
                try await answered(request, context) { Response(status: .ok, headers: Self.version) }
            }
            router.on("/v2/**", method: method) { request, context in
                let path = context.parameters.getCatchAll().map(String.init)
                return try await answered(request, context) { try await fetch(path, request, context) }
            }
        }
    }

    private static let version: HTTPFields = {
        var headers: HTTPFields = [:]
        if let name = HTTPField.Name("Docker-Distribution-API-Version") { headers[name] = "registry/2.0" }
        return headers
    }()

    private func answered(
        _ request: Request,
        _ context: ConnectionContext,
        _ body: () async throws -> Response
    ) async throws -> Response {
        do {
            if try await context.peerCertificate() != nil {
                _ = try await door.agent(context)
            } else {
                _ = try await door.registryOperator(request)
            }
            return try await body()
        } catch let problem as RegistryProblem {
            return try problem.response
        } catch {
            guard let problem = HTTPProblem(error) else { throw error }
            let code =
                switch problem.status {
                case .unauthorized: "UNAUTHORIZED"
                case .forbidden: "DENIED"
                default: "UNKNOWN"
                }
            return try RegistryProblem(problem.status, code, problem.reasons.joined(separator: "; ")).response
        }
    }

    /// `NAME/manifests/REFERENCE` or `NAME/blobs/DIGEST`; names may have `/`.
    private func fetch(_ path: [String], _ request: Request, _ context: ConnectionContext) async throws -> Response {
        guard path.count >= 3 else { throw RegistryProblem(.notFound, "UNSUPPORTED", "there is nothing at this path") }
        let repository = path.dropLast(2).joined(separator: "/")
        let reference = path[path.count - 1]
        guard ContainerName.isRepository(repository) else {
            throw RegistryProblem(
                .badRequest,
                "NAME_INVALID",
                "\(repository.debugDescription) cannot name a repository"
            )
        }
        switch path[path.count - 2] {
        case "manifests": return try await manifest(repository, reference, request)
        case "blobs": return try await blob(reference, request, context)
        default: throw RegistryProblem(.notFound, "UNSUPPORTED", "there is nothing at this path")
        }
    }

    private func manifest(_ repository: String, _ reference: String, _ request: Request) async throws -> Response {
        guard ContainerDigest(reference) != nil || ContainerName.isTag(reference) else {
            throw RegistryProblem(.badRequest, "TAG_INVALID", "\(reference.debugDescription) is neither tag nor digest")
        }
        guard let manifest = try await containers.manifest(repository, reference) else {
            throw RegistryProblem(.notFound, "MANIFEST_UNKNOWN", "there is no \(repository) \(reference)")
        }
        var headers = Self.identified(manifest.digest)
        headers[.contentType] = manifest.mediaType
        headers[.contentLength] = "\(manifest.octets.count)"
        guard request.method != .head else { return Response(status: .ok, headers: headers) }
        let body = ResponseBody(byteBuffer: ByteBuffer(bytes: manifest.octets))
        return Response(status: .ok, headers: headers, body: body)
    }

    private func blob(_ reference: String, _ request: Request, _ context: ConnectionContext) async throws -> Response {
        guard let digest = ContainerDigest(reference) else {
            throw RegistryProblem(.badRequest, "DIGEST_INVALID", "\(reference.debugDescription) is no SHA-256 digest")
        }
        let file = FileAnswer(
            path: containers.blobPath(digest),
            contentType: "application/octet-stream",
            tag: "\"\(digest)\"",
            headers: Self.identified(digest)
        )
        guard let response = try await file.response(to: request, context: context) else {
            throw RegistryProblem(.notFound, "BLOB_UNKNOWN", "there is no blob \(digest)")
        }
        return response
    }

    private static func identified(_ digest: ContainerDigest) -> HTTPFields {
        var headers = version
        if let name = HTTPField.Name("Docker-Content-Digest") { headers[name] = "\(digest)" }
        return headers
    }
}

/// A refusal in the registry's own form (distribution-spec, "Error Codes").
private struct RegistryProblem: Error {
    var status: HTTPResponse.Status
    var code: String
    var message: String

    init(_ status: HTTPResponse.Status, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    private struct Document: Encodable {
        struct Item: Encodable {
            var code: String
            var message: String
        }
        var errors: [Item]
    }

    var response: Response {
        get throws {
            let document = Document(errors: [Document.Item(code: code, message: message)])
            var response = try Response.json(document, status: status)
            if status == .unauthorized { response.headers[.wwwAuthenticate] = "Basic realm=\"rackwright\"" }
            return response
        }
    }
}

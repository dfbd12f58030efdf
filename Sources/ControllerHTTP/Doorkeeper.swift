import ControllerCore
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// Says who asks: an agent by its certificate, an operator by a token or a session.
struct Doorkeeper: Sendable {
    let controller: Controller
    let sessions: SessionBoard

    /// The id of the node whose agent asks.
    func agent(_ context: ConnectionContext) async throws -> String {
        guard let certificate = try await context.peerCertificate() else {
            throw HTTPProblem(.unauthorized, "this needs an agent's certificate: the agent has to enroll first")
        }
        let agent: (node: String, keyHash: String)
        do {
            agent = try CertificateAuthority.agent(der: certificate)
        } catch {
            throw HTTPProblem(.unauthorized, "the client certificate is not an agent's: \(error)")
        }
        do {
            try await controller.admit(node: agent.node, keyHash: agent.keyHash)
        } catch let problem as ControllerProblem where problem.kind == .notFound {
            throw HTTPProblem(.forbidden, "the certificate's node is not known here any more: boot it from the network")
        }
        return agent.node
    }

    /// The operator who asks. A session alone may only look: another site or port may make a browser send it.
    func operatorName(_ request: Request) async throws -> String {
        if let header = request.headers[.authorization] {
            guard header.lowercased().hasPrefix("bearer ") else {
                throw HTTPProblem(.unauthorized, "Authorization must be: Bearer TOKEN")
            }
            return try await operatorName(token: String(header.dropFirst(7)))
        }
        if request.method == .get || request.method == .head, let name = session(request) { return name }
        throw HTTPProblem(.unauthorized, "this needs an operator's token: Authorization: Bearer TOKEN")
    }

    /// For clients of container registries, which send the token as the password of Basic authentication.
    func registryOperator(_ request: Request) async throws -> String {
        guard let header = request.headers[.authorization], header.lowercased().hasPrefix("basic ") else {
            return try await operatorName(request)
        }
        guard let octets = Data(base64Encoded: String(header.dropFirst(6))),
            let credentials = String(validating: octets, as: UTF8.self),
            let colon = credentials.firstIndex(of: ":")
        else { throw HTTPProblem(.unauthorized, "the Basic credentials are not understood") }
        return try await operatorName(token: String(credentials[credentials.index(after: colon)...]))
    }

    func session(_ request: Request) -> String? {
        sessions.name(cookies: request.headers[.cookie])
    }

    func operatorName(token: String) async throws -> String {
        do {
            return try await controller.operatorName(token: token)
        } catch let problem as ControllerProblem where problem.kind == .forbidden {
            throw HTTPProblem(.unauthorized, problem.description)
        }
    }
}

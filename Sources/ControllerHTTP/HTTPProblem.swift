import ControllerCore
import HTTPTypes
import Hummingbird
import ImageStore
import Logging
import NIOCore
import OperatorAPI

/// Why a request was refused, as it goes to the one who asked.
struct HTTPProblem: Error {
    var status: HTTPResponse.Status
    var reasons: [String]

    init(_ status: HTTPResponse.Status, _ reason: String) {
        self.init(status: status, reasons: [reason])
    }

    private init(status: HTTPResponse.Status, reasons: [String]) {
        self.status = status
        self.reasons = reasons
    }

    /// What any error means in HTTP; nil for one that nobody foresaw.
    init?(_ error: any Error) {
        switch error {
        case let problem as HTTPProblem:
            self = problem
        case let problem as ControllerProblem:
            self.init(status: problem.kind.status, reasons: problem.reasons)
        case let error as ImageStoreError:
            self.init(error.status, "\(error)")
        case let error as ContainerStoreError:
            self.init(error.status, "\(error)")
        case let error as DecodingError:
            self.init(.badRequest, "the request's JSON is not understood: \(error.place)")
        case is NIOTooManyBytesError:
            self.init(.contentTooLarge, "the request is too large")
        case let error as HTTPError:
            let reason = error.status == .notFound ? "there is nothing at this path" : error.status.reasonPhrase
            self.init(error.status, error.body ?? reason)
        default:
            return nil
        }
    }

    /// The answer: ``APIProblem`` as JSON.
    var response: Response {
        get throws { try Response.json(APIProblem(errors: reasons), status: status) }
    }
}

extension ControllerProblem.Kind {
    fileprivate var status: HTTPResponse.Status {
        switch self {
        case .invalid: .badRequest
        case .notFound: .notFound
        case .conflict: .conflict
        case .forbidden: .forbidden
        }
    }
}

extension ImageStoreError {
    fileprivate var status: HTTPResponse.Status {
        switch self {
        case .invalidName, .refused: .badRequest
        case .exists: .conflict
        case .noImage: .notFound
        case .tool, .file: .internalServerError
        }
    }
}

extension ContainerStoreError {
    fileprivate var status: HTTPResponse.Status {
        switch self {
        case .invalidName, .refused: .badRequest
        case .noImage: .notFound
        }
    }
}

extension DecodingError {
    /// Where in the document, and what was expected there.
    fileprivate var place: String {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return (path.isEmpty ? "" : path + ": ") + context.debugDescription
        @unknown default:
            return "\(self)"
        }
    }
}

/// Turns every error into an answer that gives its reasons.
struct ProblemMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: ConnectionContext,
        next: @concurrent (Request, ConnectionContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            if let problem = HTTPProblem(error) { return try problem.response }
            context.logger.error("\(request.method) \(request.uri.path) failed: \(error)")
            return try HTTPProblem(.internalServerError, "the controller failed: \(error)").response
        }
    }
}

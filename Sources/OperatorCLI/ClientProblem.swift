public import Curl
import FoundationEssentials
import OperatorAPI

/// Why a command could not do its work, in words for the operator.
public struct ClientProblem: Error, Equatable, CustomStringConvertible {
    public enum Kind: Equatable, Sendable {
        /// The controller could not be reached: asking again may help.
        case unreachable
        /// The controller answered and refused.
        case refused(status: Int)
        /// Something on this side.
        case local
    }

    public var kind: Kind
    /// Every reason, a line each.
    public var reasons: [String]

    public init(_ reasons: [String], _ kind: Kind = .local) {
        self.reasons = reasons
        self.kind = kind
    }

    public init(_ reason: String, _ kind: Kind = .local) {
        self.init([reason], kind)
    }

    public var description: String { reasons.joined(separator: "\n") }
}

extension ClientProblem {
    /// What a failed exchange with the controller means, and what to do.
    public init(_ error: CurlError, controller: String, ca: String) {
        let detail = error.detail.isEmpty ? "" : " (\(error.detail.oneLine))"
        switch error.reason {
        case .unresolved:
            self.init(
                "the controller's name in \(controller) is not known\(detail); give another with --controller",
                .unreachable
            )
        case .unreachable:
            self.init(
                "no controller answers at \(controller)\(detail); is rackwright serve running there, or is --controller wrong?",
                .unreachable
            )
        case .timeout:
            self.init("the controller at \(controller) did not answer in time\(detail)", .unreachable)
        case .tls, .otherCertificate:
            self.init(
                """
                the certificate of \(controller) is not trusted by the CA in \(ca)\(detail); give the controller's \
                keys/ca.pem with --ca, and a host name that its certificate has with --controller
                """
            )
        case .invalidRequest:
            self.init("\(controller) is not a controller's address; write it as https://HOST:8443")
        case .local, .tooLong, .cancelled:
            self.init("\(error)".oneLine)
        case .other:
            self.init("the exchange with \(controller) broke off\(detail)", .unreachable)
        }
    }

    /// What an answer of success means that cannot be decoded.
    public init(misunderstood body: [UInt8], path: String, controller: String, _ error: any Error) {
        if (try? JSONDecoder().decode(AnyJSON.self, from: Data(body))) == nil {
            self.init("the answer to \(controller)\(path) is not JSON; is this a rackwright controller?".oneLine)
        } else {
            self.init(
                "the answer to \(path) is not understood; are controller and command of one version? (\(error))".oneLine
            )
        }
    }

    /// What an answer of 300 or more means.
    public init(status: Int, body: [UInt8], method: String, path: String, tokenFile: String) {
        let said = (try? JSONDecoder().decode(APIProblem.self, from: Data(body)))?.errors.filter { !$0.isEmpty } ?? []
        if status == 401 {
            let reason = said.first ?? "the controller does not take the token"
            self.init(
                "\(reason); the token came from \(tokenFile): give another with --token-file (rackwright token create makes one)",
                .refused(status: status)
            )
        } else if said.isEmpty {
            self.init(
                "\(method) \(path): the answer was \(status), not from a rackwright controller",
                .refused(status: status)
            )
        } else {
            self.init(said, .refused(status: status))
        }
    }
}

/// Decodes from whatever is JSON.
private struct AnyJSON: Decodable {
    init(from decoder: any Decoder) {}
}

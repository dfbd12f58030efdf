/// Why an operation on a BMC failed: the kind for the program, the rest for people.
public struct BMCError: Error, Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        /// Name, password or privilege. Nothing is tried again until they change.
        case wrongCredentials = "wrong-credentials"
        /// The gate is shut because of wrong credentials found before.
        case gateShut = "gate-shut"
        case timeout
        case unreachable
        /// The certificate is not the pinned one, or TLS failed.
        case untrusted
        /// The BMC understood and said no.
        case refused
        /// The BMC said that it is busy.
        case busy
        /// The BMC's answer makes no sense.
        case protocolError = "protocol-error"
        /// The power did not come to the wished state in time.
        case notObserved = "not-observed"
        /// There is no way to it over the BMC's protocol here.
        case notSupported = "not-supported"
    }

    public var kind: Kind
    /// The BMC, by protocol and address.
    public var bmc: String
    /// What was being done: "reading the power state".
    public var operation: String
    /// What was found.
    public var detail: String

    public init(_ kind: Kind, bmc: String, operation: String, detail: String) {
        self.kind = kind
        self.bmc = bmc
        self.operation = operation
        self.detail = detail
    }

    /// The same may succeed when tried again.
    public var isTransient: Bool {
        switch kind {
        case .timeout, .unreachable, .busy, .protocolError: true
        case .wrongCredentials, .gateShut, .untrusted, .refused, .notObserved, .notSupported: false
        }
    }
}

extension BMCError: CustomStringConvertible {
    public var description: String { "\(bmc), \(operation): \(found)" }

    /// What was found, without where and what for.
    var found: String {
        let what =
            switch kind {
            case .wrongCredentials: "the BMC does not accept the user or the password"
            case .gateShut: "not tried, to keep the account from being locked"
            case .timeout: "no answer in time"
            case .unreachable: "the BMC cannot be reached"
            case .untrusted: "the BMC's certificate is not trusted"
            case .refused: "the BMC refused"
            case .busy: "the BMC is busy"
            case .protocolError: "the BMC's answer makes no sense"
            case .notObserved: "the change was asked for and not observed"
            case .notSupported: "this is not supported here"
            }
        return what + (detail.isEmpty ? "" : ": \(detail)")
    }
}

public import Octets

/// What an answer leads to while something is read from a BMC in several commands.
public enum ReadingStep<Value: Sendable>: Sendable {
    case ask(IPMIRequest)
    /// After a short pause: the BMC is busy.
    case askLater(IPMIRequest)
    case done(Value)
    case failed(ReadingFailure)
}

extension ReadingStep: Equatable where Value: Equatable {}

/// Why something could not be read from a BMC.
public enum ReadingFailure: Error, Hashable, Sendable {
    case refused(CompletionCode)
    case malformed(WireError)
    /// What is read changes too often, or goes round in circles.
    case endless
}

extension ReadingFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .refused(let completion): "\(completion)"
        case .malformed(let error): "the answer makes no sense: \(error)"
        case .endless: "there is no end to it"
        }
    }
}

extension CompletionCode {
    public static let reservationCancelled = Self(rawValue: 0xC5)
    public static let notPresent = Self(rawValue: 0xCB)
    static let tooManyOctets = Self(rawValue: 0xCA)

    /// The BMC cannot give so much at once: 0xCA is how it should say so, the others are how some do.
    var isAboutLength: Bool { self == .tooManyOctets || [0xC6, 0xC7, 0xC8, 0xFF].contains(rawValue) }
}

/// How much is asked for at once: less after each refusal.
struct PieceSize: Hashable, Sendable {
    /// Fits the messages of every channel (IPMI 2.0 section 6.13 promises no more).
    private(set) var octets = 32

    /// False when it cannot be less.
    mutating func shrink() -> Bool {
        guard octets > 4 else { return false }
        octets /= 2
        return true
    }
}

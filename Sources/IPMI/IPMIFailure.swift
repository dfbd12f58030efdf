/// Why a login or a session ended.
public enum IPMIFailure: Error, Hashable, Sendable {
    /// Where an exchange stood.
    public enum Point: Hashable, Sendable {
        case capabilities, openSession, rakp2, rakp4
        case command(UInt8)
    }

    /// The name has more than 16 octets, the password or K_G more than 20, or no suite was given.
    case credentialsTooLong
    case notOpen
    /// No answer, after all attempts.
    case timeout(Point)
    case noVersion2
    /// The BMC's proof does not fit our password: the password is wrong here or there.
    case wrongPassword
    /// The BMC said that the user, the proof or the privilege is not good.
    case userRefused(RAKPStatus)
    case refused(RAKPStatus, at: Point)
    /// The BMC chose other algorithms than those proposed.
    case downgraded(algorithms: [UInt8])
    /// The password is right and the session's key is not: the BMC has a K_G that we lack.
    case sessionKeyDiffers
    case encryption(String)

    /// The login failed because of name or password, not because of the way there.
    public var isAboutCredentials: Bool {
        switch self {
        case .wrongPassword, .userRefused, .credentialsTooLong, .sessionKeyDiffers: true
        case .notOpen, .timeout, .noVersion2, .refused, .downgraded, .encryption: false
        }
    }
}

extension IPMIFailure.Point: CustomStringConvertible {
    public var description: String {
        switch self {
        case .capabilities: "Get Channel Authentication Capabilities"
        case .openSession: "Open Session"
        case .rakp2: "RAKP message 1"
        case .rakp4: "RAKP message 3"
        case .command(let number): "command 0x" + String(number, radix: 16)
        }
    }
}

extension IPMIFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .credentialsTooLong: "IPMI allows a name of 16 octets and a password of 20"
        case .notOpen: "no session is open, or a command is under way"
        case .timeout(let point): "no answer to \(point)"
        case .noVersion2: "the BMC speaks IPMI 1.5 only, which has no encryption"
        case .wrongPassword: "the password does not fit: the BMC's proof in RAKP message 2 is not ours"
        case .userRefused(let status): "the BMC refused the user: \(status)"
        case .refused(let status, let point): "the BMC refused \(point): \(status)"
        case .downgraded(let algorithms): "the BMC chose the algorithms \(algorithms), which were not proposed"
        case .sessionKeyDiffers: "the password fits, the session's key does not: the BMC wants a K_G key"
        case .encryption(let text): "a packet could not be encrypted: \(text)"
        }
    }
}

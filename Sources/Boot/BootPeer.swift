public import Octets

/// Who asks for a boot file, as far as its address tells.
public enum BootPeer: Hashable, Sendable {
    /// The machine that this address was given to.
    case machine(MACAddress)
    /// Nobody: all addresses of that network are given from here, and this one was not.
    case stranger
    /// The address comes from elsewhere, so the machine's own word has to do.
    case unknown

    /// The machine that asks, where it also says itself which it is; nil when that cannot be so.
    public func agreed(with named: MACAddress?) -> MACAddress? {
        switch self {
        case .machine(let mac): named == nil || named == mac ? mac : nil
        case .stranger: nil
        case .unknown: named
        }
    }
}

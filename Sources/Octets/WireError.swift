/// Why some octets are not the packet they were read as.
public enum WireError: Error, Hashable, Sendable {
    case truncated(needed: Int, left: Int, at: Int)
    case invalid(field: String, value: UInt64)
}

extension WireError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let needed, let left, let at):
            "needs \(needed) octets at offset \(at), has \(left)"
        case .invalid(let field, let value): "\(field) cannot be \(value)"
        }
    }
}

/// What an operator types at a console: most of it goes to the machine, `~` at the beginning of a line begins a word to us.
public struct ConsoleKeys: Sendable {
    public enum Action: Hashable, Sendable {
        case type([UInt8])
        case sendBreak
        case detach
        case help
    }

    public static let help = "~.  leave    ~B  send a break    ~~  type ~    ~?  this help"

    private enum Place {
        case lineStart, inLine, afterTilde
    }

    private var place = Place.lineStart

    public init() {}

    /// Takes what was typed; what follows a word that leaves is dropped.
    public mutating func take(_ octets: [UInt8]) -> [Action] {
        var actions: [Action] = []
        var typed: [UInt8] = []
        func flush() {
            if !typed.isEmpty { actions.append(.type(typed)) }
            typed = []
        }
        for octet in octets {
            switch (place, octet) {
            case (.lineStart, UInt8(ascii: "~")):
                place = .afterTilde
                continue
            case (.afterTilde, UInt8(ascii: ".")):
                flush()
                return actions + [.detach]
            case (.afterTilde, UInt8(ascii: "B")):
                flush()
                actions.append(.sendBreak)
                place = .lineStart
                continue
            case (.afterTilde, UInt8(ascii: "?")):
                flush()
                actions.append(.help)
                place = .lineStart
                continue
            case (.afterTilde, UInt8(ascii: "~")): typed.append(octet)
            case (.afterTilde, _): typed += [UInt8(ascii: "~"), octet]
            case (.lineStart, _), (.inLine, _): typed.append(octet)
            }
            place = [10, 13].contains(octet) ? .lineStart : .inLine
        }
        flush()
        return actions
    }
}

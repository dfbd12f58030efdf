/// A file's mode as written in a task: a number, or symbols such as `u=rw,g-w,o=` (chmod(1)).
enum FileMode: Hashable, Sendable {
    case bits(UInt32)
    case symbols([Clause])

    struct Clause: Hashable, Sendable {
        var who: UInt32
        var operation: Character
        var permissions: String
    }

    init(bits: UInt32) { self = .bits(bits) }

    /// Octal digits or symbols; nil when it is neither.
    init?(_ text: String) {
        var digits = Substring(text)
        if digits.hasPrefix("0o") { digits = digits.dropFirst(2) }
        if let bits = UInt32(digits, radix: 8), bits <= 0o7777 {
            self = .bits(bits)
            return
        }
        var clauses: [Clause] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let at = part.firstIndex(where: { "=+-".contains($0) }) else { return nil }
            var who: UInt32 = 0
            for letter in part[..<at] {
                switch letter {
                case "u": who |= 0o4700
                case "g": who |= 0o2070
                case "o": who |= 0o1007
                case "a": who |= 0o7777
                default: return nil
                }
            }
            let permissions = part[part.index(after: at)...]
            guard permissions.allSatisfy({ "rwxXstugo".contains($0) }) else { return nil }
            clauses.append(Clause(who: who == 0 ? 0o7777 : who, operation: part[at], permissions: String(permissions)))
        }
        guard !clauses.isEmpty else { return nil }
        self = .symbols(clauses)
    }

    func applied(to old: UInt32, isDirectory: Bool) -> UInt32 {
        switch self {
        case .bits(let bits): return bits
        case .symbols(let clauses):
            return clauses.reduce(old) { mode, clause in
                var bits: UInt32 = 0
                for letter in clause.permissions {
                    switch letter {
                    case "r": bits |= 0o444
                    case "w": bits |= 0o222
                    case "x": bits |= 0o111
                    case "X": bits |= isDirectory || mode & 0o111 != 0 ? 0o111 : 0
                    case "s": bits |= 0o6000
                    // As another class has it.
                    case "u": bits |= (mode >> 6 & 7) * 0o111
                    case "g": bits |= (mode >> 3 & 7) * 0o111
                    case "o": bits |= (mode & 7) * 0o111
                    default: bits |= 0o1000
                    }
                }
                bits &= clause.who
                switch clause.operation {
                case "+": return mode | bits
                case "-": return mode & ~bits
                default: return mode & ~clause.who | bits
                }
            }
        }
    }
}

/// As Ansible prints the mode of what it has changed: a zero before three digits, or four where there are so many.
func resultText(ofMode mode: UInt32) -> String {
    octalText(mode & 0o7777).hasPrefix("0") ? octalText(mode) : "0" + octalText(mode)
}

/// Four octal digits, as `stat` prints modes.
func octalText(_ mode: UInt32) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}

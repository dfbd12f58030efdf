import FoundationEssentials
import Glibc

/// The program's standard output or standard error.
public struct Terminal: Sendable {
    public static let output = Terminal(descriptor: 1)
    public static let errors = Terminal(descriptor: 2)

    private let descriptor: Int32

    /// Whether a person looks at it.
    public var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Columns and rows; nil when it is no terminal.
    public var size: (columns: Int, rows: Int)? {
        guard isTerminal else { return nil }
        var found = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &found) == 0, found.ws_col > 0, found.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(found.ws_col), Int(found.ws_row))
    }

    /// How text for it looks now.
    public var look: Appearance {
        let isPlain = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        return Appearance(
            now: Date().timeIntervalSince1970,
            zoneOffset: Self.zoneOffset,
            hasColors: isTerminal && !isPlain,
            width: size?.columns
        )
    }

    public func line(_ text: String) { write(text + "\n") }

    /// Writes all of it at once, past any buffer; what cannot be written is dropped.
    public func write(_ text: String) { write(octets: Array(text.utf8)) }

    /// Octets as they are.
    public func write(octets: [UInt8]) {
        var rest = octets[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                return
            }
        }
    }

    private static func zoneOffset(_ instant: Double) -> Int {
        guard var seconds = time_t(exactly: instant.rounded(.down)) else { return 0 }
        var local = unsafe tm()
        return unsafe localtime_r(&seconds, &local) == nil ? 0 : unsafe local.tm_gmtoff
    }
}

/// Lines on a terminal that are written anew in their place.
public struct LiveLines: Sendable {
    private let terminal: Terminal
    private var shown = 0

    public init(on terminal: Terminal) {
        self.terminal = terminal
    }

    /// Replaces what was shown; each line must fit the terminal's width.
    public mutating func show(_ lines: [String]) {
        var text = shown > 0 ? "\u{1B}[\(shown)A" : ""
        for line in lines { text += "\r\u{1B}[2K\(line)\n" }
        if lines.count < shown { text += "\u{1B}[0J" }
        shown = lines.count
        terminal.write(text)
    }
}

import Dispatch
import Glibc

/// Standard input, read as it is typed.
public struct Keyboard: Sendable {
    private let before: termios?

    public static var isTerminal: Bool { isatty(0) == 1 }

    /// Takes keys one by one and unseen, so that all of them, `^C` too, go where they are sent.
    public init() {
        var found = termios()
        guard Self.isTerminal, unsafe tcgetattr(0, &found) == 0 else {
            before = nil
            return
        }
        before = found
        unsafe cfmakeraw(&found)
        // What is printed may have plain line ends.
        found.c_oflag |= tcflag_t(OPOST | ONLCR)
        unsafe tcsetattr(0, TCSANOW, &found)
    }

    /// Gives the terminal back as it was.
    public func restore() {
        guard var before else { return }
        unsafe tcsetattr(0, TCSADRAIN, &before)
    }

    /// What is typed; ends with the input.
    public var strokes: AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            // Reading blocks, and must hold no task's thread.
            DispatchQueue(label: "keyboard").async {
                var buffer = [UInt8](repeating: 0, count: 4096)
                while true {
                    let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(0, $0.baseAddress, $0.count) }
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    continuation.yield(Array(buffer[..<count]))
                }
                continuation.finish()
            }
        }
    }
}

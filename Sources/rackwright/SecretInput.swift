import FoundationEssentials
import Glibc
import OperatorCLI

/// Reads what must not stand on a command line.
enum SecretInput {
    private static let limit = 64 << 10

    /// The text of a file or of standard input, less one line end at its end. A terminal does not show what is typed.
    static func text(of what: String, file: String?) throws(ClientProblem) -> String {
        var octets: [UInt8]
        if let file {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw ClientProblem("\(file) cannot be read")
            }
            octets = Array(data)
        } else if isatty(STDIN_FILENO) == 1 {
            Terminal.errors.line("\(what.oneLine):")
            octets = withoutEcho { Array((readLine(strippingNewline: false) ?? "").utf8) }
        } else {
            octets = try standardInput()
        }
        if octets.last == 0x0A { octets.removeLast() }
        if octets.last == 0x0D { octets.removeLast() }
        guard octets.count <= limit else { throw ClientProblem("\(what) is longer than \(limit) octets") }
        guard let text = String(validating: octets, as: UTF8.self) else {
            throw ClientProblem("\(what) is not a text in UTF-8")
        }
        guard !text.isEmpty else { throw ClientProblem("\(what) is empty") }
        return text
    }

    private static func standardInput() throws(ClientProblem) -> [UInt8] {
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while octets.count <= limit + 2 {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw ClientProblem("standard input cannot be read") }
            if count == 0 { break }
            octets += buffer[..<count]
        }
        return octets
    }

    private static func withoutEcho<Result>(_ body: () -> Result) -> Result {
        var before = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &before) == 0 else { return body() }
        var quiet = before
        quiet.c_lflag &= ~tcflag_t(ECHO)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
        defer { _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
        return body()
    }
}

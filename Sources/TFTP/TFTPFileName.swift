/// A file's name as boot firmware asks for it, made into a relative path that cannot leave its folder.
public struct TFTPFileName: Hashable, Sendable {
    /// Parts joined by single slashes; none is empty, `.` or `..`.
    public let path: String

    /// Takes leading and doubled slashes and DOS's backslashes; refuses `..`, control characters and what is left empty.
    public init?(_ asked: String) {
        guard asked.utf8.count <= 512,
            !asked.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
        else { return nil }
        let parts = asked.split(whereSeparator: { $0 == "/" || $0 == "\\" }).filter { $0 != "." }
        guard !parts.isEmpty, !parts.contains("..") else { return nil }
        path = parts.joined(separator: "/")
    }
}

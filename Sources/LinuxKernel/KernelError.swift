import Glibc

/// A system call that failed: which one, with what error number, and on what.
public struct KernelError: Error, Hashable, Sendable {
    /// The call or request by its name in the manual, such as `open` or `BLKRRPART`.
    public var call: String
    /// The positive `errno` number.
    public var code: Int32
    /// What it was called on, such as a path.
    public var detail: String?

    public init(call: String, code: Int32, detail: String? = nil) {
        self.call = call
        self.code = code
        self.detail = detail
    }
}

extension KernelError: CustomStringConvertible {
    public var description: String {
        let subject = detail.map { " \($0)" } ?? ""
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
        return "\(call)\(subject): \(reason) (errno \(code))"
    }
}

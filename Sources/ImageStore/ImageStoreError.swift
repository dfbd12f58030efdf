/// Why the store refused something.
public enum ImageStoreError: Error, Hashable, Sendable {
    case invalidName(String)
    case exists(String)
    case noImage(String)
    /// A file that is not an image that can be taken.
    case refused(file: String, reason: String)
    /// A program that the store runs, such as `xz` or `qemu-img`.
    case tool(String, file: String, reason: String)
    /// Reading or writing a file failed.
    case file(String, call: String, reason: String)
}

extension ImageStoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidName(let name):
            "\(name.debugDescription) cannot name an image: letters, digits, '.', '_' and '-', at most 128"
        case .exists(let name): "there is an image \(name) already"
        case .noImage(let name): "there is no image \(name)"
        case .refused(let file, let reason): "\(file): \(reason)"
        case .tool(let tool, let file, let reason): "\(tool) on \(file): \(reason)"
        case .file(let path, let call, let reason): "\(call) \(path): \(reason)"
        }
    }
}

import FoundationEssentials

/// Where tests find files: beside the checkout (third-party assets, read in place) and inside it.
public enum Fixture {
    /// The checkout's top folder.
    public static let checkout: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()

    /// Third-party assets beside the checkout; absent on a machine that has the repository alone.
    public static let assets: String? = {
        let path = checkout + "/../shared/assets"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    public static func octets(ofAsset path: String) throws -> [UInt8] {
        guard let assets else { throw Missing(path: path) }
        return try [UInt8](Data(contentsOf: URL(filePath: assets + "/" + path)))
    }

    /// An asset that a test asked for where there are no assets.
    public struct Missing: Error, Sendable {
        public var path: String
    }
}

/// The boot files that a controller serves as they are on disk, by TFTP and by HTTP alike.
public struct BootFileSet: Hashable, Sendable {
    /// By name, and where each is.
    public var paths: [String: String]
    /// The unified kernel image and where in it each machine's command line goes; nil when there is none.
    public var unified: Unified?
    /// The medium that nodes boot from their BMC's drive; nil when it cannot be made.
    public var medium: RamdiskMedium?
    /// Why it cannot.
    public var mediumProblem: String?

    public struct Unified: Hashable, Sendable {
        public var path: String
        public var image: UnifiedKernelImage

        public init(path: String, image: UnifiedKernelImage) {
            self.path = path
            self.image = image
        }
    }

    public init(paths: [String: String], unified: Unified? = nil) {
        self.paths = paths
        self.unified = unified
    }
}

/// How templates and expressions are evaluated: strictness, limits, and where other templates come from.
public struct Environment: Sendable {
    /// What one evaluation may use before it is stopped with an error.
    public struct Limits: Hashable, Sendable {
        /// How deep macros, includes and blocks may call one another, and values be nested.
        public var depth: Int
        /// Octets of output, and of any one string.
        public var outputSize: Int
        /// Loop turns, list elements and octets produced along the way, in all.
        public var iterations: Int

        public init(depth: Int = 50, outputSize: Int = 16 << 20, iterations: Int = 50_000_000) {
            self.depth = depth
            self.outputSize = outputSize
            self.iterations = iterations
        }
    }

    /// Whether using something undefined is an error (as Ansible has it); otherwise it is empty.
    public var strictUndefined: Bool
    public var limits: Limits
    /// Whether `{{ none }}` writes nothing (as Ansible has it) rather than `None`.
    public var noneIsEmpty: Bool
    /// Gives the source of a template by name, for include, import and extends.
    public var loader: (@Sendable (String) throws -> String)?

    public init(
        strictUndefined: Bool = true,
        limits: Limits = Limits(),
        noneIsEmpty: Bool = false,
        loader: (@Sendable (String) throws -> String)? = nil
    ) {
        self.strictUndefined = strictUndefined
        self.limits = limits
        self.noneIsEmpty = noneIsEmpty
        self.loader = loader
    }
}

/// What a node would get: its files, tasks and containers in the order of its steps. Secrets are blanked.
public struct RenderReport: Codable, Hashable, Sendable {
    public var node: String
    public var role: String
    /// `deploy` or `upgrade`.
    public var operation: String
    public var steps: [Step]
    public var parameters: [Parameter]
    /// What is made up or was found out, in words; nil where there is nothing to say.
    public var notes: [String]?

    public init(
        node: String,
        role: String,
        operation: String,
        steps: [Step],
        parameters: [Parameter],
        notes: [String]? = nil
    ) {
        self.node = node
        self.role = role
        self.operation = operation
        self.steps = steps
        self.parameters = parameters
        self.notes = notes
    }

    /// One thing that a service does at a step; of the lists one is filled.
    public struct Step: Codable, Hashable, Sendable {
        public var number: Int
        public var service: String
        public var files: [File] = []
        public var tasks: [Task] = []
        public var containers: [Container] = []
        /// What else happens, in words.
        public var other: String?

        public init(number: Int, service: String) {
            self.number = number
            self.service = service
        }
    }

    public struct File: Codable, Hashable, Sendable {
        public var path: String
        /// Octal digits: `0640`.
        public var mode: String
        public var owner: String?
        public var group: String?
        /// Nil where it is known on the node and not before.
        public var content: String?
        /// Why there is no content.
        public var problem: String?
        /// How it differs from what is installed, a line each; empty where it does not; nil where nothing is installed.
        public var diff: [String]?

        public init(path: String, mode: String, owner: String?, group: String?) {
            self.path = path
            self.mode = mode
            self.owner = owner
            self.group = group
        }
    }

    public struct Task: Codable, Hashable, Sendable {
        /// Its name, with the module, its conditions and where it was written.
        public var title: String
        /// What the module is told, a line each, as far as that is known before.
        public var arguments: [String] = []
        /// The text of the file that it makes.
        public var content: String?
        /// Those of a block.
        public var tasks: [Task] = []

        public init(title: String) {
            self.title = title
        }
    }

    public struct Container: Codable, Hashable, Sendable {
        public var name: String
        public var image: String
        /// Everything else that is said of it, a line each.
        public var settings: [String]

        public init(name: String, image: String, settings: [String]) {
            self.name = name
            self.image = image
            self.settings = settings
        }
    }

    public struct Parameter: Codable, Hashable, Sendable {
        public var service: String
        public var name: String
        /// JSON; nil for secrets and for what has no value.
        public var value: String?
        public var isSecret: Bool
        /// Who gave it a value, the weakest first.
        public var origins: [String]

        public init(service: String, name: String, value: String?, isSecret: Bool, origins: [String]) {
            self.service = service
            self.name = name
            self.value = value
            self.isSecret = isSecret
            self.origins = origins
        }
    }
}

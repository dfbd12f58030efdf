public import Jinja
public import OrderedCollections

/// One task of an Ansible task list, or a block of them.
public struct TaskItem: Codable, Hashable, Sendable {
    public var name: String?
    /// Where it was written: `services/web.yaml:12:5`.
    public var source: String
    public var body: Body
    /// Conditions; all must hold. Jinja expressions without braces.
    public var when: [String]
    public var register: String?
    /// `loop` or `with_items`: a list, or a Jinja expression that gives one.
    public var loop: Value?
    /// `loop_control.loop_var`, `item` unless told.
    public var loopVariable: String
    public var until: [String]
    public var retries: Int
    /// Seconds between tries.
    public var delay: Double
    public var changedWhen: [String]?
    public var failedWhen: [String]?
    public var ignoreErrors: Bool
    public var noLog: Bool
    public var notify: [String]
    public var listen: [String]
    public var environment: Value
    public var vars: Value
    public var tags: [String]
    /// A task that is safe to run again after a power cut in the middle of it.
    public var retrySafe: Bool

    public init(
        name: String? = nil,
        source: String,
        body: Body,
        when: [String] = [],
        register: String? = nil,
        loop: Value? = nil,
        loopVariable: String = "item",
        until: [String] = [],
        retries: Int = 3,
        delay: Double = 5,
        changedWhen: [String]? = nil,
        failedWhen: [String]? = nil,
        ignoreErrors: Bool = false,
        noLog: Bool = false,
        notify: [String] = [],
        listen: [String] = [],
        environment: Value = .dict([:]),
        vars: Value = .dict([:]),
        tags: [String] = [],
        retrySafe: Bool = false
    ) {
        self.name = name
        self.source = source
        self.body = body
        self.when = when
        self.register = register
        self.loop = loop
        self.loopVariable = loopVariable
        self.until = until
        self.retries = retries
        self.delay = delay
        self.changedWhen = changedWhen
        self.failedWhen = failedWhen
        self.ignoreErrors = ignoreErrors
        self.noLog = noLog
        self.notify = notify
        self.listen = listen
        self.environment = environment
        self.vars = vars
        self.tags = tags
        self.retrySafe = retrySafe
    }

    public enum Body: Codable, Hashable, Sendable {
        /// A module's short name (`copy`, never `ansible.builtin.copy`) and its arguments: a dictionary, in
        /// which a free-form text stands under `_raw_params`.
        case module(String, arguments: Value)
        case block(BlockBody)
    }

    public struct BlockBody: Codable, Hashable, Sendable {
        public var block: [TaskItem]
        public var rescue: [TaskItem]
        public var always: [TaskItem]

        public init(block: [TaskItem], rescue: [TaskItem] = [], always: [TaskItem] = []) {
            self.block = block
            self.rescue = rescue
            self.always = always
        }
    }
}

/// The modules the agent runs natively. A catalogue that names another is refused when it is loaded.
public enum NativeModule: String, CaseIterable, Sendable {
    case assert, command, copy, debug, fail, file, lineinfile, meta, modprobe, pause, service, shell, slurp, stat
    case sysctl, systemd, template, uri
    case blockInFile = "blockinfile"
    case setFact = "set_fact"
    case waitFor = "wait_for"
}

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
    /// What `loop` is made of; nil for a plain list, as `loop` itself takes it.
    public var loopKind: LoopKind?
    /// `loop_control.loop_var`, `item` unless told.
    public var loopVariable: String
    public var loopControl: LoopControl?
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
    /// Say what would change and change nothing; nil for what the block around it says.
    public var checkMode: Bool?
    /// Say how what is changed differs from before.
    public var diff: Bool?
    /// Seconds after which the task's processes are ended.
    public var timeout: Double?
    /// The user that its processes run as.
    public var becomeUser: String?
    /// False when ``becomeUser`` is not to be heeded; nil for what the block around it says.
    public var become: Bool?
    /// An expression that says whether errors are ignored, beside ``ignoreErrors``.
    public var ignoreErrorsWhen: String?
    /// An expression that says whether the output is hidden, beside ``noLog``.
    public var noLogWhen: String?
    /// What gives numbers that are only known on the node; each goes before the number that is here.
    public var numbers: [NumberTemplate]?

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
        /// The file of an `include_tasks`: its conditions are asked once, before it, and it may have a loop.
        public var included: String?

        public init(
            block: [TaskItem],
            rescue: [TaskItem] = [],
            always: [TaskItem] = [],
            included: String? = nil
        ) {
            self.block = block
            self.rescue = rescue
            self.always = always
            self.included = included
        }
    }

    /// How a loop's turns are made of what is written: Ansible's `with_*`.
    public enum LoopKind: String, Codable, Hashable, Sendable, CaseIterable {
        /// A list, of which lists in it are opened, one level deep.
        case items
        /// The entries of a dictionary, as `key` and `value`.
        case dict
        /// Each of one list with each of the next.
        case nested
        /// The first of each list, then the second of each.
        case together
        /// Items with their place.
        case indexed = "indexed_items"
        /// A list with all lists in it opened.
        case flattened
        /// Numbers: `start=1 end=9 stride=2 format=web%02d`, or `1-9`.
        case sequence
        /// Each element of a list that each item of another one holds.
        case subelements
    }

    /// What `loop_control` says beside the variable's name.
    public struct LoopControl: Codable, Hashable, Sendable {
        /// Holds the number of the turn, from 0.
        public var indexVariable: String?
        /// Seconds between two turns.
        public var pause: Double?
        /// Whether `ansible_loop` is there.
        public var isExtended: Bool?
        /// Whether `ansible_loop` is without `allitems`.
        public var hidesAllItems: Bool?
        /// Conditions after each turn; when all hold, there is no other.
        public var breakWhen: [String]?

        public init(
            indexVariable: String? = nil,
            pause: Double? = nil,
            isExtended: Bool? = nil,
            hidesAllItems: Bool? = nil,
            breakWhen: [String]? = nil
        ) {
            self.indexVariable = indexVariable
            self.pause = pause
            self.isExtended = isExtended
            self.hidesAllItems = hidesAllItems
            self.breakWhen = breakWhen
        }
    }
}

public import Inventory

/// Where the agent runs.
public enum AgentMode: String, Codable, Hashable, Sendable {
    /// In memory, network-booted.
    case ramdisk
    /// On the installed system.
    case host
}

/// The agent's regular call.
public struct CheckIn: Codable, Hashable, Sendable {
    public var mode: AgentMode
    /// The kernel's boot id: a new one proves that the machine started again.
    public var bootID: String
    public var agentVersion: String
    /// The highest plan generation this node has carried out; 0 for none.
    public var generation: Int
    /// The instruction that is being carried out just now.
    public var busyWith: String?

    public init(mode: AgentMode, bootID: String, agentVersion: String, generation: Int, busyWith: String? = nil) {
        self.mode = mode
        self.bootID = bootID
        self.agentVersion = agentVersion
        self.generation = generation
        self.busyWith = busyWith
    }
}

public struct InventoryReport: Codable, Hashable, Sendable {
    /// The instruction that asked for it.
    public var instruction: String
    public var inventory: Inventory

    public init(instruction: String, inventory: Inventory) {
        self.instruction = instruction
        self.inventory = inventory
    }
}

/// How an instruction ended.
public struct InstructionReport: Codable, Hashable, Sendable {
    public var instruction: String
    public var outcome: Outcome

    public init(instruction: String, outcome: Outcome) {
        self.instruction = instruction
        self.outcome = outcome
    }

    public enum Outcome: Codable, Hashable, Sendable {
        case succeeded(Success)
        case failed(Failure)
    }

    public struct Success: Codable, Hashable, Sendable {
        /// One line for the timeline.
        public var summary: String
        /// The disk that was written, so that the node's root is known by what does not change.
        public var rootDisk: RootDisk?

        public init(summary: String, rootDisk: RootDisk? = nil) {
            self.summary = summary
            self.rootDisk = rootDisk
        }
    }

    public struct Failure: Codable, Hashable, Sendable {
        /// What was being done, what was found.
        public var reason: String
        /// For a bundle: where it failed.
        public var step: Int?
        public var service: String?
        public var task: String?
        /// The last lines the failing command printed; secrets already removed.
        public var output: String?
        /// True when the agent has restored what was there before.
        public var rolledBack: Bool

        public init(
            reason: String,
            step: Int? = nil,
            service: String? = nil,
            task: String? = nil,
            output: String? = nil,
            rolledBack: Bool = false
        ) {
            self.reason = reason
            self.step = step
            self.service = service
            self.task = task
            self.output = output
            self.rolledBack = rolledBack
        }
    }
}

/// A disk by what does not change when kernels name it anew.
public struct RootDisk: Codable, Hashable, Sendable {
    public var serial: String?
    public var wwn: String?
    public var busPath: String?
    /// Octets.
    public var size: UInt64
    /// The kernel's name when it was last seen: a hint, never an identity.
    public var lastName: String?

    public init(
        serial: String? = nil,
        wwn: String? = nil,
        busPath: String? = nil,
        size: UInt64,
        lastName: String? = nil
    ) {
        self.serial = serial
        self.wwn = wwn
        self.busPath = busPath
        self.size = size
        self.lastName = lastName
    }
}

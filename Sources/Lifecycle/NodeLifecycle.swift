/// What a node is doing, since when, until when, on what evidence, and what may happen to it next.
///
/// A value with no clock, network or store: every question about a node's course can be asked of it in a test,
/// one line each. States and verbs are Ironic's where it has a word.
public struct NodeLifecycle: Hashable, Sendable, Codable {
    public private(set) var state: State
    /// When the state was entered, in seconds since 1970.
    public private(set) var enteredAt: Double
    /// When the node has failed unless something happened; nil in a state of rest.
    public private(set) var deadline: Double?
    /// The last thing observed of it.
    public private(set) var evidence: String
    /// Restarts of the machine that may still be tried in this stage, the one under way included.
    public private(set) var attemptsLeft: Int
    /// Counts operations and their repetitions, so that no instruction of an earlier one is taken for a new one.
    public private(set) var serial: Int
    /// When the agent last called, and from where.
    public private(set) var agent: AgentSeen?
    /// Set by an operator: nothing is started on the node.
    public var maintenance: String?
    /// Set when the node's identity is in doubt: its agent is refused.
    public var quarantined: String?
    /// Seconds that a network boot may take until the agent calls; nil for `bootSeconds`. From the configuration.
    public var bootPatience: Double?
    /// What is installed: 0 for nothing.
    public private(set) var generation: Int
    /// The generation whose servicing failed and was rolled back last; 0 for none.
    public private(set) var lastRolledBack: Int
    /// When the BMC last said that it restarted the machine for what is under way; nil while that is not known.
    public private(set) var restartedAt: Double?
    /// The deadline was put off for a controller that had been away; once for each attempt.
    private(set) var wasPutOff: Bool?
    /// The instruction that its agent was given last and has not been heard to end.
    public private(set) var handed: String?
    /// The generation that the installed system's agent says it carries, where that is not ``generation``.
    public private(set) var claimed: Int?

    /// What a person is asked to do at the machine.
    public private(set) var handwork: Handwork?

    public init(at now: Double) {
        state = .enroll
        enteredAt = now
        evidence = "enrolled"
        attemptsLeft = 0
        serial = 0
        generation = 0
        lastRolledBack = 0
    }

    public enum State: Hashable, Sendable, Codable {
        case enroll
        case verifying
        case manageable
        case inspecting
        case available
        case deploying(Deployment)
        case active
        case servicing(Servicing)
        case testing(Test)
        case failed(Failure)
    }

    public struct Deployment: Hashable, Sendable, Codable {
        public var generation: Int
        public var stage: Stage

        /// The stations of a deployment; each is left when the agent says so.
        public enum Stage: String, Hashable, Sendable, Codable {
            /// Waiting for the agent in the ramdisk, which then writes the image.
            case writing
            /// The image is on the disk; the agent leaves for the installed system.
            case firstBoot = "first-boot"
            /// The agent on the installed system carries out the role's steps.
            case steps
        }
    }

    public struct Servicing: Hashable, Sendable, Codable {
        public var generation: Int
        /// `update`, `upgrade` or `rollback`; `runbook NAME` for one.
        public var operation: String

        /// What is done, for people: a runbook brings no plan about, its generation only says which start of it this is.
        var words: String {
            isRunbook ? "\(operation) (generation \(generation))" : "\(operation) to plan \(generation)"
        }

        var isRunbook: Bool { operation.hasPrefix("runbook ") }
    }

    public struct Failure: Hashable, Sendable, Codable {
        /// The state the node was in.
        public var operation: String
        public var reason: String
        /// What to retry, and where to go back to.
        public var deployment: Deployment?
        public var servicing: Servicing?
        public var test: Test?
        /// Nothing was heard in time, and nothing worse is known: what is heard late counts as if it were in time.
        public var passedDeadline: Bool?
    }

    public struct AgentSeen: Hashable, Sendable, Codable {
        public var mode: Mode
        public var bootID: String
        public var at: Double
        /// The highest plan generation that it says the node has carried out.
        public var generation: Int?

        public enum Mode: String, Hashable, Sendable, Codable {
            case ramdisk, host
        }

        public init(mode: Mode, bootID: String, at: Double, generation: Int? = nil) {
            self.mode = mode
            self.bootID = bootID
            self.at = at
            self.generation = generation
        }
    }

    public enum Event: Hashable, Sendable {
        case verifyRequested
        case verified(String)
        case verifyFailed(String)
        case inspectRequested
        case inventoryReported
        /// Try the machine out; whether by overwriting disks, for which there is an approval.
        case testRequested(_ isDestructive: Bool)
        /// A rule does not let the machine in whose inventory was reported.
        case refused(String)
        case deployRequested(generation: Int)
        case imageWritten(String)
        case leavingRamdisk
        case stepsFinished(generation: Int)
        case serviceRequested(generation: Int, operation: String)
        /// The node's part of an operation failed; `restored` when it is again what it was.
        case operationFailed(String, restored: Bool)
        /// The BMC did not start the machine from the network.
        case networkBootFailed(String)
        /// The BMC did as it was told: the machine was switched on or restarted.
        case machineRestarted
        /// The BMC did not restart the machine to its disk.
        case restartFailed(String)
        case checkedIn(AgentSeen)
        /// The agent is given the instruction with this id.
        case instructed(String)
        /// The agent's work has come further.
        case progressed
        /// The plan that the agent says it carries is one that was made for the node.
        case claimConfirmed(generation: Int)
        /// A person is asked to do something at the machine.
        case personAsked(String)
        /// A person has done what was asked for.
        case handworkDone
        /// The deadline may have passed.
        case tick
        case retryRequested
        case abortRequested
    }

    public enum Effect: Hashable, Sendable, Codable {
        /// Check the BMC's credentials and read the power state.
        case verify
        /// Boot from the network once, and start or restart the machine.
        case networkBoot
        /// Let the firmware start the disk from now on.
        case preferDisk
        /// The same, and restart the machine.
        case restartToDisk
    }

    /// What the node's agent should be told when it calls.
    public enum Wanted: Hashable, Sendable {
        case nothing
        case inventory
        case test
        case writeImage(generation: Int)
        case bootInstalled(generation: Int)
        case runBundle(generation: Int)
    }

    /// An event that makes no sense in the state the node is in.
    public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        public var event: String
        public var state: String
        public var legal: [String]

        public var description: String {
            "\(event) is not possible while the node is \(state); possible: \(legal.joined(separator: ", "))"
        }
    }
}

extension NodeLifecycle {
    /// Seconds a network boot may take until the agent calls when nothing else is configured.
    public static let bootSeconds = 900.0
    static let verifySeconds = 120.0
    static let writeSeconds = 3600.0
    static let stepsSeconds = 3600.0
    /// An operation that comes further has at least this long to come further again…
    static let progressSeconds = 900.0
    /// …and is cut off when its stage has taken this long.
    static let longestSeconds = 86400.0
    static let bootAttempts = 3
    /// Starts of the installed system: the one from the ramdisk, and one by a restart of the machine.
    static let firstBootAttempts = 2
    /// An agent that called within this many seconds is there.
    static let agentSeconds = 60.0

    mutating func enter(_ new: State, _ evidence: String, for seconds: Double?, at now: Double) {
        state = new
        enteredAt = now
        deadline = seconds.map { now + $0 }
        wasPutOff = nil
        handwork = nil
        if deadline == nil { attemptsLeft = 0 } else { claimed = nil }
        // The agent of a node that has failed may be at work still.
        if !new.isFailure { handed = nil }
        self.evidence = evidence
    }

    /// Within an operation: nothing but the state itself changes.
    mutating func change(to new: State) {
        state = new
    }

    var bootAllowance: Double { bootPatience ?? Self.bootSeconds }

    mutating func ask(_ handwork: Handwork?) {
        self.handwork = handwork
    }

    mutating func see(_ text: String) {
        evidence = text
    }

    mutating func begin(_ new: State, _ evidence: String, for seconds: Double, at now: Double) {
        serial += 1
        attemptsLeft = Self.bootAttempts
        restartedAt = nil
        enter(new, evidence, for: seconds, at: now)
    }

    mutating func extend(by seconds: Double, at now: Double) {
        deadline = now + seconds
    }

    mutating func putOff(by seconds: Double, at now: Double) {
        extend(by: seconds, at: now)
        wasPutOff = true
    }

    mutating func grant(attempts: Int) {
        attemptsLeft = attempts
    }

    /// For a restart of the machine that nobody knows of yet.
    mutating func spendAttempt() {
        attemptsLeft -= 1
        restartedAt = nil
        wasPutOff = nil
    }

    mutating func restarted(at now: Double) {
        restartedAt = now
    }

    /// Ends the operation for whoever is still at work on it: what they say of it is told by its serial.
    mutating func giveUp() {
        serial += 1
    }

    mutating func hand(_ instruction: String?) {
        handed = instruction
    }

    mutating func install(_ generation: Int) {
        self.generation = generation
        claimed = nil
    }

    mutating func claim(_ generation: Int?) {
        claimed = generation
    }

    mutating func rolledBack(_ generation: Int) {
        lastRolledBack = generation
    }

    mutating func saw(_ agent: AgentSeen) {
        self.agent = agent
    }

    /// Whether the agent called from there within the last minute; `now` in seconds since 1970.
    public func agentIsIn(_ mode: AgentSeen.Mode, at now: Double) -> Bool {
        agent.map { $0.mode == mode && now - $0.at < Self.agentSeconds } ?? false
    }
}

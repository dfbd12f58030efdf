import AgentAPI
import Jinja
import OrderedCollections

/// One line of a bundle's journal.
enum JournalEntry: Codable, Hashable, Sendable {
    /// SHA-256 of the bundle whose journal this is.
    case opened(digest: String)
    /// A unit of work starts; what it changes may be half done until it has ended.
    case began(unit: String)
    case ended(unit: String, UnitResult)
    /// What stood in a place that is about to be changed.
    case saved(SavedFile)
    /// What ran before a container is changed; nil when none did.
    case savedContainer(name: String, previous: ContainerRecord?)
    /// The node is restarted on a unit's behalf: the boot of this id is to end.
    case restarting(unit: String, boot: String)
    case rollingBack(InstructionReport.Failure)
    case finished(InstructionReport.Outcome)
}

/// How a unit of work ended.
struct UnitResult: Codable, Hashable, Sendable {
    var state: State
    /// What a task registers.
    var value: Value = .dict([:])
    var register: String?
    /// Set by `set_fact` and modules that find facts.
    var facts: Value = .dict([:])
    /// Why it failed or what was found.
    var message: String?

    enum State: String, Codable, Sendable {
        case changed, unchanged, skipped, failed
        /// Failed, and the task says to go on.
        case ignored
        /// `meta: end_play`.
        case endedPlay
    }
}

/// What stood in a place before a bundle changed it.
struct SavedFile: Codable, Hashable, Sendable {
    var path: String
    var unit: String
    var before: Before

    enum Before: Codable, Hashable, Sendable {
        case absent
        /// `copy` is a file's name in the bundle's folder of saved files.
        case file(copy: String, mode: UInt32, user: UInt32, group: UInt32)
        case directory(mode: UInt32, user: UInt32, group: UInt32)
        case link(target: String)
        /// A device or socket, which is not restored.
        case other
    }
}

/// A container as it was last started.
struct ContainerRecord: Codable, Hashable, Sendable {
    var definition: ContainerDefinition
    var service: String
    /// SHA-256 of the definition and of the files it sees.
    var hash: String
    /// True from before a change to the container until it is done: what runs under its name meanwhile is not known.
    var isChanging: Bool?
}

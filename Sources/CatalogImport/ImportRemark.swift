public import Catalog

/// Something of TripleO's that did not come over, or not as it was: where it stands, what it is, and why.
public struct ImportRemark: Hashable, Sendable, CustomStringConvertible {
    public var location: SourceLocation
    /// Such as `container 'keystone'`.
    public var what: String
    public var reason: String

    public init(_ what: String, _ reason: String, at location: SourceLocation) {
        self.what = what
        self.reason = reason
        self.location = location
    }

    public var description: String { "\(location): \(what): \(reason)" }
}

/// How many of something a file has, and how many of them came over.
public struct ImportCount: Hashable, Sendable {
    public var found = 0
    public var carried = 0

    public init(found: Int = 0, carried: Int = 0) {
        self.found = found
        self.carried = carried
    }

    mutating func note(_ isCarried: Bool) {
        found += 1
        if isCarried { carried += 1 }
    }

    mutating func add(_ other: Self) {
        found += other.found
        carried += other.carried
    }
}

/// What an import has carried over of each kind.
public struct ImportTally: Hashable, Sendable {
    public var parameters = ImportCount()
    public var containers = ImportCount()
    public var tasks = ImportCount()

    public init() {}

    mutating func add(_ other: Self) {
        parameters.add(other.parameters)
        containers.add(other.containers)
        tasks.add(other.tasks)
    }
}

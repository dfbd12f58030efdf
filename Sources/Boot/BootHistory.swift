public import Octets

/// Which machines were handed a loader again and again without coming further: a boot that goes round in circles.
///
/// `now` is a reading, in seconds, of any clock that does not go back.
public struct BootHistory: Sendable {
    private struct Course: Sendable {
        var loads = 0
        var last: Double
        /// Firmware asks twice for one load: it discovers and then requests.
        var lastCounted: Double
    }

    /// What was so long ago has nothing to do with a boot that begins now; longer than the three boots of an operation take.
    static let memorySeconds = 2700.0
    /// How long a machine in a loop is not answered.
    static let loopSeconds = 600.0
    /// Loads closer together than this are one.
    static let sameLoadSeconds = 5.0
    /// More machines than this are not followed; the one that was quiet longest is forgotten.
    static let capacity = 4096

    private var courses: [MACAddress: Course] = [:]

    public init() {}

    /// How often in a row the machine was handed a loader and came no further.
    public func fruitlessLoads(of mac: MACAddress, at now: Double) -> Int {
        guard let course = courses[mac], !Self.isOver(course, at: now) else { return 0 }
        return course.loads
    }

    private static func isOver(_ course: Course, at now: Double) -> Bool {
        now - course.last >= (course.loads >= BootNode.loadsUntilLoop ? loopSeconds : memorySeconds)
    }

    /// A loader was named to the machine.
    public mutating func handedLoader(to mac: MACAddress, at now: Double) {
        if let course = courses[mac], !Self.isOver(course, at: now) {
            let isNew = now - course.lastCounted >= Self.sameLoadSeconds
            courses[mac] = Course(
                loads: course.loads + (isNew ? 1 : 0),
                last: now,
                lastCounted: isNew ? now : course.lastCounted
            )
            return
        }
        if courses.count >= Self.capacity, let oldest = courses.min(by: { $0.value.last < $1.value.last }) {
            courses[oldest.key] = nil
        }
        courses[mac] = Course(loads: 1, last: now, lastCounted: now)
    }

    /// The machine came further: its loader asked for a script, or its agent called.
    public mutating func cameFurther(_ mac: MACAddress) {
        courses[mac] = nil
    }
}

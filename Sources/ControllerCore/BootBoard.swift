import Boot
import Octets
import OperatorAPI
import Synchronization

/// How far the network boots of the last hour have come; in memory, for operators who watch.
final class BootBoard: Sendable {
    /// The stations of a boot, in order.
    enum Stage: String, Comparable, Sendable {
        case dhcp, loader, script, kernel, agent, disk

        private var rank: Int {
            switch self {
            case .dhcp: 0
            case .loader: 1
            case .script: 2
            case .kernel: 3
            case .agent, .disk: 4
            }
        }

        static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
    }

    static let memorySeconds = 3600.0
    static let capacity = 4096

    private let courses = Mutex<[MACAddress: BootCourse]>([:])

    /// Takes note that a machine was seen at a stage.
    func see(_ mac: MACAddress, _ stage: Stage, _ detail: String, node: String?, at now: Double) {
        courses.withLock { courses in
            guard var course = courses[mac], now - course.seenAt < Self.memorySeconds else {
                if courses.count >= Self.capacity, let oldest = courses.min(by: { $0.value.seenAt < $1.value.seenAt }) {
                    courses[oldest.key] = nil
                }
                courses[mac] = BootCourse(
                    mac: "\(mac)",
                    node: node,
                    stage: stage.rawValue,
                    detail: detail,
                    startedAt: now,
                    enteredAt: now,
                    seenAt: now
                )
                return
            }
            let before = Stage(rawValue: course.stage) ?? .dhcp
            // iPXE asks DHCP once more between the loader and its script, and so does the agent after the kernel.
            let isSameBoot = stage >= before || stage == .dhcp && before < .agent && now - course.seenAt < 120
            if !isSameBoot {
                course.startedAt = now
                course.rounds = before == .agent || before == .disk ? 1 : course.rounds + 1
            }
            if !isSameBoot || stage > before {
                course.stage = stage.rawValue
                course.enteredAt = now
            }
            course.node = node ?? course.node
            course.detail = detail
            course.seenAt = now
            courses[mac] = course
        }
    }

    /// The boots of the last hour, those seen last first.
    func list(at now: Double) -> [BootCourse] {
        courses.withLock { courses in
            courses.values.filter { now - $0.seenAt < Self.memorySeconds }
                .sorted { ($1.seenAt, $0.mac) < ($0.seenAt, $1.mac) }
        }
    }
}

import Inventory
import LinuxKernel
import Synchronization

/// The same computation on all hardware threads at once; its result is known.
struct ProcessorCheck {
    let processors: [Int]
    let seconds: Double

    /// One block of the computation, and its result.
    static let seed: UInt64 = 0x7261_636B_7772_6967
    static let rounds: UInt32 = 20_000
    static let result: UInt64 = 0x297B_D0EB_2847_8F52

    /// What one hardware thread did.
    struct Count: Hashable, Sendable {
        var processor: Int
        var blocks: Int
        var mismatches: Int
        var seconds: Double

        var rate: Double? { seconds > 0 && blocks > 0 ? Double(blocks) / seconds : nil }
    }

    func run() -> Inventory.Health.Processors? {
        guard !processors.isEmpty else { return nil }
        let counts = Gathered<Count>()
        let began = MonotonicClock.now
        let (processors, end) = (processors, began + seconds)
        _ = WorkThreads.run(processors.count, until: end + 5) { index in
            _ = Workload.pin(to: processors[index])
            var count = Count(processor: processors[index], blocks: 0, mismatches: 0, seconds: 0)
            let start = MonotonicClock.now
            repeat {
                if Workload.compute(seed: Self.seed, rounds: Self.rounds) != Self.result { count.mismatches += 1 }
                count.blocks += 1
                count.seconds = MonotonicClock.now - start
            } while WorkThreads.mayGoOn(until: end)
            counts.add(count)
        }
        return Self.judged(counts.all, within: MonotonicClock.now - began)
    }

    /// A thread that does less than this part of what the one in the middle does is a straggler.
    private static let straggler = 0.75

    static func judged(_ counts: [Count], within seconds: Double) -> Inventory.Health.Processors? {
        guard !counts.isEmpty else { return nil }
        let rates = counts.compactMap(\.rate).sorted()
        let middle = rates.isEmpty ? nil : rates[rates.count / 2]
        let slow = counts.filter { count in
            guard let middle, let rate = count.rate else { return false }
            return rate < middle * straggler
        }
        return Inventory.Health.Processors(
            rate: middle.map { rounded($0) },
            slowest: rates.first.map { rounded($0) },
            fastest: rates.last.map { rounded($0) },
            threads: counts.count,
            mismatches: counts.reduce(0) { $0 + $1.mismatches },
            stragglers: slow.map(\.processor).sorted(),
            duration: rounded(seconds)
        )
    }
}

/// What threads found, in the order in which they said it.
final class Gathered<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    func add(_ element: Element) { elements.withLock { $0.append(element) } }

    var all: [Element] { elements.withLock { $0 } }
}

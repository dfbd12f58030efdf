import Inventory
import LinuxKernel

/// Writes patterns to free memory and reads them back; some time before goes into copying, for the speed.
struct MemoryCheck {
    let threads: Int
    /// Of all threads together.
    let octets: Int
    let seconds: Double

    /// What one thread did.
    private struct Part: Sendable {
        /// Octets moved, and in what time.
        var moved: Double
        var seconds: Double
        var tested: Int
        var mismatches: Int
    }

    /// Words between two looks at the clock: 1 MiB.
    private static let stretch = 1 << 17

    func run() -> Inventory.Health.Memory? {
        // Caches answer for less.
        let each = octets / max(threads, 1)
        guard threads > 0, each >= 4 << 20 else { return nil }
        let parts = Gathered<Part>()
        let began = MonotonicClock.now
        let seconds = seconds
        _ = WorkThreads.run(threads, until: began + seconds + 10) { index in
            guard let memory = PatternMemory(octets: each) else { return }
            parts.add(Self.part(memory, seed: UInt64(index) &+ 1, from: began, seconds: seconds))
        }
        let all = parts.all
        guard !all.isEmpty else { return nil }
        let speed = all.reduce(0) { $0 + ($1.seconds > 0 ? $1.moved / $1.seconds : 0) } / 1e6
        return Inventory.Health.Memory(
            bandwidth: speed > 0 ? speed.rounded() : nil,
            tested: all.reduce(0) { $0 + $1.tested },
            mismatches: all.reduce(0) { $0 + $1.mismatches },
            threads: all.count,
            duration: rounded(MonotonicClock.now - began)
        )
    }

    private static func part(_ memory: PatternMemory, seed: UInt64, from began: Double, seconds: Double) -> Part {
        var part = Part(moved: 0, seconds: 0, tested: 0, mismatches: 0)
        let end = began + seconds
        // The first touch has the kernel find the pages, which is another thing; what it wrote is tried at once.
        var filled = fill(memory, memory.count, seed: seed, mask: 0, until: began + seconds * 0.3)
        part.mismatches += check(memory, filled, seed: seed, mask: 0)
        part.tested = filled * 8
        let start = MonotonicClock.now
        repeat {
            memory.copyHalf(of: filled)
            // Half of the octets are read, and as many written.
            part.moved += Double(filled) * 8
            part.seconds = MonotonicClock.now - start
        } while part.seconds < min(seconds * 0.2, 2)
        // Every bit once more the other way round, and so on in turn while there is time.
        var mask = UInt64.max
        var next = seed &+ 1000
        while WorkThreads.mayGoOn(until: end) {
            let left = end - MonotonicClock.now
            filled = fill(memory, filled, seed: next, mask: mask, until: MonotonicClock.now + left * 0.5)
            part.mismatches += check(memory, filled, seed: next, mask: mask)
            (mask, next) = (~mask, next &+ 1000)
        }
        return part
    }

    /// Gives how many words were filled in time: one stretch at least.
    private static func fill(
        _ memory: PatternMemory,
        _ count: Int,
        seed: UInt64,
        mask: UInt64,
        until end: Double
    ) -> Int {
        var done = 0
        while done < count, done == 0 || WorkThreads.mayGoOn(until: end) {
            let length = min(stretch, count - done)
            memory.fill(done, length, seed: seed &+ UInt64(done), mask: mask)
            done += length
        }
        return done
    }

    private static func check(_ memory: PatternMemory, _ count: Int, seed: UInt64, mask: UInt64) -> Int {
        var done = 0
        var wrong = 0
        while done < count {
            let length = min(stretch, count - done)
            wrong += memory.mismatches(done, length, seed: seed &+ UInt64(done), mask: mask)
            done += length
        }
        return wrong
    }
}

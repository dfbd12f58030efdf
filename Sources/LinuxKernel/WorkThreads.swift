import CLinux
import Glibc
import Synchronization

/// Threads of the caller's own, for work that keeps processors or disks busy and must hold up no task.
public enum WorkThreads {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private static let isGivenUp = Atomic<Bool>(false)

    /// Ends all work that goes by ``mayGoOn(until:)`` at its next look, or lets such work be begun anew.
    public static func giveUp(_ isGivenUp: Bool = true) {
        Self.isGivenUp.store(isGivenUp, ordering: .relaxed)
    }

    /// Whether there is time left, by the monotonic clock, and the work is still wanted.
    public static func mayGoOn(until end: Double) -> Bool {
        MonotonicClock.now < end && !isGivenUp.load(ordering: .relaxed)
    }

    /// Runs `body` once for each number below `count`, each on a thread of its own, and waits for all, but no longer than
    /// until `deadline`. A thread that a dying disk holds is left to itself.
    ///
    /// - Parameter deadline: by the monotonic clock; see ``MonotonicClock``
    /// - Returns: whether all ended
    public static func run(_ count: Int, until deadline: Double, _ body: @escaping @Sendable (Int) -> Void) -> Bool {
        let left = Left(max(count, 0))
        for index in 0..<max(count, 0) {
            let work = unsafe Unmanaged.passRetained(
                Work {
                    body(index)
                    left.end()
                }
            )
            var thread = pthread_t()
            let result = unsafe pthread_create(&thread, nil, runWork, work.toOpaque())
            if result == 0 {
                pthread_detach(thread)
            } else {
                // Without another thread it is done here.
                unsafe work.takeRetainedValue().body()
            }
        }
        while !left.isNone {
            if MonotonicClock.now >= deadline { return false }
            usleep(2000)
        }
        return true
    }

    fileprivate static func perform(_ pointer: UnsafeMutableRawPointer) {
        unsafe Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
    }

    private final class Left: Sendable {
        private let number: Mutex<Int>
        init(_ count: Int) { number = Mutex(count) }
        func end() { number.withLock { $0 -= 1 } }
        var isNone: Bool { number.withLock { $0 <= 0 } }
    }
}

private func runWork(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let pointer = unsafe pointer { unsafe WorkThreads.perform(pointer) }
    return nil
}

/// Seconds that only go forward.
public enum MonotonicClock {
    public static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

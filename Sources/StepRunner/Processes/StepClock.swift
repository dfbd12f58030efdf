import Glibc

/// Time as steps see it; in tests it passes at once.
protocol StepClock: Sendable {
    /// Seconds, never going back.
    func now() -> Double
    func sleep(seconds: Double)
}

extension StepClock {
    /// Sleeps in short stretches; `checkpoint`, asked before, between and after them, ends it by throwing.
    func sleep(seconds: Double, checkpoint: () throws -> Void) throws {
        let stretch = 0.25
        var left = seconds
        while left > 0 {
            try checkpoint()
            sleep(seconds: min(left, stretch))
            left -= stretch
        }
        try checkpoint()
    }
}

struct SystemClock: StepClock {
    static func now() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    func now() -> Double { Self.now() }

    func sleep(seconds: Double) {
        guard seconds > 0 else { return }
        let bounded = min(seconds, 86_400)
        var time = timespec(tv_sec: Int(bounded), tv_nsec: Int((bounded - bounded.rounded(.down)) * 1e9))
        var left = timespec()
        while unsafe nanosleep(&time, &left) != 0, errno == EINTR { time = left }
    }
}

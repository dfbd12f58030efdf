import Glibc

/// The time of day.
enum WallClock {
    /// Since the beginning of 1970, in whole milliseconds.
    static var sinceEpoch: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return .seconds(time.tv_sec) + .milliseconds(time.tv_nsec / 1_000_000)
    }
}

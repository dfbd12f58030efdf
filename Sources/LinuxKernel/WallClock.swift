import CLinux
import Glibc

/// The machine's wall clock.
public enum WallClock {
    /// Seconds since 1970.
    public static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Sets the clock, to whole seconds since 1970.
    public static func set(_ seconds: Int64) throws(KernelError) {
        try kernel("clock_settime", clinux_set_clock(seconds))
    }
}

import FoundationEssentials

/// The time of day.
enum WallClock {
    /// Since the beginning of 1970, in whole milliseconds.
    static var sinceEpoch: Duration { .milliseconds(Int((Date().timeIntervalSince1970 * 1000).rounded(.down))) }
}

import Glibc
import Jinja
import OrderedCollections

/// When a command began, to tell how long it took as Ansible tells it.
struct CommandTimes {
    /// Of a command that was not begun.
    static let none: Fields = ["start": .none, "end": .none, "delta": .none]

    private let began = Self.now()

    /// `start` and `end`, and `delta` between them.
    func fields() -> Fields {
        let ended = Self.now()
        let microseconds = max(0, (ended.tv_sec - began.tv_sec) * 1_000_000 + (ended.tv_nsec - began.tv_nsec) / 1000)
        let seconds = microseconds / 1_000_000
        let clock = "\(seconds / 3600):\(Self.digits(seconds / 60 % 60, 2)):\(Self.digits(seconds % 60, 2))"
        return [
            "start": .string(Self.text(began)), "end": .string(Self.text(ended)),
            "delta": .string("\(clock).\(Self.digits(microseconds % 1_000_000, 6))"),
        ]
    }

    private static func now() -> timespec {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return time
    }

    /// The node's own time, as Python prints it.
    private static func text(_ time: timespec) -> String {
        var seconds = time.tv_sec
        var parts = unsafe tm()
        unsafe localtime_r(&seconds, &parts)
        let date = unsafe [1900 + parts.tm_year, parts.tm_mon + 1, parts.tm_mday]
        let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec]
        return date.map { digits(Int($0), 2) }.joined(separator: "-") + " "
            + clock.map { digits(Int($0), 2) }.joined(separator: ":") + "." + digits(time.tv_nsec / 1000, 6)
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}

import FoundationEssentials
import Glibc

/// A process by id and start time, which together name one process for as long as the machine runs.
struct ProcessRecord: Hashable, Sendable {
    var id: pid_t
    /// In clock ticks since the machine started: field 22 of /proc/ID/stat (proc(5)).
    var startTime: UInt64

    init?(running id: pid_t) {
        guard id > 1, let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let startTime = Self.startTime(inStat: stat)
        else { return nil }
        self.id = id
        self.startTime = startTime
    }

    init?(text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let id = pid_t(words[0]), id > 1, let startTime = UInt64(words[1]) else { return nil }
        self.id = id
        self.startTime = startTime
    }

    var text: String { "\(id) \(startTime)\n" }

    var isRunning: Bool { Self(running: id) == self }

    /// The name in parentheses may hold blanks and parentheses, so fields are counted from the last one.
    static func startTime(inStat stat: String) -> UInt64? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? UInt64(fields[19]) : nil
    }

    /// Ends the process and the group that it leads: asked first, then forced.
    func end() async {
        kill(-id, SIGTERM)
        for _ in 0..<50 {
            if !isRunning { break }
            try? await Task.sleep(for: .milliseconds(100))
        }
        kill(-id, SIGKILL)
    }
}

extension StateFolder {
    var processes: String { path + "/processes" }

    func record(_ id: pid_t, as name: String) {
        guard let record = ProcessRecord(running: id) else { return }
        try? Data(record.text.utf8).write(to: URL(filePath: "\(processes)/\(name)"))
    }

    func forget(_ name: String) {
        unsafe _ = unlink("\(processes)/\(name)")
    }

    /// The recorded processes that still run.
    func recorded() -> [(name: String, record: ProcessRecord)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: processes)) ?? []
        return names.sorted().compactMap { name in
            guard let text = try? String(contentsOfFile: "\(processes)/\(name)", encoding: .utf8),
                let record = ProcessRecord(text: text), record.isRunning
            else { return nil }
            return (name, record)
        }
    }
}

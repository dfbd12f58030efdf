import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Waits for a port or a file to come or go.
    static let waitFor = ModuleDefinition(effect: .unforeseen) { arguments, context in
        let started = context.clock.now()
        let timeout = try arguments.number("timeout") ?? 300
        let states = ["started", "stopped", "present", "absent", "drained"]
        let state = try arguments.choice("state", of: states, or: "started")
        guard state != "drained" else { throw ModuleFailure("wait_for: the state 'drained' is not known") }
        let wantsThere = state == "started" || state == "present"
        let host = try arguments.text("host") ?? "127.0.0.1"
        let port = try arguments.integer("port")
        let path = try arguments.text("path")
        let pattern = try arguments.text("search_regex")
        guard port == nil || path == nil else {
            throw ModuleFailure("wait_for: 'port' and 'path' exclude each other", fields: ["elapsed": 0])
        }
        func fields(_ text: String, elapsed: Double) throws -> Fields {
            var groups: [Value] = []
            var named: Fields = [:]
            if let pattern, let found = try searchPattern(pattern).groups(in: text) {
                groups = found.texts.map { $0.map { .string($0) } ?? .none }
                for (name, index) in found.names.sorted(by: { $0.value < $1.value }) where index <= groups.count {
                    named[name] = groups[index - 1]
                }
            }
            return [
                "changed": false, "state": .string(state), "port": port.map { .int($0) } ?? .none,
                "path": path.map { .string($0) } ?? .none, "search_regex": pattern.map { .string($0) } ?? .none,
                "elapsed": .int(Int(elapsed)), "match_groupdict": .dict(named), "match_groups": .list(groups),
            ]
        }
        try context.sleep(seconds: try arguments.number("delay") ?? 0)
        guard port != nil || path != nil else {
            // With neither there is nothing but time to wait for.
            try context.sleep(seconds: timeout)
            return try fields("", elapsed: timeout)
        }
        let pause = max(0.05, try arguments.number("sleep") ?? 1)
        let patience = max(0.1, try arguments.number("connect_timeout") ?? 5)
        var observed = ""
        var heard = ""
        while true {
            try context.checkpoint()
            let isThere: Bool
            if let path {
                (isThere, observed, heard) = try look(at: path, for: pattern, context)
            } else {
                (isThere, observed, heard) = try call(host, port ?? 0, for: pattern, patience, context)
            }
            if isThere == wantsThere {
                var fields = try fields(heard, elapsed: context.clock.now() - started)
                if let path { fields.merge(placeFields(path, context)) { $1 } }
                return fields
            }
            let left = timeout - (context.clock.now() - started)
            guard left > 0 else { break }
            try context.sleep(seconds: min(pause, left))
        }
        let what = path ?? "\(host):\(port ?? 0)"
        throw ModuleFailure(
            try arguments.text("msg") ?? "Timeout when waiting for \(what) to be \(state): \(observed)",
            fields: ["elapsed": .int(Int(context.clock.now() - started))]
        )
    }

    /// Whether it is there, what was found, and the text in which the pattern was.
    private static func look(
        at path: String,
        for pattern: String?,
        _ context: ModuleContext
    ) throws -> (Bool, String, String) {
        guard try context.files.status(path, followingLinks: true) != nil else { return (false, "it is absent", "") }
        guard let pattern else { return (true, "it is there", "") }
        let text = try context.files.readText(path)
        let found = try searches(pattern, in: text)
        return (found, found ? "it is there" : "it does not hold '\(pattern)'", text)
    }

    private static func call(
        _ host: String,
        _ port: Int,
        for pattern: String?,
        _ patience: Double,
        _ context: ModuleContext
    ) throws -> (Bool, String, String) {
        do {
            let connection = try Connection(host: host, port: port, timeout: patience, clock: context.clock)
            guard let pattern else { return (true, "it accepts connections", "") }
            var heard: [UInt8] = []
            while heard.count < 1 << 20 {
                let part = try connection.receive()
                if part.isEmpty { break }
                heard += part
                let text = String(decoding: heard, as: UTF8.self)
                if try searches(pattern, in: text) { return (true, "it was said", text) }
            }
            return (false, "it does not say '\(pattern)'", "")
        } catch let error as ConnectionError {
            return (false, error.description, "")
        }
    }
}

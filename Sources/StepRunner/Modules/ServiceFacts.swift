import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// The units of systemd's that are services, as the fact `services`.
    static let serviceFacts = ModuleDefinition(effect: .none) { _, context in
        var services: Fields = [:]
        let files = try context.runSuccessfully(
            ["systemctl", "list-unit-files", "--no-pager", "--no-legend", "--plain", "--type", "service", "--all"]
        )
        for line in files.outputText.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.count >= 2 else { continue }
            services[words[0]] = [
                "name": .string(words[0]), "state": words[1] == "enabled" ? "inactive" : "unknown",
                "status": .string(words[1]), "source": "systemd",
            ]
        }
        let units = try context.runSuccessfully(
            ["systemctl", "list-units", "--no-pager", "--no-legend", "--plain", "--type", "service", "--all"]
        )
        for line in units.outputText.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.count >= 4, words[0].hasSuffix(".service") else { continue }
            let status = words[1] == "not-found" ? "not-found" : services[words[0]]?["status"]?.asString ?? "unknown"
            services[words[0]] = [
                "name": .string(words[0]), "state": .string(words[3] == "running" ? "running" : "stopped"),
                "status": .string(words[2] == "failed" ? "failed" : status), "source": "systemd",
            ]
        }
        return ["changed": false, "ansible_facts": ["services": .dict(services)]]
    }
}

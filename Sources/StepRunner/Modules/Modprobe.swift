import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Loads or unloads a kernel module.
    static let modprobe = ModuleDefinition(
        actsOutsideFiles: true
    ) { arguments, context in
        let name = try arguments.requiredText("name")
        let wanted = try arguments.choice("state", of: ["present", "absent"], or: "present")
        let parameters = shellWords(try arguments.text("params") ?? "", keepingQuotes: false)
        let kernelName = String(name.map { $0 == "-" ? "_" : $0 })
        let loaded = ((try? context.files.readText("/proc/modules")) ?? "").split(separator: "\n")
            .contains { $0.split(separator: " ").first.map(String.init) == kernelName }
        // What is built in has a folder here, but is not in /proc/modules.
        let isThere = loaded || context.files.exists("/sys/module/\(kernelName)")
        let changes = wanted == "present" ? !isThere : loaded
        if changes {
            let options = wanted == "present" ? [name] + parameters : ["-r", name]
            try context.act(["modprobe"] + options)
        }
        return [
            "changed": .bool(changes), "name": .string(name), "state": .string(wanted),
            "params": .string(try arguments.text("params") ?? ""),
        ]
    }
}

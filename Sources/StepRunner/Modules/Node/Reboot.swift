import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Restarts the node: the journal remembers which boot was to end, so that the run goes on in the next one.
    static let reboot = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let boot = trimmed(try context.files.readText("/proc/sys/kernel/random/boot_id"))
        if let ending = context.restart.ending, ending != boot {
            try context.sleep(seconds: max(0, try arguments.number("post_reboot_delay") ?? 0))
            if let test = try arguments.text("test_command") { try context.runSuccessfully(["/bin/sh", "-c", test]) }
            return ["changed": true, "rebooted": true, "elapsed": 0]
        }
        if context.isCheck { return ["changed": true, "rebooted": true, "elapsed": 0] }
        try context.sleep(seconds: max(0, try arguments.number("pre_reboot_delay") ?? 0))
        if context.restart.ending == nil { try context.restart.note(boot) }
        let command = try arguments.text("reboot_command").map { ["/bin/sh", "-c", $0] } ?? ["systemctl", "reboot"]
        try context.runSuccessfully(command)
        // This process ends while it waits.
        let patience = try arguments.number("reboot_timeout") ?? 600
        try context.sleep(seconds: patience)
        throw ModuleFailure(
            "the node was told to restart, and did not go down within \(Int(patience)) seconds",
            fields: ["rebooted": false, "elapsed": .int(Int(patience))]
        )
    }
}

import Glibc
import LinuxKernel

/// Process 1 of the ramdisk: mounts what every program needs, starts the agent, reaps, and starts the agent again.
///
/// It does nothing else and never ends, since its end is the kernel's. No tasks, no sockets.
enum InitProcess {
    static let program = "/proc/self/exe"
    /// The agent's exit status when only a person or a new boot can help.
    static let hopeless: Int32 = 3

    static func run() -> Never {
        mountAll()
        try? ChildProcess.openConsole()
        Console.say("init of \(AgentVersion.text) on \(KernelModule.kernelRelease)")
        _ = start("modules").map(waitFor)
        if PlainFile.exists("/sys/firmware/efi/efivars") {
            // Only now: the kernel cannot load the file system's module by itself, without modprobe.
            attach("efivarfs", at: "/sys/firmware/efi/efivars", flags: [.noSetUserID, .noDevices, .noExecution])
        }

        var failures: UInt32 = 0
        while true {
            let begun = WallClock.now
            let status = start("agent").map(waitFor) ?? 127
            // The clock may have been set meanwhile; a long life only makes the next start sooner.
            failures = WallClock.now - begun > 300 ? 0 : min(failures + 1, 6)
            let delay = status == hopeless ? 600 : min(UInt32(1) << failures, 60)
            Console.say("the agent ended with status \(status); starting it again in \(delay) s")
            sleep(delay)
        }
    }

    private static func start(_ mode: String) -> Int32? {
        do {
            return try ChildProcess.start(program, arguments: ["rackwright-agent", mode])
        } catch {
            Console.say("cannot start the agent's mode \(mode): \(error)")
            return nil
        }
    }

    /// Reaps every process that ends, orphans too, until it is `process`. Gives its status.
    private static func waitFor(_ process: Int32) -> Int32 {
        while true {
            do {
                guard let (ended, status) = try ChildProcess.waitForAny() else { return 127 }
                if ended == process { return status }
            } catch {
                Console.say("\(error)")
                sleep(1)
            }
        }
    }

    private static func mountAll() {
        let safe: Mount.Flags = [.noSetUserID, .noDevices, .noExecution]
        attach("proc", at: "/proc", flags: safe)
        attach("sysfs", at: "/sys", flags: safe)
        attach("devtmpfs", at: "/dev", flags: .noSetUserID)
        attach("devpts", at: "/dev/pts", flags: .noSetUserID)
        attach("tmpfs", at: "/run", flags: [.noSetUserID, .noDevices])
        attach("tmpfs", at: "/tmp", flags: [.noSetUserID, .noDevices])
    }

    private static func attach(_ type: String, at target: String, flags: Mount.Flags) {
        if !target.hasPrefix("/sys/") { try? PlainFile.makeFolder(target) }
        do {
            try Mount.attach(type, at: target, type: type, flags: flags)
        } catch {
            // Already there: the kernel or an earlier stage has mounted it.
            if error.code != EBUSY { Console.say("\(error)") }
        }
    }
}

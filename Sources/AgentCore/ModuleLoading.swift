import Glibc
import LinuxKernel

/// Loads the drivers of what is in the machine. A program run of its own, so that process 1 stays small.
enum ModuleLoading {
    static let list = "/etc/rackwright-modules"

    /// File systems that the agent mounts: without modprobe the kernel cannot fetch them when they are asked for.
    private static let fileSystems = [
        "efivarfs", "ext4", "xfs", "btrfs", "vfat", "nls_cp437", "nls_iso8859-1", "nls_ascii", "nls_utf8",
    ]

    static func run() {
        let folder = "/lib/modules/\(KernelModule.kernelRelease)"
        guard let dependencies = PlainFile.text("\(folder)/modules.dep") else {
            Console.say("no \(folder)/modules.dep: the kernel's own drivers must do")
            return
        }
        let index = ModuleIndex(
            dependencies: dependencies,
            aliases: PlainFile.text("\(folder)/modules.alias") ?? "",
            softDependencies: PlainFile.text("\(folder)/modules.softdep") ?? ""
        )
        var tried: Set<String> = []
        var loaded = 0
        func load(_ module: String) {
            for path in index.loadOrder(of: module) where tried.insert(path).inserted {
                do {
                    try KernelModule.load("\(folder)/\(path)")
                    loaded += 1
                } catch {
                    // No such device is what a driver says that has nothing to do here.
                    if error.code != ENODEV { Console.say("\(error)") }
                }
            }
        }
        for line in (PlainFile.text(list) ?? "").split(whereSeparator: \.isNewline) {
            let name = line.split(whereSeparator: \.isWhitespace).first ?? ""
            if !name.isEmpty && !name.hasPrefix("#") { load(String(name)) }
        }
        // After the list, which has the checksums that some of them cannot start without.
        fileSystems.forEach(load)
        if PlainFile.text("/proc/cmdline")?.contains("rackwright.vlan=") == true { load("8021q") }
        // A driver brings out devices that need drivers: a controller its disks, a card its ports. Until nothing is new,
        // and once more after a second for those that take their time.
        var seen: Set<String> = []
        for pause: UInt32 in [0, 0, 0, 1, 0] {
            sleep(pause)
            let new = modaliases().subtracting(seen)
            seen.formUnion(new)
            for alias in new.sorted() { index.modules(for: alias).forEach(load) }
        }
        Console.say("\(loaded) kernel modules loaded")
    }

    /// What all devices say they are.
    private static func modaliases() -> Set<String> {
        var all: Set<String> = []
        for bus in PlainFile.names(in: "/sys/bus") {
            let devices = "/sys/bus/\(bus)/devices"
            for device in PlainFile.names(in: devices) {
                if let alias = PlainFile.text("\(devices)/\(device)/modalias"), !alias.isEmpty { all.insert(alias) }
            }
        }
        return all
    }
}

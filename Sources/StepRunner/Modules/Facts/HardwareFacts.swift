import Glibc
import Jinja
import OrderedCollections

/// Processors, memory, mounts, and what the firmware says of the machine.
enum HardwareFacts {
    static func found(_ context: ModuleContext) -> Fields {
        var facts: Fields = [:]
        facts.merge(processors(context.files)) { $1 }
        facts.merge(memory(context.files)) { $1 }
        facts.merge(firmware(context.files)) { $1 }
        facts["ansible_mounts"] = .list(mounts(context.files))
        facts["ansible_devices"] = .dict(devices(context.files))
        let uptime = Double(SystemFacts.line(context.files, "/proc/uptime").prefix { $0 != " " }) ?? 0
        facts["ansible_uptime_seconds"] = .int(Int(uptime))
        return facts
    }

    private static func processors(_ files: NodeFiles) -> Fields {
        var names: [Value] = []
        var packages: Set<String> = []
        var package = ""
        var cores = 1
        var siblings = 1
        var isSibling = false
        for line in ((try? files.readText("/proc/cpuinfo")) ?? "").split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = trimmed(String(line[..<colon]))
            let value = trimmed(String(line[line.index(after: colon)...]))
            switch key {
            case "processor", "vendor_id", "model name": names.append(.string(value))
            case "physical id":
                package = value
                packages.insert(package)
            case "cpu cores": cores = Int(value) ?? 1
            case "siblings":
                siblings = Int(value) ?? 1
                isSibling = true
            default: break
            }
        }
        let count = max(1, packages.count)
        let threads = isSibling ? max(1, siblings / max(1, cores)) : 1
        let online = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let listed = names.count { $0.asString.map { Int($0) != nil } ?? false }
        let virtual = isSibling ? threads * count * cores : max(1, listed)
        return [
            "ansible_processor": .list(names), "ansible_processor_count": .int(count),
            "ansible_processor_cores": .int(cores), "ansible_processor_threads_per_core": .int(threads),
            "ansible_processor_vcpus": .int(virtual), "ansible_processor_nproc": .int(online),
        ]
    }

    private static func memory(_ files: NodeFiles) -> Fields {
        var sizes: [String: Int] = [:]
        for line in ((try? files.readText("/proc/meminfo")) ?? "").split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == ":" || $0 == " " })
            if words.count >= 2, let number = Int(words[1]) { sizes[String(words[0])] = number / 1024 }
        }
        func size(_ key: String) -> Int { sizes[key] ?? 0 }
        let free = size("MemFree") + size("Cached") + size("Buffers")
        return [
            "ansible_memtotal_mb": .int(size("MemTotal")), "ansible_memfree_mb": .int(size("MemFree")),
            "ansible_swaptotal_mb": .int(size("SwapTotal")), "ansible_swapfree_mb": .int(size("SwapFree")),
            "ansible_memory_mb": [
                "real": [
                    "total": .int(size("MemTotal")), "free": .int(size("MemFree")),
                    "used": .int(size("MemTotal") - size("MemFree")),
                ],
                "nocache": ["free": .int(free), "used": .int(size("MemTotal") - free)],
                "swap": [
                    "total": .int(size("SwapTotal")), "free": .int(size("SwapFree")),
                    "used": .int(size("SwapTotal") - size("SwapFree")), "cached": .int(size("SwapCached")),
                ],
            ],
        ]
    }

    private static func firmware(_ files: NodeFiles) -> Fields {
        var facts: Fields = [:]
        for (name, fact) in [
            ("bios_date", "bios_date"), ("bios_vendor", "bios_vendor"), ("bios_version", "bios_version"),
            ("board_name", "board_name"), ("board_serial", "board_serial"), ("board_vendor", "board_vendor"),
            ("chassis_vendor", "chassis_vendor"), ("chassis_asset_tag", "chassis_asset_tag"),
            ("product_name", "product_name"), ("product_serial", "product_serial"), ("product_uuid", "product_uuid"),
            ("product_version", "product_version"), ("sys_vendor", "system_vendor"),
        ] {
            let text = SystemFacts.line(files, "/sys/class/dmi/id/\(name)")
            facts["ansible_\(fact)"] = .string(text.isEmpty ? "NA" : text)
        }
        return facts
    }

    private static func mounts(_ files: NodeFiles) -> [Value] {
        ((try? files.readText("/proc/mounts")) ?? "").split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map { unescaped(String($0)) }
            guard words.count >= 4, words[0].hasPrefix("/") || words[0].contains(":/") else { return nil }
            var mount: Fields = [
                "device": .string(words[0]), "mount": .string(words[1]), "fstype": .string(words[2]),
                "options": .string(words[3]), "dump": 0, "passno": 0,
            ]
            var status = statvfs()
            if unsafe statvfs(files.place(words[1]), &status) == 0 {
                let block = Int(status.f_frsize)
                mount["size_total"] = .int(Int(status.f_blocks) * block)
                mount["size_available"] = .int(Int(status.f_bavail) * block)
                mount["block_size"] = .int(Int(status.f_bsize))
                mount["block_total"] = .int(Int(status.f_blocks))
                mount["block_available"] = .int(Int(status.f_bavail))
                mount["block_used"] = .int(Int(status.f_blocks) - Int(status.f_bavail))
                mount["inode_total"] = .int(Int(status.f_files))
                mount["inode_available"] = .int(Int(status.f_favail))
                mount["inode_used"] = .int(Int(status.f_files) - Int(status.f_favail))
            }
            return .dict(mount)
        }
    }

    private static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        return text.split(separator: "\\040", omittingEmptySubsequences: false).joined(separator: " ")
    }

    private static func devices(_ files: NodeFiles) -> Fields {
        var devices: Fields = [:]
        for name in (try? files.names(in: "/sys/block")) ?? [] {
            func line(_ path: String) -> String { SystemFacts.line(files, "/sys/block/\(name)/\(path)") }
            let sectors = Int(line("size")) ?? 0
            let block = Int(line("queue/logical_block_size")) ?? 512
            devices[name] = [
                "model": .string(line("device/model")), "vendor": .string(line("device/vendor")),
                "serial": .string(line("device/serial")), "rotational": .string(line("queue/rotational")),
                "removable": .string(line("removable")), "sectors": .int(sectors), "sectorsize": .string("\(block)"),
                "size": .string(sized(sectors * 512)),
            ]
        }
        return devices
    }

    private static func sized(_ octets: Int) -> String {
        for (unit, power) in [("TB", 40), ("GB", 30), ("MB", 20), ("KB", 10)] where octets >= 1 << power {
            let hundredths = octets * 100 / (1 << power)
            let rest = hundredths % 100
            return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) \(unit)"
        }
        return "\(octets).00 Bytes"
    }
}

import Inventory
import OperatorAPI

/// How a machine's parts are, and what its firmware boots.
extension InventoryText {
    /// `ok, wear 3 %, 34 °C`
    static func words(_ health: Inventory.DiskHealth) -> String {
        let verdict = health.verdict.map { verdict in
            verdict.rawValue + (health.reasons.map { ": " + $0.joined(separator: ", ") } ?? "")
        }
        let parts = [
            verdict, health.wear.map { "wear \($0) %" }, health.spare.flatMap { $0 < 100 ? "spare \($0) %" : nil },
            health.reallocated.flatMap { $0 > 0 ? "\($0) reallocated" : nil },
            health.powerOnHours.map { "\($0) h" }, health.temperature.map { "\($0) °C" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    /// What the checks found, the wrong things by name.
    static func words(_ health: Inventory.Health) -> [String?] {
        let cpu = health.cpu.map { cpu in
            "processors " + (cpu.mismatches == 0 ? "compute rightly" : "computed wrongly \(cpu.mismatches) times")
                + (cpu.stragglers.isEmpty
                    ? "" : ", slow threads \(cpu.stragglers.map { "\($0)" }.joined(separator: " "))")
        }
        let memory = health.memory.map { memory in
            "\(Octets.text(memory.tested)) of memory "
                + (memory.mismatches == 0 ? "well" : "with \(memory.mismatches) wrong words")
                + (memory.bandwidth.map { " at \(Int(exactly: $0.rounded()).map { "\($0)" } ?? "\($0)") MB/s" } ?? "")
        }
        return [
            "\(health.depth.rawValue) checks" + (health.duration.map { " of \($0) s" } ?? ""), cpu, memory,
        ]
    }

    static func healthTables(of inventory: Inventory) -> [Table] {
        var tables: [Table] = []
        if let disks = inventory.burnIn?.disks?.filter({ $0.written != nil }), !disks.isEmpty {
            var table = Table("TESTED", "SERIAL", "OVERWRITTEN", "WROTE AT", "READ AT", "DIFFERENT", "ERRORS")
            for disk in disks {
                let speeds = [disk.writing, disk.start].map { $0.map { "\($0) MB/s" } ?? "-" }
                table.add(
                    "\(disk.name)",
                    "\(disk.serial ?? "-")",
                    "\(disk.written.map { Octets.text($0) } ?? "-")",
                    "\(speeds[0])",
                    "\(speeds[1])",
                    "\(disk.mismatches.map { "\($0) MiB" } ?? "-")",
                    "\(disk.errors)"
                )
            }
            tables.append(table)
        }
        if let disks = inventory.health?.disks, !disks.isEmpty {
            var table = Table("CHECKED", "READS AT START", "MIDDLE", "END", "LATENCY", "ERRORS")
            for disk in disks {
                let speeds = [disk.start, disk.middle, disk.end].map { $0.map { "\($0) MB/s" } ?? "-" }
                let longest = disk.latencyMax.map { ", at most \($0)" } ?? ""
                table.add(
                    "\(disk.name)",
                    "\(speeds[0])",
                    "\(speeds[1])",
                    "\(speeds[2])",
                    "\(disk.latency.map { "\($0) ms\(longest)" } ?? "-")",
                    "\(disk.errors)"
                )
            }
            tables.append(table)
        }
        if let nics = inventory.health?.nics, !nics.isEmpty {
            var table = Table("CHECKED", "LINK", "ERRORS", "SINCE BOOT", "FROM THE CONTROLLER")
            for nic in nics {
                let speed = nic.speed.map { "\($0)" + (nic.speedMax.map { " of \($0)" } ?? "") + " Mbit/s" } ?? "up"
                table.add(
                    "\(nic.name)",
                    "\(nic.link.map { $0 ? speed : "none" } ?? "-")",
                    "\(nic.errors.map { "\($0)" } ?? "-")",
                    "\(nic.errorsTotal.map { "\($0)" } ?? "-")",
                    "\(nic.throughput.map { "\((Double($0) / 1e5).rounded() / 10) MB/s" } ?? "-")"
                )
            }
            tables.append(table)
        }
        if let efi = inventory.efi, !efi.entries.isEmpty {
            var table = Table("BOOT", "ORDER", "NAME", "PATH")
            let order = efi.order ?? []
            for entry in efi.entries.sorted(by: { place($0, in: order) < place($1, in: order) }) {
                let number = order.firstIndex(of: entry.number).map { "\($0 + 1)" } ?? "-"
                let marks = [
                    entry.number == efi.current ? "started this" : nil, entry.active == false ? "inactive" : nil,
                ]
                table.add(
                    "\(entry.number)",
                    "\(([number] + marks).compactMap(\.self).joined(separator: ", "))",
                    "\(entry.name ?? "-")",
                    "\(entry.path ?? "-")"
                )
            }
            tables.append(table)
        }
        return tables
    }

    private static func place(_ entry: Inventory.EFIBoot.Entry, in order: [String]) -> Int {
        order.firstIndex(of: entry.number) ?? order.count
    }
}

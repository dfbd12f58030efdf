import Inventory
import JSONTree

/// The facts of python-hardware: lists of four, such as `["disk", "sda", "size", "299"]`; inspector's `extra` has the same
/// as objects in objects.
struct HardwareFacts {
    /// Of each class and thing its values.
    private var values: [String: [String: [String: JSONValue]]] = [:]

    init(_ document: JSONValue) {
        for fact in document.list {
            let parts = fact.list
            guard parts.count == 4, let kind = parts[0].text, let thing = parts[1].text, let name = parts[2].text else {
                continue
            }
            values[kind, default: [:]][thing, default: [:]][name] = parts[3]
        }
        for (kind, things) in document.entries {
            for (thing, names) in things.entries {
                for (name, value) in names.entries { values[kind, default: [:]][thing, default: [:]][name] = value }
            }
        }
    }

    private func value(_ kind: String, _ thing: String, _ name: String) -> JSONValue {
        values[kind]?[thing]?[name] ?? .null
    }

    private func text(_ kind: String, _ thing: String, _ name: String) -> String? {
        MakersWord.known(value(kind, thing, name).text)
    }

    private func things(_ kind: String) -> [(name: String, values: [String: JSONValue])] {
        (values[kind] ?? [:]).sorted { ($0.key.utf8.count, $0.key) < ($1.key.utf8.count, $1.key) }
            .map { ($0.key, $0.value) }
    }

    var machine: ImportedMachine {
        let inventory = Inventory(
            system: Inventory.System(
                vendor: text("system", "product", "vendor"),
                product: text("system", "product", "name"),
                version: text("system", "product", "version"),
                serial: text("system", "product", "serial"),
                uuid: text("system", "product", "uuid")?.lowercased()
            ),
            board: Inventory.Board(
                vendor: text("system", "motherboard", "vendor"),
                product: text("system", "motherboard", "name"),
                version: text("system", "motherboard", "version"),
                serial: text("system", "motherboard", "serial")
            ),
            firmware: Inventory.Firmware(
                vendor: text("firmware", "bios", "vendor"),
                version: text("firmware", "bios", "version"),
                date: text("firmware", "bios", "date")
            ),
            cpu: cpu,
            memory: memory,
            disks: disks,
            nics: nics,
            kernel: Inventory.Kernel(release: text("system", "kernel", "version"))
        )
        return ImportedMachine(inventory: inventory)
    }

    private var cpu: Inventory.CPU {
        let sockets = things("cpu").filter { $0.name.hasPrefix("physical_") }
        let cores = sockets.compactMap { $0.values["cores"]?.integer }
        let first = sockets.first?.values ?? values["cpu"]?["physical"] ?? [:]
        return Inventory.CPU(
            model: MakersWord.known(first["product"]?.text),
            vendor: MakersWord.known(first["vendor"]?.text),
            architecture: text("system", "kernel", "arch"),
            sockets: value("cpu", "physical", "number").integer ?? (sockets.isEmpty ? nil : sockets.count),
            cores: cores.isEmpty || cores.count != sockets.count ? nil : cores.reduce(0, &+),
            threads: value("cpu", "logical", "number").integer,
            frequencyMax: (first["frequency"] ?? .null).integer.map { $0 / 1_000_000 },
            flags: (first["flags"]?.text ?? "").split(separator: " ").map(String.init)
        )
    }

    private var memory: Inventory.Memory {
        let banks = things("memory").filter { $0.name.hasPrefix("bank") && $0.name != "banks" }
        let modules: [Inventory.MemoryModule] = banks.compactMap { name, values in
            let description = values["description"]?.text
            guard let size = values["size"]?.integer, size > 0 else { return nil }
            return Inventory.MemoryModule(
                locator: MakersWord.known(values["slot"]?.text?.split(separator: " ").joined(separator: " ")) ?? name,
                size: size,
                type: MemoryWords.type(in: description),
                speed: MemoryWords.speed(hertz: values["clock"]?.integer),
                vendor: MakersWord.known(values["vendor"]?.text),
                part: MakersWord.known(values["product"]?.text),
                serial: MakersWord.known(values["serial"]?.text)
            )
        }
        let sizes = modules.compactMap(\.size)
        return Inventory.Memory(
            installed: value("memory", "total", "size").integer ?? (sizes.isEmpty ? nil : sizes.reduce(0, &+)),
            modules: modules,
            slots: value("memory", "banks", "count").integer ?? (banks.isEmpty ? nil : banks.count)
        )
    }

    private var disks: [Inventory.Disk] {
        things("disk").compactMap { name, values in
            // What a RAID controller has behind it has a place and no name of the kernel's.
            guard !name.contains(":"), name != "logical" else { return nil }
            let gigabytes = values["size"]?.integer
            return Inventory.Disk(
                name: name,
                model: MakersWord.known(values["model"]?.text),
                vendor: MakersWord.known(values["vendor"]?.text),
                serial: MakersWord.known(values["serial"]?.text ?? values["SMART/serial_number"]?.text),
                wwn: values["wwn-id"]?.text.map { $0.hasPrefix("wwn-") ? String($0.dropFirst(4)) : $0 },
                // Whole gigabytes are all that it tells.
                size: gigabytes.flatMap { $0 > 0 && $0 < Int.max / 1_000_000_000 ? $0 * 1_000_000_000 : nil },
                rotational: values["rotational"]?.bool,
                firmware: MakersWord.known(values["rev"]?.text)
            )
        }
    }

    private var nics: [Inventory.NIC] {
        things("network").compactMap { name, values in
            guard let mac = values["serial"]?.text?.lowercased(), let bus = values["businfo"]?.text else { return nil }
            let link = values["link"]?.bool
            return Inventory.NIC(
                name: name,
                mac: mac,
                driver: values["driver"]?.text,
                busPath: BusWords.path(bus),
                link: link,
                speed: link == false ? nil : BusWords.megabits(values["speed"]?.text),
                duplex: values["duplex"]?.text.flatMap { ["full", "half"].contains($0) ? $0 : nil },
                firmware: MakersWord.known(values["firmware"]?.text)
            )
        }
    }
}

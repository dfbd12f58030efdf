import Inventory
import JSONTree

/// The tree that `lshw -json` writes: nodes with classes, in nodes.
struct Lshw {
    private let top: JSONValue
    /// All nodes with what they hang on, from the top.
    private let nodes: [(node: JSONValue, parents: [JSONValue])]

    /// Nil where the document is none of lshw's. Newer versions write a list of one machine, older ones the machine.
    static func machines(in document: JSONValue) -> [ImportedMachine]? {
        let tops = document.list.isEmpty ? [document] : document.list
        guard tops.allSatisfy({ !$0["class"].isNull && !$0["id"].isNull }) else { return nil }
        return tops.filter { $0["class"].text == "system" }.map { Lshw($0).machine }
    }

    init(_ top: JSONValue) {
        self.top = top
        var nodes: [(node: JSONValue, parents: [JSONValue])] = []
        var waiting: [(node: JSONValue, parents: [JSONValue])] = [(top, [])]
        while let next = waiting.popLast() {
            nodes.append(next)
            guard next.parents.count < 64 else { continue }
            waiting += next.node["children"].list.reversed().map { ($0, next.parents + [next.node]) }
        }
        self.nodes = nodes
    }

    private func nodes(of kind: String) -> [JSONValue] {
        nodes.filter { $0.node["class"].text == kind }.map(\.node)
    }

    private static func text(_ node: JSONValue, _ name: String) -> String? {
        // `INTEL SSDSC2KB48 [8086:0a54]` with numbers, which stand elsewhere.
        guard let text = node[name].text else { return nil }
        return MakersWord.known(text.hasSuffix("]") ? String(text.prefix { $0 != "[" }) : text)
    }

    var machine: ImportedMachine {
        let board = top["children"].list.first { $0["id"].text == "core" } ?? .null
        let firmware = nodes(of: "memory").first { $0["id"].text == "firmware" } ?? .null
        let settings = top["configuration"]
        let pci = pci
        let inventory = Inventory(
            system: Inventory.System(
                vendor: Self.text(top, "vendor"),
                product: Self.text(top, "product"),
                version: Self.text(top, "version"),
                serial: Self.text(top, "serial"),
                uuid: MakersWord.known(settings["uuid"].text)?.lowercased(),
                family: MakersWord.known(settings["family"].text),
                sku: MakersWord.known(settings["sku"].text)
            ),
            board: Inventory.Board(
                vendor: Self.text(board, "vendor"),
                product: Self.text(board, "product"),
                version: Self.text(board, "version"),
                serial: Self.text(board, "serial")
            ),
            firmware: Inventory.Firmware(
                vendor: Self.text(firmware, "vendor"),
                version: Self.text(firmware, "version"),
                date: Self.text(firmware, "date")
            ),
            cpu: cpu,
            memory: memory,
            disks: nodes.compactMap { LshwDisk($0.node, parents: $0.parents)?.disk },
            nics: nodes(of: "network").compactMap { nic($0) },
            pci: pci.map(\.device),
            gpus: pci.filter(\.isGPU).map(\.device),
            usb: usb
        )
        return ImportedMachine(name: MakersWord.known(top["id"].text), inventory: inventory)
    }

    private var cpu: Inventory.CPU {
        let all = nodes(of: "processor").filter { $0["disabled"].bool != true && !$0["product"].isNull }
        func sum(_ name: String) -> Int? {
            let numbers = all.compactMap { $0["configuration"][name].integer }
            return numbers.isEmpty || numbers.count != all.count ? nil : numbers.reduce(0, &+)
        }
        let first = all.first ?? .null
        let flags = first["capabilities"].entries.map(\.name)
        let microcode = first["configuration"]["microcode"].integer
        return Inventory.CPU(
            model: MakersWord.known(first["version"].text) ?? Self.text(first, "product"),
            vendor: Self.text(first, "vendor"),
            architecture: flags.contains("x86-64") ? "x86_64" : nil,
            sockets: all.isEmpty ? nil : all.count,
            cores: sum("cores"),
            threads: sum("threads"),
            frequencyMax: (first["capacity"].integer ?? first["size"].integer).map { $0 / 1_000_000 },
            // Long mode is the one flag that lshw renames.
            flags: flags.map { $0 == "x86-64" ? "lm" : $0 },
            microcode: microcode.map { "0x" + String($0, radix: 16) }
        )
    }

    private var memory: Inventory.Memory {
        // A machine with many boards has several; flash and caches have other names.
        let arrays = nodes(of: "memory").filter { node in
            node["id"].text?.hasPrefix("memory") == true && !(node["children"].list.isEmpty && node["slot"].isNull)
        }
        let banks = arrays.flatMap { array in
            array["children"].list.filter { $0["id"].text?.hasPrefix("bank") == true }.map { (array, $0) }
        }
        let sizes = arrays.compactMap { $0["size"].integer }
        return Inventory.Memory(
            installed: sizes.isEmpty ? nil : sizes.reduce(0, &+),
            modules: banks.compactMap { array, bank in
                guard let size = bank["size"].integer, size > 0 else { return nil }
                return Inventory.MemoryModule(
                    locator: Self.text(bank, "slot"),
                    size: size,
                    type: MemoryWords.type(in: bank["description"].text),
                    speed: MemoryWords.speed(hertz: bank["clock"].integer),
                    vendor: Self.text(bank, "vendor"),
                    part: Self.text(bank, "product"),
                    serial: Self.text(bank, "serial"),
                    ecc: array["configuration"]["errordetection"].text.map { $0.contains("ecc") }
                )
            },
            slots: banks.isEmpty ? nil : banks.count
        )
    }

    private func nic(_ node: JSONValue) -> Inventory.NIC? {
        // Bonds and bridges are on no bus.
        guard node["businfo"].text != nil, let name = Self.names(node).first else { return nil }
        let settings = node["configuration"]
        let link = settings["link"].bool
        let bits = node["size"].integer ?? 0
        return Inventory.NIC(
            name: name,
            mac: node["serial"].text?.lowercased(),
            driver: settings["driver"].text,
            busPath: BusWords.path(node["businfo"].text),
            link: link,
            speed: link == false
                ? nil : BusWords.megabits(settings["speed"].text) ?? (bits > 0 ? bits / 1_000_000 : nil),
            duplex: settings["duplex"].text.flatMap { ["full", "half"].contains($0) ? $0 : nil },
            firmware: MakersWord.known(settings["firmware"].text)
        )
    }

    /// The kernel's names, of which there may be one, several or none.
    static func names(_ node: JSONValue) -> [String] {
        let names = node["logicalname"].list.isEmpty ? [node["logicalname"]] : node["logicalname"].list
        return names.compactMap(\.text)
    }

    /// Makers of displays in management controllers and emulators: those are no GPUs.
    private static let consoleVendors = [
        "ASPEED", "Matrox", "XGI", "Silicon Motion", "Red Hat", "VMware", "InnoTek", "Bochs", "Cirrus", "Huawei",
    ]

    private var pci: [(device: Inventory.PCIDevice, isGPU: Bool)] {
        nodes.compactMap { node, _ in
            guard let address = BusWords.pciAddress(node["businfo"].text) else { return nil }
            let isDisplay = node["class"].text == "display"
            let vendor = node["vendor"].text ?? ""
            let device = Inventory.PCIDevice(
                address: address,
                vendorID: Self.numbers(node["vendor"].text).first,
                deviceID: Self.numbers(node["product"].text).last,
                classCode: isDisplay ? 0x030000 : nil,
                driver: node["configuration"]["driver"].text
            )
            return (device, isDisplay && !Self.consoleVendors.contains { vendor.contains($0) })
        }
    }

    /// `[8086:1572]` and `[8086]` at the end, which `lshw -numeric` writes.
    private static func numbers(_ text: String?) -> [Int] {
        guard let text, text.hasSuffix("]"), let start = text.lastIndex(of: "[") else { return [] }
        let parts = text[text.index(after: start)...].dropLast().split(separator: ":")
        let numbers = parts.compactMap { $0.utf8.count == 4 ? Int($0, radix: 16) : nil }
        return numbers.count == parts.count ? numbers : []
    }

    private var usb: [Inventory.USBDevice]? {
        let devices = nodes.compactMap { node, _ -> Inventory.USBDevice? in
            guard let path = BusWords.usbPath(node["businfo"].text), node["class"].text != "network" else { return nil }
            return Inventory.USBDevice(
                path: path,
                vendor: Self.text(node, "vendor"),
                product: Self.text(node, "product"),
                serial: Self.text(node, "serial"),
                speed: node["configuration"]["speed"].text.flatMap { Double($0.prefix { $0.isNumber || $0 == "." }) }
            )
        }
        return devices.isEmpty ? nil : devices
    }
}

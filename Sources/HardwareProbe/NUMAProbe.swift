import Inventory

/// Which processors and which memory are near to each other.
struct NUMAProbe {
    let tree: FileTree

    func nodes() -> [Inventory.NUMANode]? {
        let folder = "sys/devices/system/node"
        let names = tree.names(folder).filter { DevicePath.isNumbered($0, after: "node") }
        guard !names.isEmpty else { return nil }
        return names.compactMap { name in
            guard let number = Int(name.dropFirst("node".count)) else { return nil }
            // A node of memory alone has an empty list, which as text is none.
            let list = tree.octets("\(folder)/\(name)/cpulist").map { trimmed($0) ?? "" }
            return Inventory.NUMANode(
                number: number,
                threads: list.map { CPUProbe.numbers(in: $0).count },
                processors: trimmed(list),
                memory: memory("\(folder)/\(name)/meminfo")
            )
        }
    }

    /// `Node 0 MemTotal:       66965568 kB`
    private func memory(_ path: String) -> Int? {
        for line in tree.text(path)?.split(separator: "\n") ?? [] {
            let words = line.split(separator: " ")
            guard words.count == 5, words[2] == "MemTotal:", let kibibytes = Int(words[3]) else { continue }
            return kibibytes >= 0 && kibibytes < Int.max >> 10 ? kibibytes << 10 : nil
        }
        return nil
    }
}

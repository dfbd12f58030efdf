import Glibc
import Inventory
import SMBIOS

/// The processors, from `/proc/cpuinfo` and the kernel's topology.
struct CPUProbe {
    let tree: FileTree
    let table: Table?
    private let facts: ProcessorFacts

    init(tree: FileTree, table: Table?) {
        self.tree = tree
        self.table = table
        facts = ProcessorFacts(tree.octets("proc/cpuinfo", limit: 1 << 24) ?? [])
    }

    func cpu() -> Inventory.CPU {
        let processors = (table?.processors ?? []).filter(\.isPopulated)
        let online = online()
        let topology = topology(of: online)
        let sockets = topology.sockets ?? facts.sockets ?? (processors.isEmpty ? nil : processors.count)
        let threads = online.isEmpty ? facts.threads : online.count
        return Inventory.CPU(
            model: facts.model ?? SystemProbe.known(processors.first?.version),
            vendor: facts.vendor ?? SystemProbe.known(processors.first?.manufacturer),
            architecture: architecture(),
            sockets: sockets,
            cores: topology.cores ?? facts.cores,
            threads: threads,
            frequencyMax: frequency("cpuinfo_max_freq", of: online),
            flags: facts.flags,
            frequencyBase: frequency("base_frequency", of: online),
            microcode: microcode(of: online)
        )
    }

    private static let folder = "sys/devices/system/cpu"

    /// The numbers of the processors that the kernel runs on.
    private func online() -> [Int] {
        if let list = tree.text("\(Self.folder)/online") { return Self.numbers(in: list) }
        return tree.names(Self.folder).compactMap { name in
            guard DevicePath.isNumbered(name, after: "cpu"), tree.flag("\(Self.folder)/\(name)/online") != false else {
                return nil
            }
            return Int(name.dropFirst(3))
        }
    }

    /// A list of the kernel's, such as `0-3,8,10-11`; nothing if it is none.
    static func numbers(in list: String) -> [Int] {
        var numbers: [Int] = []
        for range in list.split(separator: ",") {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false).compactMap { UInt16($0) }
            guard let first = ends.first, let last = ends.last, first <= last, ends.count <= 2 else { return [] }
            numbers += (Int(first)...Int(last))
        }
        return numbers
    }

    /// Threads that are siblings are one core, wherever a core's number may repeat.
    private func topology(of online: [Int]) -> (sockets: Int?, cores: Int?) {
        var sockets: Set<String> = []
        var cores: Set<String> = []
        for number in online {
            let path = "\(Self.folder)/cpu\(number)/topology"
            // Where the firmware gives packages no number, the cores that share one are told all the same.
            if let socket = tree.number("\(path)/physical_package_id"), socket >= 0 {
                sockets.insert(String(socket))
            } else if let siblings = tree.text("\(path)/core_siblings_list") ?? tree.text("\(path)/core_siblings") {
                sockets.insert(siblings)
            }
            if let core = tree.text("\(path)/thread_siblings_list") ?? tree.text("\(path)/thread_siblings") {
                cores.insert(core)
            }
        }
        return (sockets.isEmpty ? nil : sockets.count, cores.isEmpty ? nil : cores.count)
    }

    /// MHz, of the fastest.
    private func frequency(_ file: String, of online: [Int]) -> Int? {
        let kilohertz = online.compactMap { tree.number("\(Self.folder)/cpu\($0)/cpufreq/\(file)") }.max()
        return kilohertz.flatMap { $0 > 0 ? $0 / 1000 : nil }
    }

    private func microcode(of online: [Int]) -> String? {
        online.first.flatMap { tree.text("\(Self.folder)/cpu\($0)/microcode/version") } ?? facts.microcode
    }

    private func architecture() -> String? {
        if let architecture = tree.text("proc/sys/kernel/arch") { return architecture }
        guard tree.isLive else { return facts.architecture }
        // Kernels before 6.1 say it by a call alone.
        var names = utsname()
        guard unsafe uname(&names) == 0 else { return facts.architecture }
        return unsafe withUnsafeBytes(of: &names.machine) { octets in
            unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

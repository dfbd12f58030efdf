import FoundationEssentials
import HardwareProbe
import Inventory
import Testing

/// The machine that runs this test, whatever it is.
struct LiveMachineTests {
    private let inventory: Inventory

    init() throws {
        inventory = try HardwareProbe(agentVersion: "1.2.3").collect(now: 1_700_000_000)
    }

    private static func text(_ path: String) throws -> String {
        // Files of the kernel say that they are empty, so they are read to their end.
        let handle = try Data(contentsOf: URL(filePath: path))
        return String(decoding: handle, as: UTF8.self)
    }

    private static func names(_ path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }

    @Test func memoryIsWhatTheKernelSays() throws {
        let line = try #require(Self.text("/proc/meminfo").split(separator: "\n").first { $0.hasPrefix("MemTotal:") })
        let kibibytes = try #require(line.split(separator: " ").compactMap { Int($0) }.first)
        #expect(inventory.memory.total == kibibytes * 1024)
    }

    @Test func threadsAreThoseOfTheKernel() throws {
        let threads = try Self.text("/proc/cpuinfo").split(separator: "\n").count { $0.hasPrefix("processor") }
        #expect(inventory.cpu.threads == threads)
        #expect(inventory.cpu.architecture?.isEmpty == false)
        #expect(inventory.kernel.release?.isEmpty == false)
    }

    @Test func interfacesAreThoseWithADevice() {
        let folder = "/sys/class/net"
        let expected = Self.names(folder).filter {
            FileManager.default.fileExists(atPath: "\(folder)/\($0)/device")
        }
        #expect(Set(inventory.nics.map(\.name)) == Set(expected))
        #expect(inventory.nics.allSatisfy { $0.mac?.isEmpty == false })
    }

    @Test func disksAreTheBlockDevicesWithADeviceThatIsNoDrive() {
        let expected = Self.names("/sys/block").filter { name in
            FileManager.default.fileExists(atPath: "/sys/block/\(name)/device")
                && !["sr", "fd", "nvme-"].contains { name.hasPrefix($0) }
                && (try? Self.text("/sys/block/\(name)/size")) != "0\n"
        }
        #expect(Set(inventory.disks.map(\.name)) == Set(expected))
        for disk in inventory.disks {
            let sectors = (try? Self.text("/sys/block/\(disk.name)/size")).flatMap { Int($0.dropLast()) }
            #expect(disk.size == sectors.map { $0 * 512 })
        }
    }

    /// What a tool prints, as JSON.
    private func answer<Answer: Decodable>(_ words: String, as type: Answer.Type) throws -> Answer {
        let path = FileManager.default.temporaryDirectory.path + "/rackwright-answer-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try CapturedMachine.run(["/bin/sh", "-c", "\(words) > \(path)"], for: words)
        return try JSONDecoder().decode(Answer.self, from: Data(contentsOf: URL(filePath: path)))
    }

    private static func has(_ paths: String...) -> Bool {
        paths.contains { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private struct BlockDevices: Decodable {
        var blockdevices: [Device]

        struct Device: Decodable {
            var name: String
            var type: String
            var size: Int
            var logicalBlock: Int
            var physicalBlock: Int
            var rota: Bool

            enum CodingKeys: String, CodingKey {
                case name, type, size, rota
                case logicalBlock = "log-sec"
                case physicalBlock = "phy-sec"
            }
        }
    }

    @Test(.enabled(if: has("/usr/bin/lsblk", "/bin/lsblk")))
    func disksAndPartitionsAreThoseOfLsblk() throws {
        let words = "lsblk --json --bytes --list --output NAME,TYPE,SIZE,LOG-SEC,PHY-SEC,ROTA"
        let devices = try answer(words, as: BlockDevices.self).blockdevices
        for disk in inventory.disks {
            let device = try #require(devices.first { $0.name == disk.name })
            #expect(disk.size == device.size && disk.rotational == device.rota)
            #expect(disk.logicalBlock == device.logicalBlock && disk.physicalBlock == device.physicalBlock)
        }
        let disks = inventory.disks.map(\.name)
        let partitions = devices.filter { device in
            device.type == "part" && disks.contains { device.name.hasPrefix($0) }
        }
        let found = inventory.disks.flatMap { $0.partitions ?? [] }
        #expect(Set(found.map(\.name)) == Set(partitions.map(\.name)))
        #expect(Set(found.map(\.size)) == Set(partitions.map(\.size)))
    }

    private struct Interface: Decodable {
        var ifname: String
        var address: String?
        var mtu: Int
    }

    @Test(.enabled(if: has("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip")))
    func interfacesAreThoseOfIP() throws {
        let interfaces = try answer("ip -json link", as: [Interface].self)
        // The kernel's files show those of the network namespace in which they were mounted, which may be another.
        let own = try Self.text("/proc/net/dev").split(separator: "\n").compactMap { line in
            line.split(separator: ":").first?.split(separator: " ").first
        }
        for nic in inventory.nics where own.contains(where: { $0 == nic.name }) {
            let interface = try #require(interfaces.first { $0.ifname == nic.name })
            #expect(nic.mac == interface.address && nic.mtu == interface.mtu)
        }
    }

    @Test func theDocumentSurvivesItsJSON() throws {
        let octets = try JSONEncoder().encode(inventory)
        #expect(try JSONDecoder().decode(Inventory.self, from: octets) == inventory)
        #expect(inventory.collectedAt == 1_700_000_000)
        #expect(inventory.kernel.agentVersion == "1.2.3")
    }
}

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

    @Test func theDocumentSurvivesItsJSON() throws {
        let octets = try JSONEncoder().encode(inventory)
        #expect(try JSONDecoder().decode(Inventory.self, from: octets) == inventory)
        #expect(inventory.collectedAt == 1_700_000_000)
        #expect(inventory.kernel.agentVersion == "1.2.3")
    }
}

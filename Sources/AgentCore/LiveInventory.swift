import Glibc
import HardwareProbe
import Inventory
import LinuxKernel
import Octets

/// The inventory of the running machine: what its files tell, and what only calls to the kernel do. Blocks.
enum LiveInventory {
    /// - Parameters:
    ///   - isThorough: also what takes its time: what lies on disks, their health, firmware of links, the TPM's key, the
    ///     management controller
    ///   - record: told what parts answered to commands, with the path that it has in a captured machine's tree
    static func collect(
        bootMAC: String?,
        isThorough: Bool = true,
        record: @escaping @Sendable (_ path: String, _ octets: [UInt8]) -> Void = { _, _ in }
    ) throws -> Inventory {
        let probe = HardwareProbe(
            bootMAC: bootMAC,
            agentVersion: AgentVersion.text,
            readsDisks: isThorough,
            channel: isThorough ? LivePartChannel() : nil,
            record: record
        )
        var inventory = try probe.collect(now: WallClock.now)
        guard isThorough else { return inventory }
        for index in inventory.nics.indices {
            let name = inventory.nics[index].name
            inventory.nics[index].firmware = LinkDevice.firmware(of: name)
            inventory.nics[index].speedMax = LinkDevice.supportedModes(of: name).flatMap { LinkModes.fastest(in: $0) }
            if let address = LinkDevice.permanentAddress(of: name).flatMap({ MACAddress(octets: $0) }) {
                inventory.nics[index].permanentMAC = "\(address)"
            }
        }
        if let lan = managementNetwork(), lan != ManagementNetwork() {
            var bmc = inventory.bmc ?? Inventory.ManagementController()
            bmc.address = lan.address.map { "\($0)" }
            bmc.mac = lan.mac.map { "\($0)" }
            bmc.ipv6Addresses = lan.ipv6.isEmpty ? nil : lan.ipv6.map { "\($0)" }
            inventory.bmc = bmc
        }
        return inventory
    }

    private static func managementNetwork() -> ManagementNetwork? {
        guard PlainFile.exists("/dev/ipmi0") else { return nil }
        do {
            let device = try IPMIDevice()
            return try ManagementNetwork { try device.request(function: $0, command: $1, $2) }
        } catch {
            Console.say("the management controller does not tell its address: \(error)")
            return nil
        }
    }
}

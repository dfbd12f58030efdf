import Glibc
import HardwareProbe
import Inventory
import LinuxKernel
import Octets

/// The inventory of the running machine: what its files tell, and what only calls to the kernel do. Blocks.
enum LiveInventory {
    /// - Parameter isThorough: also what takes its time: what lies on disks, firmware of links, the management controller
    static func collect(bootMAC: String?, isThorough: Bool = true) throws -> Inventory {
        let probe = HardwareProbe(bootMAC: bootMAC, agentVersion: AgentVersion.text, readsDisks: isThorough)
        var inventory = try probe.collect(now: WallClock.now)
        guard isThorough else { return inventory }
        for index in inventory.nics.indices {
            let name = inventory.nics[index].name
            inventory.nics[index].firmware = LinkDevice.firmware(of: name)
            if let address = LinkDevice.permanentAddress(of: name).flatMap({ MACAddress(octets: $0) }) {
                inventory.nics[index].permanentMAC = "\(address)"
            }
        }
        if let lan = managementNetwork(), lan != ManagementNetwork() {
            var bmc = inventory.bmc ?? Inventory.ManagementController()
            bmc.address = lan.address.map { "\($0)" }
            bmc.mac = lan.mac.map { "\($0)" }
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

import LinuxKernel
import Octets

/// A network interface that is a device, as `/sys/class/net` shows it.
public struct NetworkInterface: Hashable, Sendable {
    public var name: String
    /// Lower case, with colons.
    public var mac: String
    public var driver: String?

    public init(name: String, mac: String, driver: String?) {
        self.name = name
        self.mac = mac
        self.driver = driver
    }

    /// Drivers of the USB network that a BMC offers its host: whoever answers DHCP there is not the rack.
    static let usbNetworkDrivers: Set<String> = ["cdc_ether", "cdc_ncm", "cdc_subset", "cdc_eem", "rndis_host"]

    /// The interfaces to use, the one that the machine booted from first, without the BMC's.
    public static func usable(_ all: [NetworkInterface], bootMAC: String?) -> [NetworkInterface] {
        let isBoot = { (interface: NetworkInterface) in interface.mac == bootMAC }
        let others = all.filter { interface in
            !isBoot(interface) && !(interface.driver.map { usbNetworkDrivers.contains($0) } ?? false)
        }
        return all.filter(isBoot) + others.sorted { $0.name < $1.name }
    }

    /// All Ethernet devices of the running machine.
    static func all(sys: String = "/sys") -> [NetworkInterface] {
        PlainFile.names(in: "\(sys)/class/net").compactMap { name in
            let folder = "\(sys)/class/net/\(name)"
            guard PlainFile.exists("\(folder)/device"), PlainFile.text("\(folder)/type") == "1",
                let mac = PlainFile.text("\(folder)/address")
            else { return nil }
            let driver = PlainFile.link("\(folder)/device/driver")?.split(separator: "/").last.map(String.init)
            return NetworkInterface(name: name, mac: mac.lowercased(), driver: driver)
        }
    }

    var hasCarrier: Bool { PlainFile.text("/sys/class/net/\(name)/carrier") == "1" }
}

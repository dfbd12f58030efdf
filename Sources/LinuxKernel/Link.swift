import CLinux
import Glibc

/// Changes to a network interface, by its name.
public enum Link {
    public static func up(_ interface: String) throws(KernelError) {
        try kernel("SIOCSIFFLAGS", unsafe clinux_link_up(interface), interface)
    }

    /// Gives the interface one IPv4 address of four octets, instead of the one it has.
    public static func setAddress(_ address: [UInt8], prefixLength: Int, of interface: String) throws(KernelError) {
        guard address.count == 4, (0...32).contains(prefixLength) else {
            throw KernelError(call: "SIOCSIFADDR", code: EINVAL, detail: "\(address)/\(prefixLength) on \(interface)")
        }
        try kernel("SIOCSIFADDR", unsafe clinux_set_address(interface, address, Int32(prefixLength)), interface)
    }

    public static func clearAddress(of interface: String) throws(KernelError) {
        try kernel("SIOCSIFADDR", unsafe clinux_clear_address(interface), interface)
    }

    /// Makes the interface for one VLAN of a link, 1 to 4094, and sets it up; one that is there already will do. Gives its
    /// name.
    public static func addVLAN(_ number: UInt16, on interface: String) throws(KernelError) -> String {
        let result = unsafe clinux_add_vlan(interface, number)
        if result != 0 &- EEXIST { try kernel("SIOCSIFVLAN", result, "VLAN \(number) on \(interface)") }
        let name = "\(interface).\(number)"
        try up(name)
        return name
    }

    /// Sends what is for nobody on the link to `gateway`. A default route that is there already stays.
    public static func addDefaultRoute(by gateway: [UInt8], of interface: String) throws(KernelError) {
        guard gateway.count == 4 else {
            throw KernelError(call: "SIOCADDRT", code: EINVAL, detail: "\(gateway) on \(interface)")
        }
        let result = unsafe clinux_add_default_route(interface, gateway)
        guard result != 0 &- EEXIST else { return }
        try kernel("SIOCADDRT", result, "default by \(gateway) on \(interface)")
    }
}

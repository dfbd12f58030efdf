import DHCP
import Glibc
import LinuxKernel
import Octets

/// Gives the ramdisk its network: links up, one lease or what takes its place, address, route, name servers. Blocks.
enum NetworkSetup {
    struct Unreachable: Error, CustomStringConvertible {
        var description: String
    }

    static let rounds = 40

    static func bringUp(_ arguments: BootArguments) throws -> NetworkInterface {
        let bootMAC = arguments.bootMAC
        try? Link.up("lo")
        let interfaces = try waitForInterfaces(bootMAC: bootMAC)
        for interface in interfaces {
            do {
                try Link.up(interface.name)
            } catch {
                Console.say("\(error)")
            }
        }
        waitForCarrier(of: interfaces, bootMAC: bootMAC)
        for round in 0..<rounds {
            let first = interfaces.filter { $0.mac == bootMAC }
            if let network = arguments.network, let bootMAC, first.isEmpty {
                throw Unreachable(description: "no network device has \(bootMAC), which was to get \(network.address)")
            }
            // The boot link has two rounds to itself: a switch may still be thinking about its port.
            let turn = round < 2 && !first.isEmpty ? first : interfaces.filter { $0.hasCarrier || $0.mac == bootMAC }
            if turn.isEmpty { Console.say("no link has a carrier") }
            for interface in turn {
                do {
                    var link = interface.name
                    if let vlan = arguments.vlan { link = try Link.addVLAN(vlan, on: link) }
                    let lease = try arguments.network ?? lease(on: interface, link)
                    try apply(lease, to: link)
                    let router = lease.router.map { " by \($0)" } ?? ""
                    Console.say("\(link) has \(lease.address)/\(lease.prefixLength)\(router)")
                    return interface
                } catch {
                    Console.say("\(interface.name): \(error)")
                }
            }
            sleep(UInt32(min(1 + round, 15)))
        }
        throw Unreachable(description: "no address could be had on \(interfaces.map(\.name).joined(separator: ", "))")
    }

    private static func waitForInterfaces(bootMAC: String?) throws -> [NetworkInterface] {
        for second in 0..<60 {
            let usable = NetworkInterface.usable(NetworkInterface.all(), bootMAC: bootMAC)
            let bootIsThere = bootMAC == nil || usable.contains { $0.mac == bootMAC }
            if bootIsThere && !usable.isEmpty || second >= 20 && !usable.isEmpty { return usable }
            if second == 5 { Console.say("waiting for a network device") }
            sleep(1)
        }
        throw Unreachable(description: "the machine has no network device that a driver knows")
    }

    /// Up to 12 s, or until the boot link (any, where that is not known) has a carrier.
    private static func waitForCarrier(of interfaces: [NetworkInterface], bootMAC: String?) {
        let awaited = interfaces.filter { $0.mac == bootMAC }
        for _ in 0..<60 {
            if (awaited.isEmpty ? interfaces : awaited).contains(where: \.hasCarrier) { return }
            usleep(200_000)
        }
    }

    private static func lease(on interface: NetworkInterface, _ link: String) throws -> DHCPClient.Lease {
        guard let mac = MACAddress(interface.mac) else {
            throw Unreachable(description: "\(interface.mac) is not an Ethernet address")
        }
        let socket = try DHCPSocket(interface: link)
        var client = DHCPClient(mac: mac, transaction: .random(in: .min ... .max))
        var effect = client.handle(.started)
        var deadline = 0.0
        // Bounded by the client's attempts; noise on the link cannot hold it, for the deadline stands.
        while true {
            switch effect {
            case .send(let octets, let wait):
                try socket.send(octets)
                deadline = monotonic() + wait
            case .ignore:
                break
            case .bound(let lease):
                return lease
            case .gaveUp(let reason):
                throw Unreachable(description: reason)
            }
            let left = deadline - monotonic()
            if left > 0, let octets = try socket.receive(within: left) {
                effect = client.handle(.received(octets))
            } else if left <= 0 || monotonic() >= deadline {
                effect = client.handle(.timedOut)
            } else {
                effect = .ignore
            }
        }
    }

    private static func apply(_ lease: DHCPClient.Lease, to link: String) throws {
        try Link.setAddress(lease.address.octets, prefixLength: lease.prefixLength, of: link)
        if let router = lease.router { try Link.addDefaultRoute(by: router.octets, of: link) }
        if !lease.nameServers.isEmpty {
            try? PlainFile.makeFolder("/etc")
            let lines = lease.nameServers.prefix(3).map { "nameserver \($0)\n" }.joined()
            try? PlainFile.replace("/etc/resolv.conf", with: Array(lines.utf8))
        }
    }

    private static func monotonic() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

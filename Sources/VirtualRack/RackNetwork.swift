/// The rack's network as `ip` commands: a namespace, its bridge, one tap for each network card, BMC addresses on the
/// bridge, and a veth pair to the host.
struct RackNetwork: Sendable {
    var definition: RackDefinition

    /// The tap of a machine's network card, counted over the whole rack.
    func tap(machine: Int, card: Int) -> String {
        let before = definition.machines.prefix(machine).reduce(0) { $0 + $1.macs.count }
        return "tap\(before + card)"
    }

    var setUp: [Command] {
        let network = definition.network
        func inside(_ words: String...) -> Command { Command(words: ["ip", "-n", network.namespace] + words) }
        var commands = [
            Command("ip", "netns", "add", network.namespace),
            inside("link", "set", "lo", "up"),
            inside(
                "link",
                "add",
                network.bridge,
                "type",
                "bridge",
                "stp_state",
                "0",
                "forward_delay",
                "0",
                "mcast_snooping",
                "0"
            ),
            inside("address", "add", network.address, "dev", network.bridge),
            inside("link", "set", network.bridge, "up"),
        ]
        if let address6 = network.address6 {
            // At once: nobody else is on this wire yet.
            commands.append(inside("address", "add", address6, "dev", network.bridge, "nodad"))
        }
        for (index, machine) in definition.machines.enumerated() {
            for card in machine.macs.indices {
                let tap = tap(machine: index, card: card)
                commands.append(inside("tuntap", "add", "dev", tap, "mode", "tap"))
                commands.append(inside("link", "set", tap, "master", network.bridge, "up"))
            }
            let address = "\(machine.bmc.address)/\(network.prefixLength ?? 24)"
            commands.append(inside("address", "add", address, "dev", network.bridge))
        }
        if let uplink = network.uplink {
            let peer = uplink.interface + "-r"
            commands += [
                Command("ip", "link", "add", uplink.interface, "type", "veth", "peer", "name", peer),
                Command("ip", "link", "set", peer, "netns", network.namespace),
                Command("ip", "address", "add", uplink.hostAddress, "dev", uplink.interface),
                Command("ip", "link", "set", uplink.interface, "up"),
                inside("address", "add", uplink.rackAddress, "dev", peer),
                inside("link", "set", peer, "up"),
            ]
        }
        return commands
    }

    /// Removing the namespace removes the bridge and taps in it; the host's end of the veth pair may outlive it.
    var tearDown: [Command] {
        var commands: [Command] = []
        if let uplink = definition.network.uplink {
            commands.append(Command("ip", "link", "delete", uplink.interface))
        }
        commands.append(Command("ip", "netns", "delete", definition.network.namespace))
        return commands
    }

    /// A command run inside the rack's namespace; the process keeps its id.
    func inside(_ words: [String]) -> [String] {
        ["ip", "netns", "exec", definition.network.namespace] + words
    }
}

import ArgumentParser
import OperatorAPI
import OperatorCLI

struct NodeSetBoot: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-boot",
        abstract: "Choose how a node's ramdisk comes to it.",
        discussion: """
            With 'media' the controller makes a small CD for each start of the ramdisk, puts it into the drive that the \
            node's Redfish BMC shows to its machine, boots it once and takes it out again: neither DHCP nor TFTP is needed. \
            What is on it is not signed, so Secure Boot must be off.
            """
    )

    /// ``OperatorAPI/SetBootWay/Way`` as an operator types it.
    enum Word: String, ExpressibleByArgument, CaseIterable {
        case media, network

        var way: SetBootWay.Way { self == .media ? .media : .network }
    }

    @Argument(help: "The node.")
    var node: String

    @Argument(help: "media: from its BMC's virtual drive; network: by DHCP, TFTP and HTTP.")
    var way: Word

    @OptionGroup var connection: ControllerOptions

    func run(_ client: ControllerClient) async throws {
        let answer = try await client.post(OperatorPath.bootWay(node), SetBootWay(way: way.way), as: Message.self)
        Terminal.output.line(answer.message.oneLine)
    }
}

struct NodeSetNetwork: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-network",
        abstract: "Say what network a node's ramdisk has where DHCP gives none; for 'set-boot NODE media'."
    )

    @Argument(help: "The node.")
    var node: String

    @Option(help: "Address and prefix length, 10.0.0.5/24.")
    var address: String?

    @Option(help: "The router, in that network.")
    var gateway: String?

    @Option(help: "Name servers, with commas between them.")
    var dns: String?

    @Option(help: "The MAC address of the card that has it; without: the first with a carrier.")
    var mac: String?

    @Option(help: "The VLAN it is in on that card, 1 to 4094.")
    var vlan: Int?

    @Flag(help: "None: what DHCP says.")
    var none = false

    @OptionGroup var connection: ControllerOptions

    func validate() throws {
        let isTold = gateway != nil || dns != nil || mac != nil || vlan != nil
        if none, address != nil || isTold { throw ValidationError("give an address or --none, not both") }
        if !none, address == nil { throw ValidationError("give --address, such as 10.0.0.5/24, or --none") }
    }

    func run(_ client: ControllerClient) async throws {
        let wanted = SetNetwork(
            address: address,
            gateway: gateway,
            nameServers: dns?.split(separator: ",").map(String.init),
            mac: mac,
            vlan: vlan
        )
        let answer = try await client.post(OperatorPath.network(node), wanted, as: Message.self)
        Terminal.output.line(answer.message.oneLine)
    }
}

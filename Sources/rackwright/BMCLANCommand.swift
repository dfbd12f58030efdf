import ArgumentParser
import OperatorAPI
import OperatorCLI

struct BMCLANCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "lan",
        abstract: "Show how a node's BMC itself is on the network, or change it and look for it there.",
        discussion: """
            The controller keeps the old address until the same BMC (its certificate, UUID, serial number or MAC address) \
            has answered at the new one, for at most three minutes; what was found is on the node's timeline. After a stop \
            of the controller in the middle it goes on.
            """
    )

    @Argument(help: "The node.")
    var node: String

    @Option(name: .customLong("static"), help: "A static address with its prefix: 10.0.0.9/24.")
    var address: String?

    @Option(help: "The gateway; goes with --static, where it is left out the present one stays.")
    var gateway: String?

    @Flag(help: "Have DHCP give the BMC its address.")
    var dhcp = false

    @Option(help: "The VLAN, 1 to 4094, or off.")
    var vlan: String?

    @Option(
        help: "With --dhcp: the address that the BMC is expected at, where the controller's own DHCP does not give it."
    )
    var expect: String?

    @Flag(help: "Say what would change, and change nothing.")
    var dryRun = false

    @Flag(help: "Do it: a wrong address or VLAN puts the BMC out of reach until somebody stands before it.")
    var yes = false

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    private var isChange: Bool { address != nil || dhcp || vlan != nil }

    func validate() throws {
        if address != nil, dhcp { throw ValidationError("--static and --dhcp are one or the other") }
        if gateway != nil, address == nil { throw ValidationError("--gateway goes with --static") }
        if expect != nil, !dhcp { throw ValidationError("--expect goes with --dhcp") }
        if let vlan, vlan != "off", Int(vlan).map({ (1...4094).contains($0) }) != true {
            throw ValidationError("--vlan is a number from 1 to 4094, or off")
        }
        if dryRun, !isChange { throw ValidationError("--dry-run goes with --static, --dhcp or --vlan") }
        if isChange, !dryRun, !yes {
            throw ValidationError(
                "this can put the BMC out of reach: look with --dry-run what would change, then give --yes"
            )
        }
    }

    func run(_ client: ControllerClient) async throws {
        let path = OperatorPath.lan(node)
        guard isChange else {
            let report = try await client.get(path, as: LANReport.self)
            return try format.show(report) { BMCAccessText.lan(report, $0) }
        }
        let request = SetLAN(
            address: address,
            gateway: gateway,
            dhcp: dhcp ? true : nil,
            vlan: vlan.map { Int($0) ?? 0 },
            expect: expect,
            dryRun: dryRun ? true : nil
        )
        if dryRun {
            let report = try await client.post(path, request, as: LANChangeReport.self)
            return try format.show(report) { BMCAccessText.change(report, $0) }
        }
        let job = try await client.post(path, request, as: JobReport.self)
        let ended = try await finished(job, client, label: "looking for the BMC ", countsOctets: false)
        let message = ended.message ?? ""
        try format.show(Message(message: message)) { _ in message.oneLine }
    }
}

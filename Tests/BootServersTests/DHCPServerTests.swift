import Boot
import BootServers
import DHCP
import Octets
import Testing

@Suite(.timeLimit(.minutes(5)))
struct DHCPServerTests {
    private static let loopback = IPv4Address(127, 0, 0, 1)

    @Test func realSocketsAnswerAClientAndAProxyRequest() async throws {
        let client = try await LoopbackClient()
        let relay = try await LoopbackClient()
        var subnet = DHCPSubnet(try #require(IPv4Subnet("127.0.0.0/24")), interface: "lo")
        subnet.pool = IPv4Address(127, 0, 0, 50)...IPv4Address(127, 0, 0, 60)
        subnet.reservations = [try mac(7): Self.loopback]
        var ports = DHCPServer.Ports()
        ports.server = 0
        ports.client = UInt16(client.port)
        ports.proxy = UInt16(relay.port &+ 1 > 65000 ? relay.port - 1 : relay.port + 1)
        let events = Recorder<BootEvent>()
        let leases = Recorder<Lease>()
        let boot = try BootConfiguration(controller: Self.loopback, caSHA256: "ab")
        var callbacks = DHCPServer.Callbacks { _ in BootDecision(.ramdisk(token: "t")) }
        callbacks.keep = { kept in for lease in kept { leases.record(lease) } }
        callbacks.event = { events.record($0) }
        let server = DHCPServer(
            responder: DHCPResponder(subnets: [subnet], boot: boot),
            listeners: [.init(interface: "lo", address: Self.loopback, index: nil)],
            ports: ports,
            callbacks: callbacks
        )
        let proxyPort = Int(ports.proxy)
        try await withServer {
            try await server.run(ready: $0)
        } body: { (bound: [Int]) async throws in
            var renewal = DHCPMessage.renewal(of: Self.loopback, from: try mac(7), transaction: 77)
            renewal.machineClass(.uefiROM)
            let answer = try #require(try await client.ask(renewal.octets(), port: bound[0]))
            let message = try DHCPMessage(parsing: answer)
            #expect(message.messageType == .acknowledge)
            #expect(message.yourAddress == Self.loopback)
            #expect(message.text(.bootFileName) == "snponly.efi")
            #expect(await leases.first { _ in true }?.address == Self.loopback)
            #expect(await events.first { $0.kind == .dhcpAcknowledge }?.mac == (try mac(7)))
            #expect(server.mac(of: Self.loopback) == (try mac(7)))

            let proxied = try #require(try await relay.ask(renewal.octets(), port: proxyPort))
            let second = try DHCPMessage(parsing: proxied)
            #expect(second.yourAddress == .any)
            #expect(second.text(.bootFileName) == "snponly.efi")
        }
    }

    @Test func anInterfaceThatIsNotThereIsNamed() throws {
        let subnet = DHCPSubnet(try #require(IPv4Subnet("10.9.0.0/24")), interface: "nowhere0")
        #expect(throws: DHCPServerError.noInterface("nowhere0")) {
            try DHCPServer.listeners(for: [subnet])
        }
        let lo = DHCPSubnet(try #require(IPv4Subnet("10.9.0.0/24")), interface: "lo")
        #expect(throws: DHCPServerError.noAddress(interface: "lo", subnet: lo.subnet)) {
            try DHCPServer.listeners(for: [lo])
        }
    }
}

extension DHCPMessage {
    fileprivate mutating func machineClass(_ client: Client) {
        client.dress(&self)
    }
}

import AgentCore
import DHCP
import Octets
import Testing

struct DHCPClientTests {
    private let mac = MACAddress("52:54:00:aa:00:01")
    private let server = IPv4Address(10, 77, 0, 1)
    private let given = IPv4Address(10, 77, 0, 50)

    private func client() throws -> DHCPClient {
        DHCPClient(mac: try #require(mac), transaction: 7)
    }

    private func sent(_ effect: DHCPClient.Effect) throws -> DHCPMessage {
        guard case .send(let octets, _) = effect else {
            Issue.record("nothing was sent: \(effect)")
            throw WireError.truncated(needed: 1, left: 0, at: 0)
        }
        return try DHCPMessage(parsing: octets)
    }

    private func reply(_ type: MessageType, transaction: UInt32 = 7, from server: IPv4Address? = nil) -> [UInt8] {
        var message = DHCPMessage(.reply, transaction: transaction)
        message.hardwareAddress = mac?.octets ?? []
        message.messageType = type
        message.yourAddress = given
        message.serverIdentifier = server ?? self.server
        message.options[.subnetMask] = [255, 255, 254, 0]
        message.setAddresses(.router, to: [self.server])
        return message.octets()
    }

    @Test func fourMessagesMakeALease() throws {
        var client = try client()
        let discover = try sent(client.handle(.started))
        #expect(discover.messageType == .discover)
        #expect(discover.wantsBroadcast, "without an address it cannot be answered otherwise")
        let request = try sent(client.handle(.received(reply(.offer))))
        #expect(request.messageType == .request)
        #expect(request.requestedAddress == given)
        #expect(request.serverIdentifier == server)
        guard case .bound(let lease) = client.handle(.received(reply(.acknowledge))) else {
            Issue.record("no lease")
            return
        }
        #expect(lease.address == given)
        #expect(lease.prefixLength == 23)
        #expect(lease.router == server)
    }

    @Test func otherPeoplesPacketsAreIgnored() throws {
        var client = try client()
        _ = client.handle(.started)
        #expect(client.handle(.received([])) == .ignore)
        #expect(client.handle(.received(reply(.offer, transaction: 8))) == .ignore)
        #expect(client.handle(.received(reply(.acknowledge))) == .ignore, "nothing was asked for yet")
        _ = client.handle(.received(reply(.offer)))
        #expect(client.handle(.received(reply(.acknowledge, from: IPv4Address(10, 0, 0, 9)))) == .ignore)
    }

    @Test func aRefusalStartsAnew() throws {
        var client = try client()
        _ = client.handle(.started)
        _ = client.handle(.received(reply(.offer)))
        #expect(try sent(client.handle(.received(reply(.refuse)))).messageType == .discover)
    }

    @Test func silenceIsMetWithLongerWaitsAndThenGivenUp() throws {
        var client = try client()
        var effect = client.handle(.started)
        var waits: [Double] = []
        while case .send(_, let wait) = effect, waits.count < 20 {
            waits.append(wait)
            effect = client.handle(.timedOut)
        }
        #expect(waits == [2, 4, 8, 16, 16])
        guard case .gaveUp = effect else {
            Issue.record("\(effect)")
            return
        }
    }

    @Test func aServerThatOffersAndThenFallsSilentIsLeft() throws {
        var client = try client()
        _ = client.handle(.started)
        _ = client.handle(.received(reply(.offer)))
        let types = try (0..<3).map { _ in try sent(client.handle(.timedOut)).messageType }
        #expect(types.contains(.discover))
    }
}

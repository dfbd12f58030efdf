import FoundationEssentials
import Octets
import TestSupport
import Testing

@testable import IPMI

struct LANTests {
    /// Parameters by number and set, as data after the revision.
    private func read(_ parameters: [UInt8: [UInt8: String]]) throws -> (LANConfiguration, asked: Int) {
        var reading = LANReading()
        var request = reading.start()
        for asked in 1...200 {
            #expect(request.networkFunction == 0x0C && request.command == 0x02 && request.data[0] == 0x0E)
            let found = parameters[request.data[1]]?[request.data[2]]
            let response = IPMIResponse(
                networkFunction: 0x0D,
                command: 0x02,
                completion: CompletionCode(rawValue: found == nil ? 0x80 : 0),
                data: found.map { [0x11] + octets(hex: $0) } ?? []
            )
            switch reading.handle(response) {
            case .ask(let next), .askLater(let next): request = next
            case .done(let configuration): return (configuration, asked)
            case .failed(let failure): throw failure
            }
        }
        throw ReadingFailure.endless
    }

    /// A BMC as `ipmitool lan print` printed it: the octets are those that say so.
    @Test(
        .enabled(if: Fixture.assets != nil),
        arguments: ["ipmi/lan-print/glpi-sample1.txt", "inventories/redhat-cip/ipmi_lan_info"]
    )
    func whatRealServersSayIsRead(asset: String) throws {
        var printed: [String: String] = [:]
        for line in String(decoding: try Fixture.octets(ofAsset: asset), as: UTF8.self).split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            printed[String(line[..<colon]).trimmed] = String(line[colon...].dropFirst()).trimmed
        }
        let address = try #require(IPv4Address(printed["IP Address"] ?? ""))
        let netmask = try #require(IPv4Address(printed["Subnet Mask"] ?? ""))
        let gateway = try #require(IPv4Address(printed["Default Gateway IP"] ?? ""))
        let mac = try #require(MACAddress(printed["MAC Address"] ?? ""))
        let sources = ["Static Address": "01", "DHCP Address": "02", "BIOS Assigned Address": "03"]
        let (configuration, asked) = try read([
            3: [0: PackedText.hexadecimal(address.octets)],
            4: [0: try #require(sources[printed["IP Address Source"] ?? ""])],
            5: [0: PackedText.hexadecimal(mac.octets)],
            6: [0: PackedText.hexadecimal(netmask.octets)],
            12: [0: PackedText.hexadecimal(gateway.octets)],
            20: [0: "0000"],
        ])
        #expect(asked == 7)
        #expect(configuration.address == address)
        #expect(configuration.netmask == netmask)
        #expect(configuration.gateway == gateway)
        #expect(configuration.mac == mac)
        #expect(configuration.vlan == nil)
        #expect(configuration.ipv6.isEmpty)
        let source = printed["IP Address Source"] == "Static Address" ? "static" : "set by firmware"
        #expect(configuration.source?.description == source)
    }

    /// The sets that `ipmitool lan6 print` printed in the assets: one dynamic and one static address in use.
    @Test func addressesOfIPv6AreReadSetBySet() throws {
        let dynamic = "200112341234123412341234123412344000"
        let fixed = "200156785678567856785678567856784000"
        let none = String(repeating: "0", count: 36)
        let (configuration, asked) = try read([
            3: [0: "0a00020f"], 20: [0: "6480"], 55: [0: "030307"],
            56: [0: "00" + "80" + fixed, 1: "01" + "00" + none, 2: "02" + "00" + none],
            59: [0: "00" + "02" + dynamic, 1: "01" + "02" + none],
        ])
        #expect(configuration.vlan == 100)
        #expect(configuration.address == IPv4Address(10, 0, 2, 15))
        #expect(configuration.mac == nil, "the BMC lacks the parameter")
        #expect(
            configuration.ipv6.map { "\($0.address)/\($0.prefixLength) \($0.isDynamic)" } == [
                "2001:5678:5678:5678:5678:5678:5678:5678/64 false", "2001:1234:1234:1234:1234:1234:1234:1234/64 true",
            ]
        )
        // Seven parameters, three sets of one kind and three of the other, of which the last is not there.
        #expect(asked == 13)
    }

    @Test func whatIsCutOffIsLeftOutAndNothingAtAllIsARefusal() throws {
        let (configuration, _) = try read([3: [0: "0a00"], 4: [0: "02"], 5: [0: ""], 55: [0: "05"]])
        #expect(configuration.address == nil)
        #expect(configuration.source == .dhcp)
        #expect(throws: ReadingFailure.refused(CompletionCode(rawValue: 0x80))) { _ = try read([:]) }
    }

    // MARK: Users

    @Test func usersWithANameOrAccessAreRead() throws {
        let access: [UInt8: String] = [1: "05410103", 2: "05410114", 3: "0581010f", 4: "05410112"]
        let names: [UInt8: String] = [2: "admin", 3: "guest"]
        var reading = UserReading()
        var request = reading.start()
        var users: [UserAccess]?
        while users == nil {
            let id = request.data[request.data.count - 1]
            let data: [UInt8]?
            if request.command == 0x44 {
                data = access[id].map { octets(hex: $0) }
            } else {
                data = names[id].map { [UInt8](($0 + String(repeating: "\0", count: 16)).utf8.prefix(16)) }
            }
            let completion = CompletionCode(rawValue: data == nil ? 0xCC : 0)
            let response = IPMIResponse(
                networkFunction: 0x07,
                command: request.command,
                completion: completion,
                data: data ?? []
            )
            switch reading.handle(response) {
            case .ask(let next), .askLater(let next): request = next
            case .done(let found): users = found
            case .failed(let failure): throw failure
            }
        }
        #expect(
            users == [
                UserAccess(id: 2, name: "admin", privilege: .administrator, hasMessaging: true, isEnabled: true),
                UserAccess(id: 3, name: "guest", privilege: nil, hasMessaging: false, isEnabled: false),
                UserAccess(id: 4, name: "", privilege: .user, hasMessaging: true, isEnabled: true),
            ]
        )
        #expect(request.data == [0x0E, 5], "the fifth is asked for and is not there")
    }

    @Test func aBMCThatDoesNotTellItsUsersRefuses() throws {
        var reading = UserReading()
        let refusal = IPMIResponse(
            networkFunction: 0x07,
            command: 0x44,
            completion: CompletionCode(rawValue: 0xD4)
        )
        #expect(reading.handle(refusal) == .failed(.refused(.insufficientPrivilege)))
        #expect(throws: (any Error).self) { _ = try UserAccessAnswer([0x3F, 0x01]) }
    }
}

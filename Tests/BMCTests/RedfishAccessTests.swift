import BMC
import Foundation
import Octets
import Redfish
import Testing

/// The accounts and the network of recorded BMCs.
@Suite(.serialized, .enabled(if: !RecordedService.archives.isEmpty), .timeLimit(.minutes(10)))
struct RedfishAccessTests {
    @Test(arguments: RecordedService.archives)
    func theNetworkAndTheAccountsAreReadOrRefusedWithAReason(archive: String) async throws {
        let service = try await RecordedService.load(archive)
        try await withRedfishGate(answer: service.answer) { gate, _ async throws in
            do {
                let lan = try await gate.lan()
                let interfaces = service.all("#EthernetInterface.").filter {
                    $0["@odata.id"].string?.contains("Managers") == true
                }
                let own = try #require(interfaces.first { $0["Id"].string == lan.interface })
                #expect(
                    lan.mac?.filter { $0 != ":" }
                        == own["MACAddress"].string?.lowercased().filter { !":-".contains($0) }
                )
                let address = own["IPv4Addresses"].array?.first?["Address"].string
                #expect(lan.address.map { "\($0)" } == address)
                #expect(lan.address.map { !"\($0)".hasPrefix("169.254.") } != false, "not the cable to the host")
                #expect(lan.source != nil)
            } catch let error as BMCError {
                #expect([.refused, .protocolError].contains(error.kind) && !error.detail.isEmpty)
            }
            do {
                let found = try await gate.users()
                let names = service.all("#ManagerAccount.").compactMap { $0["UserName"].string }
                // Recordings hold accounts that their collection does not list.
                #expect(Set(found.users.map(\.name)).isSubset(of: names) && !found.users.isEmpty)
                #expect(found.users.contains { $0.role == .administrator })
                #expect(found.users.allSatisfy { !$0.id.isEmpty })
            } catch let error as BMCError {
                #expect([.refused, .notSupported, .protocolError].contains(error.kind) && !error.detail.isEmpty)
            }
        }
    }

    private var move: BMCLANWish {
        BMCLANWish(
            addressing: .fixed(
                IPv4Address(10, 20, 30, 40),
                netmask: IPv4Address(255, 255, 255, 0),
                gateway: IPv4Address(10, 20, 30, 1)
            )
        )
    }

    @Test func aDellIsToldByItsAttributes() async throws {
        try await withLiveRecording("dell-idrac9-r750-dpu", .dell) { gate, live async throws in
            let lan = try await gate.lan()
            #expect(lan.interface == "NIC.1" && lan.source == .dhcp && lan.vlan == .off)
            _ = try await gate.setLAN(move)
            let order = try #require(live.orders.first)
            #expect(order.path.hasSuffix("/DellAttributes/iDRAC.Embedded.1"))
            let attributes = live.resource(order.path)["Attributes"]
            #expect(attributes["IPv4.1.DHCPEnable"].string == "Disabled")
            #expect(attributes["IPv4Static.1.Address"].string == "10.20.30.40")
            #expect(attributes["IPv4Static.1.Netmask"].string == "255.255.255.0")
        }
    }

    @Test func anILOIsRestartedToTakeOverItsNetwork() async throws {
        try await withLiveRecording("hpe-ilo5-dl325gen10plus", .hpe) { gate, live async throws in
            let lan = try await gate.lan()
            #expect(lan.interface == "1" && lan.source == .fixed)
            let outcome = try await gate.setLAN(move)
            #expect(outcome.remarks == ["the BMC was restarted, to take it over"])
            #expect(live.orders.map(\.path).last?.hasSuffix("/Actions/Manager.Reset") == true)
            #expect(live.orders.first?.body["DHCPv4"]["DHCPEnabled"] == .bool(false))
        }
    }

    @Test func aLenovoTakesItsNetworkWithATag() async throws {
        try await withLiveRecording("lenovo-xcc-sr670v2", .lenovo) { gate, live async throws in
            _ = try await gate.setLAN(move)
            #expect(live.orders.map(\.path) == ["/redfish/v1/Managers/1/EthernetInterfaces/NIC"])
            #expect(live.refused.isEmpty)
        }
    }

    @Test func anOpenBMCWithoutStaticAddressesGetsOne() async throws {
        try await withLiveRecording("openbmc-stock") { gate, live async throws in
            _ = try await gate.setLAN(move)
            let after = live.resource("/redfish/v1/Managers/bmc/EthernetInterfaces/eth0")
            #expect(after["IPv4StaticAddresses"].array?.first?["Address"].string == "10.20.30.40")
            #expect(after["DHCPv4"]["DHCPEnabled"] == .bool(false))
            let bad = await #expect(throws: BMCError.self) { _ = try await gate.changeUser(.remove("root2")) }
            #expect(bad?.detail.contains("no account root2") == true)
        }
    }

    @Test func aDellFillsAndEmptiesAPlace() async throws {
        try await withLiveRecording("dell-idrac9-r750-dpu", .dellAccounts) { gate, live async throws in
            let before = try await gate.users().users.map(\.name)
            let made = try await gate.changeUser(.add("eve", .operator, Secret("Correct-Horse-9")))
            #expect(made.users.map(\.name).filter { !before.contains($0) } == ["eve"])
            let order = try #require(live.orders.first)
            #expect(order.method == "PATCH" && order.path.hasPrefix("/redfish/v1/AccountService/Accounts/"))
            #expect(order.body["RoleId"].string == "Operator")
            #expect(!"\(made)".contains("Correct-Horse"))
            let left = try await gate.changeUser(.remove("eve"))
            #expect(left.users.map(\.name) == before)
        }
    }
}

extension RecordedService {
    /// All resources of a type.
    func all(_ type: String) -> [JSON] {
        texts.filter { $0.contains(type) }.compactMap { try? JSON(reading: [UInt8]($0.utf8)) }
            .filter { $0["@odata.type"].string?.hasPrefix(type) == true }
    }
}

import Testing

@testable import Redfish

/// BMCs' own networks and accounts, as requests.
struct NetworkTests {
    private func json(_ text: String) throws -> JSON { try JSON(reading: [UInt8](text.utf8)) }

    private func network(_ text: String) throws -> ManagerNetwork {
        ManagerNetwork(try json(text), path: "/redfish/v1/Managers/1/EthernetInterfaces/1")
    }

    @Test func theInterfaceThatWasCalledIsTheOne() throws {
        let host = try network(
            #"{"@odata.id": "/h", "Id": "ToHost", "InterfaceEnabled": true, "IPv4Addresses": [{"Address": "169.254.3.254", "Gateway": "169.254.3.254"}]}"#
        )
        let off = try network(
            #"{"@odata.id": "/2", "Id": "2", "InterfaceEnabled": false, "IPv4Addresses": [{"Address": "0.0.0.0"}]}"#
        )
        let own = try network(#"{"@odata.id": "/1", "Id": "1", "IPv4Addresses": [{"Address": "10.0.0.5"}]}"#)
        let other = try network(
            #"{"@odata.id": "/3", "Id": "3", "LinkStatus": "LinkUp", "IPv4Addresses": [{"Address": "10.1.0.5", "Gateway": "10.1.0.1"}]}"#
        )
        let all = [host, off, other, own]
        #expect(ManagerNetwork.choose(from: all, calledAt: "10.0.0.5")?.path == "/1")
        #expect(ManagerNetwork.choose(from: all, calledAt: "bmc.example.net")?.path == "/3")
        #expect(ManagerNetwork.choose(from: [], calledAt: "10.0.0.5") == nil)
    }

    @Test func aStaticAddressIsToldInTheNewerWayThenInTheOlder() throws {
        let own = try network(
            """
            {"@odata.id": "/1", "DHCPv4": {"DHCPEnabled": true}, "IPv4StaticAddresses": [{}, {}],
             "IPv4Addresses": [{"Address": "10.0.0.5", "SubnetMask": "255.255.255.0", "Gateway": "10.0.0.1"}]}
            """
        )
        let wish = NetworkWish(
            addressing: .fixed(address: "10.0.0.9", netmask: "255.255.255.0", gateway: nil),
            vlan: 7
        )
        let requests = own.requests(for: wish, strategy: .generic)
        #expect(requests.map(\.path) == ["/1", "/1"])
        let entry = #"{"Address": "10.0.0.9", "SubnetMask": "255.255.255.0", "Gateway": "10.0.0.1""#
        let vlan = #""VLAN": {"VLANEnable": true, "VLANId": 7}"#
        let newer = "{\"DHCPv4\": {\"DHCPEnabled\": false}, \"IPv4StaticAddresses\": [\(entry)}, null], \(vlan)}"
        #expect(requests.first?.body == (try json(newer)), "the gateway stays, and the second entry goes")
        let older = "{\"IPv4Addresses\": [\(entry), \"AddressOrigin\": \"Static\"}], \(vlan)}"
        #expect(requests.last?.body == (try json(older)))
    }

    @Test func aSettingsResourceIsTriedWhereTheMakerHasIt() throws {
        let own = try network(
            ##"{"@odata.id": "/1", "@Redfish.Settings": {"SettingsObject": {"@odata.id": "/1/SD"}}}"##
        )
        let wish = NetworkWish(addressing: .dhcp, vlan: nil)
        #expect(own.requests(for: wish, strategy: .of(.ami)).map(\.path) == ["/1/SD", "/1", "/1/SD", "/1"])
        #expect(own.requests(for: wish, strategy: .generic).first?.path == "/1")
        let vlan = NetworkWish(addressing: nil, vlan: 0)
        #expect(own.requests(for: vlan, strategy: .generic).count == 2, "both forms are the same request")
    }

    @Test func anIDRACIsToldByItsAttributesFirst() throws {
        let manager = try json(
            #"{"@odata.id": "/m", "Links": {"Oem": {"Dell": {"DellAttributes": [{"@odata.id": "/a/System.Embedded.1"}, {"@odata.id": "/a/iDRAC.Embedded.1"}]}}}}"#
        )
        let attributes = ManagerNetwork.attributesPath(manager: manager)
        #expect(attributes == "/a/iDRAC.Embedded.1")
        let own = try network(#"{"@odata.id": "/1"}"#)
        let wish = NetworkWish(
            addressing: .fixed(address: "10.0.0.9", netmask: "255.255.255.0", gateway: "10.0.0.1"),
            vlan: 0
        )
        let first = try #require(own.requests(for: wish, strategy: .of(.dell), attributes: attributes).first)
        #expect(first.path == "/a/iDRAC.Embedded.1")
        #expect(first.body["Attributes"]["IPv4.1.DHCPEnable"].string == "Disabled")
        #expect(first.body["Attributes"]["IPv4Static.1.Address"].string == "10.0.0.9")
        #expect(first.body["Attributes"]["NIC.1.VLanEnable"].string == "Disabled")
        #expect(ManagerNetwork.attributesPath(manager: .null) == nil)
    }

    @Test func whatMakesNoSenseReadsAsNotSaid() throws {
        let odd = try network(
            #"{"IPv4Addresses": [null, {"Address": null}, 7], "VLAN": {"VLANEnable": true, "VLANId": 70000}, "DHCPv4": null, "IPv6Addresses": "x", "MACAddress": "AA-BB-CC-00-11-22", "NameServers": ["(null)", "::", "10.0.0.2"]}"#
        )
        #expect(odd.addresses.isEmpty && odd.usesDHCP == nil && odd.vlan == nil && odd.ipv6.isEmpty)
        #expect(odd.mac == "aa:bb:cc:00:11:22")
        #expect(odd.nameServers == ["10.0.0.2"])
        #expect(ManagerNetwork(.null, path: "/x/y").id == "y")
    }

    // MARK: Accounts

    private func account(_ id: String, _ name: String) -> ManagerAccount {
        ManagerAccount(.object(["Id": .string(id), "UserName": .string(name)]), path: "/a/" + id)
    }

    @Test func anAccountTakesTheFirstFreePlaceButNotTheFirstOfAll() {
        let all = [account("10", ""), account("1", ""), account("2", "root"), account("3", "")]
        #expect(ManagerAccount.slot(in: all)?.id == "3")
        let requests = ManagerAccount.additions(
            "eve",
            password: "secret",
            role: "Operator",
            among: all,
            collection: "/a",
            strategy: .of(.dell)
        )
        #expect(requests.map { "\($0.method) \($0.path)" } == ["PATCH /a/3", "POST /a"])
        #expect(requests.first?.body["Enabled"].truth == true)
        #expect(ManagerAccount.slot(in: [account("1", ""), account("2", "root")]) == nil)
    }

    @Test func anAccountGoesAsTheMakerHasIt() {
        let own = account("4", "eve")
        #expect(own.removals(strategy: .generic).map(\.method) == ["DELETE", "PATCH"])
        let dell = own.removals(strategy: .of(.dell))
        #expect(dell.map(\.method) == ["PATCH", "PATCH", "DELETE"])
        #expect(dell.first?.body["RoleId"].string == "None")
        #expect(dell.first?.body["UserName"] == .string(""))
    }

    @Test func aRestartThatIsAskedForIsNoRefusal() throws {
        let body = try json(
            #"{"error": {"code": "x", "@Message.ExtendedInfo": [{"MessageId": "iLO.2.14.ResetRequired"}]}}"#
        )
        #expect(ServiceProblem(status: 200, body: body) == nil)
        #expect(ServiceProblem.wantsRestart(body))
        #expect(!ServiceProblem.wantsRestart(.null))
        #expect(ServiceProblem(status: 400, body: body) != nil)
    }
}

import DHCP
import DHCPv6
import Octets
import Testing

/// A client of QEMU's kind.
let mac = MACAddress("52:54:00:77:00:01")

func address(_ text: String) throws -> IPv6Address {
    try #require(IPv6Address(text))
}

func solicit() throws -> DHCPv6Message {
    let client = DUID.linkLayer(try #require(mac))
    return .solicit(from: client, association: 0x0077_0001, transaction: 0x12_3456)
}

/// What EDK2 says when it boots by PXE: options 6, 62, 61 and 16.
func firmwaresSolicit() throws -> DHCPv6Message {
    var message = try solicit()
    message.options.requestedOptions = [.bootFileURL, .bootFileParameters, .dnsServers, .vendorClass]
    message.options.networkInterface = NetworkInterfaceIdentifier(major: 3, minor: 16)
    message.options.clientArchitectures = [.uefiX64]
    message.options.vendorClasses = [VendorClass(VendorClass.intel, ["PXEClient:Arch:00007:UNDI:003016"])]
    return message
}

/// `message` through two relays.
func relayed(_ message: DHCPv6Message) throws -> DHCPv6Packet {
    var seen = DHCPv6Options()
    seen.interfaceIdentifier = Array("swp1".utf8)
    seen.clientLinkLayerAddress = LinkLayerAddress(try #require(mac))
    let inner = DHCPv6Packet(message).forwarded(
        linkAddress: try address("2001:db8:0:1::1"),
        peerAddress: try address("fe80::5054:ff:fe77:1"),
        options: seen
    )
    let outer = try #require(inner).forwarded(linkAddress: .any, peerAddress: try address("2001:db8:0:1::1"))
    return try #require(outer)
}

/// Where options begin and end, walked by hand.
func boundaries(_ octets: [UInt8], header: Int) -> [Int] {
    var places = [header]
    while let place = places.last, place + 4 <= octets.count {
        places.append(place + 4 + Int(octets[place + 2]) << 8 + Int(octets[place + 3]))
    }
    return places
}

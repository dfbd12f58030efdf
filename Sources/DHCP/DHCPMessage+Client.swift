public import Octets

/// The messages a client sends (RFC 2131 section 4.4).
extension DHCPMessage {
    /// What the agent and other plain clients ask for.
    public static let ordinaryParameters: [OptionCode] = [
        .subnetMask, .router, .domainNameServer, .hostName, .domainName, .interfaceMTU,
        .broadcastAddress, .ntpServers,
        .leaseTime, .serverIdentifier, .renewalTime, .rebindingTime,
    ]

    /// Asks who gives addresses here. The client has none yet, so the answer is asked for by broadcast.
    public static func discover(
        from mac: MACAddress,
        transaction: UInt32,
        seconds: UInt16 = 0,
        requesting address: IPv4Address? = nil,
        vendorClass: String? = nil
    ) -> DHCPMessage {
        var message = DHCPMessage(.request, transaction: transaction)
        message.hardwareAddress = mac.octets
        message.seconds = seconds
        message.wantsBroadcast = true
        message.messageType = .discover
        message.requestedAddress = address
        message.addClientOptions(vendorClass: vendorClass)
        return message
    }

    /// Takes what `offer` holds out.
    public static func request(
        accepting offer: DHCPMessage,
        seconds: UInt16 = 0,
        vendorClass: String? = nil
    ) -> DHCPMessage {
        var message = DHCPMessage(.request, transaction: offer.transaction)
        message.hardwareAddress = offer.hardwareAddress
        message.seconds = seconds
        message.wantsBroadcast = true
        message.messageType = .request
        message.requestedAddress = offer.yourAddress
        message.serverIdentifier = offer.serverIdentifier
        message.addClientOptions(vendorClass: vendorClass)
        return message
    }

    /// Asks to keep `address`; sent from it, so the answer comes to it.
    public static func renewal(
        of address: IPv4Address,
        from mac: MACAddress,
        transaction: UInt32,
        vendorClass: String? = nil
    ) -> DHCPMessage {
        var message = DHCPMessage(.request, transaction: transaction)
        message.hardwareAddress = mac.octets
        message.clientAddress = address
        message.messageType = .request
        message.addClientOptions(vendorClass: vendorClass)
        return message
    }

    private mutating func addClientOptions(vendorClass: String?) {
        maximumSize = 1472
        self.vendorClass = vendorClass
        options[.parameterRequestList] = Self.ordinaryParameters.map(\.rawValue)
    }
}

/// The messages a client sends (RFC 8415 section 18.2).
extension DHCPv6Message {
    /// What the agent and other plain clients ask for.
    public static let ordinaryOptions: [DHCPv6OptionCode] = [
        .dnsServers, .domainList, .ntpServer, .solicitMaximumTimeout,
    ]

    /// Asks who gives addresses here.
    ///
    /// - Parameters:
    ///   - association: the client's number for the interface that it asks on.
    ///   - elapsed: hundredths of a second since the client began.
    public static func solicit(
        from client: DUID,
        association: UInt32,
        transaction: UInt32,
        elapsed: UInt16 = 0,
        rapidCommit: Bool = false,
        vendorClass: VendorClass? = nil
    ) -> DHCPv6Message {
        var message = DHCPv6Message(.solicit, transaction: transaction)
        message.options.clientIdentifier = client
        message.options.identityAssociations = [IdentityAssociation(association)]
        message.options.requestedOptions = ordinaryOptions
        message.options.elapsedTime = elapsed
        message.options.rapidCommit = rapidCommit
        message.options.vendorClasses = vendorClass.map { [$0] } ?? []
        return message
    }

    /// Goes on from a server's `answer`: a request for what it advertised; a renewal, a rebinding or a release of
    /// what it gave. Nil when the answer does not say whom it is for or who made it.
    ///
    /// The times are left to the server (RFC 8415 sections 21.4 and 21.6). To rebind is to ask any server, so none is
    /// named then.
    public static func next(
        _ type: DHCPv6MessageType,
        after answer: DHCPv6Message,
        transaction: UInt32,
        elapsed: UInt16 = 0,
        vendorClass: VendorClass? = nil
    ) -> DHCPv6Message? {
        guard let client = answer.options.clientIdentifier, let server = answer.options.serverIdentifier
        else { return nil }
        var message = DHCPv6Message(type, transaction: transaction)
        message.options.clientIdentifier = client
        if type != .rebind { message.options.serverIdentifier = server }
        message.options.identityAssociations = answer.options.identityAssociations.map { given in
            var wanted = IdentityAssociation(given.identifier)
            wanted.addresses = given.addresses.map { AssociatedAddress($0.address) }
            return wanted
        }
        if type != .release { message.options.requestedOptions = ordinaryOptions }
        message.options.elapsedTime = elapsed
        message.options.vendorClasses = vendorClass.map { [$0] } ?? []
        return message
    }
}

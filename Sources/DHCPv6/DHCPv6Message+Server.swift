/// The messages a server sends (RFC 8415 section 18.3).
extension DHCPv6Message {
    /// The beginning of every answer: the client's transaction and identifier as it sent them, and who answers.
    public static func answer(
        _ type: DHCPv6MessageType,
        to question: DHCPv6Message,
        from server: DUID
    ) -> DHCPv6Message {
        var message = DHCPv6Message(type, transaction: question.transaction)
        message.options[.clientIdentifier] = question.options[.clientIdentifier]
        message.options.serverIdentifier = server
        return message
    }
}

/// How often and how long something has to fail before it is named. Instants are seconds.
enum Patience {
    /// DISCOVERs without any answer. PXE sends them after 0, 4, 12 and 28 seconds (PXE 2.1 section 2.3), iPXE after
    /// one second more and doubling; a server that probes addresses first answers after 3 seconds.
    static let unansweredDiscovers = 3
    static let answer = 5.0
    /// PXE asks again after 4 and 8 seconds, although it has an address, for a proxy's offer: the third time is odd.
    static let repeatsAfterOffer = 3
    /// Repeats that count already when this long nothing followed them.
    static let fewRepeatsAfterOffer = 2
    static let afterOffer = 20.0
    /// REQUESTs sent again before this are the same attempt (RFC 2131 section 4.1: up to 64 seconds apart).
    static let sameRequest = 65.0
    static let unansweredRequests = 2
    static let proxyRequest = 10.0
    static let proxyAnswer = 5.0
    static let refusals = 2
    /// Boots that start within this of each other belong to one loop; servers take minutes for their self-test.
    static let reboot = 900.0
    /// Starts of firmware in a row that are a loop.
    static let firmwareStarts = 3
    /// Starts of iPXE in a row, without firmware between: an iPXE ROM's own and its scripts' DHCP make two of one boot.
    static let iPXEStarts = 4
    /// Two relays pass on the same message within this.
    static let relays = 1.0
}

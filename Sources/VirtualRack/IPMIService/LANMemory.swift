/// What can be set of a LAN channel and changes nothing on this BMC's network.
struct LANMemory: Hashable, Sendable {
    var inProgress: UInt8 = 0
    /// The name that alerts are sent under, 18 octets.
    var community: [UInt8] = Array("public".utf8) + [UInt8](repeating: 0, count: 12)

    init() {}
}

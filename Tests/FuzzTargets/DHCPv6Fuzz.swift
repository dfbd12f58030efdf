import DHCPv6
import Octets

/// Whatever parses is written again octet for octet; nothing traps.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    guard let packet = try? DHCPv6Packet(parsing: octets) else { return 0 }
    let options = packet.message.options
    _ = (options.clientIdentifier?.uuid, options.userClasses, options.vendorClasses, options.bootFileURL)
    _ = (options.identityAssociations.map(\.addresses), options.domainList, options.networkInterface)
    _ = packet.macAddress()
    guard let again = try? DHCPv6Packet(parsing: packet.octets), again == packet else {
        fatalError("not the same again: \(packet)")
    }
    return 0
}

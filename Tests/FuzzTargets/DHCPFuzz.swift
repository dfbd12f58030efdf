import DHCP
import Octets

/// Whatever parses is written and parsed again to the same message; nothing traps.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    guard let message = try? DHCPMessage(parsing: octets) else { return 0 }
    _ = (message.userClasses, message.clientArchitectures, message.machineUUID, message.linkSelection)
    _ = message.octets()
    guard let again = try? DHCPMessage(parsing: message.octets(maximumSize: .max)), again == message else {
        fatalError("not the same again: \(message)")
    }
    return 0
}

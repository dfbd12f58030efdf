import LLDP
import Octets

/// Whatever parses is written and parsed again to the same unit; nothing traps.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    if let frame = try? LLDPFrame(parsing: octets) {
        guard let written = try? frame.octets(), let again = try? LLDPFrame(parsing: written), again == frame else {
            fatalError("not the same again: \(frame)")
        }
        check(frame.unit)
    }
    if let unit = try? LLDPDU(parsing: octets) {
        guard let written = try? unit.octets(), let again = try? LLDPDU(parsing: written), again == unit else {
            fatalError("not the same again: \(unit)")
        }
        check(unit)
    }
    return 0
}

private func check(_ unit: LLDPDU) {
    _ = ("\(unit.chassis)", "\(unit.port)", unit.portDescription, unit.systemName, unit.systemDescription)
    for tlv in unit.others {
        check(tlv, SystemCapabilities.self)
        check(tlv, ManagementAddress.self)
        check(tlv, PortVLAN.self)
        check(tlv, ProtocolVLAN.self)
        check(tlv, VLANName.self)
        check(tlv, ManagementVLAN.self)
        check(tlv, LinkAggregation.self)
        check(tlv, EthernetLinkAggregation.self)
        check(tlv, LinkNegotiation.self)
        check(tlv, LinkPower.self)
        check(tlv, MaximumFrameSize.self)
        check(tlv, MediaCapabilities.self)
        check(tlv, NetworkPolicy.self)
        check(tlv, MediaLocation.self)
        check(tlv, MediaPower.self)
    }
    _ = unit.all(ManagementAddress.self).map { "\($0.address)" }
    _ = unit.all(VLANName.self).map(\.text)
    _ = unit.all(NetworkPolicy.self).map { ($0.vlan, $0.priority, $0.dscp) }
}

private func check<Content: TLVContent>(_ tlv: TLV, _: Content.Type) {
    guard let content = (try? tlv.read(Content.self)) ?? nil else { return }
    guard let written = try? TLV(content), (try? written.read(Content.self)) == content else {
        fatalError("not the same again: \(content)")
    }
}

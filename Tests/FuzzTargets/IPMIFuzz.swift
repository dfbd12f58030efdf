import Octets

@testable import IPMI

/// Datagrams of every kind, and the machines that take what a BMC says: nothing traps, and what can be written is the same again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    _ = try? PresencePing.Pong(datagram: octets)
    if let message = (try? Packet.readSessionless(octets)) ?? nil { readMessage(message) }
    if let packet = try? Packet(plain: octets) {
        if packet.payloadType == .message { readMessage(packet.payload) }
        if let answer = try? KeyExchangeAnswer(packet) { _ = try? OpenedSession(answer) }
        guard let again = try? Packet(plain: packet.plainDatagram()), again == packet else {
            fatalError("not the same again: \(packet)")
        }
    }
    readMessage(octets)
    if let packet = try? SOLPacket(octets) {
        guard let again = try? SOLPacket(packet.octets), again == packet else {
            fatalError("not the same again: \(packet)")
        }
    }
    if let request = try? LANRequest(octets) {
        guard let (answer, _) = try? LANMessage.readResponse(request.octets(.success, request.request.data)),
            answer.data == request.request.data, answer.command == request.request.command
        else { fatalError("the answer is not the request's: \(request)") }
    }
    if let pong = PresencePing.pong(answering: octets) {
        guard (try? PresencePing.Pong(datagram: pong))?.supportsIPMI == true else { fatalError("no pong: \(pong)") }
    }
    talk(octets)
    return 0
}

private func readMessage(_ octets: [UInt8]) {
    guard let (response, _) = try? LANMessage.readResponse(octets) else { return }
    let data = response.data
    _ = try? ChannelAuthenticationCapabilities(data)
    _ = (try? DeviceID(data))?.manufacturerName
    _ = try? ChassisStatus(data)
    _ = try? BootFlags(data)
    _ = SystemGUID.uuid(data)
    _ = try? UserAccessAnswer(data)
    _ = try? SerialActivation(data)
    _ = try? SensorThresholds(data)
    _ = try? SensorReading(data)
}

/// The input is cut into events: a kind and a length, then so many octets.
private func talk(_ octets: [UInt8]) {
    var stream = SOLStream()
    var port = SOLPort()
    var lan = LANReading()
    var users = UserReading()
    var writing = LANWriting(LANWish(addressing: .dhcp, vlan: 7), channel: 1)
    var now = Duration.zero
    _ = stream.handle(.attach, at: now)
    var rest = octets[...]
    while let kind = rest.popFirst(), let length = rest.popFirst() {
        now += .milliseconds(Int(length) * 8)
        let data = [UInt8](rest.prefix(Int(length)))
        rest = rest.dropFirst(Int(length))
        let response = IPMIResponse(
            networkFunction: 0x07,
            command: 0x48,
            completion: CompletionCode(rawValue: data.first ?? 0),
            data: [UInt8](data.dropFirst())
        )
        let event: SOLStream.Event =
            switch kind & 0x07 {
            case 0: .answered(response)
            case 1, 2: .received(data)
            case 3: .typed(data)
            case 4: .sendBreak
            case 5: .pause(kind & 0x08 != 0)
            case 6: .timerFired
            default: kind == 0xFF ? .detach : .timerFired
            }
        for effect in stream.handle(event, at: now) {
            if case .send(let payload) = effect, payload.count > 259 { fatalError("too long: \(payload.count)") }
        }
        let effects =
            switch kind & 0x03 {
            case 0: port.machineWrote(data, at: now)
            case 1: port.timerFired(at: now)
            default: port.received(data, at: now)
            }
        for case .send(let payload) in effects where payload.count > 204 { fatalError("too long: \(payload.count)") }
        _ = lan.handle(response)
        _ = users.handle(response)
        _ = writing.handle(response)
    }
}

@testable import IPMI

/// What parses and can be written is parsed again to the same; so too with the checksums put right.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var octets = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    check(octets)
    guard octets.count >= FRUInformation.headerLength else { return 0 }
    octets[0] = 1
    octets[7] = 0 &- octets[..<7].reduce(0, &+)
    check(octets)
    read(octets)
    return 0
}

private func check(_ octets: [UInt8]) {
    _ = FRUInformation.isWhole(octets)
    guard var information = try? FRUInformation(octets) else { return }
    information.remarks = []
    _ = information.chassis.map { ($0.typeName, $0.serialNumber.text(), $0.custom.map { $0.text() }) }
    _ = information.board.map { board in (board.manufacturedAt, board.productName.text(in: board.language)) }
    _ = information.product.map { product in product.custom.map { $0.text(in: product.language) } }
    _ = information.records.map(\.content)
    guard let written = try? information.octets() else { return }
    guard let again = try? FRUInformation(written), again == information else {
        fatalError("not the same again: \(information)")
    }
}

/// A device that holds the input, and gives as much at once as its first octets say.
private func read(_ octets: [UInt8]) {
    var reading = FRUReading(device: 0)
    var request = reading.start()
    let most = Int(octets[1])
    let isReadInWords = octets[2] & 1 != 0
    let unit = isReadInWords ? 2 : 1
    for _ in 0..<5000 {
        var completion: UInt8 = 0
        var data = [UInt8(octets.count & 0xFF), UInt8(truncatingIfNeeded: octets.count >> 8), isReadInWords ? 1 : 0]
        if request.command == 0x11 {
            let offset = (Int(request.data[1]) | Int(request.data[2]) << 8) * unit
            let piece = octets.dropFirst(offset).prefix(Int(request.data[3]) * unit)
            completion = Int(request.data[3]) > most ? 0xCA : 0
            data = [UInt8(clamping: piece.count / unit)] + piece
        }
        let response = IPMIResponse(
            networkFunction: 0x0B,
            command: request.command,
            completion: CompletionCode(rawValue: completion),
            data: data
        )
        switch reading.handle(response) {
        case .ask(let next), .askLater(let next): request = next
        case .done(let read):
            guard octets.starts(with: read) else { fatalError("not what the device holds") }
            return
        case .failed: return
        }
    }
    fatalError("no end to a device of \(octets.count) octets")
}

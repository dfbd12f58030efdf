import BMC
import IPMI

extension BMCPart {
    /// What FRU information says: of the product, else of the board.
    init(name: String, _ octets: [UInt8]) {
        self.init(name: name)
        let information: FRUInformation
        do {
            information = try FRUInformation(octets)
        } catch {
            // Memory modules store a table of their own (JEDEC's), which BMCs pass on.
            remarks = ["what it stores is no FRU information: \(error)"]
            return
        }
        let (product, board) = (information.product, information.board)
        func text(_ ofProduct: FRUField?, _ ofBoard: FRUField?) -> String? {
            product.flatMap { ofProduct?.text(in: $0.language) } ?? board.flatMap { ofBoard?.text(in: $0.language) }
        }
        manufacturer = text(product?.manufacturer, board?.manufacturer)
        self.product = text(product?.productName, board?.productName)
        serialNumber = text(product?.serialNumber, board?.serialNumber)
        partNumber = text(product?.partNumber, board?.partNumber)
        version = text(product?.version, nil)
        assetTag = text(product?.assetTag, nil)
        chassisSerialNumber = information.chassis?.serialNumber.text()
        boardSerialNumber = board.flatMap { $0.serialNumber.text(in: $0.language) }
        manufacturedAt = board?.manufacturedAt
        extra = information.chassis?.custom.compactMap { $0.text() } ?? []
        extra += board.map { board in board.custom.compactMap { $0.text(in: board.language) } } ?? []
        extra += product.map { product in product.custom.compactMap { $0.text(in: product.language) } } ?? []
        extra += information.records.compactMap(\.summary)
        remarks = information.remarks
    }
}

extension FRURecord {
    fileprivate var summary: String? {
        switch content {
        case .powerSupply(let supply): "power supply of \(supply.capacity) W"
        case .managementAccess(let access): access.text.isEmpty ? nil : access.text
        case .dcOutput, .dcLoad, .maker, .other: nil
        }
    }
}

extension BMCEvent {
    init(_ record: SELRecord, _ sensors: [SensorEntry]) {
        var source = "maker's record"
        var sensor: SensorEntry?
        var hasEnded = false
        if case .event(let event) = record.content {
            hasEnded = event.isDeassertion
            sensor = sensors.first { $0.raised(event) }
            source = sensor.map { "\(event.sensorType) \($0.name)" } ?? event.source
        }
        var text = record.text(sensor: sensor?.full)
        if let time = record.time, time.isSinceStart { text += ", \(time.rawValue) s after the BMC's start" }
        self.init(
            id: String(record.id),
            time: record.time?.instant,
            source: source,
            text: text,
            hasEnded: hasEnded,
            severity: Self.severity(text, hasEnded: hasEnded)
        )
    }
}

extension BMCEvent {
    /// IPMI has no word for it beside the names of states (IPMI 2.0 tables 42-1 and 42-2).
    private static func severity(_ text: String, hasEnded: Bool) -> BMCSeverity? {
        let words = text.lowercased()
        if hasEnded { return .ok }
        if words.contains("non-critical") { return .warning }
        return words.contains("critical") || words.contains("non-recoverable") ? .critical : nil
    }
}

extension SystemEvent {
    fileprivate var source: String {
        sensorNumber == 0 ? "\(sensorType)" : "\(sensorType) #0x\(String(sensorNumber, radix: 16))"
    }
}

extension SensorEntry {
    fileprivate func raised(_ event: SystemEvent) -> Bool {
        event.generator & 0xFF == UInt16(owner.id) && event.generator >> 8 & 0x03 == UInt16(owner.lun)
            && event.sensorNumber == number && event.sensorType == type
    }
}

/// Events as text for people.
extension SystemEvent {
    /// Where there is none, one that says nothing.
    private func octet(_ index: Int) -> UInt8 { data.indices.contains(index) ? data[index] : index == 0 ? 0x0F : 0xFF }

    /// The number of the state.
    public var offset: Int { Int(octet(0) & 0x0F) }

    /// What the second and the third octet hold (IPMI 2.0 table 29-6): 0 nothing, 1 a value or the state before, 2 what
    /// the maker means, 3 what the sensor's table says.
    private var secondKind: UInt8 { octet(0) >> 6 }
    private var thirdKind: UInt8 { octet(0) >> 4 & 0x03 }

    /// "Upper Critical going high, reading 96 > threshold 90 degrees C".
    ///
    /// - Parameter sensor: the record of the sensor, to make values of the event's octets.
    public func text(sensor: FullSensorRecord? = nil) -> String {
        var words = [StateNames.text(offset, sensorType, readingType)]
        if readingType == .threshold {
            if let values = values(sensor) { words.append(values) }
        } else if readingType == .sensorSpecific {
            words += EventExtension.words(
                sensorType,
                offset: offset,
                second: secondKind == 3 ? octet(1) : nil,
                third: thirdKind == 3 ? octet(2) : nil
            )
        }
        if readingType != .threshold {
            if secondKind == 2, octet(1) != 0xFF { words.append("maker's data 2: \(Self.hexadecimal(octet(1)))") }
            if thirdKind == 2, octet(2) != 0xFF { words.append("maker's data 3: \(Self.hexadecimal(octet(2)))") }
        }
        return words.joined(separator: ", ")
    }

    private func values(_ sensor: FullSensorRecord?) -> String? {
        guard let sensor, secondKind == 1, let reading = sensor.value(octet(1)) else { return nil }
        let unit = sensor.sensor.units.description
        let text = "reading \(DecimalText.short(reading, places: 2))"
        guard thirdKind == 1, let threshold = sensor.value(octet(2)) else { return "\(text) \(unit)" }
        // Odd numbers are of values that rise; when the state ends, the value goes the other way.
        let isAbove = (offset % 2 == 1) != isDeassertion
        return "\(text) \(isAbove ? ">" : "<") threshold \(DecimalText.short(threshold, places: 2)) \(unit)"
    }

    private static func hexadecimal(_ octet: UInt8) -> String { "0x" + PackedText.hexadecimal([octet]) }
}

extension SELRecord {
    /// What a record of a maker says, which is in no table: its octets, and the words of a panic of Linux.
    static func text(maker kind: UInt8, _ data: [UInt8]) -> String {
        guard kind == 0xF0 else {
            return "record type 0x\(PackedText.hexadecimal([kind])): \(PackedText.hexadecimal(data))"
        }
        // Linux writes its last words eleven octets at a time, after an address and a number.
        return "Linux panic: " + PackedText.latin1([UInt8](data.dropFirst(2))).trimmed
    }

    /// - Parameter sensor: the record of the sensor that raised the event.
    public func text(sensor: FullSensorRecord? = nil) -> String {
        switch content {
        case .event(let event): event.text(sensor: sensor)
        case .timestamped(let kind, _, let manufacturer, let data):
            "record type 0x\(PackedText.hexadecimal([kind])) of maker \(manufacturer): \(PackedText.hexadecimal(data))"
        case .other(let kind, let data): Self.text(maker: kind, data)
        }
    }
}

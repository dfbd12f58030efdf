import BMC
import Redfish

extension BMCSensor {
    init(_ reading: SensorReading) {
        let status: Status =
            if reading.absence != nil {
                .unavailable
            } else {
                switch reading.health?.lowercased() {
                case "critical": .critical
                case "warning": .nonCritical
                case "ok": .ok
                default: reading.value == nil ? .unavailable : .ok
                }
            }
        var limits = Thresholds()
        limits.lowerNonRecoverable = reading.thresholds.lowerFatal
        limits.lowerCritical = reading.thresholds.lowerCritical
        limits.lowerNonCritical = reading.thresholds.lowerCaution
        limits.upperNonCritical = reading.thresholds.upperCaution
        limits.upperCritical = reading.thresholds.upperCritical
        limits.upperNonRecoverable = reading.thresholds.upperFatal
        let value = reading.value.map(Self.text)
        self.init(
            name: reading.name,
            kind: reading.kind,
            entity: reading.context,
            value: reading.value,
            unit: reading.unit,
            text: [value, value == nil ? nil : reading.unit].compactMap(\.self).joined(separator: " "),
            status: status,
            thresholds: limits,
            remark: reading.absence ?? (reading.value == nil && status == .unavailable ? "no value" : nil)
        )
    }

    /// Without `.0`, and with three decimals at most.
    private static func text(_ value: Double) -> String {
        if let whole = Int(exactly: value) { return "\(whole)" }
        let rounded = (value * 1000).rounded() / 1000
        return rounded.isFinite ? "\(rounded)" : "\(value)"
    }
}

extension BMCPart {
    init(_ part: PartDescription) {
        var extra = part.details
        if let mac = part.mac { extra.insert(mac, at: 0) }
        if let size = part.size { extra.insert(Self.size(size, part.kind), at: 0) }
        let remarks = part.health.flatMap { $0.lowercased() == "ok" ? nil : "health: \($0)" }
        self.init(
            name: "\(part.kind.rawValue) \(part.name)",
            manufacturer: part.manufacturer,
            product: part.product,
            serialNumber: part.serialNumber,
            partNumber: part.partNumber,
            version: part.version,
            assetTag: part.assetTag,
            extra: extra,
            remarks: remarks.map { [$0] } ?? []
        )
    }

    /// Memory in powers of two, drives as they are sold.
    private static func size(_ octets: Int64, _ kind: PartDescription.Kind) -> String {
        kind == .memory ? "\(octets >> 30) GiB" : "\(octets / 1_000_000_000) GB"
    }
}

extension BMCEvent {
    init(_ entry: LogEntry) {
        let severity = entry.severity.flatMap { $0.lowercased() == "ok" ? nil : $0 }
        self.init(
            id: entry.id,
            time: entry.time,
            source: [entry.subject, severity].compactMap(\.self).joined(separator: ", "),
            text: entry.text,
            severity: entry.severity.flatMap { BMCSeverity(rawValue: $0.lowercased()) }
        )
    }
}

/// A sensor as a Redfish service reads it (DSP0268: Sensor, Thermal, Power).
public struct SensorReading: Hashable, Sendable {
    /// Where a value begins to be out of order, in its unit.
    public struct Thresholds: Hashable, Sendable {
        public var lowerFatal: Double?
        public var lowerCritical: Double?
        public var lowerCaution: Double?
        public var upperCaution: Double?
        public var upperCritical: Double?
        public var upperFatal: Double?
    }

    public var name: String
    /// What it measures: `Temperature`.
    public var kind: String
    /// What it is on: `CPU`.
    public var context: String?
    public var value: Double?
    /// As people write it: `°C`.
    public var unit: String?
    /// `OK`, `Warning`, `Critical`; nil when the service does not judge.
    public var health: String?
    /// Why there is no value: `Absent`, `Disabled`.
    public var absence: String?
    public var thresholds = Thresholds()

    private init(_ json: JSON, name: String, kind: String, value: JSON, unit: String?) {
        self.name = name
        self.kind = kind
        context = json["PhysicalContext"].string
        self.value = value.number
        self.unit = unit
        health = json["Status"]["Health"].string
        absence = json.absence
    }
}

extension SensorReading {
    /// One Sensor resource; nil for what is none.
    public init?(sensor json: JSON) {
        guard json["Reading"] != .null || json["ReadingType"].string != nil,
            let name = json["Name"].string ?? json["Id"].string
        else { return nil }
        let kind = json["ReadingType"].string ?? "Sensor"
        self.init(
            json,
            name: name,
            kind: kind,
            value: json["Reading"],
            unit: Self.unit(json["ReadingUnits"].string)
        )
        let limits = json["Thresholds"]
        func limit(_ name: String) -> Double? { limits[name]["Reading"].number }
        thresholds = Thresholds(
            lowerFatal: limit("LowerFatal"),
            lowerCritical: limit("LowerCritical"),
            lowerCaution: limit("LowerCaution"),
            upperCaution: limit("UpperCaution"),
            upperCritical: limit("UpperCritical"),
            upperFatal: limit("UpperFatal")
        )
    }

    /// The temperatures and fans of an older service's Thermal resource.
    public static func readings(thermal json: JSON) -> [SensorReading] {
        let temperatures = (json["Temperatures"].array ?? []).compactMap { entry -> SensorReading? in
            guard let name = entry.sensorName else { return nil }
            var reading = SensorReading(
                entry,
                name: name,
                kind: "Temperature",
                value: entry["ReadingCelsius"],
                unit: "°C"
            )
            reading.readLimits(entry)
            return reading
        }
        let fans = (json["Fans"].array ?? []).compactMap { entry -> SensorReading? in
            guard let name = entry.sensorName else { return nil }
            // The first version had another member for it.
            let value = entry["Reading"] == .null ? entry["ReadingRPM"] : entry["Reading"]
            let unit = unit(entry["ReadingUnits"].string ?? entry["Units"].string) ?? "RPM"
            var reading = SensorReading(entry, name: name, kind: "Fan", value: value, unit: unit)
            reading.readLimits(entry)
            return reading
        }
        return temperatures + fans
    }

    /// What an older service's Power resource says: what the machine takes, voltages, and the supplies' state.
    public static func readings(power json: JSON) -> [SensorReading] {
        let consumed = (json["PowerControl"].array ?? []).compactMap { entry -> SensorReading? in
            guard entry["PowerConsumedWatts"].number != nil else { return nil }
            let name = entry["Name"].string ?? "Power"
            return SensorReading(entry, name: name, kind: "Power", value: entry["PowerConsumedWatts"], unit: "W")
        }
        let voltages = (json["Voltages"].array ?? []).compactMap { entry -> SensorReading? in
            guard let name = entry.sensorName else { return nil }
            var reading = SensorReading(entry, name: name, kind: "Voltage", value: entry["ReadingVolts"], unit: "V")
            reading.readLimits(entry)
            return reading
        }
        let supplies = (json["PowerSupplies"].array ?? []).compactMap { entry -> SensorReading? in
            guard let name = entry.sensorName else { return nil }
            let output = ["PowerOutputWatts", "LastPowerOutputWatts", "PowerInputWatts"].map { entry[$0] }
            let value = output.first { $0.number != nil } ?? .null
            return SensorReading(entry, name: name, kind: "PowerSupply", value: value, unit: "W")
        }
        return consumed + voltages + supplies
    }

    private mutating func readLimits(_ json: JSON) {
        thresholds = Thresholds(
            lowerFatal: json["LowerThresholdFatal"].number,
            lowerCritical: json["LowerThresholdCritical"].number,
            lowerCaution: json["LowerThresholdNonCritical"].number,
            upperCaution: json["UpperThresholdNonCritical"].number,
            upperCritical: json["UpperThresholdCritical"].number,
            upperFatal: json["UpperThresholdFatal"].number
        )
    }

    /// UCUM's codes, which the standard asks for, and the words that older services have instead.
    private static func unit(_ code: String?) -> String? {
        guard let code else { return nil }
        let known = [
            "Cel": "°C", "{rev}/min": "RPM", "RPM": "RPM", "Percent": "%", "kW.h": "kWh", "[in_i'H2O]": "inH2O",
            "[ft_i]3/min": "ft³/min", "L/min": "l/min", "[psi]": "psi",
        ]
        return known[code] ?? code
    }
}

extension JSON {
    fileprivate var sensorName: String? {
        self["Name"].string ?? self["FanName"].string ?? self["MemberId"].string
    }
}

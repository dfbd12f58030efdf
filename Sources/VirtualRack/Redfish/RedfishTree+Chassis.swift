/// The chassis and what is measured in it.
extension RedfishTree {
    /// A made-up reading; nil without power where it needs power.
    private struct Reading {
        var id: String
        var name: String
        var type: JSON
        var unit: JSON
        var context: JSON
        var value: Double?
        var limits: (low: Double?, high: Double?) = (nil, nil)

        var number: JSON { value.map { .decimal($0) } ?? .null }
        var status: JSON { value == nil ? ["State": "UnavailableOffline"] : RedfishTree.good }
    }

    private var readings: [Reading] {
        [
            Reading(
                id: "InletTemp",
                name: "Inlet",
                type: "Temperature",
                unit: "Cel",
                context: "Intake",
                value: 22.5,
                limits: (5, 40)
            ),
            Reading(
                id: "CPU1Temp",
                name: "CPU 1",
                type: "Temperature",
                unit: "Cel",
                context: "CPU",
                value: isOn ? 46 : nil,
                limits: (nil, 90)
            ),
            Reading(
                id: "Fan1",
                name: "Fan 1",
                type: "Rotational",
                unit: "RPM",
                context: "Chassis",
                value: isOn ? 4200 : nil,
                limits: (1000, nil)
            ),
            Reading(
                id: "P12V",
                name: "12 V",
                type: "Voltage",
                unit: "V",
                context: "SystemBoard",
                value: isOn ? 12.1 : nil,
                limits: (11, 13)
            ),
            Reading(
                id: "Power",
                name: "Input power",
                type: "Power",
                unit: "W",
                context: "Chassis",
                value: isOn ? 118 : 6
            ),
        ]
    }

    mutating func addChassis() {
        let path = RedfishPath.chassis
        addCollection(RedfishPath.root + "/Chassis", of: "Chassis", members: [path])
        add(
            path,
            "Chassis.v1_25_0",
            machine.name,
            [
                "ChassisType": "RackMount", "Manufacturer": "Rackwright", "Model": "Virtual Rack",
                "SerialNumber": .string(machine.serial), "PowerState": isOn ? "On" : "Off", "Status": Self.good,
                "Thermal": .link(path + "/Thermal"), "Power": .link(path + "/Power"),
                "Sensors": .link(path + "/Sensors"),
                "Drives": .link(RedfishPath.drives),
                "Links": [
                    "ComputerSystems": [.link(RedfishPath.system)], "ManagedBy": [.link(RedfishPath.manager)],
                    "ManagersInChassis": [.link(RedfishPath.manager)],
                    "Drives": .array(
                        machine.disks.indices.map { .link("\(RedfishPath.drives)/\($0 + 1)") }
                    ),
                ],
            ]
        )
        let readings = readings
        let sensors = path + "/Sensors"
        addCollection(sensors, of: "Sensor", members: readings.map { "\(sensors)/\($0.id)" })
        for reading in readings {
            var thresholds: [String: JSON] = [:]
            if let low = reading.limits.low { thresholds["LowerCritical"] = ["Reading": .decimal(low)] }
            if let high = reading.limits.high { thresholds["UpperCritical"] = ["Reading": .decimal(high)] }
            add(
                "\(sensors)/\(reading.id)",
                "Sensor.v1_10_0",
                reading.name,
                [
                    "ReadingType": reading.type, "ReadingUnits": reading.unit, "Reading": reading.number,
                    "PhysicalContext": reading.context, "Status": reading.status, "Thresholds": .object(thresholds),
                ]
            )
        }
        addThermal(path + "/Thermal", readings)
        addPower(path + "/Power", readings)
    }

    /// An array of members that can be linked to (DSP0266, referenceable members).
    private static func members(_ path: String, _ name: String, _ items: [[String: JSON]]) -> JSON {
        .array(
            items.enumerated().map { index, item in
                var item = item
                item["@odata.id"] = .string("\(path)#/\(name)/\(index)")
                item["MemberId"] = .string("\(index)")
                return .object(item)
            }
        )
    }

    private mutating func addThermal(_ path: String, _ readings: [Reading]) {
        let temperatures = readings.filter { $0.type == "Temperature" }.map { reading in
            var item: [String: JSON] = [
                "Name": .string(reading.name), "ReadingCelsius": reading.number, "PhysicalContext": reading.context,
                "Status": reading.status,
            ]
            if let low = reading.limits.low { item["LowerThresholdCritical"] = .decimal(low) }
            if let high = reading.limits.high { item["UpperThresholdCritical"] = .decimal(high) }
            return item
        }
        let fans = readings.filter { $0.type == "Rotational" }.map { reading in
            var item: [String: JSON] = [
                "Name": .string(reading.name), "Reading": reading.value.map { .number(Int($0)) } ?? .null,
                "ReadingUnits": "RPM", "PhysicalContext": reading.context, "Status": reading.status,
            ]
            if let low = reading.limits.low { item["LowerThresholdCritical"] = .number(Int(low)) }
            return item
        }
        add(
            path,
            "Thermal.v1_7_3",
            "Temperatures and fans",
            [
                "Temperatures": Self.members(path, "Temperatures", temperatures),
                "Fans": Self.members(path, "Fans", fans),
            ]
        )
    }

    private mutating func addPower(_ path: String, _ readings: [Reading]) {
        let voltages = readings.filter { $0.type == "Voltage" }.map { reading in
            var item: [String: JSON] = [
                "Name": .string(reading.name), "ReadingVolts": reading.number, "PhysicalContext": reading.context,
                "Status": reading.status,
            ]
            if let low = reading.limits.low { item["LowerThresholdCritical"] = .decimal(low) }
            if let high = reading.limits.high { item["UpperThresholdCritical"] = .decimal(high) }
            return item
        }
        let watts = readings.first { $0.type == "Power" }?.number ?? .null
        add(
            path,
            "Power.v1_7_3",
            "Power",
            [
                "PowerControl": Self.members(
                    path,
                    "PowerControl",
                    [["Name": "Input power", "PowerConsumedWatts": watts, "PowerCapacityWatts": 550]]
                ),
                "Voltages": Self.members(path, "Voltages", voltages),
                "PowerSupplies": Self.members(
                    path,
                    "PowerSupplies",
                    [
                        [
                            "Name": "Power supply 1", "PowerSupplyType": "AC", "PowerCapacityWatts": 550,
                            "Manufacturer": "Rackwright", "Model": "Virtual", "Status": Self.good,
                        ]
                    ]
                ),
            ]
        )
    }
}

/// A part of a machine, as a Redfish service describes it (DSP0268: Processor, Memory, Drive, EthernetInterface, …).
public struct PartDescription: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case chassis, processor, memory, drive, nic
        case powerSupply = "power supply"
        case manager = "management controller"
    }

    public var kind: Kind
    public var name: String
    public var manufacturer: String?
    public var product: String?
    public var serialNumber: String?
    public var partNumber: String?
    public var version: String?
    public var assetTag: String?
    /// A NIC's address as the machine sees it, as text.
    public var mac: String?
    /// Octets, of memory and drives.
    public var size: Int64?
    /// What else decides what it is good for, in words.
    public var details: [String]
    public var health: String?

    /// Nil for an empty place and for what has no name.
    public init?(_ kind: Kind, _ json: JSON) {
        guard json["Status"]["State"].string != "Absent",
            let name = Self.name(kind, json)
        else { return nil }
        self.kind = kind
        self.name = name
        manufacturer = json["Manufacturer"].string
        product = json["Model"].string
        serialNumber = json["SerialNumber"].string
        partNumber = json["PartNumber"].string
        version = json["FirmwareVersion"].string ?? json["Revision"].string
        assetTag = json["AssetTag"].string
        health = json["Status"]["Health"].string
        details = []
        switch kind {
        case .processor:
            details = [
                json["TotalCores"].count("cores"), json["TotalThreads"].count("threads"),
                json["MaxSpeedMHz"].count("MHz"), json["ProcessorType"].string.flatMap { $0 == "CPU" ? nil : $0 },
            ].compactMap(\.self)
        case .memory:
            // A place without a module may be there with a capacity of nothing.
            guard let mebibytes = json["CapacityMiB"].integer, (1..<(1 << 40)).contains(mebibytes) else { return nil }
            size = mebibytes << 20
            details = [json["MemoryDeviceType"].string, json["OperatingSpeedMhz"].count("MHz")].compactMap(\.self)
        case .drive:
            size = json["CapacityBytes"].integer
            details = [json["Protocol"].string, json["MediaType"].string].compactMap(\.self)
            if json["FailurePredicted"].truth == true { details.append("failure predicted") }
            if let left = json["PredictedMediaLifeLeftPercent"].number, (0...100).contains(left) {
                details.append("\(Int(left)) % life left")
            }
        case .nic:
            // The one in use is what its frames carry when it boots.
            mac = (json["MACAddress"].string ?? json["PermanentMACAddress"].string)?.lowercased()
            guard mac != nil else { return nil }
            details = [json["SpeedMbps"].count("Mbit/s"), json["LinkStatus"].string].compactMap(\.self)
        case .powerSupply:
            details = [json["PowerCapacityWatts"].count("W")].compactMap(\.self)
        case .chassis, .manager:
            details = [json["ChassisType"].string, json["ManagerType"].string].compactMap(\.self)
        }
    }

    /// What a person finds it by: the place rather than the kind.
    private static func name(_ kind: Kind, _ json: JSON) -> String? {
        switch kind {
        case .memory: json["DeviceLocator"].string ?? json["Name"].string ?? json["Id"].string
        case .processor: json["Socket"].string ?? json["Id"].string ?? json["Name"].string
        case .nic: json["Id"].string ?? json["Name"].string
        case .drive, .powerSupply, .chassis, .manager: json["Name"].string ?? json["Id"].string
        }
    }
}

extension JSON {
    /// `24 cores`; nil for nothing and for zero, which services write where they do not know.
    fileprivate func count(_ unit: String) -> String? {
        integer.flatMap { $0 > 0 ? "\($0) \(unit)" : nil }
    }
}

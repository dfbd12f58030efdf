import Octets

/// Record type 0x11: where a FRU device is (IPMI 2.0 table 43-7).
public struct FRULocatorRecord: Hashable, Sendable {
    static let kind: UInt8 = 0x11

    /// The controller that it is reached through.
    public var controller: UInt8
    /// The number to read a logical device by, else its address on a bus.
    public var device: UInt8
    /// Bit 7: a logical device, read by FRU commands; the rest says on which bus another is.
    public var access: UInt8
    public var channel: UInt8
    public var deviceType: UInt8
    public var deviceTypeModifier: UInt8
    public var entity: EntityReference
    public var oem: UInt8
    public var name: SDRName

    public var isLogical: Bool { access & 0x80 != 0 }

    public init(
        controller: UInt8 = 0x20,
        device: UInt8,
        access: UInt8 = 0x80,
        channel: UInt8 = 0,
        deviceType: UInt8 = 0x10,
        deviceTypeModifier: UInt8 = 0,
        entity: EntityReference,
        oem: UInt8 = 0,
        name: SDRName
    ) {
        self.controller = controller
        self.device = device
        self.access = access
        self.channel = channel
        self.deviceType = deviceType
        self.deviceTypeModifier = deviceTypeModifier
        self.entity = entity
        self.oem = oem
        self.name = name
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        controller = try reader.readInteger()
        device = try reader.readInteger()
        access = try reader.readInteger()
        channel = try reader.readInteger() >> 4
        _ = try reader.read(1)
        deviceType = try reader.readInteger()
        deviceTypeModifier = try reader.readInteger()
        entity = try EntityReference(reading: &reader)
        oem = try reader.readInteger()
        name = SDRName(reading: &reader)
    }

    func write(to octets: inout [UInt8]) {
        octets += [controller, device, access, channel << 4, 0, deviceType, deviceTypeModifier]
        entity.write(to: &octets)
        octets.append(oem)
        name.write(to: &octets)
    }
}

/// Record type 0x12: a management controller (IPMI 2.0 table 43-8).
public struct ControllerLocatorRecord: Hashable, Sendable {
    static let kind: UInt8 = 0x12

    public var address: UInt8
    public var channel: UInt8
    /// What it is told of the power and set up with.
    public var notification: UInt8
    public var capabilities: UInt8
    public var entity: EntityReference
    public var oem: UInt8
    public var name: SDRName

    public init(
        address: UInt8 = 0x20,
        channel: UInt8 = 0,
        notification: UInt8 = 0,
        capabilities: UInt8,
        entity: EntityReference,
        oem: UInt8 = 0,
        name: SDRName
    ) {
        self.address = address
        self.channel = channel
        self.notification = notification
        self.capabilities = capabilities
        self.entity = entity
        self.oem = oem
        self.name = name
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        address = try reader.readInteger()
        channel = try reader.readInteger() & 0x0F
        notification = try reader.readInteger()
        capabilities = try reader.readInteger()
        _ = try reader.read(3)
        entity = try EntityReference(reading: &reader)
        oem = try reader.readInteger()
        name = SDRName(reading: &reader)
    }

    func write(to octets: inout [UInt8]) {
        octets += [address, channel, notification, capabilities, 0, 0, 0]
        entity.write(to: &octets)
        octets.append(oem)
        name.write(to: &octets)
    }
}

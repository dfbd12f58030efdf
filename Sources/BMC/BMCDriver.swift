public import Inventory

/// One login to a BMC. A driver is not for several tasks at once: `BMCGate` lets one at a time through.
public protocol BMCDriver: Sendable {
    func identify() async throws -> BMCIdentity
    func powerState() async throws -> PowerState
    /// Asks for a change; the machine follows later.
    func setPower(_ action: PowerAction) async throws
    func setBootDevice(_ setting: BootSetting) async throws
    /// What the BMC says that the machine boots next.
    func bootDevice() async throws -> BootSetting
    func sensors() async throws -> BMCSensors
    /// The parts that the BMC knows of.
    func inventory() async throws -> [BMCPart]
    /// What the machine is made of, in the words of an inspection.
    ///
    /// - Parameter instant: now, in seconds since 1970
    func hardware(at instant: Double) async throws -> Inventory
    /// The newest events.
    func eventLog(limit: Int) async throws -> BMCEventLog
    func clearEventLog() async throws
    /// Asks for all that the BMC can do; with a limit, what was read is recorded, with as many resources more as it allows.
    func probe(recording limit: Int?) async throws -> BMCProbe
    /// Whether the power cannot be seen, and what was asked for must be taken for done; known after it was asked for.
    func cannotTellPower() async -> Bool
    /// Gives the account of this login another password.
    func setPassword(_ new: Secret) async throws
    /// The machine's serial console, which takes over the login; the driver is of no use after it.
    func console() async throws -> any BMCConsole
    func bios() async throws -> BMCBIOS
    /// Asks for attributes given as text; a trial says what would change and changes nothing.
    func setBIOS(_ wanted: [String: String], applyTime: String?, isTrial: Bool) async throws -> BMCBIOSOutcome
    func secureBoot() async throws -> BMCSecureBoot
    func setSecureBoot(_ isEnabled: Bool) async throws -> BMCSecureBoot
    func media() async throws -> BMCMedia
    /// Puts an image into the CD drive that the BMC shows to its machine.
    func insertMedia(_ uri: String) async throws -> BMCMedia
    func ejectMedia() async throws -> BMCMedia
    func firmware() async throws -> [BMCFirmware]
    /// - Parameter targets: what is to have it, by the ids of `firmware()`; none leaves it to the BMC
    func startUpdate(
        _ source: BMCFirmwareSource,
        targets: [String],
        progress: @escaping @Sendable (_ sent: Int64, _ total: Int64) -> Void
    ) async throws -> BMCTask
    func look(at task: BMCTask) async throws -> BMCTask
    /// How the BMC itself is on the network.
    func lan() async throws -> BMCLAN
    /// The BMC may fall silent in the middle of it.
    func setLAN(_ wanted: BMCLANWish) async throws -> BMCLANOutcome
    func users() async throws -> BMCUsers
    func changeUser(_ change: BMCUserChange) async throws -> BMCUsers
    /// Makes sure that events are sent.
    func subscribe(_ wanted: BMCSubscription) async throws -> BMCSubscribed
    /// Takes away what is ours; says how many there were.
    func unsubscribe(marks: [String]) async throws -> Int
    func submitTestEvent(id: String, at instant: Double) async throws
    /// What came into the event log since; with no mark nothing but the mark.
    func logNews(since mark: BMCLogMark?, limit: Int) async throws -> BMCLogNews
    /// Nothing is asked for a while: the login stays, and what costs memory or files goes.
    func rest() async
    /// Logs out. The driver is of no use after it.
    func close() async
}

/// What not every driver can do.
extension BMCDriver {
    public func rest() async {}
    public func setPassword(_ new: Secret) async throws { throw NotSupported() }
    public func console() async throws -> any BMCConsole { throw NotSupported() }
    public func cannotTellPower() async -> Bool { false }
    public func sensors() async throws -> BMCSensors { throw NotSupported() }
    public func inventory() async throws -> [BMCPart] { throw NotSupported() }
    public func hardware(at instant: Double) async throws -> Inventory { throw NotSupported() }
    public func eventLog(limit: Int) async throws -> BMCEventLog { throw NotSupported() }
    public func clearEventLog() async throws { throw NotSupported() }
    public func probe(recording limit: Int?) async throws -> BMCProbe { throw NotSupported() }
    public func bios() async throws -> BMCBIOS { throw NotSupported() }
    public func setBIOS(
        _ wanted: [String: String],
        applyTime: String?,
        isTrial: Bool
    ) async throws -> BMCBIOSOutcome { throw NotSupported() }
    public func secureBoot() async throws -> BMCSecureBoot { throw NotSupported() }
    public func setSecureBoot(_ isEnabled: Bool) async throws -> BMCSecureBoot { throw NotSupported() }
    public func media() async throws -> BMCMedia { throw NotSupported() }
    public func insertMedia(_ uri: String) async throws -> BMCMedia { throw NotSupported() }
    public func ejectMedia() async throws -> BMCMedia { throw NotSupported() }
    public func firmware() async throws -> [BMCFirmware] { throw NotSupported() }
    public func startUpdate(
        _ source: BMCFirmwareSource,
        targets: [String],
        progress: @escaping @Sendable (_ sent: Int64, _ total: Int64) -> Void
    ) async throws -> BMCTask { throw NotSupported() }
    public func look(at task: BMCTask) async throws -> BMCTask { throw NotSupported() }
    public func lan() async throws -> BMCLAN { throw NotSupported() }
    public func setLAN(_ wanted: BMCLANWish) async throws -> BMCLANOutcome { throw NotSupported() }
    public func users() async throws -> BMCUsers { throw NotSupported() }
    public func changeUser(_ change: BMCUserChange) async throws -> BMCUsers { throw NotSupported() }
    public func subscribe(_ wanted: BMCSubscription) async throws -> BMCSubscribed { throw NotSupported() }
    public func unsubscribe(marks: [String]) async throws -> Int { throw NotSupported() }
    public func submitTestEvent(id: String, at instant: Double) async throws { throw NotSupported() }
    public func logNews(since mark: BMCLogMark?, limit: Int) async throws -> BMCLogNews { throw NotSupported() }
}

/// A driver lacks an operation; the gate makes a `BMCError` of it.
struct NotSupported: Error {}

/// What a BMC says of itself and its machine; nil where it does not say.
public struct BMCIdentity: Hashable, Sendable {
    public var manufacturer: String?
    public var model: String?
    public var serialNumber: String?
    /// Of the machine, as SMBIOS has it.
    public var uuid: String?
    public var firmware: String?
    /// "Redfish 1.15.0" or "IPMI 2.0, cipher suite 17".
    public var interface: String
    /// The certificate that the BMC showed, SHA-256 in hexadecimal digits.
    public var certificateSHA256: String?
    /// How it takes changes; nil where its protocol knows one way alone.
    public var strategy: BMCStrategy?
    /// What a person should know: which of several systems was chosen, say.
    public var remarks: [String]

    public init(
        manufacturer: String? = nil,
        model: String? = nil,
        serialNumber: String? = nil,
        uuid: String? = nil,
        firmware: String? = nil,
        interface: String,
        certificateSHA256: String? = nil,
        strategy: BMCStrategy? = nil,
        remarks: [String] = []
    ) {
        self.manufacturer = manufacturer
        self.model = model
        self.serialNumber = serialNumber
        self.uuid = uuid
        self.firmware = firmware
        self.interface = interface
        self.certificateSHA256 = certificateSHA256
        self.strategy = strategy
        self.remarks = remarks
    }
}

public enum PowerState: Hashable, Sendable {
    case on, off
    /// Between the two, or not to be known; what the BMC said.
    case unknown(String)
}

public enum PowerAction: String, Hashable, Sendable, CaseIterable {
    case on
    case forceOff = "force-off"
    case gracefulShutdown = "graceful-shutdown"
    /// Restarts a machine that is on.
    case reset
}

public enum BootDevice: String, Hashable, Sendable, CaseIterable {
    /// No override: the firmware's own order.
    case none
    case pxe, disk
    case httpBoot = "http-boot"
    /// A CD, above all one that the BMC shows from the network.
    case cd
}

public enum BootMode: String, Hashable, Sendable, CaseIterable {
    case uefi, legacy
}

public enum BootPersistence: String, Hashable, Sendable, CaseIterable {
    case once, continuous
}

/// What a machine is to boot next, or boots next.
public struct BootSetting: Hashable, Sendable {
    /// Nil when a BMC names a device that is none of ours.
    public var device: BootDevice?
    public var persistence: BootPersistence?
    /// Nil leaves the mode as it is, or says that the BMC does not tell it.
    public var mode: BootMode?
    /// The file for `httpBoot`, where the BMC is told it.
    public var httpURI: String?
    /// In a setting read from a BMC: what does not fit in the rest.
    public var remark: String?

    public init(
        device: BootDevice?,
        persistence: BootPersistence? = .once,
        mode: BootMode? = nil,
        httpURI: String? = nil,
        remark: String? = nil
    ) {
        self.device = device
        self.persistence = persistence
        self.mode = mode
        self.httpURI = httpURI
        self.remark = remark
    }
}

extension BootSetting: CustomStringConvertible {
    public var description: String {
        guard device != BootDevice.none else { return "no override" }
        let words = [device?.rawValue ?? "another device", persistence?.rawValue, mode?.rawValue]
        return words.compactMap(\.self).joined(separator: ", ")
    }
}

extension PowerState: CustomStringConvertible {
    public var description: String {
        switch self {
        case .on: "on"
        case .off: "off"
        case .unknown(let text): "unknown (\(text))"
        }
    }
}

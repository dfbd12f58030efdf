import BootDoctor
import DHCP
import Octets
import Testing

/// A server on the scene's wire.
struct Host {
    var address: IPv4Address
    var mac: MACAddress?

    static let ours = Host(address: IPv4Address(10, 77, 0, 1), mac: MACAddress("52:54:00:77:ff:01"))
    /// The site's own DHCP server, which somebody forgot.
    static let router = Host(address: IPv4Address(10, 77, 0, 254), mac: MACAddress("00:11:22:33:44:55"))
    static let proxy = Host(address: IPv4Address(10, 77, 0, 9), mac: MACAddress("00:11:22:33:44:66"))
}

/// A boot client.
struct Machine {
    enum Kind {
        case biosROM, uefiROM, armROM, uefiHTTP, iPXE, biosIPXE, system, bootp
    }

    var kind: Kind
    var last: UInt8 = 1
    var transaction: UInt32 = 0x1000
    var mac: MACAddress? { MACAddress(octets: [0x52, 0x54, 0, 0x77, 0, last]) }
    var address: IPv4Address { IPv4Address(10, 77, 0, 100 + last) }

    /// The same machine in another stage.
    func `as`(_ kind: Kind) -> Machine {
        var other = self
        other.kind = kind
        other.transaction += 1
        return other
    }

    func message(_ type: MessageType?) -> DHCPMessage {
        var message = DHCPMessage(.request, transaction: transaction)
        message.hardwareAddress = mac?.octets ?? []
        message.messageType = type
        let architecture: (UInt16, String)? =
            switch kind {
            case .biosROM, .biosIPXE: (0, "PXEClient:Arch:00000:UNDI:002001")
            case .uefiROM, .iPXE: (7, "PXEClient:Arch:00007:UNDI:003000")
            case .armROM: (11, "PXEClient:Arch:00011:UNDI:003000")
            case .uefiHTTP: (16, "HTTPClient:Arch:00016:UNDI:003001")
            case .system, .bootp: nil
            }
        if let architecture {
            message.clientArchitectures = [ClientArchitecture(rawValue: architecture.0)]
            message.vendorClass = architecture.1
            message.options[.clientMachineIdentifier] = [0] + (1...16).map { UInt8($0) }
            message.maximumSize = 1472
        }
        if kind == .iPXE || kind == .biosIPXE { message.options[.userClass] = Array("iPXE".utf8) }
        if kind == .bootp { message.messageType = nil }
        return message
    }
}

/// A boot network that a doctor listens to.
struct Scene {
    /// What a reply says of booting.
    enum Boot {
        case nothing
        /// A file and no option 60.
        case plain(String)
        /// Option 60 PXEClient; `direct` with 43.6 = 8.
        case pxe(String?, direct: Bool)
        case http(String?)
    }

    var doctor: BootDoctor
    var now = 1000.0

    init(own: Set<IPv4Address> = [Host.ours.address], expected: Set<IPv4Address> = [], clientLimit: Int = 4096) {
        doctor = BootDoctor(own: own, expected: expected, clientLimit: clientLimit)
    }

    mutating func wait(_ seconds: Double) { now += seconds }

    /// The machine says something by broadcast, or to `host`.
    mutating func say(
        _ machine: Machine,
        _ type: MessageType?,
        to host: Host? = nil,
        port: UInt16 = 67,
        _ change: (inout DHCPMessage) -> Void = { _ in }
    ) {
        var message = machine.message(type)
        change(&message)
        doctor.see(
            DHCPSighting(
                at: now,
                message: message,
                sourceMAC: machine.mac,
                source: message.clientAddress,
                sourcePort: 68,
                destination: host?.address ?? .broadcast,
                destinationPort: port
            )
        )
    }

    /// A server answers, by broadcast.
    mutating func answer(
        _ machine: Machine,
        _ type: MessageType?,
        by host: Host = .ours,
        address: IPv4Address?,
        _ boot: Boot = .nothing,
        fromPort port: UInt16 = 67,
        _ change: (inout DHCPMessage) -> Void = { _ in }
    ) {
        var message = DHCPMessage(.reply, transaction: machine.transaction)
        message.hardwareAddress = machine.mac?.octets ?? []
        message.messageType = type
        message.serverIdentifier = host.address
        message.yourAddress = address ?? .any
        if address != nil { message.setAddresses(.subnetMask, to: [IPv4Address(255, 255, 255, 0)]) }
        var name: String?
        switch boot {
        case .nothing: break
        case .plain(let file): name = file
        case .pxe(let file, let direct):
            name = file
            message.vendorClass = "PXEClient"
            if direct {
                message.options[.vendorSpecific] = Encapsulated().adding(Encapsulated.discoveryControl, [8]).octets
            }
        case .http(let url):
            name = url
            message.vendorClass = "HTTPClient"
        }
        if let name {
            message.bootFile = Array(name.utf8)
            message.nextServer = host.address
        }
        change(&message)
        doctor.see(
            DHCPSighting(
                at: now,
                message: message,
                sourceMAC: host.mac,
                source: host.address,
                sourcePort: port,
                destination: .broadcast,
                destinationPort: 68
            )
        )
    }

    /// DISCOVER, OFFER, REQUEST, ACK within a second.
    mutating func boot(_ machine: Machine, by host: Host = .ours, _ boot: Boot = .nothing) {
        say(machine, .discover)
        wait(0.1)
        answer(machine, .offer, by: host, address: machine.address, boot)
        wait(0.1)
        say(machine, .request) {
            $0.serverIdentifier = host.address
            $0.requestedAddress = machine.address
        }
        wait(0.1)
        answer(machine, .acknowledge, by: host, address: machine.address, boot)
    }

    /// DISCOVERs as firmware repeats them, after 0, 4, 12 and 28 seconds; `answer` comes after each.
    mutating func discoverAgainAndAgain(
        _ machine: Machine,
        times: Int = 4,
        answer: (inout Scene) -> Void = { _ in }
    ) {
        for pause in [4.0, 8, 16, 32].prefix(times) {
            say(machine, .discover)
            answer(&self)
            wait(pause)
        }
    }

    var findings: [Finding] { doctor.findings(at: now) }
    var kinds: [Finding.Kind] { findings.map(\.kind) }

    func finding(_ kind: Finding.Kind) -> Finding? { findings.first { $0.kind == kind } }

    func evidence(_ kind: Finding.Kind) -> String { finding(kind)?.evidence.joined(separator: " ") ?? "" }
}

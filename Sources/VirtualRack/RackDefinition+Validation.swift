import FoundationEssentials

/// What is wrong with a rack's definition.
public struct RackDefinitionError: Error, Hashable, Sendable, CustomStringConvertible {
    public var problems: [String]

    public var description: String { "rack definition: " + problems.joined(separator: "; ") }
}

extension RackDefinition {
    /// Reads and checks a definition.
    public init(contentsOf path: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: path)))
        try validate()
    }

    /// Everything that is wrong is said at once. Names become file names, interface names and parts of command lines,
    /// so only plain characters are let through.
    public func validate() throws(RackDefinitionError) {
        var problems: [String] = []
        func expect(_ condition: Bool, _ problem: @autoclosure () -> String) {
            if !condition { problems.append(problem()) }
        }
        expect(Self.isPlain(network.namespace, limit: 64), "namespace \(network.namespace) is not a plain name")
        expect(Self.isPlain(network.bridge, limit: 15), "bridge \(network.bridge) is not an interface name")
        if let uplink = network.uplink {
            expect(Self.isPlain(uplink.interface, limit: 13), "uplink \(uplink.interface) is not an interface name")
        }
        if let address6 = network.address6 {
            let isPlain = address6.contains(":") && address6.contains("/")
            expect(isPlain, "network address6 \(address6) is not ADDRESS/LENGTH")
        }
        expect(network.prefixLength != nil, "network address \(network.address) is not ADDRESS/LENGTH")
        var seen: Set<String> = []
        for machine in machines {
            let name = machine.name
            expect(Self.isPlain(name, limit: 64), "\(name) is not a plain name")
            for unique in ["name \(name)", "uuid \(machine.uuid)", "BMC address \(machine.bmc.address)"] {
                expect(seen.insert(unique).inserted, "\(unique) is given twice")
            }
            expect(
                machine.firmware == .uefi || machine.networkBoot == nil && machine.secureBoot != true,
                "\(name): networkBoot and secureBoot are for UEFI"
            )
            expect(UUID(uuidString: machine.uuid) != nil, "\(name): \(machine.uuid) is not a UUID")
            expect(Self.isPlain(machine.serial, limit: 64), "\(name): serial \(machine.serial) is not plain")
            expect((64...1_048_576).contains(machine.memoryMiB), "\(name): \(machine.memoryMiB) MiB of memory")
            expect((1...64).contains(machine.cpus), "\(name): \(machine.cpus) CPUs")
            let nodes = machine.numaNodes ?? 1
            expect(
                nodes >= 1 && nodes <= 8 && machine.cpus % max(nodes, 1) == 0 && machine.memoryMiB % max(nodes, 1) == 0,
                "\(name): processors and memory do not go into \(nodes) equal nodes"
            )
            expect(!machine.macs.isEmpty, "\(name) has no network card")
            for mac in machine.macs {
                expect(Self.isMAC(mac), "\(name): \(mac) is not a MAC address")
                expect(seen.insert("MAC \(mac)").inserted, "MAC \(mac) is given twice")
            }
            for disk in machine.disks {
                expect(disk.size > 0 && disk.size % 512 == 0, "\(name): disk of \(disk.size) octets")
                expect(Self.isPlain(disk.serial, limit: 20), "\(name): disk serial \(disk.serial) is not plain")
                expect(disk.file?.contains(",") != true, "\(name): a disk's file name holds a comma")
            }
            expect(
                machine.bmc.transport == .ipmi || machine.bmc.implementation != .simulator,
                "\(name): ipmi_sim is for IPMI"
            )
            expect(
                !machine.bmc.isSimulator || machine.bmc.faults?.isEmpty != false,
                "\(name): ipmi_sim has no faults to order; use the implementation \"own\""
            )
            expect(
                !machine.bmc.isOwnIPMI || machine.bmc.username.utf8.count <= 16,
                "\(name): an IPMI user's name has at most 16 octets"
            )
            let words = [machine.bmc.username, machine.bmc.password]
            expect(
                words.allSatisfy { !$0.isEmpty && $0.utf8.count <= 20 && !$0.contains("\"") },
                "\(name): BMC user and password have 1 to 20 octets and no quotation mark"
            )
        }
        if !problems.isEmpty { throw RackDefinitionError(problems: problems) }
    }

    private static func isPlain(_ text: String, limit: Int) -> Bool {
        (1...limit).contains(text.utf8.count)
            && text.utf8.first != UInt8(ascii: "-")
            && text != "." && text != ".."
            && text.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    private static func isMAC(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 6 && parts.allSatisfy { $0.utf8.count == 2 && UInt8($0, radix: 16) != nil }
    }
}

extension RackDefinition.Network {
    /// The bridge's prefix length, as BMC addresses get it too.
    var prefixLength: Int? {
        let parts = address.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = Int(parts[1]), (8...30).contains(length) else { return nil }
        return length
    }
}

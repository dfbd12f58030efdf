public import LLDP

extension Inventory {
    /// The switch at the other end of a cable, as it named itself by LLDP.
    public struct Neighbor: Codable, Hashable, Sendable {
        /// The switch's name, or its chassis where it gives no name.
        public var `switch`: String
        /// What the switch is known by to machines, mostly a MAC address.
        public var chassis: String
        /// The switch's port, such as `Ethernet1/7`.
        public var port: String
        public var portDescription: String?
        /// What the switch says that it is, on one line.
        public var description: String?
        public var managementAddress: String?
        /// The VLAN of frames without a tag.
        public var nativeVLAN: Int?
        /// The VLANs that the switch names on this port.
        public var vlans: [VLAN]
        /// Whether the switch has the port in an aggregation.
        public var isAggregated: Bool?
        /// The largest frame that the switch takes on this port, in octets.
        public var frameSize: Int?

        public struct VLAN: Codable, Hashable, Sendable {
            public var id: Int
            public var name: String?

            public init(id: Int, name: String? = nil) {
                self.id = id
                self.name = name
            }
        }

        public init(
            switch: String,
            chassis: String,
            port: String,
            portDescription: String? = nil,
            description: String? = nil,
            managementAddress: String? = nil,
            nativeVLAN: Int? = nil,
            vlans: [VLAN] = [],
            isAggregated: Bool? = nil,
            frameSize: Int? = nil
        ) {
            self.switch = `switch`
            self.chassis = chassis
            self.port = port
            self.portDescription = portDescription
            self.description = description
            self.managementAddress = managementAddress
            self.nativeVLAN = nativeVLAN
            self.vlans = vlans
            self.isAggregated = isAggregated
            self.frameSize = frameSize
        }

        private enum CodingKeys: String, CodingKey {
            case `switch`, chassis, port
            case portDescription = "port_description"
            case description
            case managementAddress = "management_address"
            case nativeVLAN = "native_vlan"
            case vlans
            case isAggregated = "is_aggregated"
            case frameSize = "frame_size"
        }
    }
}

extension Inventory.Neighbor {
    public init(_ unit: LLDPDU) {
        let addresses = unit.all(ManagementAddress.self).map(\.address)
        let vlans = unit.all(VLANName.self).map { vlan in
            Inventory.Neighbor.VLAN(id: Int(vlan.vlan), name: Self.line(vlan.text))
        }
        self.init(
            switch: Self.line(unit.systemName) ?? "\(unit.chassis)",
            chassis: "\(unit.chassis)",
            port: "\(unit.port)",
            portDescription: Self.line(unit.portDescription),
            description: Self.line(unit.systemDescription),
            // One that people type: IPv4 before IPv6 before anything else.
            managementAddress: addresses.min { Self.rank($0) < Self.rank($1) }.map { "\($0)" },
            nativeVLAN: unit.first(PortVLAN.self).flatMap { $0.vlan == 0 ? nil : Int($0.vlan) },
            vlans: vlans.sorted { ($0.id, $0.name ?? "") < ($1.id, $1.name ?? "") },
            isAggregated: unit.first(LinkAggregation.self)?.isAggregated
                ?? unit.first(EthernetLinkAggregation.self)?.isAggregated,
            frameSize: unit.first(MaximumFrameSize.self).map { Int($0.octets) }
        )
    }

    private static func rank(_ address: NetworkAddress) -> Int {
        [NetworkAddress.ipv4, NetworkAddress.ipv6].firstIndex(of: address.family) ?? 2
    }

    /// The text on one line, without what moves a terminal's cursor; nothing where nothing is left.
    private static func line(_ text: String?) -> String? {
        guard let text else { return nil }
        let words = text.unicodeScalars.split { $0.value <= 0x20 || (0x7F...0x9F).contains($0.value) }
        let line = words.map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
        return line.isEmpty ? nil : line
    }
}

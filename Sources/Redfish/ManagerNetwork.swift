/// The network of a BMC as its manager shows it (DSP0268, EthernetInterface), read tolerantly.
public struct ManagerNetwork: Hashable, Sendable {
    public struct Address: Hashable, Sendable {
        public var address: String
        public var netmask: String?
        public var gateway: String?
        /// `Static`, `DHCP`.
        public var origin: String?

        /// Nil for a place without an address.
        init?(_ json: JSON) {
            guard let address = Self.meant(json["Address"].string) else { return nil }
            self.address = address
            netmask = Self.meant(json["SubnetMask"].string)
            gateway = Self.meant(json["Gateway"].string)
            origin = json["AddressOrigin"].string
        }

        private static func meant(_ text: String?) -> String? { text == "0.0.0.0" ? nil : text }
    }

    public var path: String
    public var id: String
    public var isEnabled: Bool?
    public var isLinkUp: Bool?
    public var mac: String?
    public var addresses: [Address]
    /// How many entries `IPv4StaticAddresses` has; nil where there is no such member.
    public var staticCount: Int?
    /// Nil where the service does not say.
    public var usesDHCP: Bool?
    /// Whether the newer member `DHCPv4` is there.
    public var hasDHCPMember: Bool
    /// Nil where it says nothing of VLANs, 0 for none.
    public var vlan: Int?
    /// With the prefix's length.
    public var ipv6: [String]
    public var hostname: String?
    public var nameServers: [String]
    /// Where changes must be written instead (`@Redfish.Settings`).
    public var settingsPath: String?

    public init(_ json: JSON, path: String) {
        self.path = json["@odata.id"].string ?? path
        id = json["Id"].string ?? String(path.split(separator: "/").last ?? "")
        isEnabled = json["InterfaceEnabled"].truth
        isLinkUp = json["LinkStatus"].string.map { $0 == "LinkUp" }
        // Some write it with dashes.
        let mac = json["PermanentMACAddress"].string ?? json["MACAddress"].string
        self.mac = mac.map { String($0.lowercased().map { $0 == "-" ? ":" : $0 }) }
        addresses = (json["IPv4Addresses"].array ?? []).compactMap(Address.init)
        staticCount = json["IPv4StaticAddresses"].array?.count
        hasDHCPMember = json["DHCPv4"].object != nil
        usesDHCP =
            json["DHCPv4"]["DHCPEnabled"].truth ?? addresses.first?.origin.map { $0.uppercased() == "DHCP" }
        let vlan = json["VLAN"]
        self.vlan =
            if vlan["VLANEnable"].truth == true {
                vlan["VLANId"].integer.flatMap { (1...4094).contains($0) ? Int($0) : nil }
            } else {
                vlan["VLANEnable"].truth == false ? 0 : nil
            }
        ipv6 = (json["IPv6Addresses"].array ?? []).compactMap { entry in
            guard let address = entry["Address"].string, address != "::" else { return nil }
            return address.lowercased() + (entry["PrefixLength"].integer.map { "/\($0)" } ?? "")
        }
        hostname = json["FQDN"].string ?? json["HostName"].string
        nameServers = (json["NameServers"].strings ?? []).filter { !["0.0.0.0", "::", "(null)"].contains($0) }
        settingsPath = json["@Redfish.Settings"]["SettingsObject"].link
    }

    /// The interface that the service is reached by: the one with the address that was called, else the one that looks
    /// most like it.
    public static func choose(from all: [Self], calledAt address: String) -> Self? {
        let ranked = all.enumerated().sorted { left, right in
            (-left.element.suitability(address), left.offset) < (-right.element.suitability(address), right.offset)
        }
        return ranked.first?.element
    }

    private func suitability(_ called: String) -> Int {
        var points = 0
        if addresses.contains(where: { $0.address == called }) { points += 32 }
        if isEnabled != false { points += 4 }
        if !addresses.isEmpty { points += 4 }
        if addresses.contains(where: { $0.gateway != nil }) { points += 4 }
        if isLinkUp == true { points += 1 }
        // The cable between BMC and host.
        if id.lowercased().contains("host") || addresses.first?.address.hasPrefix("169.254.") == true { points -= 8 }
        return points
    }
}

/// How a BMC's network is to be; what is nil stays.
public struct NetworkWish: Hashable, Sendable {
    public enum Addressing: Hashable, Sendable {
        case fixed(address: String, netmask: String, gateway: String?)
        case dhcp
    }

    public var addressing: Addressing?
    /// 0 for none.
    public var vlan: Int?

    public init(addressing: Addressing?, vlan: Int?) {
        self.addressing = addressing
        self.vlan = vlan
    }
}

extension ManagerNetwork {
    /// A change as a request.
    public struct Request: Hashable, Sendable {
        public var path: String
        public var body: JSON
    }

    /// The requests that ask for it, the likeliest first; each asks for all of it.
    ///
    /// - Parameter attributes: the path of the maker's own attributes, where it has some
    public func requests(
        for wish: NetworkWish,
        strategy: VendorStrategy,
        attributes: String? = nil
    ) -> [Request] {
        var requests: [Request] = []
        for form in strategy.networkForms {
            let body: [String: JSON]
            switch form {
            case .staticAddresses: body = newer(wish)
            case .addresses: body = older(wish)
            case .attributes:
                if let attributes { requests.append(Request(path: attributes, body: Self.attributes(wish))) }
                continue
            }
            for place in strategy.places {
                let path = place == .system ? path : settingsPath
                if let path { requests.append(Request(path: path, body: .object(body))) }
            }
        }
        // A wish for a VLAN alone reads the same in both forms.
        var seen: Set<Request> = []
        return requests.filter { seen.insert($0).inserted }
    }

    private func newer(_ wish: NetworkWish) -> [String: JSON] {
        var body = Self.vlan(wish)
        switch wish.addressing {
        case .fixed(let address, let netmask, let gateway):
            body["DHCPv4"] = .object(["DHCPEnabled": .bool(false)])
            // A null takes out one of several (DSP0266 section 7.10).
            let further = [JSON](repeating: .null, count: max(0, min(staticCount ?? 0, 16) - 1))
            body["IPv4StaticAddresses"] = .array([Self.entry(address, netmask, kept(gateway))] + further)
        case .dhcp: body["DHCPv4"] = .object(["DHCPEnabled": .bool(true)])
        case nil: break
        }
        return body
    }

    /// As before `DHCPv4` and `IPv4StaticAddresses` were in the schema (2017).
    private func older(_ wish: NetworkWish) -> [String: JSON] {
        var body = Self.vlan(wish)
        switch wish.addressing {
        case .fixed(let address, let netmask, let gateway):
            var entry = Self.entry(address, netmask, kept(gateway)).object ?? [:]
            entry["AddressOrigin"] = .string("Static")
            body["IPv4Addresses"] = .array([.object(entry)])
        case .dhcp: body["IPv4Addresses"] = .array([.object(["AddressOrigin": .string("DHCP")])])
        case nil: break
        }
        return body
    }

    /// An entry that names no gateway would lose the one that is there.
    private func kept(_ gateway: String?) -> String? { gateway ?? addresses.first?.gateway }

    private static func entry(_ address: String, _ netmask: String, _ gateway: String?) -> JSON {
        var entry: [String: JSON] = ["Address": .string(address), "SubnetMask": .string(netmask)]
        if let gateway { entry["Gateway"] = .string(gateway) }
        return .object(entry)
    }

    private static func vlan(_ wish: NetworkWish) -> [String: JSON] {
        guard let vlan = wish.vlan else { return [:] }
        let members: [String: JSON] =
            vlan == 0
            ? ["VLANEnable": .bool(false)] : ["VLANEnable": .bool(true), "VLANId": .integer(Int64(clamping: vlan))]
        return ["VLAN": .object(members)]
    }

    /// iDRAC's names for it.
    private static func attributes(_ wish: NetworkWish) -> JSON {
        var all: [String: JSON] = [:]
        switch wish.addressing {
        case .fixed(let address, let netmask, let gateway):
            all["IPv4.1.DHCPEnable"] = .string("Disabled")
            all["IPv4Static.1.Address"] = .string(address)
            all["IPv4Static.1.Netmask"] = .string(netmask)
            if let gateway { all["IPv4Static.1.Gateway"] = .string(gateway) }
        case .dhcp: all["IPv4.1.DHCPEnable"] = .string("Enabled")
        case nil: break
        }
        if let vlan = wish.vlan {
            all["NIC.1.VLanEnable"] = .string(vlan == 0 ? "Disabled" : "Enabled")
            if vlan != 0 { all["NIC.1.VLanID"] = .integer(Int64(clamping: vlan)) }
        }
        return .object(["Attributes": .object(all)])
    }

    /// Where an iDRAC has its attributes; nil for others.
    public static func attributesPath(manager: JSON) -> String? {
        let links = (manager["Links"]["Oem"]["Dell"]["DellAttributes"].array ?? []).compactMap(\.link)
        let own = links.first { $0.contains("iDRAC.") } ?? manager["Attributes"].link
        return own ?? (manager["Oem"]["Dell"] == .null ? nil : manager["@odata.id"].string.map { $0 + "/Attributes" })
    }

    /// The request that restarts the BMC, so that it takes over what it was told; nil where it has no such action.
    public static func restart(manager: JSON) -> Request? {
        let action = manager["Actions"]["#Manager.Reset"]
        guard let target = action["target"].string else { return nil }
        let allowed = action["ResetType@Redfish.AllowableValues"].strings
        let kind = ["GracefulRestart", "ForceRestart"].first { allowed?.contains($0) ?? true }
        return Request(path: target, body: .object(kind.map { ["ResetType": .string($0)] } ?? [:]))
    }
}

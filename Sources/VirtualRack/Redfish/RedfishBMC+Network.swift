import Octets

/// How the BMC itself is on the network. There is no DHCP for BMCs in a rack: one that asks for it keeps its address.
extension RedfishBMC {
    func changeNetwork(_ body: [UInt8], _ faults: [BMCFault]) async throws(RedfishProblem) -> Answer {
        let members = try Self.members(body)
        guard !members.isEmpty else { throw RedfishProblem(.malformed) }
        var network = state.network
        var problems: [RedfishMessage] = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            do throws(RedfishProblem) {
                switch name {
                case "HostName": network.hostname = try Self.text(value, name)
                case "DHCPv4": try Self.writeDHCP(value, to: &network)
                case "IPv4StaticAddresses": try Self.writeAddresses(value, to: &network)
                case "VLAN": try Self.writeVLAN(value, to: &network)
                default:
                    let isKnown = await tree(faults).documents[RedfishPath.interface]?[name] != nil
                    throw RedfishProblem(isKnown ? .notWritable(name) : .unknown(name))
                }
            } catch {
                problems += error.messages
            }
        }
        guard problems.isEmpty else { throw RedfishProblem(problems) }
        let hasMoved = network.address != state.network.address
        state.network = network
        let answer = await show(RedfishPath.interface, faults)
        if hasMoved { moved(to: network.address) }
        return answer
    }

    private static func writeDHCP(
        _ value: JSON,
        to network: inout RedfishState.Network
    ) throws(RedfishProblem) {
        guard let members = value.object else { throw RedfishProblem(.wrongType(value, "DHCPv4")) }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            let property = "DHCPv4/\(name)"
            guard name == "DHCPEnabled" else { throw RedfishProblem(.unknown(property)) }
            guard let isOn = value.bool else { throw RedfishProblem(.wrongType(value, property)) }
            network.usesDHCP = isOn
        }
    }

    private static func writeAddresses(
        _ value: JSON,
        to network: inout RedfishState.Network
    ) throws(RedfishProblem) {
        let property = "IPv4StaticAddresses"
        guard let entries = value.array else { throw RedfishProblem(.wrongType(value, property)) }
        // A null takes out an entry (DSP0266 section 7.10); there is one, which the BMC needs.
        let kept = entries.filter { $0 != .null }
        guard kept.count <= 1 else { throw RedfishProblem(.outOfRange("\(kept.count) entries", property)) }
        guard let entry = kept.first else { return }
        guard let members = entry.object else { throw RedfishProblem(.wrongType(entry, property)) }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            let text = try text(value, "\(property)/\(name)")
            guard let address = IPv4Address(text) else { throw RedfishProblem(.notInList(text, "\(property)/\(name)")) }
            switch name {
            case "Address":
                guard (1...223).contains(address.rawValue >> 24) else {
                    throw RedfishProblem(.notInList(text, "\(property)/\(name)"))
                }
                network.address = text
            case "SubnetMask": network.netmask = text
            case "Gateway": network.gateway = text
            default: throw RedfishProblem(.unknown("\(property)/\(name)"))
            }
        }
    }

    private static func writeVLAN(
        _ value: JSON,
        to network: inout RedfishState.Network
    ) throws(RedfishProblem) {
        guard let members = value.object else { throw RedfishProblem(.wrongType(value, "VLAN")) }
        for name in members.keys.sorted() where name != "VLANEnable" && name != "VLANId" {
            throw RedfishProblem(.unknown("VLAN/\(name)"))
        }
        let id = members["VLANId"]?.number
        if let id, !(1...4094).contains(id) { throw RedfishProblem(.outOfRange("\(id)", "VLAN/VLANId")) }
        let isOn = members["VLANEnable"]?.bool ?? (network.vlan != nil)
        guard let number = id ?? network.vlan ?? (isOn ? nil : 0) else { throw RedfishProblem(.missing("VLAN/VLANId")) }
        network.vlan = isOn ? number : nil
    }
}

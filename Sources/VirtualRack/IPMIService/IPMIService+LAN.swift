import IPMI
import Octets

/// LAN configuration (IPMI 2.0 section 23). There is no DHCP for BMCs in a rack: one that asks for it keeps its address.
extension IPMIService {
    mutating func lanConfiguration(_ call: Call) throws -> [UInt8] {
        var reader = OctetReader(call.request.data)
        let first: UInt8 = try reader.readInteger()
        var number = OctetReader([first])
        _ = try channel(&number)
        let parameter: UInt8 = try reader.readInteger()
        switch call.request.command {
        case 0x01:
            try setLAN(parameter, reader)
            return []
        case 0x02:
            // Bit 7 of the channel asks for the parameter's revision alone.
            return try [0x11] + (first & 0x80 != 0 ? [] : lanParameter(parameter))
        default: throw Refusal(.invalidCommand)
        }
    }

    private mutating func setLAN(_ parameter: UInt8, _ rest: OctetReader) throws {
        var reader = rest
        switch parameter {
        case 0: try setProgress(reader.readInteger() & 0x03)
        case 3:
            guard let address = IPv4Address(octets: try reader.read(4)), (1...223).contains(address.rawValue >> 24)
            else {
                throw Refusal(.invalidDataField)
            }
            move(lan.write { $0.address = address })
        case 4:
            let source = LANAddressSource(rawValue: try reader.readInteger())
            guard [.fixed, .dhcp].contains(source) else { throw Refusal(.invalidDataField) }
            move(lan.write { $0.source = source })
        case 6: try write(&reader, \.netmask)
        case 12: try write(&reader, \.gateway)
        case 16: lan.community = try [UInt8](reader.read(18))
        case 20:
            let vlan: UInt16 = try reader.readLittleEndian()
            guard vlan & 0x8000 == 0 || (1...4094).contains(vlan & 0x0FFF) else { throw Refusal(.invalidDataField) }
            move(lan.write { $0.vlan = vlan & 0x8FFF })
        // Known and not to be written.
        case 1...15, 21...26: throw Refusal(CompletionCode(rawValue: 0x82))
        default: throw Refusal.unknownParameter
        }
    }

    private mutating func write(
        _ reader: inout OctetReader,
        _ path: WritableKeyPath<LANMemory.Network, IPv4Address>
    ) throws {
        guard let address = IPv4Address(octets: try reader.read(4)) else { throw Refusal(.invalidDataField) }
        move(lan.write { $0[keyPath: path] = address })
    }

    /// The lock on the parameters: 0 lets go, 1 takes it, 2 commits.
    private mutating func setProgress(_ state: UInt8) throws {
        switch state {
        case 0: move(lan.unlock())
        case 1:
            guard lan.lock() else { throw Refusal(CompletionCode(rawValue: 0x81)) }
        case 2: move(lan.commit())
        default: throw Refusal(.invalidDataField)
        }
    }

    private mutating func move(_ address: IPv4Address?) {
        if let address { effects.append(.move(to: address)) }
    }

    private func lanParameter(_ parameter: UInt8) throws -> [UInt8] {
        switch parameter {
        case 0: return [lan.inProgress]
        // Logins of IPMI 1.5: none, for no privilege.
        case 1: return [0x00]
        case 2: return [0, 0, 0, 0, 0]
        case 3: return lan.told.address.octets
        case 4: return [lan.told.source.rawValue]
        case 5: return machine.mac
        case 6: return lan.told.netmask.octets
        // Time to live 64, no fragments, normal precedence and delay.
        case 7: return [0x40, 0x40, 0x10]
        // The BMC answers ARP and does not announce itself.
        case 10: return [0x02]
        case 11: return [0x00]
        case 12: return lan.told.gateway.octets
        case 13, 15: return [0, 0, 0, 0, 0, 0]
        case 14: return [0, 0, 0, 0]
        case 16: return lan.community
        case 20: return [UInt8(truncatingIfNeeded: lan.told.vlan), UInt8(truncatingIfNeeded: lan.told.vlan >> 8)]
        case 21: return [0]
        case 22: return [UInt8(clamping: sessions.suites.count)]
        case 23: return padded([0] + sessions.suites.map(\.rawValue), to: 17)
        // Administrator by each of the suites: four bits each, the first entry in the low ones.
        case 24:
            let levels = sessions.suites.map { _ in PrivilegeLevel.administrator.rawValue }
            let pairs = stride(from: 0, to: levels.count, by: 2).map { index in
                levels[index] | (index + 1 < levels.count ? levels[index + 1] << 4 : 0)
            }
            return padded([0] + pairs, to: 9)
        // Wrong passwords lock nobody out, as far as is said.
        case 26: return [0, 0, 0, 0, 0, 0]
        default: throw Refusal.unknownParameter
        }
    }

    private func padded(_ octets: [UInt8], to count: Int) -> [UInt8] {
        [UInt8](octets.prefix(count)) + [UInt8](repeating: 0, count: max(0, count - octets.count))
    }
}

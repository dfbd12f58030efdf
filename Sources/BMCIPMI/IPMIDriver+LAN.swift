import BMC
import IPMI
import Octets

/// The BMC's own network.
extension IPMIDriver {
    func lan() async throws -> BMCLAN {
        let operation = "reading the BMC's network"
        let channel = try await channel(operation)
        var reading = LANReading()
        let found = try await run(reading.start(), operation) { reading.handle($0) }
        let source: BMCLAN.Source? =
            switch found.source {
            case LANAddressSource.fixed?: .fixed
            case LANAddressSource.dhcp?: .dhcp
            case let other?: .other("\(other)")
            case nil: nil
            }
        let none = { (address: IPv4Address?) in address == .any ? nil : address }
        return BMCLAN(
            interface: channel == 0x0E ? "the channel in use" : "channel \(channel)",
            mac: found.mac.map { "\($0)" },
            source: source,
            address: none(found.address),
            netmask: none(found.netmask),
            gateway: none(found.gateway),
            vlan: found.vlan.map { .number($0) } ?? (found.saysVLAN ? .off : nil),
            ipv6: found.ipv6.map { "\($0.address)/\($0.prefixLength)" }
        )
    }

    func setLAN(_ wanted: BMCLANWish) async throws -> BMCLANOutcome {
        let operation = "changing the BMC's network"
        let channel = try await channel(operation)
        var writing = LANWriting(LANWish(wanted), channel: channel)
        let outcome: LANWriting.Outcome
        do {
            outcome = try await run(writing.start(), operation) { writing.handle($0) }
        } catch let error as BMCError
            where [.timeout, .unreachable, .protocolError].contains(error.kind) && writing.hasWritten
        {
            return BMCLANOutcome(isAnswered: false, remarks: ["the BMC fell silent when it was told"])
        }
        if let refusal = outcome.refusal {
            throw error(.refused, operation, ([refusal] + outcome.remarks).joined(separator: "; "))
        }
        return BMCLANOutcome(remarks: outcome.remarks)
    }

    /// The number of the channel that we came in by; 0xE where the BMC does not tell it.
    func channel(_ operation: String) async throws -> UInt8 {
        let answer = try await answer(to: .channelInfo, operation)
        guard answer.completion == .success, let number = answer.data.first.map({ $0 & 0x0F }), number < 0x0C else {
            return 0x0E
        }
        return number
    }
}

extension LANWish {
    fileprivate init(_ wish: BMCLANWish) {
        let addressing: Addressing? =
            switch wish.addressing {
            case .fixed(let address, let netmask, let gateway): .fixed(address, netmask: netmask, gateway: gateway)
            case .dhcp: .dhcp
            case nil: nil
            }
        let vlan: UInt16? =
            switch wish.vlan {
            case .off: 0
            case .number(let number): UInt16(clamping: number)
            case nil: nil
            }
        self.init(addressing: addressing, vlan: vlan)
    }
}

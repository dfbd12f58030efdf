import Boot
import FoundationEssentials
public import Octets
public import OperatorAPI
import Store

extension Controller {
    /// The network boots of the last hour.
    public func boots() async throws -> [BootCourse] {
        let names = try await nodeNames()
        return boots.list(at: now()).map { course in
            var course = course
            course.node = course.node.map { names[$0] ?? $0 }
            return course
        }
    }

    private func nodeNames() async throws -> [String: String] {
        let all = try await store.read { try $0.all(NodeRecord.self, .node) }
        return Dictionary(all.map { ($0.id, $0.name) }) { first, _ in first }
    }

    /// What the machine would be told now, however it asks.
    public func explainBoot(of mac: MACAddress) async throws -> BootExplanation {
        let ways: [(BootFirmware, BootStage)] = [
            (.uefiX64, .httpClient), (.uefiX64, .rom), (.uefiX64, .iPXE), (.bios, .rom), (.bios, .iPXE),
        ]
        let cases = ways.map { firmware, stage in
            let request = BootRequest(mac: mac, firmware: firmware, stage: stage)
            let decision = directory.decision(for: request, at: now())
            let answer = BootAnswer(
                to: request,
                intent: decision.intent,
                node: decision.node,
                configuration: settings.boot
            )
            return BootExplanation.Case(
                asks: "\(firmware.name), \(stage.name)",
                answer: answer.action.words,
                reasons: Array(answer.explanation.dropFirst())
            )
        }
        let names = try await nodeNames()
        let node = directory.node(mac: mac, uuid: nil).map { names[$0] ?? $0 }
        return BootExplanation(mac: "\(mac)", node: node, cases: cases)
    }

    /// Takes note of what the boot servers saw of a machine, for those who watch.
    func watch(_ event: BootEvent) {
        guard let mac = event.mac else { return }
        let node = directory.node(mac: mac, uuid: nil)
        let instant = event.at.timeIntervalSince1970
        switch event.kind {
        case .tftpRead(let file, _, _):
            boots.see(mac, .loader, "loaded \(file) by TFTP", node: node, at: instant)
        case .tftpFailed(let file, let reason):
            boots.see(mac, .dhcp, "\(file) by TFTP failed: \(reason)", node: node, at: instant)
        case .dhcpDiscover, .dhcpRequest, .dhcpInform, .dhcpRelease: break
        case .dhcpOffer, .dhcpAcknowledge, .dhcpRefuse, .dhcpDecline, .dhcpIgnored, .dhcpNote:
            boots.see(mac, .dhcp, event.words.text, node: node, at: instant)
        }
    }
}

extension BootAnswer.Action {
    /// For people, after "it".
    var words: String {
        switch self {
        case .loader(let file): "loads \(file) by TFTP"
        case .http(let url): "loads \(url)"
        case .script(let url): "runs the script at \(url)"
        case .disk: "is named no boot file and goes on to its disk"
        case .ignore(let reason): "is not answered: \(reason)"
        }
    }
}

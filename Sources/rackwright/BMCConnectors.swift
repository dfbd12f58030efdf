import BMC
import BMCIPMI
import BMCRedfish
import BMCWebhook
import FoundationEssentials

/// The ways to BMCs, for the controller and for commands that go there themselves.
enum BMCConnectors {
    private static let ipmi = IPMIConnector()

    static func gates() -> BMCGates {
        let redfish = RedfishConnector()
        let webhook = WebhookConnector { Date().timeIntervalSince1970 }
        let policy = BMCPolicy(keptRedfishSession: .seconds(300), keptIPMISession: .seconds(20))
        return BMCGates(policy: policy) { endpoint in
            switch endpoint.protocol {
            case .ipmi: try await ipmi.connect(endpoint)
            case .redfish: try await redfish.connect(endpoint)
            case .webhook: try await webhook.connect(endpoint)
            case .manual: ManualDriver()
            }
        }
    }

    static func look(_ wanted: BMCProtocol, _ address: String, _ port: Int?) async throws -> BMCPresence? {
        switch wanted {
        case .ipmi: try await ipmi.look(at: address, port: port)
        case .redfish: try await RedfishConnector.look(at: address, port: port)
        case .webhook, .manual: nil
        }
    }
}

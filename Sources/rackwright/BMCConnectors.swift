import BMC
import BMCIPMI
import BMCRedfish

/// The ways to BMCs, for the controller and for commands that go there themselves.
enum BMCConnectors {
    private static let ipmi = IPMIConnector()

    static func gates() -> BMCGates {
        let redfish = RedfishConnector()
        return BMCGates { endpoint in
            switch endpoint.protocol {
            case .ipmi: try await ipmi.connect(endpoint)
            case .redfish: try await redfish.connect(endpoint)
            }
        }
    }

    static func look(_ wanted: BMCProtocol, _ address: String, _ port: Int?) async throws -> BMCPresence? {
        switch wanted {
        case .ipmi: try await ipmi.look(at: address, port: port)
        case .redfish: try await RedfishConnector.look(at: address, port: port)
        }
    }
}

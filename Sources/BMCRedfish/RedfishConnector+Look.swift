public import BMC
import Curl
import Redfish

extension RedfishConnector {
    /// Looks whether a Redfish service answers at an address, without a login; nil where none does.
    ///
    /// - Parameter patience: for the connection; the answer has thrice that.
    public static func look(
        at address: String,
        port: Int? = nil,
        allowsPlainHTTP: Bool = false,
        patience: Duration = .seconds(2)
    ) async throws -> BMCPresence? {
        let host = address.contains(":") ? "[\(address)]" : address
        let base = (allowsPlainHTTP ? "http://" : "https://") + host + (port.map { ":\($0)" } ?? "")
        var path = ServiceRoot.path
        for _ in 0..<3 {
            let response: CurlResponse
            do {
                response = try await CurlClient().perform(
                    CurlRequest(
                        url: base + path,
                        headers: [(name: "Accept", value: "application/json"), (name: "OData-Version", value: "4.0")],
                        tls: CurlTLS(trust: .firstUse, allowsLegacy: true),
                        timeout: patience * 4,
                        connectTimeout: patience,
                        maximumBodyLength: 1 << 20
                    )
                )
            } catch {
                if error.reason == .cancelled { throw CancellationError() }
                return nil
            }
            if [301, 302, 307, 308].contains(response.status),
                let target = response.headers["Location"].flatMap(RedfishClient.localPath)
            {
                path = target
                continue
            }
            return presence(response, port: port)
        }
        return nil
    }

    private static func presence(_ response: CurlResponse, port: Int?) -> BMCPresence? {
        let json = (try? JSON(reading: response.body)) ?? .null
        var presence = BMCPresence(
            protocol: .redfish,
            port: port,
            version: json["RedfishVersion"].string,
            certificateSHA256: response.certificateSHA256
        )
        if response.status == 200, let facts = ServiceRootFacts(json) {
            presence.vendor = facts.vendor
            presence.product = facts.product
            presence.serialNumber = facts.serialNumber
            presence.uuid = facts.uuid
            presence.firmware = facts.firmware
        } else if [401, 403].contains(response.status),
            response.headers["OData-Version"] != nil || json["error"].object != nil
        {
            presence.remarks = ["the service root is not shown without a login"]
        } else if [429, 503].contains(response.status), json["error"].object != nil {
            presence.remarks = ["the service is busy"]
        } else {
            return nil
        }
        return presence
    }
}

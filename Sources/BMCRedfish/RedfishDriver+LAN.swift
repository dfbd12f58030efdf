import BMC
import Octets
import Redfish

/// The BMC's own network.
extension RedfishDriver {
    func lan() async throws -> BMCLAN {
        let operation = "reading the BMC's network"
        let (network, manager) = try await managerNetwork(operation)
        var lan = BMCLAN(network)
        if let path = manager["NetworkProtocol"].link {
            var remarks: [String] = []
            var servers: [String] = []
            try await tolerating(&remarks) {
                servers = try await get(path, operation).json["NTP"]["NTPServers"].strings ?? []
            }
            lan.remarks += remarks
            lan.ntpServers = servers.filter { !["0.0.0.0", "::"].contains($0) }
        }
        return lan
    }

    func setLAN(_ wanted: BMCLANWish) async throws -> BMCLANOutcome {
        let operation = "changing the BMC's network"
        let (network, manager) = try await managerNetwork(operation)
        let strategy = try await chosenStrategy(operation).strategy
        let requests = network.requests(
            for: NetworkWish(wanted),
            strategy: strategy,
            attributes: ManagerNetwork.attributesPath(manager: manager)
        )
        var refusal: BMCError?
        for request in requests {
            do {
                switch try await attempt("PATCH", request.path, request.body, strategy, operation) {
                case .refused(let error): refusal = refusal ?? error
                case .accepted(let answer):
                    return try await takenOver(answer, at: request.path, manager: manager, operation)
                }
            } catch let error as BMCError where error.kind == .timeout || error.kind == .unreachable {
                // It may have taken it over before it could answer.
                return BMCLANOutcome(isAnswered: false, remarks: ["the BMC fell silent when it was told"])
            }
        }
        throw refusal ?? client.error(.refused, operation, "\(network.path) offers no way to change it")
    }

    /// Lets an accepted change take hold.
    private func takenOver(
        _ answer: RedfishClient.Answer,
        at path: String,
        manager: JSON,
        _ operation: String
    ) async throws -> BMCLANOutcome {
        do {
            try await settle(answer, operation, at: path, within: .seconds(60))
            guard ServiceProblem.wantsRestart(answer.json) else { return BMCLANOutcome() }
            guard let restart = ManagerNetwork.restart(manager: manager) else {
                return BMCLANOutcome(remarks: ["the BMC takes it over when it is restarted, and offers no restart"])
            }
            let answer = try await authorized("POST", restart.path, body: restart.body, operation: operation) { $0 }
            return BMCLANOutcome(
                remarks: answer.isSuccess
                    ? ["the BMC was restarted, to take it over"]
                    : ["the BMC takes it over when it is restarted, which it refuses: \(answer.problemText)"]
            )
        } catch let error as BMCError where error.kind == .timeout || error.kind == .unreachable {
            return BMCLANOutcome(isAnswered: false)
        }
    }

    /// The interface that we came in by, and its manager.
    private func managerNetwork(_ operation: String) async throws -> (ManagerNetwork, manager: JSON) {
        let system = try await get(try await chosenPath(operation), operation).json
        var managers = (system["Links"]["ManagedBy"].array ?? []).compactMap(\.link)
        if managers.isEmpty, let collection = root.managers {
            managers = ResourceCollection(try await get(collection, operation).json).members
        }
        var remarks: [String] = []
        for path in managers.prefix(4) {
            let manager = try await get(path, operation).json
            guard let collection = manager["EthernetInterfaces"].link else { continue }
            var (missing, interfaces): ([String], [ManagerNetwork]) = ([], [])
            try await tolerating(&remarks) {
                let found = try await members(of: collection, operation, &missing)
                interfaces = found.map { ManagerNetwork($0, path: collection) }
            }
            remarks += missing
            if let own = ManagerNetwork.choose(from: interfaces, calledAt: client.endpoint.address) {
                return (own, manager)
            }
        }
        let reason = remarks.first ?? "no manager has EthernetInterfaces"
        throw client.error(.refused, operation, reason)
    }
}

extension NetworkWish {
    fileprivate init(_ wish: BMCLANWish) {
        let addressing: Addressing? =
            switch wish.addressing {
            case .fixed(let address, let netmask, let gateway):
                .fixed(address: "\(address)", netmask: "\(netmask)", gateway: gateway.map { "\($0)" })
            case .dhcp: .dhcp
            case nil: nil
            }
        let vlan: Int? =
            switch wish.vlan {
            case .off: 0
            case .number(let number): number
            case nil: nil
            }
        self.init(addressing: addressing, vlan: vlan)
    }
}

extension BMCLAN {
    fileprivate init(_ network: ManagerNetwork) {
        let address = network.addresses.first
        let source: Source? =
            switch network.usesDHCP {
            case true: .dhcp
            case false: address?.origin.map { $0 == "Static" ? .fixed : .other($0) } ?? .fixed
            case nil: nil
            }
        self.init(
            interface: network.id,
            mac: network.mac,
            source: source,
            address: address.flatMap { IPv4Address($0.address) },
            netmask: address?.netmask.flatMap { IPv4Address($0) },
            gateway: address?.gateway.flatMap { IPv4Address($0) },
            vlan: network.vlan.map { $0 == 0 ? .off : .number($0) },
            ipv6: network.ipv6,
            hostname: network.hostname,
            nameServers: network.nameServers
        )
        if network.addresses.count > 1 {
            let others = network.addresses.dropFirst().map(\.address).joined(separator: ", ")
            remarks.append("it has further addresses: \(others)")
        }
    }
}

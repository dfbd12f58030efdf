import BMC
import Inventory
import Redfish
import RedfishInventory

/// What the machine is made of, as far as its BMC knows.
extension RedfishDriver {
    func hardware(at instant: Double) async throws -> Inventory {
        let operation = "reading what the machine is made of"
        var missing: [String] = []
        let system = try await get(try await chosenPath(operation), operation).json
        var documents = MachineDocuments(system: system)
        documents.processors = try await whatThereIs(in: system["Processors"].link, operation)
        documents.memory = try await whatThereIs(in: system["Memory"].link, operation)
        try await tolerating(&missing) {
            var unread: [String] = []
            documents.drives = try await drives(of: system, operation, &unread)
        }
        documents.interfaces = try await whatThereIs(in: system["EthernetInterfaces"].link, operation)
        documents.chassis = try await chassis(of: system, operation, &missing)
        for chassis in documents.chassis {
            for adapter in try await whatThereIs(in: chassis["NetworkAdapters"].link, operation).prefix(32) {
                let functions = try await whatThereIs(in: adapter["NetworkDeviceFunctions"].link, operation)
                documents.adapters.append(.init(adapter: adapter, functions: functions))
            }
        }
        if let path = system["SecureBoot"].link {
            try await tolerating(&missing) { documents.secureBoot = try await get(path, operation).json }
        }
        return Inventory(documents, at: instant)
    }

    /// A collection's members; none of one that the service names and does not have.
    private func whatThereIs(in path: String?, _ operation: String) async throws -> [JSON] {
        guard let path else { return [] }
        var missing: [String] = []
        do {
            return try await members(of: path, operation, &missing)
        } catch let error as BMCError where error.kind == .refused {
            return []
        }
    }
}

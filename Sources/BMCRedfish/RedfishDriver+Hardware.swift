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
        if let path = system["Processors"].link {
            documents.processors = try await members(of: path, operation, &missing)
        }
        if let path = system["Memory"].link { documents.memory = try await members(of: path, operation, &missing) }
        documents.drives = try await drives(of: system, operation, &missing)
        if let path = system["EthernetInterfaces"].link {
            documents.interfaces = try await members(of: path, operation, &missing)
        }
        documents.chassis = try await chassis(of: system, operation, &missing)
        for path in documents.chassis.compactMap({ $0["NetworkAdapters"].link }) {
            for adapter in try await members(of: path, operation, &missing).prefix(32) {
                var functions: [JSON] = []
                if let path = adapter["NetworkDeviceFunctions"].link {
                    functions = try await members(of: path, operation, &missing)
                }
                documents.adapters.append(.init(adapter: adapter, functions: functions))
            }
        }
        if let path = system["SecureBoot"].link {
            try await tolerating(&missing) { documents.secureBoot = try await get(path, operation).json }
        }
        return Inventory(documents, at: instant)
    }
}

import BMC
import Redfish

/// Sensors, parts and the event log.
extension RedfishDriver {
    /// A machine has a few hundred; a service that pages without end shall not hold its gate for ever.
    private static let largestCollection = 512

    func sensors() async throws -> BMCSensors {
        let operation = "reading the sensors"
        var readings: [SensorReading] = []
        var remarks: [String] = []
        let system = try await get(try await chosenPath(operation), operation).json
        for chassis in try await chassis(of: system, operation, &remarks) {
            let thermal = chassis["Thermal"].link
            let power = chassis["Power"].link
            // The older resources hold all in two answers; the newer ones are one answer each where nothing is expanded.
            if let sensors = chassis["Sensors"].link, root.expands || (thermal == nil && power == nil) {
                var missing: [String] = []
                let found = try await members(of: sensors, operation, &missing).compactMap(SensorReading.init(sensor:))
                readings += found
                // Some have the collection and nothing in it.
                if !found.isEmpty || (thermal == nil && power == nil) {
                    remarks += missing
                    continue
                }
            }
            if let thermal {
                try await tolerating(&remarks) {
                    readings += SensorReading.readings(thermal: try await get(thermal, operation).json)
                }
            }
            if let power {
                try await tolerating(&remarks) {
                    readings += SensorReading.readings(power: try await get(power, operation).json)
                }
            }
        }
        return BMCSensors(sensors: readings.map(BMCSensor.init), remarks: remarks)
    }

    func inventory() async throws -> [BMCPart] {
        let operation = "reading the parts"
        var remarks: [String] = []
        var parts: [PartDescription] = []
        let system = try await get(try await chosenPath(operation), operation).json
        for (member, kind) in [("Processors", PartDescription.Kind.processor), ("Memory", .memory)] {
            guard let path = system[member].link else { continue }
            let found = try await members(of: path, operation, &remarks)
            parts += found.compactMap { PartDescription(kind, $0) }
        }
        parts += try await drives(of: system, operation, &remarks).compactMap { PartDescription(.drive, $0) }
        if let path = system["EthernetInterfaces"].link {
            let found = try await members(of: path, operation, &remarks)
            parts += found.compactMap { PartDescription(.nic, $0) }
        }
        for chassis in try await chassis(of: system, operation, &remarks) {
            if let part = PartDescription(.chassis, chassis) { parts.insert(part, at: 0) }
            guard let power = chassis["Power"].link else { continue }
            try await tolerating(&remarks) {
                let supplies = try await get(power, operation).json["PowerSupplies"].array ?? []
                parts += supplies.compactMap { PartDescription(.powerSupply, $0) }
            }
        }
        for path in (system["Links"]["ManagedBy"].array ?? []).compactMap(\.link).prefix(4) {
            try await tolerating(&remarks) {
                let manager = try await get(path, operation).json
                if let part = PartDescription(.manager, manager) { parts.append(part) }
            }
        }
        return parts.map(BMCPart.init) + (remarks.isEmpty ? [] : [BMCPart(name: "not read", remarks: remarks)])
    }

    func eventLog(limit: Int) async throws -> BMCEventLog {
        let operation = "reading the event log"
        let log = try await eventLogService(operation)
        var remarks: [String] = []
        let entries = LogEntry.sorted(
            try await members(of: log.entries, operation, &remarks).compactMap(LogEntry.init)
        )
        return BMCEventLog(
            events: entries.suffix(max(0, limit)).map(BMCEvent.init),
            total: entries.count,
            remarks: remarks
        )
    }

    func clearEventLog() async throws {
        let operation = "clearing the event log"
        let log = try await eventLogService(operation)
        guard let clear = log.clear else {
            throw client.error(.refused, operation, "\(log.path) has no action that empties it")
        }
        try await authorized("POST", clear, body: .object([:]), operation: operation) { answer in
            guard answer.isSuccess else { throw self.failure(answer, operation, at: clear) }
        }
    }
}

extension RedfishDriver {
    /// The drives of the machine's storage.
    func drives(of system: JSON, _ operation: String, _ remarks: inout [String]) async throws -> [JSON] {
        guard let path = system["Storage"].link else { return [] }
        var drives: [JSON] = []
        for storage in try await members(of: path, operation, &remarks) {
            for drive in (storage["Drives"].array ?? []).compactMap(\.link).prefix(128) {
                try await tolerating(&remarks) { drives.append(try await get(drive, operation).json) }
            }
        }
        return drives
    }

    /// The chassis that the machine is in, its own first.
    func chassis(
        of system: JSON,
        _ operation: String,
        _ remarks: inout [String]
    ) async throws -> [JSON] {
        var chassis: [JSON] = []
        for path in (system["Links"]["Chassis"].array ?? []).compactMap(\.link).prefix(8) {
            // Some name one that they do not have.
            try await tolerating(&remarks) { chassis.append(try await get(path, operation).json) }
        }
        return chassis
    }

    /// The members of a collection with what is in them: asked for at once where the service can, else one after another.
    func members(of path: String, _ operation: String, _ remarks: inout [String]) async throws -> [JSON] {
        var members: [JSON] = []
        var next: String? = root.expands ? path + "?$expand=.($levels=1)" : path
        var seen: Set<String> = []
        while let page = next, seen.insert(page).inserted, seen.count <= 32 {
            let json: JSON
            do {
                json = try await get(page, operation).json
            } catch let error as BMCError where root.expands && error.kind == .refused {
                // It says that it can and cannot.
                root.expands = false
                next = path
                continue
            }
            for member in json["Members"].array ?? [] where members.count < Self.largestCollection {
                guard (member.object?.count ?? 0) <= 1, let link = member.link else {
                    members.append(member)
                    continue
                }
                try await tolerating(&remarks) { members.append(try await get(link, operation).json) }
            }
            next = json["Members@odata.nextLink"].link ?? json["@odata.nextLink"].link
        }
        if members.count == Self.largestCollection {
            remarks.append("of \(path) the first \(Self.largestCollection) were read")
        }
        return members
    }

    /// One resource of many that the service does not give, or gives later, is a remark.
    func tolerating(_ remarks: inout [String], _ read: () async throws -> Void) async throws {
        do {
            try await read()
        } catch let error as BMCError where error.kind == .refused || error.kind == .busy {
            remarks.append(error.detail)
        }
    }

    func eventLogService(_ operation: String) async throws -> LogService {
        let path = try await chosenPath(operation)
        let system = try await get(path, operation).json
        let managers = (system["Links"]["ManagedBy"].array ?? []).compactMap(\.link).prefix(2)
        var services: [LogService] = []
        var remarks: [String] = []
        for owner in [path] + managers {
            let json = owner == path ? system : try await get(owner, operation).json
            guard let collection = json["LogServices"].link else { continue }
            var missing: [String] = []
            try await tolerating(&remarks) {
                services += try await members(of: collection, operation, &missing).compactMap { service in
                    LogService(service, path: service["@odata.id"].string ?? collection)
                }
            }
            remarks += missing
        }
        guard let log = LogService.choose(from: services) else {
            let reason = remarks.isEmpty ? ["neither the system nor its manager has a log"] : remarks
            throw client.error(.refused, operation, reason.joined(separator: "; "))
        }
        return log
    }
}

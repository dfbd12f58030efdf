import AgentAPI

/// What depends on what in a catalogue: roles have services, services come after others and have containers.
public struct CatalogGraph: Hashable, Sendable {
    public var roles: [Role]
    /// In columns: those in the first come after none, every other one after one of the column before.
    public var columns: [[Service]]

    public struct Role: Hashable, Sendable {
        public var name: String
        /// `3`, `1 to 20`, `all`.
        public var count: String
        /// In the order in which a node gets them.
        public var services: [String]
    }

    public struct Service: Hashable, Sendable {
        public var name: String
        public var after: [String]
        public var containers: [Container]
        public var roles: [String]
    }

    public struct Container: Hashable, Sendable {
        public var name: String
        public var step: Int
    }

    public var services: [Service] { columns.flatMap(\.self) }

    /// - Parameter catalog: one that was checked, so that nothing waits for itself.
    public init(_ catalog: Catalog) {
        roles = catalog.roles.map { role in
            Role(
                name: role.name,
                count: role.count.words,
                services: ServiceOrder.sorted(role.services, in: catalog.services)
            )
        }
        let depth = ServiceOrder.depths(in: catalog.services)
        columns = Array(repeating: [], count: (depth.values.max() ?? -1) + 1)
        for service in catalog.services.values.sorted(by: { $0.name < $1.name }) {
            let containers = service.containers.map { Container(name: $0.definition.name, step: $0.step) }
            columns[depth[service.name] ?? 0].append(
                Service(
                    name: service.name,
                    after: service.after,
                    containers: containers.enumerated().sorted {
                        ($0.element.step, $0.offset) < ($1.element.step, $1.offset)
                    }
                    .map(\.element),
                    roles: catalog.roles.filter { $0.services.contains(service.name) }.map(\.name)
                )
            )
        }
        order()
    }

    /// Puts each service near those that it comes after (the barycentre heuristic), so that fewer lines cross.
    private mutating func order() {
        for column in columns.indices.dropFirst() {
            var place: [String: Double] = [:]
            for earlier in columns[..<column] {
                for (row, service) in earlier.enumerated() { place[service.name] = Double(row) }
            }
            func weight(_ service: Service) -> Double {
                let rows = service.after.compactMap { place[$0] }
                return rows.isEmpty ? 0 : rows.reduce(0, +) / Double(rows.count)
            }
            columns[column].sort { (weight($0), $0.name) < (weight($1), $1.name) }
        }
    }
}

extension Role.Count {
    /// `3`, `1 to 20`, `2 or more`, `all`.
    public var words: String {
        guard let maximum else { return minimum == 0 ? "all" : "\(minimum) or more" }
        return minimum == maximum ? "\(minimum)" : "\(minimum) to \(maximum)"
    }
}

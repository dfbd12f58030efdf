public import Redfish

/// What a Redfish service has on one machine: its documents, as they were read.
public struct MachineDocuments: Hashable, Sendable {
    /// Null where it was not read.
    public var system: JSON
    public var processors: [JSON]
    public var memory: [JSON]
    public var drives: [JSON]
    /// The system's EthernetInterfaces.
    public var interfaces: [JSON]
    public var adapters: [Adapter]
    public var chassis: [JSON]
    public var secureBoot: JSON

    /// A network adapter with its functions, which have addresses of their own.
    public struct Adapter: Hashable, Sendable {
        public var adapter: JSON
        public var functions: [JSON]

        public init(adapter: JSON, functions: [JSON]) {
            self.adapter = adapter
            self.functions = functions
        }
    }

    public init(
        system: JSON,
        processors: [JSON] = [],
        memory: [JSON] = [],
        drives: [JSON] = [],
        interfaces: [JSON] = [],
        adapters: [Adapter] = [],
        chassis: [JSON] = [],
        secureBoot: JSON = .null
    ) {
        self.system = system
        self.processors = processors
        self.memory = memory
        self.drives = drives
        self.interfaces = interfaces
        self.adapters = adapters
        self.chassis = chassis
        self.secureBoot = secureBoot
    }
}

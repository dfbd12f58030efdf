/// What OData clients ask first (DSP0266 section 8.4): the schemas that documents are of, and the service's entry
/// points.
enum MetadataDocument {
    static let schemas = [
        "AccountService", "ActionInfo", "AttributeRegistry", "Bios", "BootOption", "BootOptionCollection", "Chassis",
        "ChassisCollection", "ComputerSystem", "ComputerSystemCollection", "Drive", "DriveCollection",
        "EthernetInterface",
        "EthernetInterfaceCollection", "Event", "EventDestination", "EventDestinationCollection", "EventService",
        "JsonSchemaFile", "JsonSchemaFileCollection", "LogEntry", "LogEntryCollection", "LogService",
        "LogServiceCollection", "Manager", "ManagerAccount", "ManagerAccountCollection", "ManagerCollection",
        "ManagerNetworkProtocol", "Memory", "MemoryCollection", "Message", "MessageRegistry", "MessageRegistryFile",
        "MessageRegistryFileCollection", "Power", "Processor", "ProcessorCollection", "Role", "RoleCollection",
        "SecureBoot", "Sensor", "SensorCollection", "ServiceRoot", "Session", "SessionCollection", "SessionService",
        "Settings", "SoftwareInventory", "SoftwareInventoryCollection", "Storage", "StorageCollection", "Task",
        "TaskCollection", "TaskService", "Thermal", "UpdateService", "VirtualMedia", "VirtualMediaCollection",
    ]

    /// `/redfish/v1/$metadata`; the versions are those that the documents name.
    static func metadata(_ documents: [String: JSON]) -> String {
        var versions: [String: Set<String>] = [:]
        for document in documents.values {
            guard let type = document["@odata.type"]?.text else { continue }
            let parts = type.dropFirst().split(separator: ".")
            if parts.count == 3 { versions[String(parts[0]), default: []].insert(String(parts[1])) }
        }
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">

            """
        for schema in schemas {
            text += "  <edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/\(schema)_v1.xml\">\n"
            text += "    <edmx:Include Namespace=\"\(schema)\"/>\n"
            for version in versions[schema, default: []].sorted() {
                text += "    <edmx:Include Namespace=\"\(schema).\(version)\"/>\n"
            }
            text += "  </edmx:Reference>\n"
        }
        for (name, alias) in [("RedfishExtensions", "RedfishExtensions.v1_0_0"), ("Resource", "Resource.v1_0_0")] {
            text += "  <edmx:Reference Uri=\"http://redfish.dmtf.org/schemas/v1/\(name)_v1.xml\">\n"
            text += "    <edmx:Include Namespace=\"\(alias)\"\(name == "Resource" ? "" : " Alias=\"Redfish\"")/>\n"
            text += "  </edmx:Reference>\n"
        }
        return text + """
              <edmx:DataServices>
                <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Service">
                  <EntityContainer Name="Service" Extends="ServiceRoot.v1_16_0.ServiceContainer"/>
                </Schema>
              </edmx:DataServices>
            </edmx:Edmx>

            """
    }

    /// `/redfish/v1/odata`.
    static let service: JSON = [
        "@odata.context": "/redfish/v1/$metadata",
        "value": .array(
            [
                ("Service", RedfishPath.root + "/"), ("Systems", RedfishPath.systems),
                ("Chassis", RedfishPath.root + "/Chassis"), ("Managers", RedfishPath.managers),
                ("SessionService", RedfishPath.sessionService), ("AccountService", RedfishPath.accountService),
                ("TaskService", RedfishPath.taskService), ("UpdateService", RedfishPath.update),
                ("EventService", RedfishPath.eventService), ("Registries", RedfishPath.registries),
                ("JsonSchemas", RedfishPath.schemas), ("Sessions", RedfishPath.sessions),
            ].map { ["name": .string($0.0), "kind": "Singleton", "url": .string($0.1)] }
        ),
    ]
}

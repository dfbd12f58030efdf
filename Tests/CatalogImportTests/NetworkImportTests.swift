import Catalog
import CatalogImport
import Octets
import Testing
import YAML

/// Networks in the words of TripleO's `network_data.yaml`.
@Suite struct NetworkImportTests {
    private static let data = """
        - name: Storage
          name_lower: storage
          vip: true
          vlan: 30
          mtu: 9000
          ip_subnet: 172.18.0.0/24
          allocation_pools: [{start: 172.18.0.10, end: 172.18.0.250}]
          gateway_ip: 172.18.0.1
          routes: [{destination: 10.0.0.0/8, nexthop: 172.18.0.254}]
          ipv6_subnet: ""
        - name: InternalApi
          name_lower: internal_api
          vlan: 20
          ip_subnet: 172.16.2.0/24
          service_net_map_replace: internal
          subnets:
            leaf1: {ip_subnet: 172.17.2.0/24, vlan: 21, allocation_pools: [{start: 172.17.2.4, end: 172.17.2.9}]}
        - name: Tenant
          enabled: false
        - name: Broken
          ip_subnet: 172.18.0.128/25
        """

    private static let roles = """
        - name: Controller
          CountDefault: 1
          networks: [Storage, External]
        - name: Leaf
          CountDefault: 0
          networks: {Storage: {subnet: storage_subnet}, InternalApi: {subnet: leaf1}}
        """

    private func imported(_ networks: String? = NetworkImportTests.data) throws -> TripleOImport {
        func tree(_ text: String, _ file: String) throws -> SourceTree {
            try YAMLReader.read(Array(text.utf8), file: file)
        }
        return TripleOImport(
            roles: [try tree(Self.roles, "roles_data.yaml")],
            networks: try networks.map { [try tree($0, "network_data.yaml")] } ?? [],
            templates: [:]
        )
    }

    private func catalog(_ made: TripleOImport) throws -> Catalog {
        let files = try made.files.map { path, text in
            Catalog.File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path))
        }
        return try Catalog(files: files, templates: [:])
    }

    @Test func networksComeOverWithSubnetsPoolsAndRoutes() throws {
        let catalog = try catalog(imported())
        let storage = try #require(catalog.networks.first { $0.name == "Storage" })
        #expect(storage.vlan == 30 && storage.mtu == 9000 && storage.virtual == .any)
        let subnet = try #require(storage.subnets.first)
        #expect(subnet.pools.map(\.description) == ["172.18.0.10-172.18.0.250"])
        #expect(subnet.routes.map { "\($0.destination) \($0.via)" } == ["10.0.0.0/8 172.18.0.254"])
        let api = try #require(catalog.networks.first { $0.name == "InternalApi" })
        #expect(api.subnets.map(\.name) == ["internal_api_subnet", "leaf1"])
        #expect(api.subnets.map(api.vlan) == [20, 21])
    }

    @Test func rolesNameSubnetsWhereThereAreSeveral() throws {
        let catalog = try catalog(imported())
        let roles = Dictionary(uniqueKeysWithValues: catalog.roles.map { ($0.name, $0.networks.map(\.words)) })
        #expect(roles["Controller"] == ["Storage", "External"])
        #expect(roles["Leaf"] == ["Storage (static)", "InternalApi (subnet leaf1)"])
    }

    @Test func whatDoesNotComeOverIsSaidWithItsPlace() throws {
        let remarks = try imported().remarks.map(\.description)
        #expect(remarks.contains { $0.contains("'service_net_map_replace' of network 'InternalApi'") })
        #expect(remarks.contains { $0.hasSuffix("network 'Tenant': it is not enabled") })
        #expect(
            remarks.contains {
                $0.contains(
                    "network 'Broken': its name alone comes over: network 'Storage', 172.18.0.0/24, overlaps network 'Broken'"
                )
            }
        )
        #expect(remarks.contains { $0.contains("network 'External': no file of networks says what it is") })
    }

    @Test func withoutAFileOfNetworksTheirNamesComeOver() throws {
        let catalog = try catalog(imported(nil))
        #expect(catalog.networks.map(\.name) == ["External", "InternalApi", "Storage"])
        #expect(catalog.networks.allSatisfy { $0.subnets.isEmpty })
    }
}

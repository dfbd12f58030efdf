// swift-tools-version: 6.2
import PackageDescription

// The rooms, in order: a target imports from the lines above its own, never from below.
// Tests/ArchitectureTests reads this file and holds that rule.

extension Target.Dependency {
    static let asn1 = product(name: "SwiftASN1", package: "swift-asn1")
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let cryptoExtras = product(name: "_CryptoExtras", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdTLS = product(name: "HummingbirdTLS", package: "hummingbird")
    static let logging = product(name: "Logging", package: "swift-log")
    static let mustache = product(name: "Mustache", package: "swift-mustache")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let orderedCollections = product(name: "OrderedCollections", package: "swift-collections")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let x509 = product(name: "X509", package: "swift-certificates")
}

let wire: [Target] = [
    .target(name: "Octets"),
    .target(name: "DHCP", dependencies: ["Octets"]),
    .target(name: "DHCPv6", dependencies: ["Octets", "DHCP"]),
    .target(name: "TFTP", dependencies: ["Octets"]),
    .target(name: "LLDP", dependencies: ["Octets"]),
    .target(name: "IPMI", dependencies: ["Octets", .crypto, .cryptoExtras]),
    .target(name: "Redfish", dependencies: ["Octets"]),
    .target(name: "BootMedia", dependencies: ["Octets"]),
    .target(name: "SMBIOS"),
]

let domain: [Target] = [
    .target(name: "Jinja", dependencies: ["Octets", .crypto, .orderedCollections]),
    .target(name: "Inventory", dependencies: ["LLDP"]),
    .target(name: "HardwareNames", dependencies: ["Inventory"]),
    .target(name: "RedfishInventory", dependencies: ["Redfish", "Inventory"]),
    .target(name: "JSONTree"),
    .target(name: "InventoryImport", dependencies: ["Octets", "LLDP", "Inventory", "JSONTree"]),
    .target(name: "InventoryDrift", dependencies: ["Inventory", "JSONTree"]),
    .target(name: "ImageFormat", dependencies: ["Octets", .crypto]),
    .target(name: "AgentAPI", dependencies: ["Jinja", "Inventory", "ImageFormat", .crypto, .orderedCollections]),
    .target(name: "OperatorAPI", dependencies: ["Inventory"]),
    .target(name: "Lifecycle"),
    .target(name: "Boot", dependencies: ["Octets", "BootMedia"]),
    .target(name: "BootDoctor", dependencies: ["Octets", "DHCP"]),
    .target(name: "Catalog", dependencies: ["Octets", "Jinja", "AgentAPI", .orderedCollections]),
    .target(name: "RuleImport", dependencies: ["Jinja", "Catalog", .orderedCollections]),
    .target(name: "CatalogImport", dependencies: ["Jinja", "Catalog", .orderedCollections]),
    .target(name: "Matching", dependencies: ["Jinja", "Inventory", "Catalog", .orderedCollections]),
    .target(
        name: "Planning",
        dependencies: [
            "Octets", "Jinja", "Inventory", "AgentAPI", "OperatorAPI", "Catalog", "Matching", .orderedCollections,
        ]
    ),
]

let controllerEdges: [Target] = [
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev", "libssl-dev"])]),
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "YAML", dependencies: ["CLibYAML", "Catalog"]),
    .target(name: "Curl", dependencies: ["CCurl"]),
    .target(name: "BMC", dependencies: ["Octets", "Inventory", .logging]),
    .target(
        name: "BMCRedfish",
        dependencies: ["Octets", "Redfish", "Inventory", "RedfishInventory", "Curl", "BMC", .logging]
    ),
    .target(name: "BMCIPMI", dependencies: ["Octets", "IPMI", "BMC", .logging, .nioCore, .nioPosix]),
    .target(name: "BMCWebhook", dependencies: ["Curl", "BMC", .crypto]),
    .target(name: "Store", dependencies: [.crypto]),
    .target(name: "StoreSQLite", dependencies: ["Store", .grdb]),
    .target(name: "ImageStore", dependencies: ["ImageFormat", "CZstd", .crypto, .subprocess]),
    .target(
        name: "BootServers",
        dependencies: ["Octets", "DHCP", "DHCPv6", "TFTP", "Boot", .logging, .nioCore, .nioPosix]
    ),
    .target(
        name: "ControllerCore",
        dependencies: [
            "Inventory", "HardwareNames", "InventoryDrift", "ImageFormat", "AgentAPI", "OperatorAPI", "Lifecycle",
            "Boot", "Catalog", "Matching", "Planning", "BMC", "Store", "Octets", "Redfish", .asn1, .crypto, .logging,
            .x509,
        ]
    ),
    .target(
        name: "ControllerHTTP",
        dependencies: [
            "Octets", "Inventory", "ImageFormat", "AgentAPI", "OperatorAPI", "BootMedia", "Boot", "BMC",
            "ControllerCore", "ImageStore",
            .hummingbird, .hummingbirdTLS, .logging, .mustache, .nioCore, .nioHTTP1, .nioPosix, .nioSSL,
        ]
    ),
]

let agentEdges: [Target] = [
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "CLinux"),
    .target(name: "LinuxKernel", dependencies: ["CLinux"]),
    .target(name: "HardwareProbe", dependencies: ["Octets", "SMBIOS", "Inventory", "ImageFormat", .crypto]),
    .target(name: "ImageWriter", dependencies: ["ImageFormat", "CZstd", "LinuxKernel", .crypto]),
    .target(
        name: "StepRunner",
        dependencies: ["Jinja", "AgentAPI", .crypto, .orderedCollections]
    ),
    .target(
        name: "AgentCore",
        dependencies: [
            "Octets", "DHCP", "LLDP", "Inventory", "ImageFormat", "AgentAPI", "LinuxKernel", "HardwareProbe",
            "ImageWriter", "StepRunner",
            .asyncHTTPClient, .crypto, .nioCore, .nioHTTP1, .nioSSL,
        ]
    ),
]

let withoutMetal: [Target] = [
    .target(
        name: "VirtualRack",
        dependencies: [
            "Octets", "IPMI", "LinuxKernel", .asn1, .crypto, .hummingbird, .hummingbirdTLS, .logging, .nioCore,
            .nioPosix, .nioSSL, .subprocess, .x509,
        ]
    )
]

let programs: [Target] = [
    .target(
        name: "OperatorCLI",
        dependencies: [
            "Octets", "OperatorAPI", "Inventory", "InventoryDrift", "AgentAPI", "Jinja", "Catalog", "Planning", "Curl",
            "YAML", .argumentParser,
        ]
    ),
    .executableTarget(
        name: "rackwright",
        dependencies: [
            "Octets", "DHCP", "DHCPv6", "BootDoctor", "Inventory", "InventoryDrift", "InventoryImport", "ImageFormat",
            "OperatorAPI", "BootMedia", "Boot", "Catalog", "CatalogImport", "RuleImport",
            "Planning", "Curl", "YAML", "BMC",
            "BMCRedfish", "BMCIPMI", "BMCWebhook", "Store",
            "StoreSQLite", "ImageStore", "BootServers", "ControllerCore", "ControllerHTTP", "OperatorCLI",
            .argumentParser, .crypto, .logging, .serviceLifecycle, .unixSignals,
        ]
    ),
    .executableTarget(
        name: "rackwright-agent",
        dependencies: ["AgentCore"],
        linkerSettings: [.unsafeFlags(["-static-executable"], .when(configuration: .release))]
    ),
    // Measures the step engine beside Ansible; see .ci/bench-steps.
    .executableTarget(
        name: "step-bench",
        dependencies: ["StepRunner", "AgentAPI", "Catalog", "YAML", "Jinja", .orderedCollections]
    ),
    // Carries out steps until the kernel kills it; what is left then is a test's.
    .executableTarget(name: "step-crash", dependencies: ["StepRunner", "AgentAPI"]),
    // Measures the sweep over many BMCs beside ipmitool and sushy; see .ci/bench-bmc.
    .executableTarget(name: "bench-bmc", dependencies: ["BMC", "BMCIPMI", "BMCRedfish"]),
    .executableTarget(name: "bench-match", dependencies: ["Inventory", "Catalog", "Matching", "YAML"]),
    .executableTarget(name: "virtual-rack", dependencies: ["VirtualRack", .argumentParser, .logging]),
]

let tests: [Target] = [
    .target(name: "CSpawn", path: "Tests/CSpawn"),
    .target(name: "TestSupport", dependencies: ["CSpawn", "Octets"], path: "Tests/TestSupport"),
    .testTarget(name: "TestSupportTests", dependencies: ["TestSupport"]),
    .testTarget(name: "ArchitectureTests"),
    .testTarget(name: "DHCPTests", dependencies: ["DHCP", "Octets", "TestSupport"]),
    .testTarget(name: "BootDoctorTests", dependencies: ["BootDoctor", "DHCP", "Octets", "TestSupport"]),
    .testTarget(name: "DHCPv6Tests", dependencies: ["DHCPv6", "DHCP", "Octets", "TestSupport"]),
    .testTarget(name: "TFTPTests", dependencies: ["TFTP", "Octets", "TestSupport"]),
    .testTarget(name: "LLDPTests", dependencies: ["LLDP", "Octets", "TestSupport"]),
    .testTarget(name: "IPMITests", dependencies: ["IPMI", "Octets", "TestSupport"]),
    .testTarget(name: "RedfishTests", dependencies: ["Redfish", "TestSupport"]),
    .testTarget(
        name: "RedfishInventoryTests",
        dependencies: ["RedfishInventory", "Redfish", "Inventory", "TestSupport"]
    ),
    .testTarget(name: "SMBIOSTests", dependencies: ["SMBIOS", "TestSupport"]),
    .testTarget(name: "JinjaTests", dependencies: ["Jinja", "TestSupport"]),
    .testTarget(name: "InventoryTests", dependencies: ["Inventory", "HardwareNames", "LLDP", "TestSupport"]),
    .testTarget(name: "InventoryImportTests", dependencies: ["InventoryImport", "Inventory", "TestSupport"]),
    .testTarget(
        name: "InventoryDriftTests",
        dependencies: ["InventoryDrift", "InventoryImport", "Inventory", "TestSupport"]
    ),
    .testTarget(name: "ImageFormatTests", dependencies: ["ImageFormat", "TestSupport"]),
    .testTarget(name: "AgentAPITests", dependencies: ["AgentAPI", "Inventory", "Jinja", .crypto]),
    .testTarget(name: "LifecycleTests", dependencies: ["Lifecycle"]),
    .testTarget(name: "BootMediaTests", dependencies: ["BootMedia", "TestSupport"]),
    .testTarget(name: "BootTests", dependencies: ["Boot", "BootMedia", "Octets", "TestSupport"]),
    .testTarget(
        name: "CatalogTests",
        dependencies: ["Octets", "Catalog", "YAML", "Jinja", "AgentAPI", "TestSupport", .orderedCollections],
        exclude: ["Golden"]
    ),
    .testTarget(
        name: "CatalogImportTests",
        dependencies: ["Octets", "CatalogImport", "Catalog", "AgentAPI", "YAML", "Jinja", "TestSupport"],
        exclude: ["Golden"]
    ),
    .testTarget(name: "MatchingTests", dependencies: ["Matching", "Catalog", "Inventory", "Jinja", "TestSupport"]),
    .testTarget(
        name: "RuleTests",
        dependencies: [
            "RuleImport", "Matching", "Catalog", "YAML", "Inventory", "InventoryImport", "JSONTree", "Jinja",
            "TestSupport",
        ]
    ),
    .testTarget(
        name: "PlanningTests",
        dependencies: [
            "Planning", "Catalog", "Inventory", "AgentAPI", "OperatorAPI", "Jinja", "YAML", "Matching", "TestSupport",
        ]
    ),
    .testTarget(
        name: "BMCTests",
        dependencies: [
            "BMC", "BMCRedfish", "BMCIPMI", "BMCWebhook", "IPMI", "Octets", "Redfish", "Inventory", "Curl",
            "TestSupport", .crypto,
        ]
    ),
    .testTarget(
        name: "VirtualRackTests",
        dependencies: ["VirtualRack", "IPMI", "BMC", "BMCIPMI", "Octets", "TestSupport", .logging, .nioCore, .nioPosix]
    ),
    .testTarget(name: "StoreTests", dependencies: ["Store", "StoreSQLite"]),
    .testTarget(
        name: "ImageTests",
        dependencies: ["ImageFormat", "ImageStore", "ImageWriter", "TestSupport", .crypto]
    ),
    .testTarget(
        name: "BootServersTests",
        dependencies: [
            "BootServers", "DHCP", "DHCPv6", "TFTP", "Boot", "Octets", .nioCore, .nioPosix, "TestSupport",
        ]
    ),
    .testTarget(
        name: "HardwareProbeTests",
        dependencies: ["HardwareProbe", "Inventory", "ImageFormat", "TestSupport", .crypto]
    ),
    .testTarget(
        name: "StepRunnerTests",
        dependencies: [
            "StepRunner", "AgentAPI", "Catalog", "YAML", "Jinja", "TestSupport", .orderedCollections,
        ],
        exclude: ["AnsibleCases"]
    ),
    .testTarget(
        name: "AgentCoreTests",
        dependencies: [
            "AgentCore", "AgentAPI", "LinuxKernel", "DHCP", "LLDP", "Octets", "Inventory", "ImageFormat", "Jinja",
            "JSONTree", "TestSupport", .crypto, .orderedCollections,
        ]
    ),
    .testTarget(
        name: "OperatorCLITests",
        dependencies: ["OperatorCLI", "OperatorAPI", "Inventory", "InventoryDrift", "Catalog", "YAML", "Curl"]
    ),
    .testTarget(
        name: "ControllerTests",
        dependencies: [
            "ControllerCore", "ControllerHTTP", "Store", "StoreSQLite", "Lifecycle", "AgentAPI", "OperatorAPI",
            "Catalog", "Planning", "BootMedia",
            "Boot", "Octets", "Inventory", "BMC", "YAML", "Jinja", "ImageStore", .asn1, .x509, .crypto, .hummingbird,
            .logging, .nioCore, .nioEmbedded, .nioHTTP1,
        ]
    ),
    .testTarget(
        name: "VirtualRedfishTests",
        dependencies: [
            "VirtualRack", "Inventory", "BMC", "BMCRedfish", "Boot", "Catalog", "ControllerCore", "ControllerHTTP",
            "ImageFormat", "ImageStore", "Octets", "OperatorAPI", "Planning", "StoreSQLite", "Store", "TestSupport",
            .crypto, .logging, .serviceLifecycle,
        ],
        exclude: ["Clients"]
    ),
    .testTarget(
        name: "LabTests",
        dependencies: [
            "VirtualRack", "OperatorAPI", "Inventory", "Jinja", "TestSupport", .orderedCollections, .logging,
        ],
        exclude: ["Workshop"]
    ),
]

let package = Package(
    name: "rackwright",
    products: [
        .executable(name: "rackwright", targets: ["rackwright"]),
        .executable(name: "rackwright-agent", targets: ["rackwright-agent"]),
        .executable(name: "virtual-rack", targets: ["virtual-rack"]),
        .executable(name: "bench-match", targets: ["bench-match"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
    ],
    targets: wire + domain + agentEdges + controllerEdges + withoutMetal + programs + tests,
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system && !["CLinux", "CSpawn"].contains(target.name) {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .enableUpcomingFeature("InferIsolatedConformances"),
            .enableUpcomingFeature("ImmutableWeakCaptures"),
            .treatAllWarnings(as: .error),
            .strictMemorySafety(),
        ]
}

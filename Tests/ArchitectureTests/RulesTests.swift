import Testing

/// Each rule finds what breaks it.
struct RulesTests {
    private static let package = """
        extension Target.Dependency {
            static let sockets = product(name: "NIOCore", package: "swift-nio")
            static let rows = product(name: "GRDB", package: "GRDB.swift")
            static let keys = product(name: "X509", package: "swift-certificates")
        }
        let wire: [Target] = [
            .target(name: "Packet", dependencies: ["Domain"]),  // "Comment"
            .target(name: "Octets"),
        ]
        let domain: [Target] = [
            .target(name: "Domain", dependencies: ["Octets", .sockets])
        ]
        let controllerEdges: [Target] = [
            .target(
                name: "Store",
                dependencies: [
                    "Domain", .rows,
                    .keys,
                ]
            ),
        ]
        let agentEdges: [Target] = [
            .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
            .target(name: "Probe", dependencies: ["Store", "CZstd"]),
        ]
        let programs: [Target] = [
            .executableTarget(name: "rackwright-agent", dependencies: ["Probe", .rows], linkerSettings: [.x(["-s"], .when(a: .b))])
        ]
        """

    private func rules(_ target: String = "Domain", _ text: String = "") -> Rules {
        Rules(
            package: PackageText(Self.package),
            files: [SourceFile(target: target, path: "Sources/\(target)/A.swift", text: text)]
        )
    }

    @Test func targetsAreReadWithTheirDependencies() {
        let package = PackageText(Self.package)
        #expect(package.lists.map(\.name) == ["wire", "domain", "controllerEdges", "agentEdges", "programs"])
        #expect(package.targets(of: "wire").map(\.name) == ["Packet", "Octets"])
        #expect(
            package.targets(of: "controllerEdges")
                == [DeclaredTarget(name: "Store", targets: ["Domain"], products: ["GRDB", "X509"])]
        )
        #expect(package.targets(of: "agentEdges").map(\.isSystemLibrary) == [true, false])
        #expect(package.closure(of: "rackwright-agent") == ["Probe", "Store", "CZstd", "Domain", "Octets"])
    }

    @Test func aDependencyDownTheListIsFound() {
        #expect(
            rules().dependenciesPointUp() == [
                "Package.swift: Packet depends on Domain, which is not above it in wire and domain",
                "Package.swift: Probe depends on Store, which is not above it in agentEdges",
            ]
        )
    }

    @Test func socketsInTheDomainAreFound() {
        #expect(rules().pureRoomsStayPure() == ["Package.swift: Domain depends on NIOCore"])
    }

    @Test func anAgentThatReachesTheControllerIsFound() {
        #expect(
            rules().agentAndControllerStayApart() == [
                "Package.swift: Probe reaches Store, an edge of the other program",
                "Package.swift: rackwright-agent reaches Store, an edge of the other program",
            ]
        )
    }

    @Test func aSecondDoorIsFound() {
        #expect(rules().oneDoor(to: ["NIOCore"]).isEmpty)
        #expect(rules().oneDoor(to: ["GRDB"]).count == 1)
    }

    @Test func everyWayToImportIsRead() {
        let text = """
            import Octets
            public import NIOCore
            @preconcurrency import GRDB
            @_spi(Testing) internal import struct X509.Certificate
            // import Comment
            let script = \"""
            import Python
            \"""
            """
        let file = SourceFile(target: "Domain", path: "a", text: text)
        #expect(file.imports.map(\.module) == ["Octets", "NIOCore", "GRDB", "X509"])
        #expect(file.imports.map(\.line) == [1, 2, 3, 4])
    }

    @Test func anImportThatIsNotDeclaredIsFound() {
        let text = "import Octets\nimport Glibc\nimport GRDB\nimport Store"
        #expect(
            rules("Domain", text).importsAreDeclared() == [
                "Sources/Domain/A.swift:3: Domain imports GRDB without declaring it",
                "Sources/Domain/A.swift:4: Domain imports Store without declaring it",
            ]
        )
        #expect(rules("Store", "import SwiftASN1").importsAreDeclared().isEmpty, "it comes with X509")
        #expect(rules("Domain", "import SwiftASN1").importsAreDeclared().count == 1)
        #expect(rules("Nowhere", "import Octets").importsAreDeclared().count == 1)
    }

    @Test func foundationIsFoundWhereItMayNotBe() {
        #expect(rules("Probe", "import Foundation").foundationStaysOut().count == 1)
        #expect(rules("Probe", "import FoundationEssentials").foundationStaysOut().isEmpty)
        #expect(rules("Store", "import Foundation").foundationStaysOut().isEmpty)
    }

    @Test func aLongFileIsFound() {
        let line = "let a = 1\n"
        #expect(rules("Domain", String(repeating: line, count: 400)).filesStayShort().isEmpty)
        #expect(
            rules("Domain", String(repeating: line, count: 401)).filesStayShort()
                == ["Sources/Domain/A.swift:401: has 401 lines"]
        )
    }

    @Test func foundationsProcessIsFound() {
        let text = """
            let process = Process()
            try Foundation.Process.run(url, arguments: [])
            await endProcess()
            // Process() is not used.
            let id = ProcessInfo.processInfo
            func start() -> Process.ID { "Process. It" }
            """
        let sentences = [1, 2, 6].map { "Sources/Domain/A.swift:\($0): starts a program by Foundation's Process" }
        #expect(rules("Domain", text).foundationStartsNoPrograms() == sentences)
        var rules = rules()
        rules.tests = [SourceFile(target: "DomainTests", path: "Tests/DomainTests/A.swift", text: text)]
        #expect(rules.foundationStartsNoPrograms().count == 3)
    }

    @Test func namesThatSayNothingAreFound() {
        let text =
            "struct Rack {}\n\npublic final class RackManager: Rack {\n    enum Utils<T> {}\n}\nlet m = FileManager()"
        #expect(
            rules("Domain", text).namesSayWhatThingsAre() == [
                "Sources/Domain/A.swift:3: RackManager does not say what it is",
                "Sources/Domain/A.swift:4: Utils does not say what it is",
            ]
        )
    }
}

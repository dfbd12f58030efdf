import FoundationEssentials
import Testing

/// The rules of the rooms, held against this checkout.
struct ArchitectureTests {
    private static let checkout: String = {
        let file = URL(filePath: #filePath).resolvingSymlinksInPath().path
        return file.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    }()

    private static let rules: Result<Rules, any Error> = Result {
        var rules = try Rules(package: PackageText(text("Package.swift")))
        rules.files = try files(in: "Sources")
        rules.tests = try files(in: "Tests")
        return rules
    }

    private static func files(in folder: String) throws -> [SourceFile] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: "\(checkout)/\(folder)")
        return try paths.sorted().filter { $0.hasSuffix(".swift") }.map { path in
            let target = String(path.prefix { $0 != "/" })
            return SourceFile(target: target, path: "\(folder)/\(path)", text: try text("\(folder)/\(path)"))
        }
    }

    private static func text(_ path: String) throws -> String {
        try String(decoding: Data(contentsOf: URL(filePath: checkout + "/" + path)), as: UTF8.self)
    }

    private let rules: Rules

    init() throws {
        rules = try Self.rules.get()
    }

    private func hold(_ broken: [String], at place: SourceLocation = #_sourceLocation) {
        for sentence in broken { Issue.record("\(sentence)", sourceLocation: place) }
    }

    @Test func thePackageIsUnderstood() {
        let names = ["wire", "domain", "controllerEdges", "agentEdges", "withoutMetal", "programs"]
        for name in names { #expect(!rules.package.targets(of: name).isEmpty, "\(name)") }
        let known = Set(rules.package.allTargets.map(\.name))
        #expect(rules.package.allTargets.allSatisfy { $0.targets.isSubset(of: known) })
        #expect(rules.files.count > 40)
        let imported = rules.files.reduce(0) { $0 + $1.imports.count }
        #expect(imported > 100)
    }

    @Test func dependenciesPointUp() { hold(rules.dependenciesPointUp()) }

    @Test func pureRoomsStayPure() { hold(rules.pureRoomsStayPure()) }

    @Test func agentAndControllerStayApart() { hold(rules.agentAndControllerStayApart()) }

    @Test func outsideLibrariesHaveOneDoor() {
        hold(rules.oneDoor(to: ["GRDB", "CCurl", "CLibYAML", "CLinux", "AsyncHTTPClient", "Mustache"]))
    }

    @Test func importsAreDeclared() { hold(rules.importsAreDeclared()) }

    @Test func foundationStaysOut() { hold(rules.foundationStaysOut()) }

    @Test func filesStayShort() { hold(rules.filesStayShort()) }

    @Test func noProgramIsStartedByFoundationsProcessWhichReadsPastItsBufferWhereManyFilesAreOpen() {
        #expect(rules.tests.count > 40)
        hold(rules.foundationStartsNoPrograms())
    }

    @Test func namesSayWhatThingsAre() { hold(rules.namesSayWhatThingsAre()) }
}

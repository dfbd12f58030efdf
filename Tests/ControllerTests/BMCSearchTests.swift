import BMC
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

/// The search for BMCs as operators ask for it, and the table that comes of it.
struct BMCSearchTests {
    private func look(_ wanted: BMCProtocol, _ address: String, _ port: Int?) async throws -> BMCPresence? {
        guard wanted == .redfish, address.hasSuffix(".2") || address.hasSuffix(".9") else { return nil }
        return BMCPresence(protocol: .redfish, version: "1.9.0", vendor: "Maker", serialNumber: "SN 42/\(address)")
    }

    @Test func aNodesBMCIsNamedAndAnotherTakesItsLogin() async throws {
        let bench = try Bench()
        try bench.restart(lookForBMC: look)
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        for name in ["node-1", "node-2", "node-3"] {
            #expect(try await bench.until { try await bench.node(name).state == "manageable" })
        }
        for name in ["node-1", "node-2", "node-3"] { try await bench.settle(name) }
        let before = bench.logins.withLock { $0 }
        let request = ScanBMCs(
            ranges: ["10.0.0.0/28"],
            credentials: [.init(name: "ours", user: "admin", password: Bench.password)]
        )
        let steps = Mutex<[UInt64]>([])
        let report = try await bench.controller.scan(try BMCSearch(request)) { done, total in
            #expect(total == 14)
            steps.withLock { $0.append(done) }
        }
        #expect(report.searched == 14 && report.addresses == 14)
        #expect(report.found.map(\.address) == ["10.0.0.2", "10.0.0.9"])
        #expect(report.found.map(\.node) == ["node-2", nil])
        #expect(report.found.map(\.credential) == [nil, "ours"])
        #expect(report.found.last?.power == "on")
        #expect(bench.logins.withLock { $0 } == before + 1)
        #expect(Set(steps.withLock { $0 }) == Set(0...14))
        #expect(!"\(report)".contains(Bench.password))

        let table = EnrollmentTable(report, credentials: request.credentials)
        let rows = try NodeTable(csv: table.text, file: "found.csv").rows
        #expect(rows.map(\.name) == ["node-sn-42-10-0-0-9"])
        #expect(rows.map(\.password) == [Bench.password])
        let enrolled = try await bench.controller.enroll(EnrollNodes(file: "found.csv", csv: table.text))
        #expect(enrolled.map(\.bmc) == ["redfish://10.0.0.9"])
    }

    @Test(arguments: [
        ScanBMCs(ranges: []), ScanBMCs(ranges: ["10.0.0"]), ScanBMCs(ranges: ["10.0.0.1"], attempts: 0),
        ScanBMCs(ranges: ["10.0.0.1"], protocols: ["telnet"]), ScanBMCs(ranges: ["10.0.0.1"], protocols: []),
        ScanBMCs(ranges: ["10.0.0.1"], pause: -1), ScanBMCs(ranges: ["10.0.0.1"], pause: .nan),
        ScanBMCs(ranges: ["10.0.0.1"], concurrency: 100_000), ScanBMCs(ranges: ["10.0.0.1"], rate: 0),
        ScanBMCs(ranges: ["10.0.0.1"], ipmiPort: 70_000),
        ScanBMCs(ranges: ["10.0.0.1"], credentials: [.init(name: "a", user: "", password: "")]),
        ScanBMCs(ranges: ["10.0.0.1"], credentials: [.init(name: "a", user: "u", password: "hush", ranges: ["x"])]),
        ScanBMCs(
            ranges: ["10.0.0.1"],
            credentials: [.init(name: "a", user: "u", password: "hush"), .init(name: "a", user: "v", password: "hush")]
        ),
    ])
    func aSearchThatMakesNoSenseIsRefused(request: ScanBMCs) {
        let problem = #expect(throws: ControllerProblem.self) { try BMCSearch(request) }
        #expect(problem?.kind == .invalid)
        #expect(problem?.description.contains("hush") == false)
    }

    /// Whatever serial numbers, users and passwords are, `node enroll` reads the table that is written.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func theTableOfASearchIsReadAsItWasMeant(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        let signs = Array("abcZ09 ,\"'#\t;:/äß€{}-_.")
        func word(_ least: Int = 0) -> String {
            let count = Int.random(in: least...12, using: &random)
            return String((0..<count).map { _ in signs.randomElement(using: &random) ?? "x" })
        }
        let credentials = (0..<3).map { ScanBMCs.Credential(name: "\($0)", user: "u" + word(), password: "p" + word()) }
        let found = (1...6).map { number in
            FoundBMC(
                address: "10.0.0.\(number)",
                protocol: Bool.random(using: &random) ? "redfish" : "ipmi",
                port: Int.random(in: 0...3, using: &random) == 0 ? 4430 : nil,
                serial: Bool.random(using: &random) ? word() : nil,
                credential: "\(number % 3)"
            )
        }
        let table = EnrollmentTable(ScanReport(found: found, searched: 6, addresses: 6), credentials: credentials)
        #expect(table.count == 6 && table.problems.isEmpty)
        let rows = try NodeTable(csv: table.text, file: "found.csv").rows
        #expect(rows.map(\.address) == found.map(\.address))
        #expect(rows.map(\.port) == found.map(\.port))
        #expect(rows.map(\.user) == found.map { bmc in credentials.first { $0.name == bmc.credential }?.user })
        #expect(rows.map(\.password) == found.map { bmc in credentials.first { $0.name == bmc.credential }?.password })
    }

    private struct SeededNumbers: RandomNumberGenerator {
        var state: UInt64
        init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }
}

import FoundationEssentials
import HTTPTypes
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore
@testable import ControllerHTTP

/// What operators set by BMCs, without a socket.
struct HTTPBMCRouteTests {
    private let bench: Bench
    private let jobs = JobBoard()
    private let probe: RouteProbe

    init() async throws {
        let bench = try await Bench.enrolled()
        let (controller, jobs) = (try bench.controller, jobs)
        probe = try await RouteProbe(controller) { operators, router in
            BMCRoutes(controller: controller, uploads: bench.folder, jobs: jobs, operators: operators).add(to: router)
        }
        self.bench = bench
    }

    private func answer(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String = "",
        authorized: Bool = true
    ) async throws -> (status: Int, body: Data) {
        try await probe.answer(method, path, body, token: authorized ? probe.token : nil)
    }

    @Test func eachCallNeedsAnOperator() async throws {
        let paths = [
            OperatorPath.bios, OperatorPath.secureBoot, OperatorPath.media, OperatorPath.firmware, OperatorPath.lan,
            OperatorPath.bmcUsers,
        ]
        for path in paths {
            #expect(try await answer(.get, path("node-1"), authorized: false).status == 401)
            #expect(try await answer(.post, path("node-1"), "{}", authorized: false).status == 401)
            #expect(try await answer(.get, path("node-1")).status == 200)
        }
        #expect(
            try await answer(.put, OperatorPath.firmware("node-1", file: "a"), "x", authorized: false).status == 401
        )
        #expect(bench.settings.withLock { $0.installed.isEmpty })
    }

    @Test func attributesAreReadAndAskedFor() async throws {
        let (status, body) = try await answer(
            .post,
            OperatorPath.bios("node-1"),
            "{\"attributes\": {\"BootMode\": \"Bios\"}, \"dry_run\": true}"
        )
        #expect(status == 200)
        let report = try JSONDecoder().decode(BIOSOutcomeReport.self, from: body)
        #expect(report.changes == [BIOSChangeReport(name: "BootMode", before: "Uefi", after: "Bios")])
        #expect(!report.asked)
        #expect(try await answer(.post, OperatorPath.bios("node-1"), "{\"attributes\": {\"No\": \"1\"}}").status == 409)
        #expect(try await answer(.post, OperatorPath.bios("nobody"), "{\"attributes\": {\"No\": \"1\"}}").status == 404)
    }

    @Test func aChangeOfTheNetworkIsAJobAndATrialIsNot() async throws {
        let path = OperatorPath.lan("node-1")
        let trial = try await answer(.post, path, "{\"address\": \"10.0.0.9/24\", \"dry_run\": true}")
        #expect(trial.status == 200)
        #expect(try JSONDecoder().decode(LANChangeReport.self, from: trial.body).changes.map(\.name) == ["address"])
        let (status, body) = try await answer(.post, path, "{\"address\": \"10.0.0.9/24\"}")
        #expect(status == 202)
        let job = try JSONDecoder().decode(JobReport.self, from: body)
        let jobs = jobs
        #expect(try await bench.until { await jobs.report(job.id)?.finished == true })
        #expect(await jobs.report(job.id)?.message?.contains("answers at 10.0.0.9") == true)
    }

    @Test func aFileOfFirmwareGoesToTheBMCUnderItsNameAndIsNotKept() async throws {
        let path = OperatorPath.firmware("node-1", file: "bios.bin", targets: ["BIOS", "a b"])
        let (status, body) = try await answer(.put, path, "the image")
        #expect(status == 202)
        let job = try JSONDecoder().decode(JobReport.self, from: body)
        let jobs = jobs
        #expect(try await bench.until { await jobs.report(job.id)?.finished == true })
        let report = try #require(await jobs.report(job.id))
        #expect(report.errors.isEmpty)
        #expect(report.message == "node-1: firmware bios.bin is installed (verified)")
        #expect(bench.settings.withLock { $0.installed } == ["the image from bios.bin"])
        #expect(bench.settings.withLock { $0.targets } == ["BIOS", "a b"])
        let left = try FileManager.default.subpathsOfDirectory(atPath: bench.folder)
        #expect(!left.contains { $0.hasSuffix("bios.bin") })
    }

    @Test(arguments: ["..", ".hidden", "a%2Fb"])
    func aNameThatLeadsElsewhereIsRefused(name: String) async throws {
        let path = OperatorPath.firmware("node-1") + "/" + name
        #expect((400..<500).contains(try await answer(.put, path, "x").status))
        #expect(bench.settings.withLock { $0.installed.isEmpty })
    }
}

import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore
@testable import ControllerHTTP

/// What operators set by BMCs, without a socket.
struct HTTPBMCRouteTests {
    private let bench: Bench
    private let token: String
    private let jobs = JobBoard()
    private let responder: RouterResponder<ConnectionContext>

    init() async throws {
        bench = try Bench()
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        let bench = bench
        #expect(try await bench.until { try await bench.node("node-1").state == "manageable" })
        token = try await bench.controller.createOperatorToken(name: "ada").token
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let router = Router(context: ConnectionContext.self)
        router.add(middleware: ProblemMiddleware())
        let operators = OperatorRoutes(
            controller: try bench.controller,
            door: Doorkeeper(controller: try bench.controller, sessions: SessionBoard { 0 }),
            log: log
        )
        operators.add(to: router)
        BMCRoutes(controller: try bench.controller, uploads: bench.folder, jobs: jobs, operators: operators)
            .add(to: router)
        responder = router.buildResponder()
    }

    private func answer(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String = "",
        authorized: Bool = true
    ) async throws -> (status: Int, body: Data) {
        var head = HTTPRequest(method: method, scheme: "https", authority: "controller", path: path)
        if authorized { head.headerFields[.authorization] = "Bearer " + token }
        let source = ApplicationRequestContextSource(
            channel: EmbeddedChannel(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let response = try await responder.respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body))),
            context: ConnectionContext(source: source)
        )
        let written = Written()
        try await response.body.write(Writer(written: written))
        return (response.status.code, Data(written.octets.withLock { $0 }))
    }

    private final class Written: Sendable {
        let octets = Mutex<[UInt8]>([])
    }

    private struct Writer: ResponseBodyWriter {
        let written: Written

        mutating func write(_ buffer: ByteBuffer) async throws {
            written.octets.withLock { $0 += Array(buffer.readableBytesView) }
        }

        consuming func finish(_ trailers: HTTPFields?) async throws {}
    }

    @Test func eachCallNeedsAnOperator() async throws {
        let paths = [OperatorPath.bios, OperatorPath.secureBoot, OperatorPath.media, OperatorPath.firmware]
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

import BMC
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import OperatorAPI
import Store
import Synchronization
import Testing

@testable import ControllerCore
@testable import ControllerHTTP

/// What becomes of BMCs' events.
struct EventTests {
    private let bench: Bench
    private let probe: RouteProbe

    init() async throws {
        let bench = try await Bench.enrolled()
        let controller = try bench.controller
        probe = try await RouteProbe(controller) { operators, router in
            EventRoutes(controller: controller, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }).add(
                to: router
            )
            BMCRoutes(controller: controller, uploads: bench.folder, jobs: JobBoard(), operators: operators).add(
                to: router
            )
        }
        self.bench = bench
    }

    private func address(_ name: String = "node-2") async throws -> EventAddress {
        let controller = try bench.controller
        let record = try await controller.store.read { try $0.node(named: name) }
        return EventAddress(record, controller.box)
    }

    private func send(_ body: String, to address: EventAddress) async throws -> Int {
        try await probe.answer(.post, "/bmc/events/\(address.node)/\(address.secret)", body, token: nil).status
    }

    private func event(_ number: Int, _ text: String, severity: String = "Warning", origin: String = "/c") -> String {
        """
        {"Events": [{"EventId": "\(number)", "EventTimestamp": "2026-11-26T12:00:00Z", "Severity": "\(severity)",
          "Message": "\(text)", "MessageId": "X.1.0.Y", "OriginOfCondition": {"@odata.id": "\(origin)"}}]}
        """
    }

    @Test func anEventIsALineOnTheNodesTimelineOnce() async throws {
        let address = try await address()
        let body = event(1, "The fan is slow\\n\\u001b[31m, says \(address.secret)")
        #expect(try await send(body, to: address) == 204)
        #expect(try await send(body, to: address) == 204, "a delivery whose answer was lost comes again")
        let lines = try await bench.timeline("node-2").filter { $0.hasPrefix("event") }
        #expect(lines == ["event, warning: The fan is slow [31m, says … [X.1.0.Y, /c]"])
        #expect(try await bench.timeline("node-1").allSatisfy { !$0.hasPrefix("event") })
        let report = try await bench.controller.recentEvents(of: "node-2")
        #expect(report.total == 1)
        #expect(report.lastReceived == bench.now)
    }

    @Test func nobodyElseIsHeardAndAllGetTheSameAnswer() async throws {
        let address = try await address()
        let other = try await self.address("node-3")
        #expect(address.secret != other.secret)
        let paths = [
            "/bmc/events/\(address.node)/\(other.secret)", "/bmc/events/\(other.node)/\(address.secret)",
            "/bmc/events/nobody/\(address.secret)", "/bmc/events/\(address.node)/", "/bmc/events/\(address.node)/x",
        ]
        let nothing = try await probe.answer(.post, "/there/is/nothing", "{}", token: nil)
        #expect(nothing.status == 404)
        for path in paths {
            let answer = try await probe.answer(.post, path, event(1, "x"), token: nil)
            #expect(answer.status == 404, "\(path)")
            if path.split(separator: "/").count == 4 {
                let text = String(decoding: answer.body, as: UTF8.self)
                #expect(text.contains("there is nothing at this path"))
            }
        }
        #expect(try await bench.controller.recentEvents(of: "node-2").total == 0)
    }

    @Test func whatIsNoEventOrTooLongIsRefused() async throws {
        let address = try await address()
        #expect(try await send("no JSON", to: address) == 400)
        #expect(try await send(String(repeating: " ", count: 300_000), to: address) == 413)
        #expect(try await send("{\"MetricValues\": []}", to: address) == 204)
        #expect(try await bench.controller.recentEvents(of: "node-2").total == 0)
    }

    @Test func whatIsStoredIsReadWhenABMCComesOrGoes() async throws {
        let board = EventBoard()
        #expect(board.takesStock(), "at the start")
        board.keep([("a", true)], at: 0) { 0 }
        board.expect(true, "a")
        board.expect(false, "b")
        #expect(!board.takesStock())
        board.expect(true, "b")
        #expect(board.takesStock())
        #expect(!board.takesStock())
        board.expect(false, "a")
        #expect(board.takesStock())
        board.forget("a")
        #expect(board.takesStock())
    }

    @Test func aFloodIsSummedUp() async throws {
        let address = try await address()
        for number in 0..<200 { #expect(try await send(event(number, "noise \(number)"), to: address) == 204) }
        #expect(try await send(event(1000, "The board burns", severity: "Critical"), to: address) == 204)
        bench.pass(15)
        try await bench.controller.tendEvents(readsNodes: false)
        let lines = try await bench.timeline("node-2").filter { $0.hasPrefix("event") || $0.hasPrefix("and ") }
        #expect(lines.filter { $0.hasPrefix("event") }.count == 21, "twenty, and the critical one")
        #expect(lines.contains { $0.contains("The board burns") })
        #expect(lines.last?.hasPrefix("and 180 more events of the BMC in ") == true)
        #expect(try await bench.controller.explain("node-2").events?.events.map(\.text) == ["The board burns"])
        var statuses: Set<Int> = []
        for number in 2000..<2320 { statuses.insert(try await send(event(number, "noise"), to: address)) }
        #expect(statuses.contains(429))
    }

    @Test func aSecretHeaderThatCameOnceIsWantedFromThenOn() async throws {
        let (controller, address) = (try bench.controller, try await address())
        func admission(_ header: String?) async throws -> Controller.EventAdmission {
            try await controller.admitEvents(node: address.node, secret: address.secret, header: header)
        }
        try await controller.changeEvents(of: address.node, "redfish 10.0.0.2 0") { $0.subscription = "/s/1" }
        #expect(try await admission(nil) == .admitted(node: address.node))
        #expect(try await admission("wrong") == .unknown)
        #expect(try await admission(address.header) == .admitted(node: address.node))
        #expect(try await admission(nil) == .unknown)
    }

    @Test func loginsAreKeptAndNotTold() async throws {
        let address = try await address()
        #expect(try await send(event(1, "User admin logged in by Redfish", severity: "OK"), to: address) == 204)
        #expect(try await bench.controller.recentEvents(of: "node-2").total == 1)
        #expect(try await !bench.timeline("node-2").contains { $0.hasPrefix("event") })
    }

    @Test func anEventOfTheSystemHasItsPowerLookedAt() async throws {
        let address = try await address()
        #expect(try await bench.node("node-2").power == nil)
        #expect(try await send(event(1, "x", origin: "/redfish/v1/Systems/1"), to: address) == 204)
        #expect(try await bench.until { try await bench.node("node-2").power == "on" })
    }

    @Test func operatorsAloneSeeThem() async throws {
        let path = OperatorPath.recentEvents("node-2")
        #expect(try await probe.answer(.get, path, "", token: nil).status == 401)
        #expect(try await probe.answer(.get, path, "", token: probe.token).status == 200)
        #expect(try await probe.answer(.post, OperatorPath.testEvent("node-2"), "", token: probe.token).status == 409)
    }

    // MARK: When it is looked after

    @Test func aSubscriptionIsLookedForNowAndThenAndALogIsReadWhereThereIsNone() {
        var tending = EventTending(at: 0, delay: 5, canSubscribe: true)
        #expect(tending.duty(at: 4) == nil)
        #expect(tending.duty(at: 5) == .subscribe)
        tending.subscribed(at: 5, jitter: 0.5)
        #expect(tending.duty(at: 600) == nil)
        #expect(tending.duty(at: 605) == .subscribe)
        tending.hurry(at: 100)
        #expect(tending.duty(at: 101) == .subscribe, "the BMC was away")
        tending.cannotSubscribe(at: 101, jitter: 0.5)
        #expect(tending.duty(at: 101) == .poll)
        tending.polled(at: 101, jitter: 0.5)
        #expect(tending.duty(at: 400) == nil)
        #expect(tending.duty(at: 401) == .poll)
        #expect(tending.duty(at: 101 + 6 * 3600) == .subscribe, "new firmware may know more")
    }

    @Test func aSilentBMCIsAskedLessAndLess() {
        var tending = EventTending(at: 0, delay: 0, canSubscribe: true)
        var (now, waits) = (0.0, [Double]())
        for _ in 0..<12 {
            tending.failed(.subscribe, at: now, jitter: 0.5)
            let next = tending.subscribeAt ?? 0
            waits.append(next - now)
            now = next
        }
        #expect(waits == waits.sorted())
        #expect(waits.last == 3600)
        let ipmi = EventTending(at: 0, delay: 0, canSubscribe: false)
        #expect(ipmi.duty(at: 0) == .poll)
    }

    @Test func tenThousandBMCsDoNotBeginAtOnce() {
        let board = EventBoard()
        var dice = 0.0
        board.keep((0..<10_000).map { ("\($0)", true) }, at: 0) {
            dice = (dice + 0.618_033_988_75).truncatingRemainder(dividingBy: 1)
            return dice
        }
        var begun = 0
        for second in 0..<60 {
            let due = board.begin(at: Double(second), width: 32)
            #expect(due.count <= 32)
            begun += due.count
            for (id, _) in due {
                board.change(id) { $0.subscribed(at: Double(second), jitter: 0.5) }
                board.ended(id)
            }
        }
        #expect((1100...1300).contains(begun), "some twenty a second: \(begun)")
    }
}

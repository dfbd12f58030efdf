import Foundation
import HTTPTypes
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore
@testable import VirtualRack

/// From a BMC that something happened to, to the node's timeline.
struct EventTests {
    @Test func aPowerChangeIsOnTheTimelineAtOnceAndTheStateIsKnownWithoutASweep() async throws {
        try await EventBench.with { bench in
            // As a running controller does it, with its own rounds.
            #expect(
                try await eventually {
                    try await bench.controller.tendEvents(readsNodes: true)
                    return try await bench.report.source == .subscribed
                }
            )
            #expect(await bench.destinations().count == 1)
            let start = ContinuousClock.now
            await bench.service.machine.powerOn()
            #expect(try await eventually { try await bench.timeline().contains { $0.contains("The machine started") } })
            // Some 300 ms where nothing else is at work; reading the log would have taken minutes.
            #expect(start.duration(to: .now) < .seconds(10))
            #expect(
                try await eventually { try await bench.controller.explain(EventBench.node).summary.power == "on" }
            )
            await bench.service.machine.powerOff()
            #expect(
                try await eventually { try await bench.timeline().contains("power on -> off, as the BMC says") }
            )
            let secret = EventAddress(try await bench.record, bench.box).secret
            #expect(await bench.destinations().allSatisfy { $0.hasSuffix(secret) })
            #expect(try await bench.timeline().allSatisfy { !$0.contains(secret) })
            let said = try await JSONEncoder().encode(bench.controller.explain(EventBench.node))
            #expect(!String(decoding: said, as: UTF8.self).contains(secret))
        }
    }

    @Test func aSubscriptionThatTheBMCLostIsRenewed() async throws {
        try await EventBench.with { bench in
            try await bench.tend(.subscribe)
            let first = try await bench.report.since
            try await bench.tend(.subscribe)
            #expect(try await bench.report.since == first)
            #expect(await bench.destinations().count == 1, "one, however often it is looked for")
            bench.service.machine.faults.set(.lostSubscriptions)
            try await bench.tend(.subscribe)
            #expect(await bench.destinations().count == 1)
            #expect(try await bench.timeline().contains { $0.hasPrefix("the BMC had lost the subscription") })
            let test = try await bench.controller.testEvents(of: EventBench.node)
            #expect(test.arrived)
            #expect(test.text == "This event was asked for.")
        }
    }

    @Test func whoSpeaksWithoutTheHeaderIsNotHeardOnceItCame() async throws {
        try await EventBench.with { bench in
            try await bench.tend(.subscribe)
            let destination = try #require(await bench.destinations().first)
            let event = Array(#"{"Events": [{"MessageId": "A.1.0.B", "Message": "forged"}]}"#.utf8)
            #expect(try await bench.controller.testEvents(of: EventBench.node).arrived)
            await #expect(throws: (any Error).self) {
                try await BMCNetwork.own.post(event, to: destination, headers: [])
            }
            await #expect(throws: (any Error).self) {
                try await BMCNetwork.own.post(event, to: bench.base + "/bmc/events/a/b", headers: [])
            }
            let header = (name: EventAddress.headerName, value: EventAddress(try await bench.record, bench.box).header)
            try await BMCNetwork.own.post(event, to: destination, headers: [header])
            #expect(try await bench.report.events.filter { $0.text == "forged" }.count == 1)
        }
    }

    @Test func theLogIsReadWhereThereIsNoEventService() async throws {
        try await EventBench.with([.noEventService]) { bench in
            try await bench.tend(.subscribe)
            #expect(try await bench.timeline().contains { $0.hasPrefix("the BMC sends no events, its log is read") })
            let id = try await bench.record.id
            #expect(bench.controller.events[id]?.duty(at: Date().timeIntervalSince1970) == .poll)
            await bench.service.machine.powerOn()
            try await bench.tend(.poll)
            let before = try await bench.report
            #expect(before.source == .polled)
            #expect(before.reason?.contains("names no event service") == true)
            #expect(before.events.isEmpty, "what was there before is not news")
            await bench.service.machine.powerOff()
            await bench.service.machine.powerOn()
            try await bench.tend(.poll)
            try await bench.tend(.poll)
            let texts = try await bench.report.events.map(\.text)
            #expect(texts == ["The machine has no power any more.", "The machine started, for the 2. time."])
            let log = RedfishPath.action("LogService.ClearLog", on: RedfishPath.systemLog)
            #expect(await bench.service.bmc.ask("POST", log, "{}").status == 204)
            await bench.service.machine.powerOff()
            try await bench.tend(.poll)
            #expect(try await bench.timeline().contains { $0.hasPrefix("the BMC's event log was emptied") })
            #expect(try await bench.report.events.count == 3)
            await #expect(throws: ControllerProblem.self) {
                _ = try await bench.controller.testEvents(of: EventBench.node)
            }
        }
    }

    @Test func aFullTableIsToldAndTheLogReadInstead() async throws {
        try await EventBench.with([.outOfSubscriptions]) { bench in
            try await bench.tend(.subscribe)
            #expect(try await bench.report.reason?.contains("is full: 0 subscriptions of others") == true)
            try await bench.tend(.poll)
            #expect(try await bench.report.source == .polled)
            bench.service.machine.faults.clear()
            try await bench.tend(.subscribe)
            #expect(try await bench.report.source == .subscribed)
            #expect(try await bench.report.reason == nil)
        }
    }

    @Test func aNodeThatIsRemovedLeavesNothingAtItsBMC() async throws {
        try await EventBench.with { bench in
            let foreign = #"{"Destination":"http://127.0.0.1:1/","Protocol":"Redfish"}"#
            #expect(await bench.service.bmc.ask("POST", RedfishPath.subscriptions, foreign).status == 201)
            let old = #"{"Destination":"\#(bench.base)/bmc/events/old/secret","Protocol":"Redfish"}"#
            #expect(await bench.service.bmc.ask("POST", RedfishPath.subscriptions, old).status == 201)
            try await bench.tend(.subscribe)
            #expect(await bench.destinations().count == 2, "what an earlier node left is gone")
            _ = try await bench.controller.act(.delete, on: EventBench.node, reason: "")
            #expect(try await eventually { await bench.destinations() == ["http://127.0.0.1:1/"] })
        }
    }

    /// OpenStack's and DMTF's libraries as subscribers.
    @Test(.enabled(if: RedfishClients.shared != nil, "there are no clients, and the package index was not reached"))
    func foreignClientsSubscribeAndAreSentEvents() async throws {
        let clients = try #require(RedfishClients.shared)
        let heard = Mutex<[(path: String, context: String?, secret: String?)]>([])
        try await withService { service, port in
            try await withServer { head, body in
                let secret = head.headerFields.first { $0.name.canonicalName == "x-secret" }?.value
                let context = JSON(octets: body)?["Context"]?.text
                heard.withLock { $0.append((head.path ?? "", context, secret)) }
                return LocalServer.Answer(status: 204)
            } _: { url in
                let seen = try await clients.run(
                    "events_client.py",
                    ["https://127.0.0.1:\(port)", service.certificateFile, "admin", url],
                    password: "secret"
                )
                #expect(seen["enabled"] == true)
                #expect(seen["attempts"]?.number == EventDelivery.attempts)
                #expect(seen["made"] == [.string(url + "/sushy"), "from-sushy", "Redfish", []])
                #expect(seen["created"] == 201)
                let listed: JSON = [[.string(url + "/dmtf"), "from-dmtf"], [.string(url + "/sushy"), "from-sushy"]]
                #expect(seen["listed"] == listed)
                #expect(seen["deleted"] == 204)
                #expect(seen["left"] == 0)
                #expect(try await eventually { heard.withLock { !$0.isEmpty } })
                let first = try #require(heard.withLock { $0.first })
                #expect(first.path == "/sushy")
                #expect(first.context == "from-sushy")
                #expect(first.secret == "s")
            }
        }
    }
}

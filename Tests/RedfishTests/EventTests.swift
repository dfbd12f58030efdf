import Foundation
import TestSupport
import Testing

@testable import Redfish

/// Events: who is asked for them and how, and what comes.
struct EventTests {
    private func json(_ text: String) -> JSON { (try? JSON(reading: [UInt8](text.utf8))) ?? .null }

    private func service(_ members: String = "") -> EventService? {
        EventService(
            json("{\"ServiceEnabled\": true, \"Subscriptions\": {\"@odata.id\": \"/s\"}\(members)}"),
            path: "/e"
        )
    }

    private let wish = EventWish(
        destination: "https://10.77.0.1:8443/bmc/events/n1/secret",
        marks: ["https://10.77.0.1:8443/bmc/events/", "bmc/events/n1/"],
        context: "c",
        header: ("X-Key", "k3y")
    )

    // MARK: What comes

    @Test func anEventIsReadWithItsOriginAsAnObjectOrAsText() throws {
        for origin in ["{\"@odata.id\": \"/redfish/v1/Systems/1\"}", "\"/redfish/v1/Systems/1\""] {
            let payload = EventPayload(
                json(
                    """
                    {"@odata.type": "#Event.v1_4_0.Event", "Context": "c", "Events": [{
                      "EventId": "7", "EventTimestamp": "2026-11-26T12:00:00Z", "MessageSeverity": "Critical",
                      "Severity": "OK", "Message": "Fan %2 of %1 stopped, %9 and 5 % left", "MessageArgs": ["tray", 3],
                      "MessageId": "Fans.1.0.Stopped", "MemberId": "0", "OriginOfCondition": \(origin)}]}
                    """
                )
            )
            let event = try #require(payload.events.first)
            #expect(payload.context == "c")
            #expect(event.id == "7")
            #expect(event.time == 1_795_694_400)
            #expect(event.severity == .critical, "the newer word goes first")
            #expect(event.text == "Fan 3 of tray stopped, %9 and 5 % left")
            #expect(event.messageID == "Fans.1.0.Stopped")
            #expect(event.arguments == ["tray", "3"])
            #expect(event.origin == "/redfish/v1/Systems/1")
            #expect(event.mayTellOfPower)
        }
    }

    @Test func textsAreBoundedAndWithoutOrdersToTerminals() throws {
        let long = String(repeating: "x", count: 5000)
        let payload = EventPayload(
            .object(["Events": .array([.object(["Message": .string("a\u{1B}[31m\u{202E}b\r\nc\u{0}" + long)])])])
        )
        let text = try #require(payload.events.first).text
        #expect(text.hasPrefix("a [31mb c x"))
        #expect(text.count == ServiceEvent.textLimit)
        let many = JSON.array(Array(repeating: .object(["MessageId": .string("A.1.0.B")]), count: 1000))
        let flood = EventPayload(.object(["Events": many]))
        #expect(flood.events.count == EventPayload.limit)
        #expect(flood.omitted == 1000 - EventPayload.limit)
    }

    @Test func readingsAreNoEventsAndNeitherIsWhatIsTooLongOrTooDeep() {
        let metrics = json("{\"@odata.type\": \"#MetricReport.v1_0_0.MetricReport\", \"MetricValues\": [{}]}")
        #expect(EventPayload(metrics).isMetricReport)
        #expect(EventPayload(metrics).events.isEmpty)
        #expect(throws: RedfishError.self) { try EventPayload(reading: Array(repeating: 32, count: 300_000)) }
        let deep = Array(repeating: UInt8(ascii: "["), count: 200_000)
        #expect(throws: RedfishError.self) { try EventPayload(reading: deep) }
    }

    @Test(arguments: [
        ("{\"Message\": \"The server was powered on\"}", true),
        ("{\"MessageId\": \"iLOEvents.2.1.PowerStateOff\"}", true),
        ("{\"Message\": \"x\", \"OriginOfCondition\": \"/redfish/v1/Systems/1\"}", true),
        ("{\"Message\": \"x\", \"OriginOfCondition\": \"/redfish/v1/Systems/1/Memory/2\"}", false),
        ("{\"Message\": \"A fan is slow\"}", false),
    ])
    func whatMayTellOfPowerIsKnown(text: String, tells: Bool) throws {
        #expect(try #require(ServiceEvent(json(text))).mayTellOfPower == tells)
    }

    /// Whatever is sent, what is read of it is bounded, on one line, and nothing traps.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func noiseIsReadWithinBounds(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let members = [
            "EventId", "EventTimestamp", "Severity", "MessageSeverity", "Message", "MessageId", "MessageArgs",
            "OriginOfCondition", "MemberId", "Context",
        ]
        func value(_ depth: Int) -> JSON {
            switch Int.random(in: 0..<(depth > 3 ? 6 : 8), using: &random) {
            case 0: return .null
            case 1: return .integer(.random(in: .min ... .max, using: &random))
            case 2: return .number(.random(in: -1e300...1e300, using: &random))
            case 3: return .bool(.random(using: &random))
            case 4, 5:
                let scalars = (0..<Int.random(in: 0..<900, using: &random)).compactMap { _ in
                    Unicode.Scalar(UInt32.random(in: 0..<0x3000, using: &random))
                }
                return .string("%1%99%" + String(String.UnicodeScalarView(scalars)))
            case 6: return .array((0..<Int.random(in: 0..<5, using: &random)).map { _ in value(depth + 1) })
            default: return object(depth + 1)
            }
        }
        func object(_ depth: Int) -> JSON {
            .object(
                Dictionary(members.filter { _ in Bool.random(using: &random) }.map { ($0, value(depth)) }) { a, _ in a }
            )
        }
        let payload = EventPayload(.object(["Events": .array((0..<8).map { _ in object(0) }), "Context": value(0)]))
        for event in payload.events {
            #expect(event.text.count <= ServiceEvent.textLimit)
            #expect(!event.text.isEmpty)
            let all = [event.text, event.origin, event.id, event.messageID].compactMap(\.self) + event.arguments
            for text in all {
                #expect(!text.unicodeScalars.contains { $0.value < 32 || (0x7F...0x9F).contains($0.value) })
            }
        }
        var octets = payload.events.isEmpty ? [UInt8]("{}".utf8) : object(0).octets
        for _ in 0..<8 where !octets.isEmpty {
            octets[Int.random(in: octets.indices, using: &random)] = .random(in: 0...255, using: &random)
        }
        _ = try? EventPayload(reading: octets)
    }

    // MARK: How they are asked for

    @Test func oldServicesAreAskedByTypesAndNewOnesByFormat() throws {
        let old = try #require(service(", \"EventTypesForSubscription\": [\"Alert\", \"MetricReport\"]"))
        let byTypes = SubscriptionLadder(wish, to: old, strategy: .generic).body
        #expect(byTypes["EventTypes"].strings == ["Alert"])
        #expect(byTypes["EventFormatType"] == .null)
        let new = try #require(service(", \"EventFormatTypes\": [\"Event\"], \"RegistryPrefixes\": [\"Base\"]"))
        let byFormat = SubscriptionLadder(wish, to: new, strategy: .generic).body
        #expect(byFormat["EventTypes"] == .null)
        #expect(byFormat["EventFormatType"].string == "Event")
        #expect(byFormat["VerifyCertificate"] == .bool(false))
        for body in [byTypes, byFormat] {
            #expect(body["Destination"].string == wish.destination)
            #expect(body["Protocol"].string == "Redfish")
            #expect(body["Context"].string == "c")
            #expect(body["HttpHeaders"].array == [.object(["X-Key": .string("k3y")])])
        }
        let ilo = SubscriptionLadder(wish, to: new, strategy: .of(.hpe)).body
        #expect(ilo["EventTypes"].strings == ["Alert"], "it must have them, whatever it shows")
    }

    @Test func whatAServiceNamesInItsRefusalIsLeftOut() throws {
        let problem = try #require(
            ServiceProblem(
                status: 400,
                body: json(
                    """
                    {"error": {"@Message.ExtendedInfo": [{"MessageId": "Base.1.8.PropertyUnknown",
                      "Message": "A property is unknown", "MessageArgs": ["VerifyCertificate"]}]}}
                    """
                )
            )
        )
        var ladder = SubscriptionLadder(wish, to: try #require(service()), strategy: .of(.openBMC))
        let isTold = ladder.next(after: problem)
        #expect(isTold)
        #expect(ladder.body["VerifyCertificate"] == .null)
        #expect(ladder.hasHeader)
        let isSilent = ladder.next(after: nil)
        #expect(isSilent)
        #expect(!ladder.hasHeader, "without a reason, the rest of what can be spared goes")
        #expect(ladder.form == .format)
        let isAgain = ladder.next(after: nil)
        #expect(isAgain)
        #expect(ladder.form == .registries)
    }

    @Test(arguments: VendorStrategy.Vendor.allCases)
    func aLadderEnds(vendor: VendorStrategy.Vendor) throws {
        var ladder = SubscriptionLadder(wish, to: try #require(service()), strategy: .of(vendor))
        var bodies = [ladder.body]
        while ladder.next(after: nil), bodies.count < 20 { bodies.append(ladder.body) }
        #expect(bodies.count <= 8)
        #expect(Set(bodies).count == bodies.count, "none is tried twice")
    }

    @Test func oursAreKnownByWhereTheyGo() throws {
        func standing(_ destination: String, state: String = "Enabled") throws -> EventWish.Standing {
            let document = json("{\"Destination\": \"\(destination)\", \"Status\": {\"State\": \"\(state)\"}}")
            return wish.standing(of: try #require(EventDestination(document, path: "/s/1")))
        }
        #expect(try standing("https://10.77.0.1:8443/bmc/events/n1/secret") == .wanted)
        #expect(try standing("https://10.77.0.1:8443/bmc/events/n1/secret", state: "Disabled") == .stale)
        #expect(try standing("https://10.77.0.1:8443/bmc/events/n1/older") == .stale)
        #expect(try standing("https://10.77.0.1:8443/bmc/events/n0/older") == .stale, "the node had another id")
        #expect(try standing("https://10.99.0.1/bmc/events/n1/secret") == .stale, "the controller was elsewhere")
        #expect(try standing("https://10.99.0.1/bmc/events/n2/secret") == .foreign, "another controller's")
        #expect(try standing("https://10.77.0.1:8443/other") == .foreign)
        #expect(try standing("127.0.0.1") == .foreign)
        #expect(try standing("mailto:a@b") == .foreign)
    }

    // MARK: Recorded services

    @Test(.enabled(if: Fixture.assets != nil), arguments: Tree.archives(in: "trees"))
    func recordedServicesCanBeAsked(archive: String) throws {
        let tree = try Tree(archive: archive)
        let path = try #require(tree.root.eventService)
        guard tree[path] != .null else {
            #expect(tree.name == "quanta-d42a-thin", "its recording has the root alone")
            return
        }
        let service = try #require(EventService(tree[path], path: path))
        #expect(service.subscriptions != nil)
        #expect(service.isEnabled == (tree.name != "dell-idrac9-r750-dpu"))
        let manager = tree.resources.first { $0.key.contains("/Managers/") }?.value ?? .null
        let system = tree.systems.first.map { tree[$0.path] } ?? .null
        let strategy = VendorStrategy.choose(root: tree["/redfish/v1"], manager: manager, system: system).strategy
        let body = SubscriptionLadder(wish, to: service, strategy: strategy).body
        let wantsTypes = !["openbmc-stock", "lenovo-xcc-sr670v2"].contains(tree.name)
        #expect((body["EventTypes"].strings?.contains("Alert") == true) == wantsTypes)
        #expect((body["EventFormatType"].string == "Event") != wantsTypes)
        #expect(!service.testBodies(id: "t", time: 1_800_000_000).isEmpty || service.test == nil)
    }

    // MARK: Logs

    @Test func whatIsNewInALogIsToldInEitherOrder() {
        let rising = LogPosition(count: 3, first: "1", last: "3", newest: "3", time: nil)
        #expect(rising.news(in: ["1", "2", "3"]) == .none)
        #expect(rising.news(in: ["1", "2", "3", "4", "5"]) == .entries(3..<5))
        #expect(rising.news(in: ["3", "4", "5"]) == .entries(1..<3), "a full log loses its oldest")
        #expect(rising.news(in: ["9"]) == .restarted)
        #expect(rising.news(in: []) == .restarted)
        let falling = LogPosition(count: 3, first: "3", last: "1", newest: "3", time: nil)
        #expect(falling.news(in: ["5", "4", "3", "2", "1"]) == .entries(0..<2))
        let one = LogPosition(count: 1, first: "1", last: "1", newest: "1", time: nil)
        #expect(one.news(in: ["1", "2"]) == .entries(1..<2))
        #expect(one.news(in: ["2", "1"]) == .entries(0..<1))
        let empty = LogPosition(count: 0, first: "", last: "", newest: "", time: nil)
        #expect(empty.news(in: []) == .none)
        #expect(empty.news(in: ["1"]) == .entries(0..<1))
    }
}

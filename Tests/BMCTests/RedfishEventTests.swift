import BMC
import Foundation
import Redfish
import Synchronization
import Testing

/// Subscriptions at services that want to be asked in their own way.
struct RedfishEventTests {
    /// A service of some generation: it knows some properties, and wants some.
    private final class Service: Sendable {
        let known: Set<String>
        let required: Set<String>
        let limit: Int
        let table = Mutex<[Int: JSON]>([:])
        let posts = Mutex<[JSON]>([])

        init(known: Set<String>, required: Set<String>, limit: Int = 4, foreign: Int = 0) {
            self.known = known.union(["Destination", "Protocol", "Context"])
            self.required = required
            self.limit = limit
            for number in 0..<foreign {
                table.withLock { $0[100 + number] = .object(["Destination": .string("http://10.0.0.\(number)/x")]) }
            }
        }

        private static let subscriptions = "/redfish/v1/EventService/Subscriptions"

        func answer(_ request: HTTPServer.Request) -> HTTPServer.Answer {
            switch (request.method, request.path) {
            case ("GET", "/redfish/v1/"):
                return .init(body: #"{"EventService": {"@odata.id": "/redfish/v1/EventService"},"# + Self.systems)
            case ("GET", "/redfish/v1/Systems"):
                return .init(body: #"{"Members": [{"@odata.id": "/redfish/v1/Systems/1"}]}"#)
            case ("GET", "/redfish/v1/Systems/1"): return .init(body: #"{"Id": "1", "PowerState": "On"}"#)
            case ("GET", "/redfish/v1/EventService"):
                let prefixes = required.contains("RegistryPrefixes") ? ", \"RegistryPrefixes\": [\"Base\"]" : ""
                let table = "{\"@odata.id\": \"\(Self.subscriptions)\"}"
                return .init(body: "{\"ServiceEnabled\": true, \"Subscriptions\": \(table)\(prefixes)}")
            case ("GET", Self.subscriptions):
                let members = table.withLock { $0.keys.sorted() }.map {
                    "{\"@odata.id\": \"\(Self.subscriptions)/\($0)\"}"
                }
                return .init(body: "{\"Members\": [\(members.joined(separator: ","))]}")
            case ("POST", Self.subscriptions): return subscribe((try? JSON(reading: request.body)) ?? .null)
            default:
                guard let number = request.path.split(separator: "/").last.flatMap({ Int($0) }) else {
                    return .init(status: 404)
                }
                if request.method == "DELETE" {
                    return .init(status: table.withLock { $0.removeValue(forKey: number) } == nil ? 404 : 204)
                }
                guard let found = table.withLock({ $0[number] }) else { return .init(status: 404) }
                return .init(body: String(decoding: found.octets, as: UTF8.self))
            }
        }

        private static let systems = #""Systems": {"@odata.id": "/redfish/v1/Systems"}}"#

        private func subscribe(_ body: JSON) -> HTTPServer.Answer {
            posts.withLock { $0.append(body) }
            let members = body.object ?? [:]
            if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
                return refusal("PropertyUnknown", unknown)
            }
            if let missing = required.sorted().first(where: { members[$0] == nil }) {
                return refusal("PropertyMissing", missing)
            }
            guard table.withLock({ $0.count }) < limit else { return refusal("EventSubscriptionLimitExceeded", "") }
            let number = table.withLock { table in
                let number = (table.keys.max() ?? 0) + 1
                table[number] = .object(members.filter { $0.key != "HttpHeaders" })
                return number
            }
            return .init(status: 201, headers: ["Location": "\(Self.subscriptions)/\(number)"])
        }

        private func refusal(_ name: String, _ property: String) -> HTTPServer.Answer {
            let message =
                "{\"MessageId\": \"Base.1.8.\(name)\", \"Message\": \"no\", \"MessageArgs\": [\"\(property)\"]}"
            return .init(status: 400, body: "{\"error\": {\"@Message.ExtendedInfo\": [\(message)]}}")
        }
    }

    private let wanted = BMCSubscription(
        destination: "https://10.77.0.1:8443/bmc/events/n1/secret",
        marks: ["https://10.77.0.1:8443/bmc/events/", "bmc/events/n1/"],
        context: "rackwright n1",
        headerName: "X-Key",
        secret: Secret("k3y")
    )

    @Test(arguments: [
        (["EventTypes"], ["EventTypes"], 3), (["EventTypes", "HttpHeaders"], ["EventTypes"], 3),
        (["EventFormatType", "SubscriptionType", "HttpHeaders", "VerifyCertificate"], [], 8),
        (["EventFormatType", "SubscriptionType", "RegistryPrefixes"], ["RegistryPrefixes"], 8), ([], [], 8),
    ])
    func everyGenerationIsSubscribedToOnce(known: [String], required: [String], atMost: Int) async throws {
        let service = Service(known: Set(known), required: Set(required))
        try await withRedfishGate {
            service.answer($0)
        } _: { gate, _ in
            let first = try #require(try await gate.subscribe(wanted))
            #expect(first.isNew)
            #expect(service.posts.withLock { $0.count } <= atMost)
            #expect(first.remarks.isEmpty == known.contains("HttpHeaders"))
            let second = try #require(try await gate.subscribe(wanted))
            #expect(!second.isNew)
            #expect(second.place == first.place)
            #expect(service.table.withLock { $0.count } == 1)
            #expect(try await gate.unsubscribe(marks: ["bmc/events/n1/"]) == 1)
            #expect(service.table.withLock { $0.isEmpty })
        }
    }

    @Test func whatIsOutOfDateIsReplacedAndOthersAreLeft() async throws {
        let service = Service(known: ["EventTypes"], required: [], foreign: 2)
        service.table.withLock {
            $0[7] = .object(["Destination": .string("https://10.77.0.1:8443/bmc/events/n1/older")])
            $0[8] = .object(["Destination": .string("https://10.77.0.1:8443/bmc/events/gone/older")])
        }
        try await withRedfishGate {
            service.answer($0)
        } _: { gate, _ in
            let done = try #require(try await gate.subscribe(wanted))
            #expect(done.replaced == 2)
            #expect(done.others == 2)
            #expect(service.table.withLock { Set($0.keys) } == [100, 101, 102])
        }
    }

    @Test func aFullTableIsToldAsSuch() async throws {
        let service = Service(known: ["EventTypes"], required: [], limit: 2, foreign: 2)
        try await withRedfishGate {
            service.answer($0)
        } _: { gate, _ in
            let error = await #expect(throws: BMCError.self) { _ = try await gate.subscribe(wanted) }
            #expect(error?.kind == .refused)
            #expect(error?.detail.contains("is full: 2 subscriptions of others") == true)
        }
    }

    @Test func aServiceWithoutEventsSaysSo() async throws {
        try await withRedfishGate { request in
            request.path == "/redfish/v1/" ? .init(body: "{}") : .init(status: 404)
        } _: { gate, _ in
            let error = await #expect(throws: BMCError.self) { _ = try await gate.subscribe(wanted) }
            #expect(error?.kind == .notSupported)
        }
    }
}

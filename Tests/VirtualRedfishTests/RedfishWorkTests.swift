import FoundationEssentials
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import VirtualRack

/// What takes time or reaches out: media, updates, events.
struct RedfishWorkTests {
    private func withBMC(
        updateSeconds: Double = 0.3,
        _ body: (RedfishBMC, MadeUpMachine) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            let machine = MadeUpMachine(uefiMachine)
            let bmc = RedfishBMC(machine: machine, network: .own, folder: folder, updateDuration: updateSeconds)
            await bmc.attach()
            try await body(bmc, machine)
        }
    }

    private static let insert = RedfishPath.action("VirtualMedia.InsertMedia", on: RedfishPath.medium)
    private static let eject = RedfishPath.action("VirtualMedia.EjectMedia", on: RedfishPath.medium)

    @Test func theMachineGetsTheFileThatWasInserted() async throws {
        try await withBMC { bmc, machine in
            try await withServer(mediumHandler) { url in
                let image = #"{"Image":"\#(url)/medium.iso"}"#
                #expect(await bmc.ask("POST", Self.insert, image).status == 204)
                let file = try #require(await machine.firmware.medium)
                #expect(try Data(contentsOf: URL(filePath: file)) == Data(repeating: 7, count: 300_000))
                #expect(await bmc.ask("POST", Self.insert, image).status == 409, "the drive is full")
                #expect(await bmc.ask("POST", Self.eject).status == 204)
                #expect(await machine.firmware.medium == nil)
                #expect(!FileManager.default.fileExists(atPath: file))
                #expect(await bmc.ask("POST", Self.eject).status == 204, "an empty drive may be ejected")
                #expect(await bmc.ask("POST", Self.insert, #"{"Image":"\#(url)/nothing"}"#).status == 400)
                #expect(await bmc.ask("PATCH", RedfishPath.medium, image).status == 204)
                #expect(await bmc.ask("GET", RedfishPath.medium).body?["Inserted"] == true)
                #expect(await bmc.ask("PATCH", RedfishPath.medium, #"{"Image":null}"#).status == 204)
                #expect(await bmc.ask("GET", RedfishPath.medium).body?["Inserted"] == false)
            }
            for wrong in [#"{"Image":"file:///etc/passwd"}"#, #"{"Image":"-o"}"#, "{}", #"{"Image":7}"#] {
                #expect(await bmc.ask("POST", Self.insert, wrong).status == 400, "\(wrong)")
            }
        }
    }

    @Test func anUpdateIsATaskWithProgress() async throws {
        try await withBMC(updateSeconds: 3) { bmc, _ in
            let begun = try await withServer(mediumHandler) { url in
                let path = RedfishPath.action("UpdateService.SimpleUpdate", on: RedfishPath.update)
                return await bmc.ask("POST", path, #"{"ImageURI":"\#(url)/medium.iso.firmware"}"#)
            }
            #expect(begun.status == 202)
            let monitor = try #require(begun.headers["Location"])
            let running = await bmc.ask("GET", monitor)
            #expect(running.status == 202)
            let task = try #require(running.body?["@odata.id"]?.text)
            var seen: [Int] = []
            let ended = try await eventually {
                seen.append(await bmc.ask("GET", task).body?["PercentComplete"]?.number ?? -1)
                return await bmc.ask("GET", monitor).status != 202
            }
            #expect(ended)
            #expect(seen == seen.sorted() && Set(seen).count > 3, "it grows: \(seen)")
            #expect(await bmc.ask("GET", task).body?["TaskState"] == "Completed")
            #expect(await bmc.ask("GET", RedfishPath.system).body?["BiosVersion"] == "2.5.0")
            #expect(await bmc.ask("DELETE", task).status == 204)
            #expect(await bmc.ask("GET", monitor).status == 404)
        }
    }

    @Test func anUpdateWithAnotherFileFailsAndACancelledOneDoesNothing() async throws {
        try await withBMC(updateSeconds: 2) { bmc, _ in
            func push(_ file: String) async -> RedfishBMC.Answer {
                var request = RedfishBMC.Request(method: "POST", path: RedfishPath.push)
                request.authorization = "Basic " + Data("admin:secret".utf8).base64EncodedString()
                request.contentType = "multipart/form-data; boundary=xx"
                request.body = Array(
                    """
                    --xx\r
                    Content-Disposition: form-data; name="UpdateParameters"\r
                    Content-Type: application/json\r
                    \r
                    {"Targets":[]}\r
                    --xx\r
                    Content-Disposition: form-data; name="UpdateFile"; filename="f.bin"\r
                    \r
                    \(file)\r
                    --xx--\r

                    """.utf8
                )
                return await bmc.answer(request)
            }
            let monitor = try #require(await push("anything").headers["Location"])
            let id = try #require(monitor.split(separator: "/").last)
            let bad = "\(RedfishPath.tasks)/\(id)"
            let cancelled = try #require(await push("rackwright-firmware BMC 9.9\n").headers["Location"])
            #expect(await bmc.ask("DELETE", cancelled).status == 204)
            let hasFailed = try await eventually { await bmc.ask("GET", bad).body?["TaskState"] == "Exception" }
            #expect(hasFailed)
            #expect(await bmc.ask("GET", RedfishPath.manager).body?["FirmwareVersion"] == "1.0.0")
            #expect(await bmc.ask("POST", RedfishPath.push, "x").status == 400)
        }
    }

    @Test func subscribersHearWhatHappens() async throws {
        let heard = Mutex<[(body: JSON, header: String?)]>([])
        try await withBMC { bmc, machine in
            try await withServer { head, body in
                let header = head.headerFields.first { $0.name.canonicalName == "x-key" }?.value
                if let document = JSON(octets: body) { heard.withLock { $0.append((document, header)) } }
                return LocalServer.Answer(status: 204)
            } _: { url in
                let body =
                    #"{"Destination":"\#(url)/events","Protocol":"Redfish","Context":"c \"1\"","HttpHeaders":[{"X-Key":"a\"b"}]}"#
                let subscribed = await bmc.ask("POST", RedfishPath.subscriptions, body)
                #expect(subscribed.status == 201)
                #expect(subscribed.body?["HttpHeaders"] == [], "headers may be secret")
                let path = try #require(subscribed.headers["Location"])
                await machine.powerOn()
                #expect(try await eventually { heard.withLock { $0.count } == 1 })
                let (event, header) = try #require(heard.withLock { $0.first })
                #expect(header == "a\"b")
                #expect(event["Context"]?.text == "c \"1\"")
                let record = event["Events"]?.array?.first
                #expect(record?["MessageId"] == "RackwrightBMC.1.0.MachineStarted")
                #expect(record?["OriginOfCondition"] == .link(RedfishPath.system))
                let test = RedfishPath.action("EventService.SubmitTestEvent", on: RedfishPath.eventService)
                #expect(await bmc.ask("POST", test).status == 204)
                #expect(try await eventually { heard.withLock { $0.count } == 2 })
                #expect(await bmc.ask("DELETE", path).status == 204)
                await machine.powerOff()
                let entries = await bmc.ask("GET", RedfishPath.systemLog + "/Entries").body?["Members"]?.array
                #expect(entries?.count == 3)
                #expect(heard.withLock { $0.count } == 2)
            }
        }
    }

    @Test func aSubscriberWhoIsGoneIsForgotten() async throws {
        try await withBMC { bmc, machine in
            let body = #"{"Destination":"http://127.0.0.1:1/","Protocol":"Redfish"}"#
            #expect(await bmc.ask("POST", RedfishPath.subscriptions, body).status == 201)
            await machine.powerOn()
            let isGone = try await eventually {
                await bmc.ask("GET", RedfishPath.subscriptions).body?["Members@odata.count"] == 0
            }
            #expect(isGone)
        }
    }

    @Test func aResetBMCAnswersAfterAWhile() async throws {
        try await withBMC { bmc, _ in
            let reset = RedfishPath.action("Manager.Reset", on: RedfishPath.manager)
            #expect(await bmc.ask("POST", reset, #"{"ResetType":"GracefulRestart"}"#).status == 204)
            let busy = await bmc.ask("GET", RedfishPath.manager)
            #expect(busy.status == 503)
            #expect(busy.headers["Retry-After"] == "1")
            let isBack = try await eventually { await bmc.ask("GET", RedfishPath.manager).status == 200 }
            #expect(isBack)
        }
    }

    /// Nothing that a client sends traps, and each answer is one of HTTP's.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func noiseIsAnswered(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let bodies = [
            #"{"Boot":{"BootSourceOverrideTarget":"Pxe"}}"#, #"{"ResetType":"On"}"#,
            #"{"Attributes":{"AssetTag":"x"}}"#,
            #"{"UserName":"a","Password":"b","RoleId":"ReadOnly"}"#,
            #"{"Destination":"http://127.0.0.1:1/","Protocol":"Redfish"}"#,
        ]
        try await withBMC { bmc, _ in
            let paths = await Array(bmc.tree([]).documents.keys) + [RedfishPath.push, RedfishPath.taskMonitors + "/1"]
            for _ in 0..<40 {
                var request = RedfishBMC.Request(
                    method: ["GET", "PATCH", "POST", "DELETE", "HEAD", "PUT"].randomElement(using: &generator) ?? "",
                    path: paths.randomElement(using: &generator) ?? ""
                )
                request.authorization = "Basic " + Data("admin:secret".utf8).base64EncodedString()
                request.query =
                    ["", "$expand=*($levels=", "$skip=9&$top=0", "%", "only", "$top"].randomElement(using: &generator)
                    ?? ""
                request.contentType =
                    ["multipart/form-data; boundary=x", "multipart/form-data; boundary=\"", nil].randomElement(
                        using: &generator
                    ) ?? nil
                request.body = Array((bodies.randomElement(using: &generator) ?? "").utf8)
                for _ in 0..<Int.random(in: 0..<4, using: &generator) where !request.body.isEmpty {
                    request.body[Int.random(in: request.body.indices, using: &generator)] = .random(
                        in: 0...255,
                        using: &generator
                    )
                }
                #expect((200..<600).contains(await bmc.answer(request).status))
            }
        }
    }
}

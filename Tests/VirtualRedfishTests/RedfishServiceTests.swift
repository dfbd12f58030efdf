import FoundationEssentials
import HTTPTypes
import Logging
import TestSupport
import Testing

@testable import VirtualRack

struct RedfishServiceTests {
    let machine = MadeUpMachine(uefiMachine)
    let bmc: RedfishBMC

    init() async {
        bmc = RedfishBMC(
            machine: machine,
            network: .own,
            folder: FileManager.default.temporaryDirectory.path,
            updateDuration: 0.2
        )
        await bmc.attach()
    }

    private func answer(_ method: String, _ path: String, token: String, _ body: String = "") async -> RedfishBMC.Answer
    {
        await bmc.answer(.init(method: method, path: path, token: token, body: Array(body.utf8)))
    }

    private func logIn(_ password: String) async -> RedfishBMC.Answer {
        let body = #"{"UserName":"admin","Password":"\#(password)"}"#
        return await bmc.answer(.init(method: "POST", path: RedfishPath.sessions, body: Array(body.utf8)))
    }

    private func messages(_ answer: RedfishBMC.Answer) -> [String] {
        (answer.body?["error"]?["@Message.ExtendedInfo"]?.array ?? []).compactMap {
            $0["MessageId"]?.text?.split(separator: ".").last.map(String.init)
        }
    }

    private static let reset = RedfishPath.action("ComputerSystem.Reset", on: RedfishPath.system)

    // MARK: Who may

    @Test func theRootNeedsNoPasswordAndTheRestDoes() async {
        for path in ["/redfish", "/redfish/v1/", "/redfish/v1/odata", "/redfish/v1/$metadata"] {
            #expect(await bmc.answer(.init(method: "GET", path: path)).status == 200, "\(path)")
        }
        #expect(await bmc.answer(.init(method: "GET", path: RedfishPath.system)).status == 401)
        #expect(await bmc.answer(.init(method: "GET", path: RedfishPath.system + "/nothing")).status == 401)
        #expect(await bmc.ask("GET", RedfishPath.system, password: "wrong").status == 401)
        #expect(await bmc.ask("GET", RedfishPath.system).status == 200)
        #expect(await bmc.ask("GET", RedfishPath.systems + "/2").status == 404)
        #expect(await bmc.ask("POST", RedfishPath.root).status == 405)
    }

    @Test func aSessionLastsUntilItIsDeleted() async throws {
        #expect(await logIn("x").status == 401)
        let opened = await logIn("secret")
        #expect(opened.status == 201)
        let token = try #require(opened.headers["X-Auth-Token"])
        let location = try #require(opened.headers["Location"])
        #expect(await answer("GET", RedfishPath.system, token: token).status == 200)
        #expect(await answer("DELETE", location, token: token).status == 204)
        #expect(await answer("GET", RedfishPath.system, token: token).status == 401)
    }

    @Test func noMoreSessionsAreOpenedThanTheBMCHas() async {
        for _ in 0..<RedfishState.sessionLimit { #expect(await logIn("secret").status == 201) }
        let refused = await logIn("secret")
        #expect(refused.status == 503)
        #expect(messages(refused) == ["SessionLimitExceeded"])
    }

    @Test func anAccountMayWhatItsRoleAllows() async throws {
        let body = #"{"UserName":"eve","Password":"eve","RoleId":"ReadOnly"}"#
        let added = await bmc.ask("POST", RedfishPath.accounts, body)
        #expect(added.status == 201)
        #expect(added.body?["Password"] == .null, "a password is never shown")
        let path = try #require(added.headers["Location"])
        #expect(await bmc.ask("POST", RedfishPath.accounts, body).status == 409)
        func eve(_ method: String, _ path: String, _ body: String, password: String = "eve") async -> Int {
            await bmc.ask(method, path, body, user: "eve", password: password).status
        }
        #expect(await eve("GET", RedfishPath.system, "") == 200)
        #expect(await eve("POST", Self.reset, #"{"ResetType":"On"}"#) == 403)
        #expect(await eve("PATCH", path, #"{"RoleId":"Administrator"}"#) == 403)
        #expect(await eve("PATCH", RedfishPath.accounts + "/1", #"{"Password":"x"}"#) == 403)
        #expect(await eve("PATCH", path, #"{"Password":"new"}"#) == 200)
        #expect(await eve("GET", RedfishPath.system, "") == 401)
        #expect(await eve("GET", RedfishPath.system, "", password: "new") == 200)
        #expect(await bmc.ask("PATCH", path, #"{"Enabled":false}"#).status == 200)
        #expect(await eve("GET", RedfishPath.system, "", password: "new") == 401)
        #expect(await bmc.ask("DELETE", path).status == 204)
        #expect(messages(await bmc.ask("DELETE", RedfishPath.accounts + "/1")) == ["ResourceCannotBeDeleted"])
    }

    // MARK: The system

    @Test func aBootOverrideIsSetReadBackAndGuardedByItsETag() async {
        let old = await bmc.ask("GET", RedfishPath.system).headers["ETag"]
        let body = #"{"Boot":{"BootSourceOverrideTarget":"Pxe","BootSourceOverrideEnabled":"Once"}}"#
        #expect(await bmc.ask("PATCH", RedfishPath.system, body, ifMatch: old).status == 200)
        #expect(await machine.firmware.bootOverride == BootOverride(target: .network, duration: .once))
        #expect(await bmc.ask("PATCH", RedfishPath.system, body, ifMatch: old).status == 412)
        #expect(await bmc.ask("PATCH", RedfishPath.system, body, ifMatch: "*").status == 200)
        for wrong in [
            #"{"Boot":{"BootSourceOverrideTarget":"Floppy"}}"#, #"{"Boot":{"BootSourceOverrideMode":"Legacy"}}"#,
            #"{"Boot":{"HttpBootUri":"ftp://x"}}"#, #"{"Boot":{"HttpBootUri":"http://x y"}}"#, #"{"Boot":7}"#,
            #"{"Boot":{"Colour":"red"}}"#, #"{"UUID":"x"}"#, #"{"Colour":"red"}"#, "{}", "{", "[]",
        ] {
            #expect(await bmc.ask("PATCH", RedfishPath.system, wrong).status == 400, "\(wrong)")
        }
        let both = await bmc.ask("PATCH", RedfishPath.system, #"{"UUID":"x","Colour":"red","AssetTag":"A"}"#)
        #expect(messages(both) == ["PropertyUnknown", "PropertyNotWritable"])
        #expect(await bmc.ask("GET", RedfishPath.system).body?["AssetTag"] == "", "nothing is done of a wrong request")
    }

    @Test(arguments: [
        ("Pxe", BootOrder.networkFirst), ("Hdd", .diskFirst), ("Cd", .cdFirst), ("UefiHttp", .httpFirst),
    ])
    func aBootOverrideForOnceHoldsForOneStart(target: String, order: BootOrder) async {
        let body = #"{"Boot":{"BootSourceOverrideTarget":"\#(target)"}}"#
        let set = await bmc.ask("PATCH", RedfishPath.system, body)
        #expect(set.body?["Boot"]?["BootSourceOverrideEnabled"] == "Once")
        _ = await bmc.ask("POST", Self.reset, #"{"ResetType":"On"}"#)
        _ = await bmc.ask("POST", Self.reset, #"{"ResetType":"ForceRestart"}"#)
        #expect(await machine.history.map(\.order) == [order, .diskFirst])
        let after = await bmc.ask("GET", RedfishPath.system).body?["Boot"]
        #expect(after?["BootSourceOverrideEnabled"] == "Disabled")
        #expect(after?["BootSourceOverrideTarget"] == "None")
    }

    @Test func theAddressOfABootByHTTPReachesTheMachineOnce() async {
        let body = #"{"Boot":{"BootSourceOverrideTarget":"UefiHttp","HttpBootUri":"http://10.0.0.1/a.efi"}}"#
        let set = await bmc.ask("PATCH", RedfishPath.system, body)
        #expect(set.body?["Boot"]?["HttpBootUri"] == "http://10.0.0.1/a.efi")
        await machine.powerOn()
        await machine.reset()
        #expect(await machine.history.map(\.address) == ["http://10.0.0.1/a.efi", nil])
    }

    @Test func aResetThatNeedsPowerIsRefusedWithout() async {
        #expect(await bmc.ask("POST", Self.reset, #"{"ResetType":"ForceRestart"}"#).status == 409)
        #expect(await bmc.ask("POST", Self.reset, #"{"ResetType":"ForceOff"}"#).status == 204)
        #expect(await bmc.ask("POST", Self.reset, #"{"ResetType":"Nmi"}"#).status == 400)
        #expect(await bmc.ask("POST", Self.reset, "{}").status == 400)
        #expect(await bmc.ask("POST", Self.reset, "").status == 400)
        #expect(await bmc.ask("POST", Self.reset, #"{"ResetType":"On"}"#).status == 204)
        #expect(await bmc.ask("POST", Self.reset, #"{"ResetType":"GracefulShutdown"}"#).status == 204)
        #expect(await machine.power == .off)
    }

    @Test func settingsOfTheFirmwareWaitForAReset() async {
        let body = #"{"Attributes":{"Ipv4Pxe":"Disabled","BootWaitSeconds":3}}"#
        #expect(await bmc.ask("PATCH", RedfishPath.nextBIOS, body).status == 200)
        #expect(await bmc.ask("GET", RedfishPath.bios).body?["Attributes"]?["Ipv4Pxe"] == "Enabled")
        await machine.powerOn()
        #expect(await bmc.ask("GET", RedfishPath.bios).body?["Attributes"]?["Ipv4Pxe"] == "Disabled")
        #expect(await machine.history.last?.settings.bootWait == 3)
        for wrong in [
            #"{"Ipv4Pxe":"Perhaps"}"#, #"{"Ipv4Pxe":1}"#, #"{"BootWaitSeconds":31}"#, #"{"BootWaitSeconds":-1}"#,
            #"{"BootMode":"Uefi"}"#, #"{"AssetTag":"a,b"}"#, #"{"Colour":"red"}"#,
        ] {
            let answer = await bmc.ask("PATCH", RedfishPath.nextBIOS, #"{"Attributes":\#(wrong)}"#)
            #expect(answer.status == 400, "\(wrong)")
        }
        let reset = RedfishPath.action("Bios.ResetBios", on: RedfishPath.bios)
        #expect(await bmc.ask("POST", reset).status == 204)
        await machine.reset()
        #expect(await machine.history.last?.settings == FirmwareSettings(uefiMachine))
    }

    // MARK: Queries

    @Test func aLongLogComesInPages() async {
        for _ in 0..<120 { await bmc.note(.test) }
        var path = RedfishPath.systemLog + "/Entries"
        var ids: [String] = []
        var pages = 0
        var query = ""
        while pages < 10 {
            let page = await bmc.ask("GET", path, query: query).body
            pages += 1
            ids += (page?["Members"]?.array ?? []).compactMap { $0["Id"]?.text }
            #expect(page?["Members@odata.count"] == 120)
            guard let next = page?["Members@odata.nextLink"]?.text else { break }
            let parts = next.split(separator: "?")
            (path, query) = (String(parts[0]), String(parts[1]))
        }
        #expect(pages == 3)
        #expect(ids.count == 120 && Set(ids).count == 120)
        let few = await bmc.ask("GET", RedfishPath.systemLog + "/Entries", query: "$skip=118&$top=5").body
        #expect(few?["Members"]?.array?.count == 2)
        #expect(few?["Members@odata.nextLink"] == nil)
        let clear = RedfishPath.action("LogService.ClearLog", on: RedfishPath.systemLog)
        #expect(await bmc.ask("POST", clear).status == 204)
        #expect(await bmc.ask("GET", RedfishPath.systemLog + "/Entries").body?["Members@odata.count"] == 0)
    }

    @Test func linksAreExpandedAsFarAsIsAsked() async {
        let plain = await bmc.ask("GET", RedfishPath.systems).body
        #expect(plain?["Members"] == [.link(RedfishPath.system)])
        let one = await bmc.ask("GET", RedfishPath.systems, query: "$expand=.($levels=1)").body?["Members"]?.array?
            .first
        #expect(one?["UUID"]?.text == uefiMachine.uuid)
        #expect(one?["Bios"] == .link(RedfishPath.bios))
        let two = await bmc.ask("GET", RedfishPath.systems, query: "$expand=.($levels=2)").body?["Members"]?.array?
            .first
        #expect(two?["Bios"]?["Attributes"] != nil)
        #expect(two?["Links"]?["Chassis"] == [.link(RedfishPath.chassis)])
        let links = await bmc.ask("GET", RedfishPath.system, query: "$expand=~").body
        #expect(links?["Links"]?["Chassis"]?.array?.first?["ChassisType"] != nil)
        #expect(links?["Bios"] == .link(RedfishPath.bios))
        let all = await bmc.ask("GET", RedfishPath.system, query: "%24expand=*").body
        #expect(all?["Links"]?["Chassis"]?.array?.first?["ChassisType"] != nil)
        #expect(all?["Bios"]?["Attributes"] != nil)
        #expect(await bmc.ask("GET", RedfishPath.systems, query: "only").body?["UUID"]?.text == uefiMachine.uuid)
        #expect(await bmc.ask("GET", RedfishPath.system, query: "$select=Name").status == 501)
        #expect(await bmc.ask("GET", RedfishPath.system, query: "$top=1").status == 400)
        #expect(await bmc.ask("GET", RedfishPath.systems, query: "$top=-1").status == 501)
        let far = await bmc.ask("GET", RedfishPath.systems, query: "$skip=9223372036854775807&$top=9").body
        #expect(far?["Members"] == [])
    }

    @Test func anUnchangedDocumentIsNotSentAgain() async {
        var request = RedfishBMC.Request(method: "GET", path: RedfishPath.root)
        let first = await bmc.answer(request)
        #expect(first.headers["Allow"] == "GET, HEAD")
        request.ifNoneMatch = first.headers["ETag"]
        let second = await bmc.answer(request)
        #expect(second.status == 304)
        #expect(second.body == nil)
        request.method = "HEAD"
        request.ifNoneMatch = nil
        #expect(await bmc.answer(request).body == nil)
        #expect(await bmc.ask("GET", RedfishPath.sessions).headers["Allow"] == "GET, HEAD, POST")
    }

    // MARK: Messages

    /// Each message that the service can send is one of DMTF's, with as many arguments as that has.
    @Test(.enabled(if: Fixture.assets != nil, "there are no registries beside the checkout"))
    func everyMessageIsOneOfTheBaseRegistry() throws {
        #expect(Set(RedfishMessage.all.map(\.name)).count == RedfishMessage.all.count)
        let octets = try Fixture.octets(ofAsset: "redfish/registries/Base.1.20.0.json")
        let known = try #require(JSON(octets: octets)?["Messages"]?.object)
        for message in RedfishMessage.all {
            let entry = try #require(known[message.name], "\(message.name)")
            #expect(entry["NumberOfArgs"]?.number == message.arguments.count, "\(message.name)")
            #expect(entry["MessageSeverity"]?.text == (message.isCritical ? "Critical" : "Warning"), "\(message.name)")
        }
    }

    // MARK: In a rack

    @Test func faultsComeFromTheDefinitionAndFromTheControlSocket() async throws {
        var definition = uefiMachine
        definition.bmc.faults = [.unavailable]
        let written = try JSONEncoder().encode(definition)
        #expect(String(decoding: written, as: UTF8.self).contains(#""faults":["unavailable"]"#))
        let rack = RackDefinition(
            network: .init(namespace: "rwtest"),
            machines: [try JSONDecoder().decode(RackDefinition.Machine.self, from: written)]
        )
        let machine = VirtualMachine(
            index: 0,
            network: RackNetwork(definition: rack),
            state: StateFolder(path: "/nonexistent"),
            logger: Logger(label: "test")
        )
        let bmc = RedfishBMC(machine: machine, network: .own, folder: "/nonexistent")
        let control = VirtualRack.control([machine])
        func order(_ line: String) async -> Int {
            let head = HTTPRequest(method: .post, scheme: "http", authority: "rack", path: "/machines/node1/faults")
            return await control(head, Array(line.utf8)).status
        }
        #expect(await bmc.ask("GET", RedfishPath.system).status == 503)
        #expect(await order("clear") == 200)
        #expect(await bmc.ask("GET", RedfishPath.system).status == 200)
        #expect(await order("ignored-boot-override") == 200)
        #expect(await order("wrong-power-state for 60s") == 200)
        let pxe = #"{"Boot":{"BootSourceOverrideTarget":"Pxe"}}"#
        let answer = await bmc.ask("PATCH", RedfishPath.system, pxe)
        #expect(answer.status == 200)
        #expect(answer.body?["Boot"]?["BootSourceOverrideTarget"] == "None")
        #expect(answer.body?["PowerState"] == "On", "it is off")
        #expect(await machine.bootOverride == .disabled)
        #expect(await order("clear wrong-power-state") == 200)
        #expect(await bmc.ask("GET", RedfishPath.system).body?["PowerState"] == "Off")
        #expect(await order("no-such-fault") == 400)
    }
}

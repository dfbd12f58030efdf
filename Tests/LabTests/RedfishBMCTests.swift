import FoundationEssentials
import Logging
import Testing

@testable import VirtualRack

@Suite struct RedfishBMCTests {
    let bmc: RedfishBMC
    let machine: VirtualMachine

    init() {
        let definition = RackDefinition(network: .init(namespace: "rwtest"), machines: [RackTests.machine])
        machine = VirtualMachine(
            index: 0,
            network: RackNetwork(definition: definition),
            state: StateFolder(path: "/nonexistent"),
            logger: Logger(label: "test")
        )
        bmc = RedfishBMC(machine: machine)
    }

    func ask(_ method: String, _ path: String, _ body: String = "", password: String = "secret") async
        -> RedfishBMC.Answer
    {
        let basic = Data("admin:\(password)".utf8).base64EncodedString()
        return await bmc.answer(
            .init(method: method, path: path, authorization: "Basic \(basic)", body: Array(body.utf8))
        )
    }

    @Test func theRootNeedsNoPasswordAndTheRestDoes() async {
        #expect(await bmc.answer(.init(method: "GET", path: "/redfish/v1/")).status == 200)
        #expect(await bmc.answer(.init(method: "GET", path: "/redfish/v1/Systems/1")).status == 401)
        #expect(await ask("GET", "/redfish/v1/Systems/1", password: "wrong").status == 401)
        #expect(await ask("GET", "/redfish/v1/Systems/1").status == 200)
        #expect(await ask("GET", "/redfish/v1/Systems/2").status == 404)
    }

    @Test func aSessionLastsUntilItIsDeleted() async throws {
        let refused = await bmc.answer(
            .init(
                method: "POST",
                path: RedfishBMC.sessionCollection,
                body: Array(#"{"UserName":"admin","Password":"x"}"#.utf8)
            )
        )
        #expect(refused.status == 401)
        let opened = await bmc.answer(
            .init(
                method: "POST",
                path: RedfishBMC.sessionCollection,
                body: Array(#"{"UserName":"admin","Password":"secret"}"#.utf8)
            )
        )
        #expect(opened.status == 201)
        let token = try #require(opened.headers["X-Auth-Token"])
        let location = try #require(opened.headers["Location"])
        #expect(await bmc.answer(.init(method: "GET", path: RedfishBMC.system, token: token)).status == 200)
        #expect(await bmc.answer(.init(method: "DELETE", path: location, token: token)).status == 204)
        #expect(await bmc.answer(.init(method: "GET", path: RedfishBMC.system, token: token)).status == 401)
    }

    @Test func aBootOverrideIsSetReadBackAndGuardedByItsETag() async {
        let old = await ask("GET", RedfishBMC.system).headers["ETag"]
        let body = #"{"Boot":{"BootSourceOverrideTarget":"Pxe","BootSourceOverrideEnabled":"Once"}}"#
        #expect(await ask("PATCH", RedfishBMC.system, body).status == 200)
        #expect(await machine.bootOverride == BootOverride(target: .network, duration: .once))
        let stale = await bmc.answer(
            .init(
                method: "PATCH",
                path: RedfishBMC.system,
                authorization: "Basic " + Data("admin:secret".utf8).base64EncodedString(),
                ifMatch: old,
                body: Array(body.utf8)
            )
        )
        #expect(stale.status == 412)
        let unknown = #"{"Boot":{"BootSourceOverrideTarget":"Floppy"}}"#
        #expect(await ask("PATCH", RedfishBMC.system, unknown).status == 400)
        #expect(await ask("PATCH", RedfishBMC.system, "{").status == 400)
    }

    @Test func aResetThatNeedsPowerIsRefusedWithout() async {
        let path = RedfishBMC.system + "/Actions/ComputerSystem.Reset"
        #expect(await ask("POST", path, #"{"ResetType":"ForceRestart"}"#).status == 409)
        #expect(await ask("POST", path, #"{"ResetType":"ForceOff"}"#).status == 204)
        #expect(await ask("POST", path, #"{"ResetType":"Nmi"}"#).status == 400)
        #expect(await ask("POST", path, "").status == 400)
    }
}

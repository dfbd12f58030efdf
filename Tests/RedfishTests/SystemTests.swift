import Redfish
import TestSupport
import Testing

private func json(_ text: String) -> JSON {
    (try? JSON(reading: [UInt8](text.utf8))) ?? .null
}

struct SystemTests {
    @Test func whatIsAbsentNullOrOfAnotherTypeReadsAsNil() {
        let system = ComputerSystem(
            json(
                """
                {"SerialNumber": "  X1 ", "PowerState": null, "Model": 7, "UUID": "", "Boot": [],
                 "Actions": {"#ComputerSystem.Reset": {"target": "/r", "ResetType@Redfish.AllowableValues": null}}}
                """
            ),
            path: "/s"
        )
        #expect(system.path == "/s")
        #expect(system.serialNumber == "X1")
        #expect(system.powerState == nil)
        #expect(system.model == nil)
        #expect(system.uuid == nil)
        #expect(system.boot == nil)
        #expect(system.reset?.target == "/r")
        #expect(system.reset?.allowed == nil)
        #expect(ComputerSystem(.string("no object"), path: "/s").reset == nil)
        #expect(ComputerSystem(json("{\"PowerState\": \"Sleeping\"}"), path: "/s").powerState == .other("Sleeping"))
        #expect(json("{\"n\": \"12\"}")["n"].integer == 12)
    }

    @Test func theHostIsChosenAmongAcceleratorsBaseboards() throws {
        let baseboard = ComputerSystem(
            json(
                """
                {"Id": "HGX_Baseboard_0", "SystemType": "Physical", "PowerState": "On", "Boot": {},
                 "Actions": {"#ComputerSystem.Reset": {"target": "/b"}}}
                """
            ),
            path: "/redfish/v1/Systems/HGX_Baseboard_0"
        )
        let host = ComputerSystem(
            json(
                """
                {"Id": "System_0", "SystemType": "Physical", "PowerState": "Off",
                 "Boot": {"BootSourceOverrideTarget": "Hdd", "BootSourceOverrideEnabled": "Continuous"},
                 "Actions": {"#ComputerSystem.Reset": {"target": "/h"}}}
                """
            ),
            path: "/redfish/v1/Systems/System_0"
        )
        let choice = try #require(ComputerSystem.choose(from: [baseboard, host]))
        #expect(choice.system == host)
        #expect(choice.remark?.contains("HGX_Baseboard_0") == true)
        #expect(ComputerSystem.choose(from: []) == nil)
    }

    private func system(reset: String, power: String = "Off", boot: String = "{}", settings: String = "null")
        -> ComputerSystem
    {
        ComputerSystem(
            json(
                """
                {"PowerState": "\(power)", "Boot": \(boot), "@Redfish.Settings": {"SettingsObject": \(settings)},
                 "Actions": {"#ComputerSystem.Reset": {"target": "/r", "ResetType@Redfish.AllowableValues": \(reset)}}}
                """
            ),
            path: "/s"
        )
    }

    @Test func theResetTypeIsOneThatIsOffered() throws {
        #expect(try system(reset: "[\"ForceOn\"]").resetRequest(for: .on).resetType == "ForceOn")
        #expect(try system(reset: "[\"PushPowerButton\"]").resetRequest(for: .on).resetType == "PushPowerButton")
        #expect(throws: RedfishError.self, "the button would switch it off") {
            _ = try system(reset: "[\"PushPowerButton\"]", power: "On").resetRequest(for: .on)
        }
        #expect(try system(reset: "[\"PowerCycle\"]").resetRequest(for: .restart).resetType == "PowerCycle")
        #expect(try system(reset: "null").resetRequest(for: .forceOff).body == json("{\"ResetType\": \"ForceOff\"}"))
        do {
            _ = try system(reset: "[\"On\", \"ForceOff\"]").resetRequest(for: .gracefulOff)
            Issue.record("GracefulShutdown is not offered")
        } catch {
            #expect("\(error)" == "/s offers the reset types On, ForceOff and none of GracefulShutdown")
        }
    }

    @Test func theModeIsSentWhereItIsKnownAndThenLeftOut() throws {
        let wish = BootWish(target: .pxe, enabled: .once, mode: .uefi)
        let knows = system(
            reset: "[]",
            boot: "{\"BootSourceOverrideMode\": \"UEFI\"}",
            settings: "{\"@odata.id\": \"/s/SD\"}"
        )
        let patches = try knows.bootPatches(for: wish)
        #expect(patches.map(\.path) == ["/s", "/s", "/s/SD", "/s/SD"])
        #expect(patches.map { $0.body["Boot"]["BootSourceOverrideMode"].string } == ["UEFI", nil, "UEFI", nil])

        let isLegacy = system(reset: "[]", boot: "{\"BootSourceOverrideMode\": \"Legacy\"}")
        #expect(try isLegacy.bootPatches(for: wish).count == 1, "leaving the mode out would boot in the old way")

        let knowsNot = system(reset: "[]", boot: "{\"BootSourceOverrideTarget\": \"None\"}")
        #expect(try knowsNot.bootPatches(for: wish).map { $0.body["Boot"]["BootSourceOverrideMode"] } == [.null])
    }

    @Test func anOverrideIsTakenBackInTwoWays() throws {
        let patches = try system(reset: "[]").bootPatches(for: BootWish(target: .none, enabled: .once))
        #expect(patches.map { $0.body["Boot"]["BootSourceOverrideEnabled"].string } == ["Disabled", "Disabled"])
        #expect(patches.map { $0.body["Boot"]["BootSourceOverrideTarget"].string } == ["None", nil])
    }

    @Test func tagsAreTriedAsGivenThenStrongThenNotAtAll() {
        #expect(ETagLadder(head: "W/\"a\"", document: "\"b\"").rungs == ["W/\"a\"", "\"a\"", "\"b\"", nil])
        #expect(ETagLadder(head: "", document: "\"\"").rungs == [nil])
        #expect(ETagLadder(head: "x", document: "x").rungs == ["x", nil])
    }

    @Test func theSentenceBesideAMessageWithoutOneIsTaken() throws {
        let body = json(
            """
            {"error": {"code": "Base.1.0.GeneralError", "message": "no such image",
             "@Message.ExtendedInfo": [{"MessageId": "Base.1.0.GeneralError"}]}}
            """
        )
        #expect(ServiceProblem(status: 400, body: body)?.text == "no such image")
    }

    @Test func aProblemIsFoundInAnAnswerOfStatus200() throws {
        let body = json(
            """
            {"@Message.ExtendedInfo": [{"MessageId": "Base.1.8.PropertyValueNotInList", "Message": "Pxe is not in the list",
              "MessageSeverity": "Warning", "Resolution": "Choose another"}]}
            """
        )
        let problem = try #require(ServiceProblem(status: 200, body: body))
        #expect(problem.text == "Pxe is not in the list (Choose another)")
        #expect(problem.messages[0].key == "PropertyValueNotInList")
        let success = json("{\"error\": {\"@Message.ExtendedInfo\": [{\"MessageId\": \"Base.1.8.Success\"}]}}")
        #expect(ServiceProblem(status: 200, body: success) == nil)
        #expect(ServiceProblem(status: 204, body: .null) == nil)
        #expect(ServiceProblem(status: 500, body: .null)?.text.isEmpty == true)
        let busy = json("{\"error\": {\"@Message.ExtendedInfo\": {\"MessageId\": \"IDRAC.2.8.SYS518\"}}}")
        #expect(ServiceProblem(status: 400, body: busy)?.isTransient == true)
    }

    @Test func prefixesAndNoiseAreRefusedWithoutATrap() throws {
        let text = [UInt8]("{\"Boot\": {\"BootSourceOverrideTarget\": [1, -2.5e3, true, null, \"\\u00e9\"]}}".utf8)
        _ = try JSON(reading: text)
        for count in 0..<text.count {
            #expect(throws: RedfishError.self) { _ = try JSON(reading: [UInt8](text[..<count])) }
        }
        var noise = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            var octets = text
            octets[Int.random(in: 0..<octets.count, using: &noise)] = UInt8.random(in: 0...255, using: &noise)
            let read = (try? JSON(reading: octets)) ?? .null
            _ = ComputerSystem(read, path: "/s")
            _ = ServiceRoot(read)
            _ = ServiceProblem(status: 200, body: read)
        }
    }
}

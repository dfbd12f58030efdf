import Redfish
import TestSupport
import Testing

/// CD drives from the network, and what takes firmware.
struct MediaTests {
    private func json(_ text: String) -> JSON { (try? JSON(reading: [UInt8](text.utf8))) ?? .null }

    private func slot(_ id: String, _ types: String, _ more: String = "") -> VirtualMediaSlot {
        VirtualMediaSlot(json("{\"Id\": \"\(id)\", \"MediaTypes\": [\(types)]\(more)}"), path: "/vm/\(id)")
    }

    @Test func theSlotForACDIsChosen() {
        let stick = slot("1", "\"Floppy\", \"USBStick\"")
        let cd = slot("2", "\"CD\", \"DVD\"")
        let any = slot("3", "\"CD\", \"DVD\", \"Floppy\", \"USBStick\"")
        let full = slot("4", "\"CD\"", ", \"Inserted\": true, \"Image\": \"http://h/a.iso\"")
        #expect(VirtualMediaSlot.choose(from: [stick, any, cd])?.id == "2", "one for CDs alone")
        #expect(VirtualMediaSlot.choose(from: [stick, full, any])?.id == "3", "an empty one")
        #expect(VirtualMediaSlot.choose(from: [stick, full])?.id == "4")
        #expect(
            VirtualMediaSlot.choose(from: [full, any], holding: "http://h/a.iso")?.id == "4",
            "what holds it already"
        )
        #expect(VirtualMediaSlot.choose(from: [stick]) == nil)
        let lenovo = ["RDOC1", "Remote1", "EXT1"].map { slot($0, "\"CD\", \"DVD\", \"Floppy\", \"USBStick\"") }
        #expect(VirtualMediaSlot.choose(from: lenovo)?.id == "EXT1")
    }

    @Test func anImageIsInsertedAsTheMakerHasIt() {
        let action = ", \"Actions\": {\"#VirtualMedia.InsertMedia\": {\"target\": \"/insert\"}}"
        let uri = "http://10.0.0.1/a.iso"
        let smc = slot("1", "\"CD\"", action).insertRequests(uri, strategy: .of(.supermicro))
        #expect(smc.first?.method == "POST")
        #expect(smc.first?.path == "/insert")
        #expect(smc.first?.body == json("{\"Image\": \"\(uri)\"}"))
        let dell = slot("1", "\"CD\"", action).insertRequests(uri, strategy: .of(.dell))
        #expect(dell.first?.body["Inserted"] == .bool(true))
        #expect(dell.contains { $0.body["TransferProtocolType"].string == "HTTP" })
        let lenovo = slot("EXT1", "\"CD\"").insertRequests(uri, strategy: .of(.lenovo))
        #expect(lenovo.allSatisfy { $0.method == "PATCH" && $0.path == "/vm/EXT1" })
        #expect(lenovo.first?.body["Inserted"] == .bool(true))
        #expect(slot("EXT1", "\"CD\"").ejectRequests.first?.body == json("{\"Image\": null, \"Inserted\": false}"))
    }

    @Test(arguments: [
        ("http://10.0.0.1/a.iso", nil), ("https://h.example/a.iso", nil), ("a.iso", "is no address"),
        ("file:///etc/passwd", "not file"), ("http:///a.iso", "names no host"),
        ("http://me:secret@h/a.iso", "a password"), ("http://h/a b.iso", "a blank"),
    ])
    func anAddressThatNoBMCShouldGetIsRefused(uri: String, reason: String?) {
        let objection = VirtualMediaSlot.objection(to: uri)
        #expect((objection == nil) == (reason == nil))
        if let reason { #expect(objection?.contains(reason) == true) }
        #expect(objection?.contains("secret") != true)
    }

    @Test func whatSomeBMCsStumbleOverIsSaid() {
        #expect(VirtualMediaSlot.remark(on: "http://h:8080/a.iso") == nil, "the colon is the port's")
        #expect(VirtualMediaSlot.remark(on: "http://h/52:54:00/a.iso")?.contains("colon") == true)
        #expect(VirtualMediaSlot.remark(on: "http://h/a.iso?x=1")?.contains("query") == true)
        #expect(VirtualMediaSlot.remark(on: "http://h/a")?.contains(".iso") == true)
    }

    @Test func aFileIsFetchedByWhatTheBMCOffers() throws {
        let text = """
            {"FirmwareInventory": {"@odata.id": "/fw"}, "MultipartHttpPushUri": "/mp", "Actions":
             {"#UpdateService.SimpleUpdate": {"target": "/su", "TransferProtocol@Redfish.AllowableValues": ["HTTP", "NFS"]}}}
            """
        let service = UpdateService(json(text), path: "/us")
        let request = try service.fetchRequest("http://h/bios.exe", targets: ["/fw/BIOS"])
        #expect(request.path == "/su")
        #expect(request.body["ImageURI"].string == "http://h/bios.exe")
        #expect(request.body["TransferProtocol"].string == "HTTP")
        #expect(request.body["Targets"].strings == ["/fw/BIOS"])
        for uri in ["https://h/a", "bios.exe", "http://me:secret@h/a", ":"] {
            let error = #expect(throws: RedfishError.self) { _ = try service.fetchRequest(uri) }
            #expect(!"\(error, default: "")".contains("secret"))
        }
        #expect(throws: RedfishError.self) { _ = try UpdateService(.null, path: "/us").fetchRequest("http://h/a") }
    }

    @Test func firmwareThatWasThereBeforeIsNotInstalled() {
        func component(_ id: String) -> FirmwareComponent? {
            FirmwareComponent(json("{\"Id\": \"\(id)\", \"Version\": \"1\", \"Updateable\": true}"), path: "/fw/\(id)")
        }
        #expect(component("Installed-159-1.9.2__BIOS.Setup.1-1")?.isInstalled == true)
        #expect(component("Previous-159-1.8.2__BIOS.Setup.1-1")?.isInstalled == false)
        #expect(component("BMC")?.isInstalled == true)
        #expect(FirmwareComponent(.null, path: "/") == nil)
    }
}

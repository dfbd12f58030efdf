import Redfish
import Testing

struct ServiceRootFactsTests {
    private func facts(_ text: String) throws -> ServiceRootFacts? {
        ServiceRootFacts(try JSON(reading: [UInt8](text.utf8)))
    }

    /// Roots in the form of three makers.
    @Test func makersAreKnownByWhatTheyPutBesides() throws {
        let dell = try facts(
            "{\"RedfishVersion\": \"1.4.0\", \"Product\": \"iDRAC\", \"Oem\": {\"Dell\": {\"ServiceTag\": \"ABC1234\"}}}"
        )
        #expect(dell?.vendor == "Dell" && dell?.serialNumber == "ABC1234" && dell?.product == "iDRAC")
        let hpe = try facts(
            """
            {"@odata.type": "#ServiceRoot.v1_5_1.ServiceRoot", "UUID": "0123ABCD-1111-2222-3333-444455556666",
             "Oem": {"Hpe": {"Manager": [{"ManagerType": "iLO 5", "ManagerFirmwareVersion": "2.44"}]}}}
            """
        )
        #expect(hpe?.vendor == "HPE" && hpe?.product == "iLO 5" && hpe?.firmware == "2.44")
        #expect(hpe?.uuid == "0123abcd-1111-2222-3333-444455556666")
        let other = try facts("{\"RedfishVersion\": \"1.1.0\", \"UUID\": \"00000000-0000-0000-0000-000000000000\"}")
        #expect(other != nil && other?.uuid == nil && other?.vendor == nil)
    }

    @Test func whatIsNoRootIsNone() throws {
        for text in ["{}", "[]", "7", "{\"name\": \"x\"}", "{\"@odata.type\": \"#Chassis.v1_0_0.Chassis\"}"] {
            #expect(try facts(text) == nil)
        }
    }
}

import Redfish
import TestSupport
import Testing

struct DisguiseTests {
    private func disguised(_ documents: [String: String], users: [String] = [], seed: UInt64 = 1) throws -> [String:
        JSON]
    {
        var recording = RedfishRecording()
        for (path, text) in documents { recording.documents[path] = try JSON(reading: [UInt8](text.utf8)) }
        var random = SeededGenerator(seed: seed)
        return recording.disguised(alsoUsers: users, &random).documents
    }

    private let machine = [
        "/redfish/v1/Systems/SN12345": """
        {"@odata.id": "/redfish/v1/Systems/SN12345", "SerialNumber": "SN12345", "UUID": "A1B2C3D4-0000-4000-8000-0123456789AB",
         "HostName": "web-7.example.org", "PowerState": "On", "BiosVersion": "1.2.3.4", "Model": "R750",
         "Boot": {"BootSourceOverrideTarget@Redfish.AllowableValues": ["Pxe", "Hdd"]},
         "NIC": {"@odata.id": "/redfish/v1/Systems/SN12345/NICs/001122AABBCC"}}
        """,
        "/redfish/v1/Systems/SN12345/NICs/001122AABBCC": """
        {"MACAddress": "00:11:22:aa:bb:cc", "IPv4Addresses": [{"Address": "10.1.2.3", "SubnetMask": "255.255.0.0"}],
         "IPv6Addresses": [{"Address": "fe80::211:22ff:feaa:bbcc"}], "Note": "web-7 of jdoe@example.org at 10.1.2.3."}
        """,
        "/redfish/v1/Managers/1": """
        {"FirmwareVersion": "10.9.8.7", "UserName": "operator7", "Password": "hush-hush", "SNMP": {"Community": "private"},
         "Text": "operator7 and 00-11-22-AA-BB-CC", "CertificateString": "-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----",
         "Contact": "Jane Doe", "AssetTag": "Unknown", "State": "Unknown"}
        """,
        "/redfish/v1/Log/1": """
        {"@odata.type": "#LogEntry.v1_0_0.LogEntry", "EntryType": "SEL", "Message": "Jane was here", "MessageArgs": ["Jane"]}
        """,
    ]

    @Test func nothingTellsWhoseItWas() throws {
        let documents = try disguised(machine, users: ["root4"])
        let text = documents.map { "\($0.key) " + String(decoding: $0.value.octets, as: UTF8.self) }.joined()
        for word in [
            "SN12345", "A1B2C3D4", "0123456789AB", "web-7", "example.org", "001122AABBCC", "00:11:22:aa:bb:cc",
            "10.1.2.3",
            "feaa:bbcc", "jdoe", "operator7", "hush-hush", "private", "00-11-22-AA-BB-CC", "MIIB", "Jane",
        ] {
            #expect(!text.contains(word), "\(word) is there still")
        }
    }

    @Test func whatIsNobodysStaysAndLinksAreWhole() throws {
        let documents = try disguised(machine)
        let (path, system) = try #require(documents.first { $0.value["PowerState"].string == "On" })
        #expect(path.hasPrefix("/redfish/v1/Systems/"))
        #expect(system["@odata.id"].string == path)
        #expect(path == "/redfish/v1/Systems/" + (system["SerialNumber"].string ?? ""))
        #expect(system["BiosVersion"].string == "1.2.3.4")
        #expect(system["Model"].string == "R750")
        #expect(system["Boot"]["BootSourceOverrideTarget@Redfish.AllowableValues"].strings == ["Pxe", "Hdd"])
        #expect(system["UUID"].string?.count == 36)
        let nic = try #require(documents[system["NIC"].link ?? ""])
        let mac = try #require(nic["MACAddress"].string)
        #expect(mac.count == 17 && mac == mac.lowercased())
        #expect(system["NIC"].link?.hasSuffix(mac.filter { $0 != ":" }.uppercased()) == true)
        let address = try #require(nic["IPv4Addresses"].array?.first?["Address"].string)
        #expect(nic["IPv4Addresses"].array?.first?["SubnetMask"].string == "255.255.0.0")
        #expect(nic["Note"].string?.hasSuffix("at \(address).") == true)
        let manager = try #require(documents["/redfish/v1/Managers/1"])
        #expect(manager["FirmwareVersion"].string == "10.9.8.7")
        #expect(manager["Password"] == .null && manager["SNMP"]["Community"] == .null)
        #expect(manager["Text"].string?.hasPrefix(manager["UserName"].string ?? "?") == true)
        #expect(manager["Text"].string?.hasSuffix(mac.uppercased().replacing(":", with: "-")) == true)
        #expect(manager["CertificateString"].string?.hasPrefix("-----BEGIN CERTIFICATE-----\n") == true)
        #expect(manager["AssetTag"].string == "Unknown" && manager["State"].string == "Unknown")
    }

    @Test func otherDiceMakeUpOtherNames() throws {
        let path = "/redfish/v1/Systems/SN12345"
        let serials = try (1...5).map { seed in
            try disguised(machine, seed: seed).first { $0.value["Model"].string == "R750" }?.value["SerialNumber"]
                .string
        }
        #expect(Set(serials).count == 5)
        #expect(try disguised(machine)[path] == nil)
    }

    /// Whatever documents are, the disguise has their form.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func aDisguiseHasTheFormOfWhatItHides(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let document = Self.noise(depth: 0, &random)
        var recording = RedfishRecording()
        recording.documents["/redfish/v1"] = document
        let made = recording.disguised(&random)
        let found = try #require(made.documents["/redfish/v1"])
        #expect(Self.form(found) == Self.form(document))
        #expect(try RedfishRecording(reading: made.octets) == made)
    }

    private static func form(_ json: JSON) -> String {
        switch json {
        case .object(let members): "{" + members.values.map(form).sorted().joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map(form).joined(separator: ",") + "]"
        case .string, .null: "s"
        case .bool: "b"
        case .integer, .number: "n"
        }
    }

    private static func noise(depth: Int, _ random: inout SeededGenerator) -> JSON {
        let signs = Array("abz09AF:.-@/ %é\u{0}")
        let keys = [
            "SerialNumber", "HostName", "UserName", "Password", "Address", "Version", "Subject", "x", "Members",
        ]
        switch Int.random(in: 0..<(depth < 4 ? 6 : 4), using: &random) {
        case 0: return .bool(true)
        case 1: return .integer(7)
        case 2, 3:
            let count = Int.random(in: 0...40, using: &random)
            return .string(String((0..<count).map { _ in signs.randomElement(using: &random) ?? "x" }))
        case 4: return .array((0..<4).map { _ in noise(depth: depth + 1, &random) })
        default:
            let members = keys.shuffled(using: &random).prefix(4).map { ($0, noise(depth: depth + 1, &random)) }
            return .object(Dictionary(members) { first, _ in first })
        }
    }
}

import Foundation
import TestSupport
import Testing

@testable import VirtualRack

/// DMTF's Redfish Service Validator, which holds every document against the schemas of DMTF's bundle.
@Suite(
    .enabled(if: RedfishClients.shared != nil, "there is no validator, and the package index was not reached"),
    .enabled(if: Fixture.assets != nil, "there are no schemas beside the checkout")
)
struct ConformanceTests {
    @Test(arguments: [uefiMachine, biosMachine])
    func theValidatorFindsNothingWrong(machine: RackDefinition.Machine) async throws {
        let clients = try #require(RedfishClients.shared)
        try await withService(machine, updateSeconds: 0) { service, port in
            try await Self.fill(service.bmc)
            try await withFolder { folder in
                let schemas = folder + "/schemas"
                try FileManager.default.createDirectory(atPath: schemas, withIntermediateDirectories: true)
                let archive = try #require(Fixture.assets) + "/redfish/schemas/csdl.tar.xz"
                try await Command("tar", "-C", schemas, "-xJf", archive).run()
                var command = Command(
                    "sh",
                    "-c",
                    // The password goes by standard input into the configuration file: arguments can be read.
                    "cat > \(folder)/config.ini; exec timeout 300 \(clients.environment)/bin/rf_service_validator "
                        + "--config \(folder)/config.ini --skipschema --schema_directory \(schemas)/csdl "
                        + "--logdir \(folder)/logs"
                )
                command.input = """
                    [Connection]
                    rhost = https://127.0.0.1:\(port)
                    [Authentication]
                    user = admin
                    password = secret

                    """
                let output: String
                do {
                    output = try await command.run()
                } catch let error as CommandError {
                    output = error.output
                }
                let log = try Self.log(folder + "/logs")
                let summary = try #require(Summary(output), "\(output.suffix(2000))")
                #expect(summary.failed == 0, "\(log.filter { $0.contains("FAIL") }.joined(separator: "\n"))")
                #expect(summary.passed > 1300)
                // A schema that is not found is but a warning to the validator.
                let warnings = log.filter { $0.contains("WARN") }
                #expect(warnings.allSatisfy { $0.contains("deprecated") }, "\(warnings.joined(separator: "\n"))")
                #expect(warnings.count == summary.warned)
                let missed = await Self.documents(service.bmc).filter { !output.contains("Validating \($0)...") }
                #expect(missed.isEmpty, "never reached: \(missed)")
            }
        }
    }

    private struct Summary {
        var passed, warned, failed: Int

        /// The table at the validator's end: passes, warnings, failures and what was not tested.
        init?(_ output: String) {
            let rows = output.split(separator: "\n").compactMap { line -> [Int]? in
                let cells = line.split(separator: "|").map { $0.filter { $0.isNumber || $0.isLetter } }
                let numbers = cells.compactMap { Int($0) }
                return numbers.count == 4 ? numbers : nil
            }
            guard rows.count == 1 else { return nil }
            (passed, warned, failed) = (rows[0][0], rows[0][1], rows[0][2])
        }
    }

    private static func log(_ folder: String) throws -> [String] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".log") }
        let text = try paths.map { try String(contentsOfFile: folder + "/" + $0, encoding: .utf8) }.joined()
        return text.split(separator: "\n").map(String.init).filter {
            $0.contains(" WARN - ") || $0.contains(" FAIL - ")
        }
    }

    /// What the validator is to reach: all but schemas' files, where it does not go, and what it knows by another name.
    private static func documents(_ bmc: RedfishBMC) async -> [String] {
        let paths = await bmc.tree([]).documents.keys
        return paths.filter { path in
            !["/redfish", RedfishPath.root, RedfishPath.root + "/odata"].contains(path)
                && !path.hasPrefix(RedfishPath.sessions + "/")
        }.sorted()
    }

    /// Has something in each collection that begins empty.
    private static func fill(_ bmc: RedfishBMC) async throws {
        #expect(
            await bmc.ask(
                "POST",
                RedfishPath.action("ComputerSystem.Reset", on: RedfishPath.system),
                #"{"ResetType":"On"}"#
            ).status == 204
        )
        let account = #"{"UserName":"second","Password":"second","RoleId":"Operator"}"#
        #expect(await bmc.ask("POST", RedfishPath.accounts, account).status == 201)
        let boot = #"{"Boot":{"BootSourceOverrideTarget":"Cd"},"AssetTag":"A1"}"#
        #expect(await bmc.ask("PATCH", RedfishPath.system, boot).status == 200)
        try await withServer(mediumHandler) { url in
            let image = #"{"Image":"\#(url)/medium.iso"}"#
            let insert = RedfishPath.action("VirtualMedia.InsertMedia", on: RedfishPath.medium)
            #expect(await bmc.ask("POST", insert, image).status == 204)
            let update = RedfishPath.action("UpdateService.SimpleUpdate", on: RedfishPath.update)
            for path in ["medium.iso.firmware", "medium.iso"] {
                #expect(await bmc.ask("POST", update, #"{"ImageURI":"\#(url)/\#(path)"}"#).status == 202)
            }
        }
        // Nobody listens there; the subscription outlives the validator all the same, for nothing happens.
        let subscription = #"{"Destination":"http://127.0.0.1:9/","Protocol":"Redfish","Context":"test"}"#
        #expect(await bmc.ask("POST", RedfishPath.subscriptions, subscription).status == 201)
    }
}

import BMC
import BMCIPMI
import Foundation
import TestSupport
import Testing

/// Sensors, parts and log of OpenIPMI's simulator.
@Suite(.enabled(if: Simulator.isInstalled), .serialized, .timeLimit(.minutes(5)))
struct IPMIReadingTests {
    private func gate(_ simulator: Simulator) -> BMCGate {
        let connector = IPMIConnector(patience: [.milliseconds(500)])
        return BMCGate(
            endpoint: BMCEndpoint(
                protocol: .ipmi,
                address: "127.0.0.1",
                port: simulator.port,
                username: "admin",
                password: Secret("secret")
            ),
            policy: BMCPolicy(attempts: 10),
            connect: { try await connector.connect($0) }
        )
    }

    @Test func sensorsAreReadWithTheirValuesAndStates() async throws {
        let simulator = try Simulator(furniture: Furniture.commands)
        defer { simulator.end() }
        let found = try await gate(simulator).sensors()
        #expect(found.remarks.isEmpty)
        let sensors = Dictionary(found.sensors.map { ($0.name, $0) }) { first, _ in first }
        #expect(
            found.sensors.map(\.name) == [
                "MB Temp", "Inlet", "P12V", "Fan 1", "Fan 2", "Not There", "Sub Temp", "DIMMA", "DIMMB", "DIMMC",
            ]
        )
        let temperature = try #require(sensors["MB Temp"])
        #expect(temperature.text == "96 degrees C")
        #expect(temperature.value == 96)
        #expect(temperature.kind == "Temperature")
        #expect(temperature.entity == "system board 1")
        #expect(temperature.status == .ok)
        #expect(temperature.thresholds.upperCritical == 144)
        #expect(temperature.thresholds.lowerCritical == nil)
        #expect(sensors["Inlet"]?.text == "-5 degrees C")
        #expect(sensors["P12V"]?.text == "11.98 Volts")
        #expect(sensors["Fan 1"]?.text == "5017.60 RPM")
        #expect(sensors["Fan 2"]?.status == .critical)
        #expect(sensors["Fan 2"]?.entity == "fan 2")
        #expect(sensors["Not There"]?.status == .unavailable)
        #expect(sensors["Not There"]?.remark?.isEmpty == false)
        #expect(sensors["Sub Temp"]?.remark == "it belongs to the controller 0x30")
        #expect(sensors["DIMMA"]?.states == ["Present"])
        #expect(sensors["DIMMB"]?.text == "Absent")
        #expect(sensors["DIMMB"]?.entity == "memory device 2")
    }

    /// What another program says of the same sensors: name, state and value.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: IPMITool.program)))
    func sensorsAreReadAsIPMIToolReadsThem() async throws {
        let simulator = try Simulator(furniture: Furniture.commands)
        defer { simulator.end() }
        let found = try await gate(simulator).sensors().sensors
        var compared = 0
        for line in try IPMITool.lines(simulator, "sdr", "elist", "all") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 5, let sensor = found.first(where: { $0.name == cells[0] }) else { continue }
            guard sensor.remark == nil || sensor.remark != "it belongs to the controller 0x30" else { continue }
            compared += 1
            switch sensor.status {
            case .ok: #expect(cells[2] == "ok")
            case .nonCritical: #expect(["lnc", "unc"].contains(cells[2]))
            case .critical: #expect(["lcr", "ucr"].contains(cells[2]))
            case .nonRecoverable: #expect(["lnr", "unr"].contains(cells[2]))
            case .unavailable: #expect(cells[2] == "ns")
            }
            if sensor.status != .unavailable { #expect(cells[4] == sensor.text) }
        }
        #expect(compared == 6, "the shared record has one line there, under another name")
    }

    @Test func partsAreReadAndMissingOnesSaid() async throws {
        let simulator = try Simulator(furniture: Furniture.commands)
        defer { simulator.end() }
        let parts = try await gate(simulator).inventory()
        #expect(parts.map(\.name) == ["machine", "PS1", "PS2", "Blade"])
        #expect(
            parts.first
                == BMCPart(
                    name: "machine",
                    manufacturer: "Rackwright",
                    product: "Model 1",
                    serialNumber: "SN-1",
                    partNumber: "PN-1",
                    version: "v2",
                    assetTag: "asset 7",
                    chassisSerialNumber: "CH-1",
                    boardSerialNumber: "BO-1",
                    manufacturedAt: 820_454_400 + 11_324_310 * 60,
                    extra: ["rack side"]
                )
        )
        #expect(parts[1].serialNumber == "PS-9")
        #expect(parts[1].manufacturer == "DELTA")
        #expect(parts[2].remarks.first?.hasPrefix("not there: ") == true)
        #expect(parts[3].remarks == ["not read: it belongs to the controller 0x30"])
    }

    @Test func theLogIsReadAndCleared() async throws {
        let simulator = try Simulator(furniture: Furniture.commands)
        defer { simulator.end() }
        let gate = gate(simulator)
        let log = try await gate.eventLog(limit: 100)
        #expect(log.total == 5)
        #expect(log.remarks.isEmpty)
        #expect(log.events.map(\.id) == ["1", "2", "3", "4", "5"])
        let told = [
            "Temperature MB Temp: Upper Non-critical going high, reading 149 > threshold 144 degrees C",
            "Entity Presence DIMMB: Absent",
            "System Firmware: System Firmware Progress, starting operating system boot",
            "maker's record: record type 0xc1 of maker 343: 010203040506",
            "maker's record: record type 0xe0: 0102030405060708090a0b0c0d",
        ]
        for (event, text) in zip(log.events, told) {
            #expect("\(event.source): \(event.text)".hasPrefix(text))
            // The simulator's clock was not set.
            #expect(event.time == nil)
            #expect(event.text.contains("s after the BMC's start") == (event.id != "5"))
        }
        let end = try await gate.eventLog(limit: 2)
        #expect(end.events.map(\.id) == ["4", "5"])
        #expect(end.total == 5)

        try await gate.clearEventLog()
        #expect(try await gate.eventLog(limit: 100).events.isEmpty)
    }

    @Test func aMachineWithoutAnyOfItIsNoError() async throws {
        let simulator = try Simulator()
        defer { simulator.end() }
        let gate = gate(simulator)
        #expect(try await gate.sensors() == BMCSensors(sensors: []))
        #expect(try await gate.inventory().isEmpty)
        #expect(try await gate.eventLog(limit: 10) == BMCEventLog(events: [], total: 0))
    }
}

/// Another program that speaks IPMI, where it is installed.
enum IPMITool {
    static let program = "/usr/bin/ipmitool"

    static func lines(_ simulator: Simulator, _ words: String...) throws -> [String] {
        let login = ["-H", "127.0.0.1", "-p", "\(simulator.port)", "-U", "admin", "-P", "secret"]
        let outcome = try Program.run([program, "-I", "lanplus", "-C", "3"] + login + words, errors: .dropped)
        return outcome.output.split(separator: "\n").map(String.init)
    }
}

import FoundationEssentials
import HTTPTypes
import Logging

@testable import VirtualRack

/// A machine with UEFI, two disks and two cards.
let uefiMachine = RackDefinition.Machine(
    name: "node1",
    firmware: .uefi,
    memoryMiB: 2048,
    cpus: 2,
    uuid: "7d1f0a52-0001-4c1e-9d3a-000000000001",
    serial: "VR0001",
    macs: ["52:54:00:77:00:11", "52:54:00:77:00:12"],
    disks: [
        .init(size: 1 << 30, bus: .virtio, serial: "VD1"), .init(size: 2 << 30, bus: .nvme, serial: "VD2"),
    ],
    bmc: .init(transport: .redfish, address: "10.77.0.11", username: "admin", password: "secret")
)

/// The same with a BIOS.
let biosMachine: RackDefinition.Machine = {
    var machine = uefiMachine
    machine.firmware = .bios
    return machine
}()

/// A folder that is gone afterwards.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "redfish-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// A made-up machine's service with HTTPS on loopback.
func withService<Result>(
    _ machine: RackDefinition.Machine = uefiMachine,
    updateSeconds: Double = 0.3,
    _ body: (LoopbackBMC, _ port: Int) async throws -> Result
) async throws -> Result {
    try await withFolder { folder in
        let service = try LoopbackBMC(
            machine,
            folder: folder,
            updateSeconds: updateSeconds,
            logger: Logger(label: "test")
        )
        let port = try await service.start()
        do {
            let result = try await body(service, port)
            await service.stop()
            return result
        } catch {
            await service.stop()
            throw error
        }
    }
}

/// A plain HTTP server on loopback.
func withServer<Result>(
    _ handler: @escaping LocalServer.Handler,
    _ body: (_ url: String) async throws -> Result
) async throws -> Result {
    let server = LocalServer(place: .port(0), logger: Logger(label: "test"), handler: handler)
    let port = try await server.start() ?? 0
    do {
        let result = try await body("http://127.0.0.1:\(port)")
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}

/// Serves a medium, and beside it firmware as a file.
let mediumHandler: LocalServer.Handler = { head, _ in
    switch head.path {
    case "/medium.iso": LocalServer.Answer(status: 200, body: Array(repeating: 7, count: 300_000))
    case "/medium.iso.firmware": LocalServer.Answer(status: 200, body: Array("rackwright-firmware BIOS 2.5.0\n".utf8))
    default: LocalServer.Answer(status: 404)
    }
}

/// Looks until what is waited for is there; at most 20 seconds.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<400 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}

extension RedfishBMC {
    /// A request with the password.
    func ask(
        _ method: String,
        _ path: String,
        _ body: String = "",
        user: String = "admin",
        password: String = "secret",
        ifMatch: String? = nil,
        query: String = ""
    ) async -> Answer {
        let basic = Data("\(user):\(password)".utf8).base64EncodedString()
        var request = Request(method: method, path: path, authorization: "Basic \(basic)", body: Array(body.utf8))
        request.ifMatch = ifMatch
        request.query = query
        return await answer(request)
    }
}

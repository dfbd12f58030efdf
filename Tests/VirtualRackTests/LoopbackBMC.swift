import BMC
import BMCIPMI
import Foundation
import Glibc
import IPMI
import Logging
import Octets

@testable import VirtualRack

/// The BMC of a made-up machine on a free port of loopback.
struct LoopbackBMC {
    static let password = "Vr-pass-1234567"

    let machine = MadeUpMachine()
    let faults = BMCFaults()
    let definition: RackDefinition.Machine
    let description: IPMIMachine
    let port: Int
    let folder: URL
    private let bmc: IPMIBMC

    var serialSocket: String { folder.appending(path: "serial.sock").path }

    init(suites: [CipherSuite] = CipherSuite.allCases, limits: BMCSessions.Limits = BMCSessions.Limits()) async throws {
        definition = RackDefinition.Machine(
            name: "alpha",
            firmware: .uefi,
            uuid: "6f1c3a52-8f0e-4d4b-9c57-2f2d3f6f8a11",
            serial: "VR-0001",
            macs: ["52:54:00:12:34:56"],
            disks: [],
            bmc: .init(
                transport: .ipmi,
                implementation: .own,
                address: "127.0.0.1",
                username: "admin",
                password: Self.password
            )
        )
        let descriptor = try NamespaceSocket.open(namespace: nil, address: 0x7F00_0001, port: 0)
        port = try Self.port(of: descriptor)
        var described = try IPMIMachine(definition, on: .init(namespace: "none"), port: UInt16(port))
        described.suites = suites
        description = described
        folder = FileManager.default.temporaryDirectory.appending(path: "bmc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        bmc = IPMIBMC(
            machine: machine,
            description: description,
            faults: faults,
            limits: limits,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let port = UInt16(clamping: port)
        try await bmc.start(on: descriptor, serialSocket: folder.appending(path: "serial.sock").path) { address in
            try NamespaceSocket.open(namespace: nil, address: address.rawValue, port: port)
        }
    }

    private static func port(of descriptor: Int32) throws -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard code == 0 else { throw POSIXError(.EBADF) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    func end() async {
        await bmc.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// With a BMC of its own, which is ended afterwards.
    static func with(
        suites: [CipherSuite] = CipherSuite.allCases,
        limits: BMCSessions.Limits = BMCSessions.Limits(),
        _ body: (LoopbackBMC) async throws -> Void
    ) async throws {
        let bmc = try await LoopbackBMC(suites: suites, limits: limits)
        do {
            try await body(bmc)
        } catch {
            await bmc.end()
            throw error
        }
        await bmc.end()
    }
}

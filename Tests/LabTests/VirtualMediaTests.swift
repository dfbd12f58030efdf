import Foundation
import TestSupport
import Testing

@testable import VirtualRack

extension Machines {
    /// By a foreign client, curl, as an operator would: the medium is put in while the machine runs, and booted once.
    @Test(.timeLimit(.minutes(10)), arguments: [RackDefinition.Firmware.bios, .uefi])
    func aMediumInTheVirtualDriveIsBootedWhenItIsAskedFor(firmware: RackDefinition.Firmware) async throws {
        let folder = Lab.folder + "-media"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (image, words) =
            switch firmware {
            case .bios: (BootableMedium.bios("The medium is booted."), "The medium is booted.")
            // Nothing else of the machine is iPXE: with UEFI its cards have no ROM.
            case .uefi: (try await BootableMedium.uefi(program: "/usr/lib/ipxe/ipxe.efi", folder: folder), "iPXE")
            }
        try Data(image).write(to: URL(filePath: folder + "/medium.iso"))
        try await Lab.run(Self.rack(firmware)) { lab in
            let server = try LabProgram().start(
                Self.inside + ["/usr/bin/python3", "-m", "http.server", "8088", "--directory", folder],
                output: folder + "/server.log",
                errors: folder + "/server.log"
            )
            defer { server.signal(SIGKILL) }
            let machine = try #require(lab.rack.machines.first)
            func log() throws -> String { try String(contentsOfFile: machine.serialLog, encoding: .isoLatin1) }
            let reset = RedfishPath.action("ComputerSystem.Reset", on: RedfishPath.system)
            let insert = RedfishPath.action("VirtualMedia.InsertMedia", on: RedfishPath.medium)
            let eject = RedfishPath.action("VirtualMedia.EjectMedia", on: RedfishPath.medium)
            let medium = #"{"Image":"http://10.77.0.1:8088/medium.iso"}"#

            #expect(try await Self.ask("POST", reset, #"{"ResetType":"On"}"#) == "204")
            let isOn = try await Self.until(30) { await machine.starts == 1 }
            #expect(isOn)
            // The server may still be coming up.
            let isInserted = try await Self.until(30) { try await Self.ask("POST", insert, medium) == "204" }
            #expect(isInserted)
            #expect(try await Self.ask("POST", insert, medium) == "409", "the drive is full")
            #expect(try await Self.ask("POST", eject, "{}") == "204")
            #expect(try await Self.ask("POST", insert, medium) == "204")
            #expect(try !log().contains(words), "it is not booted before it is asked for")
            let boot = #"{"Boot":{"BootSourceOverrideTarget":"Cd","BootSourceOverrideEnabled":"Once"}}"#
            #expect(try await Self.ask("PATCH", RedfishPath.system, boot) == "200")
            #expect(try await Self.ask("POST", reset, #"{"ResetType":"ForceRestart"}"#) == "204")
            let isBooted = try await Self.until(240) { try log().contains(words) }
            let end = try log()
            #expect(isBooted, "\(end.suffix(1500))")
            #expect(end.contains("boot order CD, disk, network"))
            #expect(await machine.bootOverride == .disabled, "once is used up")
        }
    }

    /// The firmware gets an address from a foreign DHCP server, which tells it nothing of what to boot, and fetches what
    /// the BMC was told.
    @Test(.timeLimit(.minutes(10)))
    func uefiBootsByHTTPFromWhereTheBMCWasTold() async throws {
        let folder = Lab.folder + "-media"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.copyItem(atPath: "/usr/lib/ipxe/ipxe.efi", toPath: folder + "/ipxe.efi")
        try await Lab.run(Self.rack(.uefi)) { lab in
            let server = try LabProgram().start(
                Self.inside + ["/usr/bin/python3", "-m", "http.server", "8088", "--directory", folder],
                output: folder + "/server.log",
                errors: folder + "/server.log"
            )
            defer { server.signal(SIGKILL) }
            let dhcp = try Neighbour.start(
                [
                    "/usr/sbin/dnsmasq", "--keep-in-foreground", "--port=0", "--interface=br0", "--bind-interfaces",
                    "--dhcp-range=10.77.0.100,10.77.0.150,1h", "--dhcp-leasefile=\(folder)/leases", "--user=root",
                    "--conf-file=/dev/null", "--pid-file=\(folder)/dnsmasq.pid",
                ],
                in: Lab.namespace,
                log: folder + "/dnsmasq.log"
            )
            defer { dhcp.end() }
            let machine = try #require(lab.rack.machines.first)
            let reset = RedfishPath.action("ComputerSystem.Reset", on: RedfishPath.system)
            let boot =
                #"{"Boot":{"BootSourceOverrideTarget":"UefiHttp","HttpBootUri":"http://10.77.0.1:8088/ipxe.efi"}}"#
            #expect(try await Self.ask("PATCH", RedfishPath.system, boot) == "200")
            #expect(try await Self.ask("POST", reset, #"{"ResetType":"On"}"#) == "204")
            func log() throws -> String { try String(contentsOfFile: machine.serialLog, encoding: .isoLatin1) }
            let isBooted = try await Self.until(240) { (try? log().contains("iPXE initialising")) == true }
            let end = try log()
            #expect(isBooted, "\(end.suffix(1500))")
            let requests = try String(contentsOfFile: folder + "/server.log", encoding: .utf8)
            #expect(requests.contains("GET /ipxe.efi"))
            #expect(await machine.bootOverride == .disabled, "once is used up")
        }
    }

    private static func rack(_ firmware: RackDefinition.Firmware) -> RackDefinition {
        RackDefinition(
            network: .init(namespace: Lab.namespace),
            machines: [
                .init(
                    name: "node1",
                    firmware: firmware,
                    memoryMiB: 256,
                    uuid: "7d1f0a52-0001-4c1e-9d3a-0000000000a1",
                    serial: "VM0001",
                    macs: ["52:54:00:77:00:a1"],
                    disks: [.init(size: 64 << 20, bus: .virtio, serial: "VD1")],
                    bmc: .init(transport: .redfish, address: "10.77.0.31", username: "admin", password: "secret")
                )
            ]
        )
    }

    private static let inside = ["/usr/sbin/ip", "netns", "exec", Lab.namespace]

    /// The status of a request to the BMC.
    private static func ask(_ method: String, _ path: String, _ body: String) async throws -> String {
        try await LabProgram().run(
            inside + [
                "/usr/bin/curl", "-sk", "-m", "60", "-o", "/dev/null", "-w", "%{http_code}", "-u", "admin:secret", "-X",
                method, "-d", body, "https://10.77.0.31" + path,
            ],
            seconds: 70
        ).output
    }

    private static func until(_ seconds: Int, _ condition: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<seconds * 4 {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(250))
        }
        return false
    }
}

/// CD images with nothing but what is booted (the El Torito specification).
enum BootableMedium {
    /// Writes a text to the first serial port and halts.
    static func bios(_ text: String) -> [UInt8] {
        // xor ax,ax; mov ds,ax; mov si,0x7c15; next: lodsb; test al,al; jz end; mov dx,0x3f8; out dx,al; jmp next;
        // end: hlt; jmp end
        let code: [UInt8] = [
            0x31, 0xC0, 0x8E, 0xD8, 0xBE, 0x15, 0x7C, 0xAC, 0x84, 0xC0, 0x74, 0x06, 0xBA, 0xF8, 0x03, 0xEE, 0xEB, 0xF5,
            0xF4, 0xEB, 0xFD,
        ]
        return image(platform: 0, code + Array(text.utf8) + [0])
    }

    /// Starts a program of UEFI's.
    static func uefi(program: String, folder: String) async throws -> [UInt8] {
        let floppy = folder + "/floppy.img"
        try await Command("mformat", "-C", "-f", "2880", "-i", floppy, "::").run()
        try await Command("mmd", "-i", floppy, "::/EFI", "::/EFI/BOOT").run()
        try await Command("mcopy", "-i", floppy, program, "::/EFI/BOOT/BOOTX64.EFI").run()
        return image(platform: 0xEF, try [UInt8](Data(contentsOf: URL(filePath: floppy))))
    }

    private static func image(platform: UInt8, _ program: [UInt8]) -> [UInt8] {
        let block = 2048
        let blocks = (program.count + block - 1) / block
        var image = [UInt8](repeating: 0, count: (20 + blocks) * block)
        func put(_ octets: [UInt8], at offset: Int) {
            image.replaceSubrange(offset..<offset + octets.count, with: octets)
        }
        func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
        func both(_ value: Int, _ count: Int) -> [UInt8] { little(value, count) + little(value, count).reversed() }

        put([1] + Array("CD001".utf8) + [1], at: 16 * block)
        put(both(20 + blocks, 4), at: 16 * block + 80)
        put(both(1, 2) + both(1, 2) + both(block, 2), at: 16 * block + 120)
        put([0] + Array("CD001".utf8) + [1] + Array("EL TORITO SPECIFICATION".utf8), at: 17 * block)
        put(little(19, 4), at: 17 * block + 71)
        put([255] + Array("CD001".utf8) + [1], at: 18 * block)

        // The validation entry, whose words add up to nothing, and the one thing to boot.
        var entry: [UInt8] = [1, platform] + Array(repeating: 0, count: 28) + [0x55, 0xAA]
        let sum = stride(from: 0, to: 32, by: 2).reduce(0) { $0 + Int(entry[$1]) + Int(entry[$1 + 1]) << 8 }
        entry.replaceSubrange(28..<30, with: little(0x10000 - sum & 0xFFFF, 2))
        put(entry, at: 19 * block)
        let sectors = platform == 0 ? 4 : blocks * 4
        put([0x88, 0, 0, 0, 0, 0] + little(sectors, 2) + little(20, 4), at: 19 * block + 32)
        put(program, at: 20 * block)
        return image
    }
}

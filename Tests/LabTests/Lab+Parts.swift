import Foundation
import Inventory
import TestSupport
import Testing
import VirtualRack

extension RackDefinition.Machine {
    /// Disks on every bus, two cards, two nodes of memory and a TPM.
    mutating func addParts() {
        (cpus, memoryMiB, numaNodes, tpm) = (2, 1280, 2, true)
        macs.append("52:54:00:77:0c:91")
        disks += [
            .init(size: 64 << 20, bus: .nvme, serial: "NVME-1"), .init(size: 64 << 20, bus: .scsi, serial: "SCSI-1"),
            .init(size: 64 << 20, bus: .ata, serial: "SATA-1"),
        ]
    }
}

/// A machine with a part of each kind: what its inventory says, and what a test does to it.
extension Lab {
    /// Speaks as a switch does, on the cables of both cards, again and again.
    func speakLLDP() throws -> RunningProgram {
        let script = """
            import socket, struct, time
            def tlv(kind, value): return struct.pack("!H", kind << 9 | len(value)) + value
            links = []
            for tap in ["tap0", "tap1"]:
                link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
                link.bind((tap, 0))
                unit = tlv(1, b"\\7leaf") + tlv(2, b"\\5swp-" + tap.encode()) + tlv(3, b"\\0\\x78")
                unit += tlv(5, b"leaf-1") + tlv(127, b"\\0\\x80\\xc2\\1" + struct.pack("!H", 77)) + tlv(0, b"")
                links.append((link, bytes.fromhex("0180c200000e02000000000188cc") + unit))
            while True:
                for link, frame in links:
                    try: link.send(frame)
                    except OSError: pass
                time.sleep(0.5)
            """
        let words = ["ip", "netns", "exec", Self.namespace, "python3", "-c", script]
        return try LabProgram().start(words, output: "/dev/null", errors: folder + "/lldp.log")
    }

    private func inventory(of node: String) async throws -> Inventory {
        let text = try await command("inventory", "show", node, "-o", "json")
        return try JSONDecoder().decode(Inventory.self, from: Data(text.utf8))
    }

    func lookAtParts(of node: String) async throws {
        let found = try await inventory(of: node)
        let disks = Dictionary(found.disks.map { ($0.serial ?? "", $0) }) { first, _ in first }
        for (serial, transport) in [
            ("DISK-1", "virtio"), ("NVME-1", "nvme"), ("SCSI-1", "scsi"), ("SATA-1", "sata"),
        ] {
            #expect(disks[serial]?.transport == transport, "\(serial): \(found.disks)")
        }
        #expect(disks["NVME-1"]?.health?.verdict == .ok, "\(disks["NVME-1"]?.health as Any)")
        #expect(found.nics.map(\.mac) == ["52:54:00:77:0c:01", "52:54:00:77:0c:91"])
        #expect(found.nics.map(\.neighbor?.switch) == ["leaf-1", "leaf-1"])
        #expect(found.nics.map(\.neighbor?.port) == ["swp-tap0", "swp-tap1"])
        #expect(found.nics.map(\.neighbor?.nativeVLAN) == [77, 77])
        #expect(found.numa?.map(\.processors) == ["0", "1"])
        #expect(found.numa?.allSatisfy { ($0.memory ?? 0) > 400 << 20 } == true, "\(found.numa as Any)")
        #expect(found.tpm?.version == "2.0" && found.tpm?.endorsementKey?.count == 64, "\(found.tpm as Any)")
        #expect(found.health?.depth == .quick && found.health?.memory?.mismatches == 0)
        #expect(found.health?.disks?.count == 4 && found.health?.disks?.allSatisfy { $0.errors == 0 } == true)
        let speeds = found.health?.nics?.map { $0.throughput ?? 0 } ?? []
        #expect(speeds.count == 2 && speeds[0] > 1 << 20 && speeds[1] == 0, "the card with the route: \(speeds)")
    }

    /// Octets of the rack's disk files that are not zero, by their serial numbers.
    private func isBlank(_ serial: String, of node: String) throws -> Bool {
        let machine = try #require(rack.machine(named: node))
        let file = try #require(machine.diskFiles.first { $0.hasSuffix("/\(serial).raw") })
        let start = try FileHandle(forReadingFrom: URL(filePath: file)).read(upToCount: 1 << 20)
        return start?.allSatisfy { $0 == 0 } == true
    }

    /// Overwrites two disks, and no other; the machine is in the ramdisk still.
    func burnIn(_ node: String) async throws {
        let asked = try await command(
            "node",
            "test",
            node,
            "--burn-in",
            "--disks",
            "NVME-1,SCSI-1",
            "--minutes",
            "0.1"
        )
        #expect(asked.contains("NVME-1") && asked.contains("SCSI-1") && !asked.contains("SATA-1"), "\(asked)")
        #expect(asked.contains("rackwright node test \(node) --approve 1"), "\(asked)")
        try await Task.sleep(for: .seconds(6))
        #expect(try isBlank("NVME-1", of: node) && isBlank("SCSI-1", of: node), "nothing without its approval")

        try await command("node", "test", node, "--approve", "1")
        try await command("node", "wait", node, "--state", "available", "--timeout", "4m", seconds: 250)
        for (serial, isBlank) in [("NVME-1", false), ("SCSI-1", false), ("SATA-1", true), ("DISK-1", true)] {
            #expect(try self.isBlank(serial, of: node) == isBlank, "\(serial)")
        }
        let tested = try #require(try await inventory(of: node).burnIn)
        let written = (tested.disks ?? []).filter { $0.written != nil }
        #expect(Set(written.map(\.serial)) == ["NVME-1", "SCSI-1"])
        #expect(written.allSatisfy { $0.written == 64 << 20 && $0.mismatches == 0 && $0.errors == 0 }, "\(written)")
        #expect(tested.cpu?.mismatches == 0 && (tested.cpu?.duration ?? 0) >= 3 && tested.memory?.mismatches == 0)
        let timeline = try await command("timeline", node)
        #expect(
            timeline.contains("test 1 approved") && timeline.contains("the test found nothing wrong"),
            "\(timeline)"
        )
        let again = try await rackwright("node", "test", node, "--approve", "1")
        #expect(again.status != 0 && again.errors.contains("is begun once"), "\(again.errors)")

        // An order that is taken back ends at once, long before its time.
        try await command("node", "test", node, "--minutes", "60")
        try await until("explain", node, says: "the agent tries the machine out", seconds: 60)
        try await command("node", "abort", node)
        try await inspectAll(minutes: 2)
    }
}

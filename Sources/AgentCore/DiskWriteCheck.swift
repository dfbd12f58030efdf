import AgentAPI
import Glibc
import Inventory
import LinuxKernel

/// Writes a pattern over a disk, as far as the time goes, and reads it back. Destroys what the disk holds: only for
/// disks that were approved by name.
struct DiskWriteCheck {
    let name: String
    private let device: BlockDevice
    private let seconds: Double
    private static let piece = 1 << 20

    /// - Parameter folder: where the disk's device is
    init(name: String, seconds: Double, folder: String = "/dev") throws {
        self.name = name
        self.seconds = seconds
        device = try BlockDevice(path: "\(folder)/\(name)", for: .writing)
    }

    /// What cannot be written or read is an error of the disk's, and ends the writing or the reading.
    func run() -> Inventory.Health.Disk {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.piece,
            alignment: BlockDevice.directAlignment
        )
        defer { unsafe buffer.deallocate() }
        let pieces = device.size / UInt64(Self.piece)
        let began = MonotonicClock.now
        var result = Inventory.Health.Disk(name: name, errors: 0, duration: 0)
        var count: UInt64 = 0
        do {
            while count < pieces, count == 0 || WorkThreads.mayGoOn(until: began + seconds / 2) {
                unsafe Self.fill(buffer, piece: count)
                unsafe try device.write(UnsafeRawBufferPointer(buffer), at: count * UInt64(Self.piece))
                count += 1
            }
            try device.synchronize()
        } catch {
            result.errors += 1
        }
        let written = MonotonicClock.now
        var (checked, mismatches): (UInt64, Int) = (0, 0)
        // Slow to be read, it is left after twice its time.
        while checked < count, checked == 0 || WorkThreads.mayGoOn(until: began + seconds * 2) {
            guard (try? unsafe device.read(into: buffer, at: checked * UInt64(Self.piece))) != nil else {
                result.errors += 1
                break
            }
            if unsafe !Self.isFilled(buffer, piece: checked) { mismatches += 1 }
            checked += 1
        }
        let read = MonotonicClock.now
        // Old partitions are gone; where the kernel does not see that now it will at its next start.
        try? device.rereadPartitions()
        func speed(_ count: UInt64, _ passed: Double) -> Double? {
            passed > 0 && count > 0 ? (Double(count) * Double(Self.piece) / passed / 1e5).rounded() / 10 : nil
        }
        result.written = Int(clamping: checked * UInt64(Self.piece))
        result.mismatches = mismatches
        result.writing = speed(count, written - began)
        result.start = speed(checked, read - written)
        result.duration = rounded(read - began)
        return result
    }

    /// Every word says where it belongs.
    private static func word(_ piece: UInt64, _ index: Int) -> UInt64 {
        ((piece << 17) &+ UInt64(index)) &* 0x9E37_79B9_7F4A_7C15
    }

    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, piece: UInt64) {
        let words = unsafe buffer.bindMemory(to: UInt64.self)
        for index in 0..<words.count { unsafe words[index] = word(piece, index) }
    }

    private static func isFilled(_ buffer: UnsafeMutableRawBufferPointer, piece: UInt64) -> Bool {
        let words = unsafe buffer.bindMemory(to: UInt64.self)
        for index in 0..<words.count where unsafe words[index] != word(piece, index) { return false }
        return true
    }
}

extension CheckWriting {
    var diskSeconds: Double { min(max(seconds, 0), 86_400) }
    var loadSeconds: Double { min(max(load ?? 20, 0), 86_400) }
}

extension Inventory.Health {
    /// Overwrites disks, all at once, and adds what came of it. Blocks, but for no disk that does not come back.
    mutating func overwrite(_ disks: [Inventory.Disk], seconds: Double) {
        let began = MonotonicClock.now
        let found = Gathered<Disk>()
        _ = WorkThreads.run(disks.count, until: began + seconds * 2 + 60) { index in
            guard let check = try? DiskWriteCheck(name: disks[index].name, seconds: seconds) else { return }
            found.add(check.run())
        }
        let passed = MonotonicClock.now - began
        let results = found.all
        var all = self.disks ?? []
        for disk in disks {
            var result =
                results.first { $0.name == disk.name } ?? Disk(name: disk.name, errors: 1, duration: rounded(passed))
            result.serial = disk.serial ?? disk.wwn
            guard let index = all.firstIndex(where: { $0.name == disk.name }) else {
                all.append(result)
                continue
            }
            all[index].errors += result.errors
            all[index].written = result.written ?? 0
            all[index].mismatches = result.mismatches
            all[index].writing = result.writing
            all[index].serial = result.serial
            all[index].duration += result.duration
        }
        self.disks = all
        duration = duration.map { rounded($0 + passed) }
        endedAt = WallClock.now
    }
}

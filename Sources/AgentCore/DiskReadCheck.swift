import Glibc
import Inventory
import LinuxKernel

/// Reads disks past the kernel's cache: in a row at three places, and here and there.
struct DiskReadCheck {
    let disks: [String]
    /// For each disk.
    let seconds: Double
    /// By the monotonic clock: no disk is begun after it.
    let deadline: Double
    /// Where the disks' devices are.
    var folder = "/dev"

    /// Disks that are read at once: more would measure what they hang on.
    private static let atOnce = 16

    func run() -> [Inventory.Health.Disk] {
        let found = Gathered<Inventory.Health.Disk>()
        let begun = Gathered<String>()
        let rest = Gathered<Int>()
        let (disks, seconds, deadline, folder) = (disks, seconds, deadline, folder)
        let start = MonotonicClock.now
        let rounds = Double((disks.count + Self.atOnce - 1) / Self.atOnce)
        let end = min(deadline, start + rounds * seconds + 5)
        _ = WorkThreads.run(min(disks.count, Self.atOnce), until: end) { index in
            var next = index
            while next < disks.count, MonotonicClock.now < deadline {
                begun.add(disks[next])
                if let result = Self.read("\(folder)/\(disks[next])", name: disks[next], seconds: seconds) {
                    found.add(result)
                }
                rest.add(next)
                next += Self.atOnce
            }
        }
        var results = found.all
        // One that was begun and does not come back has failed; it must not hold up the others.
        let ended = Set(rest.all.map { disks[$0] })
        for name in begun.all where !ended.contains(name) {
            results.append(
                Inventory.Health.Disk(name: name, errors: 1, duration: rounded(MonotonicClock.now - start))
            )
        }
        let order = Dictionary(disks.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return results.sorted { order[$0.name] ?? 0 < order[$1.name] ?? 0 }
    }

    private static let piece = 1 << 20
    private static let block = 4096

    /// Nil for what cannot be opened or is smaller than a few pieces.
    static func read(_ path: String, name: String, seconds: Double) -> Inventory.Health.Disk? {
        guard let device = try? BlockDevice(path: path, for: .reading), device.size >= UInt64(16 * piece) else {
            return nil
        }
        let start = MonotonicClock.now
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: piece,
            alignment: BlockDevice.directAlignment
        )
        defer { unsafe buffer.deallocate() }
        var result = Inventory.Health.Disk(name: name, errors: 0, duration: 0)

        /// MB/s from an offset on, for a share of the time.
        func speed(from offset: UInt64) -> Double? {
            let begun = MonotonicClock.now
            var (place, octets, passed) = (offset, 0, 0.0)
            repeat {
                guard place <= device.size - UInt64(piece), (try? unsafe device.read(into: buffer, at: place)) != nil
                else {
                    result.errors += 1
                    return nil
                }
                octets += piece
                place += UInt64(piece)
                passed = MonotonicClock.now - begun
            } while passed < seconds * 0.2 && place <= device.size - UInt64(piece)
            return passed > 0 ? (Double(octets) / passed / 1e5).rounded() / 10 : nil
        }
        let last = (device.size - UInt64(8 * piece)) / UInt64(block) * UInt64(block)
        result.start = speed(from: 0)
        result.middle = speed(from: last / 2 / UInt64(block) * UInt64(block))
        result.end = speed(from: last)

        let small = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<block])
        let begun = MonotonicClock.now
        var (reads, sum, longest) = (0, 0.0, 0.0)
        var random = SystemRandomNumberGenerator()
        repeat {
            let place = UInt64.random(in: 0..<(device.size / UInt64(block)), using: &random) * UInt64(block)
            let before = MonotonicClock.now
            guard (try? unsafe device.read(into: small, at: place)) != nil else {
                result.errors += 1
                if result.errors >= 8 { break }
                continue
            }
            let passed = MonotonicClock.now - before
            reads += 1
            sum += passed
            longest = max(longest, passed)
        } while MonotonicClock.now - begun < seconds * 0.4
        if reads > 0 {
            result.latency = rounded(sum / Double(reads) * 1000)
            result.latencyMax = rounded(longest * 1000)
        }
        result.duration = rounded(MonotonicClock.now - start)
        return result
    }
}

import Glibc
import LinuxKernel

/// Writes a pattern over a disk, as far as the time goes, and reads it back. Destroys what the disk holds: only for
/// disks that were approved by name.
struct DiskWriteCheck {
    let name: String
    private let device: BlockDevice
    private let seconds: Double
    private static let piece = 1 << 20

    struct Result: Hashable {
        var name: String
        var octets: UInt64
        var mismatches: Int
        /// MB/s.
        var writing: Double
        var reading: Double

        var words: String {
            "\(name): \(octets) octets written at \(writing) MB/s and read at \(reading) MB/s, "
                + (mismatches == 0 ? "all as written" : "\(mismatches) pieces of 1 MiB differ")
        }
    }

    /// - Parameter folder: where the disk's device is
    init(name: String, seconds: Double, folder: String = "/dev") throws {
        self.name = name
        self.seconds = seconds
        device = try BlockDevice(path: "\(folder)/\(name)", for: .writing)
    }

    func run() throws -> Result {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.piece,
            alignment: BlockDevice.directAlignment
        )
        defer { unsafe buffer.deallocate() }
        let pieces = device.size / UInt64(Self.piece)
        let began = MonotonicClock.now
        var count: UInt64 = 0
        while count < pieces, MonotonicClock.now - began < seconds / 2 || count == 0 {
            unsafe Self.fill(buffer, piece: count)
            unsafe try device.write(UnsafeRawBufferPointer(buffer), at: count * UInt64(Self.piece))
            count += 1
        }
        try device.synchronize()
        let written = MonotonicClock.now
        var mismatches = 0
        for piece in 0..<count {
            unsafe try device.read(into: buffer, at: piece * UInt64(Self.piece))
            if unsafe !Self.isFilled(buffer, piece: piece) { mismatches += 1 }
        }
        let read = MonotonicClock.now
        func speed(_ passed: Double) -> Double {
            passed > 0 ? (Double(count) * Double(Self.piece) / passed / 1e5).rounded() / 10 : 0
        }
        return Result(
            name: name,
            octets: count * UInt64(Self.piece),
            mismatches: mismatches,
            writing: speed(written - began),
            reading: speed(read - written)
        )
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

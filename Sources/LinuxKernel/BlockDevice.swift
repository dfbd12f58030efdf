import CLinux
import Glibc

/// A disk, a partition, or a plain file in a disk's place, open for reading and writing at offsets.
///
/// Every call blocks until it is done: call from a thread that may wait. Calls from several threads do not disturb
/// each other.
public final class BlockDevice: Sendable {
    public enum Access: Sendable {
        case reading
        case writing
    }

    public let path: String
    /// False for a plain file.
    public let isDevice: Bool
    /// Octets of the device or file.
    public let size: UInt64
    /// Octets of a logical sector; 512 for a plain file.
    public let sectorSize: Int
    private let descriptor: Int32
    /// Past the page cache; negative where that is not possible.
    private let direct: Int32

    /// What addresses, offsets and lengths must be multiples of for direct I/O.
    public static let directAlignment = 4096

    /// Opens a device, or a plain file that exists. A device that is mounted cannot be opened for writing.
    public init(path: String, for access: Access) throws(KernelError) {
        let mode = access == .writing ? O_RDWR : O_RDONLY
        let descriptor = unsafe open(path, mode | O_CLOEXEC)
        guard descriptor >= 0 else { throw KernelError(call: "open", code: errno, detail: path) }
        do throws(KernelError) {
            var status = stat()
            guard unsafe fstat(descriptor, &status) == 0 else {
                throw KernelError(call: "fstat", code: errno, detail: path)
            }
            isDevice = status.st_mode & S_IFMT == S_IFBLK
            guard isDevice || status.st_mode & S_IFMT == S_IFREG else {
                throw KernelError(call: "open", code: ENOTBLK, detail: path)
            }
            if isDevice {
                var octets: UInt64 = 0
                try kernel("BLKGETSIZE64", unsafe clinux_block_device_size(descriptor, &octets), path)
                var sector: UInt32 = 512
                try kernel("BLKSSZGET", unsafe clinux_block_sector_size(descriptor, &sector), path)
                size = octets
                sectorSize = Int(sector)
            } else {
                size = UInt64(clamping: status.st_size)
                sectorSize = 512
            }
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
        direct = unsafe clinux_block_open_direct(path, mode)
    }

    deinit {
        close(descriptor)
        if direct >= 0 { close(direct) }
    }

    // MARK: Reading and writing

    /// Fills `buffer` from `offset` on.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(KernelError) {
        var file = unsafe descriptor(for: UnsafeRawBufferPointer(buffer), at: offset)
        var done = 0
        while done < buffer.count {
            let count = unsafe pread(
                file,
                buffer.baseAddress?.advanced(by: done),
                buffer.count - done,
                off_t(clamping: offset &+ UInt64(done))
            )
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EINVAL && file != descriptor {
                // The device wants a coarser alignment than is usual.
                file = descriptor
                continue
            }
            guard count > 0 else {
                throw KernelError(
                    call: "pread",
                    code: count < 0 ? errno : ENODATA,
                    detail: place(offset &+ UInt64(done))
                )
            }
            done += count
        }
    }

    /// The `count` octets from `offset` on.
    public func read(_ count: Int, at offset: UInt64) throws(KernelError) -> [UInt8] {
        guard count >= 0, UInt64(count) <= size, offset <= size - UInt64(count) else {
            throw KernelError(call: "pread", code: ENODATA, detail: place(offset))
        }
        var octets = [UInt8](repeating: 0, count: count)
        let result = unsafe octets.withUnsafeMutableBytes { buffer in
            Result { () throws(KernelError) in unsafe try read(into: buffer, at: offset) }
        }
        try result.get()
        return octets
    }

    /// Writes all of `buffer` from `offset` on, past the page cache where the alignment allows it.
    public func write(_ buffer: UnsafeRawBufferPointer, at offset: UInt64) throws(KernelError) {
        var file = unsafe descriptor(for: buffer, at: offset)
        var done = 0
        while done < buffer.count {
            let count = unsafe pwrite(
                file,
                buffer.baseAddress?.advanced(by: done),
                buffer.count - done,
                off_t(clamping: offset &+ UInt64(done))
            )
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EINVAL && file != descriptor {
                // The device wants a coarser alignment than is usual.
                file = descriptor
                continue
            }
            guard count > 0 else {
                throw KernelError(call: "pwrite", code: count < 0 ? errno : EIO, detail: place(offset &+ UInt64(done)))
            }
            done += count
        }
    }

    public func write(_ octets: [UInt8], at offset: UInt64) throws(KernelError) {
        let result = unsafe octets.withUnsafeBytes { buffer in
            Result { () throws(KernelError) in unsafe try write(buffer, at: offset) }
        }
        try result.get()
    }

    private func descriptor(for buffer: UnsafeRawBufferPointer, at offset: UInt64) -> Int32 {
        let address = UInt64(UInt(bitPattern: buffer.baseAddress))
        let isAligned = (address | offset | UInt64(buffer.count)).isMultiple(of: UInt64(Self.directAlignment))
        return direct >= 0 && isAligned ? direct : descriptor
    }

    private func place(_ offset: UInt64) -> String { "\(path) at \(offset)" }

    // MARK: Zeroes

    /// Makes `count` octets read as zeroes, in the cheapest way that the device has.
    public func zero(_ count: UInt64, at offset: UInt64) throws(KernelError) {
        guard count > 0 else { return }
        if clinux_block_punch(descriptor, offset, count) == 0 { return }
        if isDevice, clinux_block_zero(descriptor, offset, count) == 0 { return }
        let zeroes = [UInt8](repeating: 0, count: Int(min(count, 1 << 20)))
        var done: UInt64 = 0
        while done < count {
            let part = min(count - done, UInt64(zeroes.count))
            try write(part == UInt64(zeroes.count) ? zeroes : Array(zeroes.prefix(Int(part))), at: offset &+ done)
            done += part
        }
    }

    /// Tells the device that `count` octets are free. False where it cannot take the hint.
    @discardableResult
    public func discard(_ count: UInt64, at offset: UInt64) -> Bool {
        isDevice && clinux_block_discard(descriptor, offset, count) == 0
    }

    /// Returns when everything written has reached the medium.
    public func synchronize() throws(KernelError) {
        guard fdatasync(descriptor) == 0 else { throw KernelError(call: "fdatasync", code: errno, detail: path) }
    }

    // MARK: Partitions, as the kernel knows them

    /// Has the kernel read the table again. Fails with `EBUSY` while one of the partitions is in use.
    public func rereadPartitions() throws(KernelError) {
        try kernel("BLKRRPART", clinux_block_reread_partitions(descriptor), path)
    }

    /// Tells the kernel that partition `number` is where it says, in octets: adds it, or changes it if it was there.
    /// A partition in use can change its length only.
    public func announcePartition(_ number: Int, start: UInt64, length: UInt64) throws(KernelError) {
        guard let id = Int32(exactly: number) else { throw KernelError(call: "BLKPG", code: EINVAL, detail: path) }
        if clinux_block_resize_partition(descriptor, id, start, length) == 0 { return }
        _ = clinux_block_remove_partition(descriptor, id)
        try kernel(
            "BLKPG_ADD_PARTITION",
            clinux_block_add_partition(descriptor, id, start, length),
            "\(path) \(number)"
        )
    }
}

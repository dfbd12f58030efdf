import Glibc
import LinuxKernel

/// Memory that direct I/O accepts. It belongs to one task at a time.
@safe struct AlignedBuffer: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer

    init(count: Int) {
        unsafe memory = .allocate(byteCount: max(count, 1), alignment: BlockDevice.directAlignment)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// The first `count` octets, at most all of them.
    func withOctets<R, E: Error>(
        _ count: Int,
        _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        unsafe try body(UnsafeMutableRawBufferPointer(rebasing: memory.prefix(count)))
    }
}

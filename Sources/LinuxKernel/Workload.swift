import CLinux
import Glibc

/// Work whose result is known, for trying out processors and memory.
public enum Workload {
    /// The numbers of the processors that this process may run on.
    public static var processors: [Int] {
        var numbers = [Int32](repeating: 0, count: 1024)
        let count = unsafe clinux_processors(&numbers, Int32(numbers.count))
        return count > 0 ? numbers.prefix(Int(count)).map { Int($0) } : []
    }

    /// Keeps the calling thread on one processor; false where that is not possible.
    public static func pin(to processor: Int) -> Bool {
        Int32(exactly: processor).map { clinux_pin_thread($0) == 0 } ?? false
    }

    /// The same computation of integers and floating point numbers everywhere.
    public static func compute(seed: UInt64, rounds: UInt32) -> UInt64 { clinux_compute(seed, rounds) }
}

/// A stretch of memory that is written with patterns and read back.
public final class PatternMemory: Sendable {
    /// Words of eight octets.
    public let count: Int
    private let address: UInt

    /// Nil where the kernel does not give so many octets.
    public init?(octets: Int) {
        guard octets >= 4096 else { return nil }
        let length = octets / 4096 * 4096
        let place = unsafe mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let place = unsafe place, unsafe place != MAP_FAILED else { return nil }
        count = length / 8
        address = UInt(bitPattern: place)
    }

    deinit {
        unsafe munmap(UnsafeMutableRawPointer(bitPattern: address), count * 8)
    }

    private func words(from start: Int) -> UnsafeMutablePointer<UInt64>? {
        unsafe UnsafeMutableRawPointer(bitPattern: address)?.assumingMemoryBound(to: UInt64.self).advanced(by: start)
    }

    /// Fills `length` words from `start` on with a sequence that belongs to `seed`, each word xor `mask`.
    public func fill(_ start: Int, _ length: Int, seed: UInt64, mask: UInt64) {
        guard isWithin(start, length), let words = unsafe words(from: start) else { return }
        unsafe clinux_memory_fill(words, length, seed, mask)
    }

    /// How many words are not as ``fill(_:_:seed:mask:)`` left them.
    public func mismatches(_ start: Int, _ length: Int, seed: UInt64, mask: UInt64) -> Int {
        guard isWithin(start, length), let words = unsafe words(from: start) else { return length }
        return unsafe clinux_memory_mismatches(words, length, seed, mask)
    }

    /// Copies the first half of `length` words over the second half.
    public func copyHalf(of length: Int) {
        let half = length / 2
        guard isWithin(0, length), let from = unsafe words(from: 0), let to = unsafe words(from: half) else { return }
        unsafe memcpy(to, from, half * 8)
    }

    /// Changes one word, as broken memory would.
    public func spoil(_ index: Int) {
        guard isWithin(index, 1), let word = unsafe words(from: index) else { return }
        unsafe word.pointee ^= 1
    }

    private func isWithin(_ start: Int, _ length: Int) -> Bool {
        start >= 0 && length >= 0 && start <= count && count - start >= length
    }
}

/// Octets of a structure, made by writing numbers at their places.
struct MadeOctets {
    var octets: [UInt8]

    init(count: Int) {
        octets = [UInt8](repeating: 0, count: count)
    }

    /// Its lowest octet first.
    mutating func put(_ number: UInt64, at offset: Int, count: Int) {
        for index in 0..<count { octets[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(index))) }
    }

    mutating func put(_ part: [UInt8], at offset: Int) {
        octets.replaceSubrange(offset..<offset + part.count, with: part)
    }

    /// The last of 512 octets makes the sum 0, as SMART has it (ATA/ATAPI-5 section 8.41).
    mutating func sum() {
        octets[511] = 0
        octets[511] = 0 &- octets.reduce(0) { $0 &+ $1 }
    }
}

/// A source of noise that a seed repeats.
struct SeededNoise: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func octets(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 24) }
    }
}

/// The link modes of the kernel's bit map (`ethtool_link_mode_bit_indices` in linux/ethtool.h).
enum LinkModes {
    /// Mbit/s, and the bits of the modes that have it.
    private static let speeds: [(speed: Int, bits: [ClosedRange<Int>])] = [
        (400_000, [69...73, 85...89]), (200_000, [62...66, 80...84]), (100_000, [36...39, 57...61, 75...79]),
        (56_000, [27...30]), (50_000, [34...35, 40...40, 52...56]), (40_000, [23...26]), (25_000, [31...33]),
        (20_000, [21...22]), (10_000, [12...12, 18...20, 42...46]), (5_000, [48...48]), (2_500, [15...15, 47...47]),
        (1_000, [4...5, 17...17, 41...41, 68...68]), (100, [2...3, 67...67, 90...91]), (10, [0...1, 92...92]),
    ]

    /// The highest speed among the modes, in Mbit/s; nil where none is known.
    static func fastest(in words: [UInt32]) -> Int? {
        func has(_ bit: Int) -> Bool { bit / 32 < words.count && words[bit / 32] & 1 << UInt32(bit % 32) != 0 }
        return speeds.first { entry in entry.bits.contains { $0.contains(where: has) } }?.speed
    }
}

import Boot
import Octets
import TestSupport
import Testing

@Suite struct UnifiedKernelImageTests {
    /// A PE32+ header with the given sections, as the specification lays it out.
    private func header(_ sections: [(name: String, virtual: UInt32, raw: UInt32, offset: UInt32)]) -> [UInt8] {
        var octets: [UInt8] = [0x4D, 0x5A] + [UInt8](repeating: 0, count: 0x3A)
        octets.append(littleEndian: UInt32(0x80))
        octets += [UInt8](repeating: 0, count: 0x40)
        octets += [0x50, 0x45, 0, 0, 0x64, 0x86]
        octets.append(littleEndian: UInt16(sections.count))
        octets += [UInt8](repeating: 0, count: 12)
        octets.append(littleEndian: UInt16(240))
        octets += [0, 0] + [UInt8](repeating: 0, count: 240)
        for section in sections {
            let name = Array(section.name.utf8.prefix(8))
            octets += name + [UInt8](repeating: 0, count: 8 - name.count)
            octets.append(littleEndian: section.virtual)
            octets.append(littleEndian: UInt32(0x1000))
            octets.append(littleEndian: section.raw)
            octets.append(littleEndian: section.offset)
            octets += [UInt8](repeating: 0, count: 16)
        }
        return octets
    }

    private var good: [UInt8] {
        header([(".text", 100, 512, 1024), (".cmdline", 64, 512, 2048), (".linux", 9, 512, 2560)])
    }

    @Test func theCommandLinesPlaceIsFoundAndFilled() throws {
        let image = try UnifiedKernelImage(header: good, fileSize: 4096)
        #expect(image.commandLine == 2048..<2112)
        let section = try #require(image.section(["a=1", "b=2"]))
        #expect(section.count == 64)
        #expect(String(decoding: section, as: UTF8.self).hasPrefix("a=1 b=2    "))
        #expect(image.section([String(repeating: "x", count: 65)]) == nil, "what does not fit is not cut")
    }

    @Test func whatIsNoImageIsRefused() {
        #expect(throws: WireError.self) { try UnifiedKernelImage(header: [UInt8](), fileSize: 0) }
        #expect(throws: WireError.self) {
            try UnifiedKernelImage(header: header([(".text", 1, 1, 1)]), fileSize: 4096)
        }
        #expect(throws: WireError.self, "it ends beyond the file") {
            try UnifiedKernelImage(header: good, fileSize: 2100)
        }
        for count in 0..<good.count where (try? UnifiedKernelImage(header: good.prefix(count), fileSize: 4096)) != nil {
            #expect(count >= good.count - 40, "a header cut at \(count) was taken")
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func noiseNeverTraps(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var octets = good
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            octets[Int.random(in: 0..<octets.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        if let image = try? UnifiedKernelImage(header: octets, fileSize: 4096) {
            #expect(image.commandLine.upperBound <= 4096)
        }
    }
}

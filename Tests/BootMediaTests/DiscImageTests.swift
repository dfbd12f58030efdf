import BootMedia
import Foundation
import TestSupport
import Testing

struct DiscImageTests {
    /// A loader, files of any size, and a volume for UEFI at the end.
    private func disc(seed: UInt64) throws -> (disc: DiscImage, files: [String: [UInt8]], program: [UInt8]) {
        var generator = SeededGenerator(seed: seed)
        var files: [String: [UInt8]] = [:]
        for index in 0..<Int.random(in: 0...20, using: &generator) {
            let count =
                [0, 1, 2047, 2048, 2049, Int.random(in: 0...9000, using: &generator)]
                .randomElement(using: &generator) ?? 0
            files["F\(index)" + (index % 2 == 0 ? ".BIN" : "")] = generator.octets(count)
        }
        let loader = generator.octets(Int.random(in: 2048...50_000, using: &generator))
        let program = generator.octets(Int.random(in: 0...60_000, using: &generator))
        let volume = try FATVolume(label: "TEST", holding: Composition(program), at: ["EFI", "BOOT", "BOOTX64.EFI"])
        var all = [DiscImage.File("LOADER.BIN", Composition(loader))]
        all += files.map { DiscImage.File($0.key, Composition($0.value)) }.shuffled(using: &generator)
        all.append(DiscImage.File("EFI.IMG", volume.image))
        files["LOADER.BIN"] = loader
        files["EFI.IMG"] = volume.image.flat()
        let disc = try DiscImage(label: "TEST", files: all, boots: [.isolinux("LOADER.BIN"), .uefi("EFI.IMG")])
        return (disc, files, program)
    }

    /// What is written is what a reader finds, to the octet; ISOLINUX finds itself in what it reads of the disc.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func whateverIsPutOnADiscIsFoundThere(seed: UInt64) throws {
        let (disc, files, program) = try disc(seed: seed)
        let octets = disc.image.flat()
        #expect(octets.count == disc.image.count && octets.count % 2048 == 0)
        var found = try DiscReader(octets: octets).files()
        let loader = try #require(found["LOADER.BIN"])
        let place = try #require(disc.place(of: "LOADER.BIN"))
        #expect(loader.number(8, 4) == 16)
        #expect(loader.number(12, 4) * 2048 == place.lowerBound)
        #expect(loader.number(16, 4) == loader.count)
        let words = Array(loader[64...]) + [UInt8](repeating: 0, count: (4 - loader.count % 4) % 4)
        let sum = stride(from: 0, to: words.count, by: 4).reduce(0) { $0 + words.number($1, 4) }
        #expect(loader.number(20, 4) == sum & 0xFFFF_FFFF)
        // The rest of it is as it was.
        found["LOADER.BIN"] = files["LOADER.BIN"].map { Array($0[..<8] + loader[8..<64] + $0[64...]) }
        var expected = files
        expected["LOADER.BIN"] = found["LOADER.BIN"]
        #expect(Array(loader[64...]) == files["LOADER.BIN"].map { Array($0[64...]) })
        #expect(found == expected)

        let boots = try DiscReader(octets: octets).boots()
        #expect(boots.map(\.platform) == [0, 0xEF])
        #expect(boots[0].start == place.lowerBound && boots[0].sectors == 4)
        #expect(boots[1].start + boots[1].sectors * 512 == disc.place(of: "EFI.IMG")?.upperBound)
        let volume = FATReader(octets: Array(octets[boots[1].start...]))
        #expect(volume.file(["EFI", "BOOT", "BOOTX64.EFI"]) == program)
    }

    /// A volume of more than 32 MiB does not fit into the entry's number: UEFI takes it to the disc's end.
    @Test func aLargeVolumeReachesToTheEndOfTheDisc() throws {
        let program = Composition(path: "/program", size: 70 << 20)
        let volume = try FATVolume(label: "TEST", holding: program, at: ["EFI", "BOOT", "BOOTX64.EFI"])
        let disc = try DiscImage(label: "TEST", files: [.init("EFI.IMG", volume.image)], boots: [.uefi("EFI.IMG")])
        let head = Composition.flat(disc.image.pieces(0..<23 * 2048))
        let boot = try #require(try DiscReader(octets: head).boots().first)
        #expect(boot.platform == 0xEF && boot.sectors == 0)
        #expect(boot.start == 23 * 2048)
        #expect(disc.image.files == ["/program": 70 << 20])
    }

    @Test func whatCannotBeOnADiscIsRefused() throws {
        let small = Composition([1, 2, 3])
        func disc(_ files: [DiscImage.File], _ boots: [DiscImage.Boot]) throws {
            _ = try DiscImage(label: "TEST", files: files, boots: boots)
        }
        for name in ["", "lower", "NINELONGS", "A.LONG", "A.", ".A", "A B", "A/B", "Ä"] {
            #expect(throws: BootMediaError.self, "\(name)") { try disc([.init(name, small)], [.uefi(name)]) }
        }
        #expect(throws: BootMediaError.self, "twice") {
            try disc([.init("A", small), .init("A", small)], [.uefi("A")])
        }
        #expect(throws: BootMediaError.self, "not there") { try disc([.init("A", small)], [.uefi("B")]) }
        #expect(throws: BootMediaError.self, "nothing") { try disc([.init("A", small)], []) }
        #expect(throws: BootMediaError.self, "no loader") { try disc([.init("A", small)], [.isolinux("A")]) }
        #expect(throws: BootMediaError.self, "not the last") {
            try disc([.init("A", small), .init("B", small)], [.uefi("A")])
        }
        #expect(throws: BootMediaError.self, "too many") {
            try disc((0..<60).map { .init("F\($0)", small) }, [.uefi("F59")])
        }
        #expect(throws: BootMediaError.self, "too large") {
            _ = try FATVolume(label: "T", holding: Composition(path: "/x", size: 3 << 30), at: ["A"])
        }
    }

    /// Debian's own tools read it: xorriso the disc and its boot records, mtools and fsck.fat the volume.
    @Test(arguments: [1, 2] as [UInt64])
    func foreignToolsFindWhatIsOnIt(seed: UInt64) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/media-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (disc, files, program) = try disc(seed: seed)
        try Data(disc.image.flat()).write(to: URL(filePath: folder + "/disc.iso"))
        try Data(files["EFI.IMG"] ?? []).write(to: URL(filePath: folder + "/efi.img"))

        let report = try run(
            [
                "/usr/bin/xorriso", "-indev", "disc.iso", "-report_el_torito", "plain", "-osirrox", "on", "-extract",
                "/", "out",
            ],
            in: folder
        )
        #expect(report.status == 0, "\(report.text)")
        for platform in ["El Torito catalog", "Volume id    : 'TEST'", "BIOS", "UEFI"] {
            #expect(report.text.contains(platform), "\(report.text)")
        }
        for (name, content) in files where name != "LOADER.BIN" {
            let found = try? Data(contentsOf: URL(filePath: folder + "/out/" + name))
            #expect(found == Data(content), "\(name)")
        }
        let check = try run(["/usr/sbin/fsck.fat", "-n", "efi.img"], in: folder)
        #expect(check.status == 0, "\(check.text)")
        let copied = try run(["/usr/bin/mcopy", "-i", "efi.img", "::/EFI/BOOT/BOOTX64.EFI", "program"], in: folder)
        #expect(copied.status == 0, "\(copied.text)")
        #expect(try Data(contentsOf: URL(filePath: folder + "/program")) == Data(program))
    }
}

struct FATVolumeTests {
    /// Each number of clusters that is FAT16's is made for its sizes, and read back by its chain.
    @Test(arguments: [0, 1, 511, 512, 513, 2_000_000, 2_096_000, 2_097_152, 5_000_000, 9_000_001, 17_000_000])
    func aFileOfAnySizeIsReadBack(size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        // So much noise would take longer than the rest of the test.
        let piece = generator.octets(4099)
        let content = Array((0...size / piece.count).flatMap { _ in piece }.prefix(size))
        let volume = try FATVolume(label: "TEST", holding: Composition(content), at: ["EFI", "BOOT", "BOOTX64.EFI"])
        let octets = volume.image.flat()
        let reader = FATReader(octets: octets)
        #expect((4085..<65525).contains(reader.clusters), "\(reader.clusters) clusters are another FAT's")
        #expect(reader.file(["EFI", "BOOT", "BOOTX64.EFI"]) == content)
        #expect(Array(octets[volume.fileOffset..<volume.fileOffset + size]) == content)
        #expect(volume.fileOffset % 512 == 0)
    }
}

struct CompositionTests {
    private func composition(seed: UInt64) -> (Composition, [String: [UInt8]]) {
        var generator = SeededGenerator(seed: seed)
        let files = ["/a": generator.octets(500), "/b": generator.octets(77)]
        var made = Composition()
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            switch Int.random(in: 0...3, using: &generator) {
            case 0: made.append(generator.octets(Int.random(in: 0...40, using: &generator)))
            case 1: made.append(zeros: Int.random(in: 0...40, using: &generator))
            case 2: made.append(Composition(path: "/a", size: 500))
            default: made.append(Composition(path: "/b", size: 77))
            }
        }
        return (made, files)
    }

    /// A part is the same octets as in the whole, wherever it is cut.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func anyPartIsWhatStandsThereInTheWhole(seed: UInt64) {
        let (made, files) = composition(seed: seed)
        let whole = made.flat(files)
        #expect(whole.count == made.count)
        var generator = SeededGenerator(seed: seed ^ 0xFF)
        for _ in 0..<30 {
            let start = Int.random(in: 0...made.count + 20, using: &generator)
            let range = start..<start + Int.random(in: 0...made.count + 20, using: &generator)
            #expect(Composition.flat(made.pieces(range), files) == Array(whole[range.clamped(to: 0..<whole.count)]))
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func whatIsReplacedStandsThereAndNothingElseChanges(seed: UInt64) {
        let (made, files) = composition(seed: seed)
        var whole = made.flat(files)
        var generator = SeededGenerator(seed: seed ^ 0xFF)
        let octets = generator.octets(Int.random(in: 0...60, using: &generator))
        let offset = Int.random(in: -2...made.count + 2, using: &generator)
        guard offset >= 0, offset + octets.count <= whole.count else {
            #expect(made.replacing(at: offset, with: octets) == nil, "it does not fit")
            return
        }
        whole.replaceSubrange(offset..<offset + octets.count, with: octets)
        let replaced = made.replacing(at: offset, with: octets)
        #expect(replaced?.flat(files) == whole)
        #expect(replaced?.files == made.files)
    }
}

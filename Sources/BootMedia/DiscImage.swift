import Octets

/// A CD with files in its root folder (ECMA-119, which is ISO 9660), from which firmware boots (El Torito 1.0).
public struct DiscImage: Hashable, Sendable {
    public struct File: Hashable, Sendable {
        /// At most eight capital letters and digits, and a dot with three more.
        public var name: String
        public var content: Composition

        public init(_ name: String, _ content: Composition) {
            self.name = name
            self.content = content
        }
    }

    /// What a kind of firmware starts.
    public enum Boot: Hashable, Sendable {
        /// BIOS loads this file's first four sectors; what ISOLINUX must know of the disc is written into it.
        case isolinux(String)
        /// UEFI takes this file for a volume. It must be the last of the files.
        case uefi(String)
    }

    public private(set) var image = Composition()
    private var places: [String: Range<Int>] = [:]

    private static let block = 2048
    /// The volume's descriptors follow the system area; path tables, root folder and boot catalogue have a block each.
    private enum Block {
        static let primary = 16
        static let littlePaths = 19
        static let bigPaths = 20
        static let root = 21
        static let catalogue = 22
        static let firstFile = 23
    }

    /// - Parameter boots: what BIOS is to see first
    public init(label: String, files: [File], boots: [Boot]) throws(BootMediaError) {
        var next = Block.firstFile
        for file in files {
            _ = try ShortName(file.name)
            guard file.content.count <= 0xFFFF_F800, places[file.name] == nil else {
                throw BootMediaError("\(file.name) is there twice, or is larger than 4 GiB")
            }
            let start = next * Self.block
            places[file.name] = start..<start + file.content.count
            next += (file.content.count + Self.block - 1) / Self.block
        }
        guard next <= Int(UInt32.max) / 4 else { throw BootMediaError("the disc would be larger than its numbers") }
        let catalogue = try catalogue(boots)
        let root = rootFolder(files.map(\.name).sorted())
        guard root.count <= Self.block else { throw BootMediaError("the root folder has room for some 40 files") }

        image.append(zeros: Block.primary * Self.block)
        add(primary(label, blocks: next))
        var record: [UInt8] = [0] + Array("CD001".utf8) + [1] + Array("EL TORITO SPECIFICATION".utf8)
        record += [UInt8](repeating: 0, count: 71 - record.count)
        record.append(littleEndian: UInt32(Block.catalogue))
        add(record)
        add([255] + Array("CD001".utf8) + [1])
        add([1, 0] + Self.little(Block.root, 4) + [1, 0, 0, 0])
        add([1, 0] + Self.little(Block.root, 4).reversed() + [0, 1, 0, 0])
        add(root)
        add(catalogue)
        for file in files {
            var content = file.content
            if boots.contains(.isolinux(file.name)) { content = try withBootInformation(content, of: file.name) }
            image.append(content)
            image.pad(to: Self.block)
        }
    }

    /// Where a file's content lies; nil when there is none of that name.
    public func place(of file: String) -> Range<Int>? { places[file] }

    private mutating func add(_ octets: [UInt8]) {
        image.append(octets)
        image.pad(to: Self.block)
    }

    // MARK: ECMA-119

    /// Section 8.4.
    private func primary(_ label: String, blocks: Int) -> [UInt8] {
        var octets: [UInt8] = [1] + Array("CD001".utf8) + [1, 0]
        octets += .spaces(32) + Array(label.utf8.prefix(32)) + .spaces(32 - label.utf8.count)
        octets += [UInt8](repeating: 0, count: 8) + Self.both(blocks, 4) + [UInt8](repeating: 0, count: 32)
        octets += Self.both(1, 2) + Self.both(1, 2) + Self.both(Self.block, 2) + Self.both(10, 4)
        octets += Self.little(Block.littlePaths, 4) + [0, 0, 0, 0]
        octets += Self.little(Block.bigPaths, 4).reversed() + [0, 0, 0, 0]
        octets += Self.record([0], at: Block.root, size: Self.block, flags: 2)
        octets += .spaces(4 * 128 + 3 * 37)
        let made = Array("1980010100000000".utf8) + [0]
        let never = [UInt8](repeating: 0x30, count: 16) + [0]
        octets += made + made + never + never + [1, 0]
        return octets
    }

    private func rootFolder(_ names: [String]) -> [UInt8] {
        var octets = Self.record([0], at: Block.root, size: Self.block, flags: 2)
        octets += Self.record([1], at: Block.root, size: Self.block, flags: 2)
        for name in names {
            guard let place = places[name] else { continue }
            let full = (name.contains(".") ? name : name + ".") + ";1"
            octets += Self.record(Array(full.utf8), at: place.lowerBound / Self.block, size: place.count, flags: 0)
        }
        return octets
    }

    /// Section 9.1.
    private static func record(_ name: [UInt8], at block: Int, size: Int, flags: UInt8) -> [UInt8] {
        var octets: [UInt8] = [0] + both(block, 4) + both(size, 4)
        octets += [80, 1, 1, 0, 0, 0, 0, flags, 0, 0] + both(1, 2) + [UInt8(truncatingIfNeeded: name.count)] + name
        if name.count % 2 == 0 { octets.append(0) }
        return [UInt8(truncatingIfNeeded: octets.count + 1)] + octets
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// A number in both orders (sections 7.2.3 and 7.3.3).
    private static func both(_ value: Int, _ count: Int) -> [UInt8] {
        little(value, count) + little(value, count).reversed()
    }

    // MARK: El Torito

    private func catalogue(_ boots: [Boot]) throws(BootMediaError) -> [UInt8] {
        guard let first = boots.first else { throw BootMediaError("nothing is to be booted from the disc") }
        // Its words add up to nothing.
        var validation: [UInt8] = [1, first.platform, 0, 0] + [UInt8](repeating: 0, count: 24) + [0, 0, 0x55, 0xAA]
        var sum: UInt16 = 0
        for index in stride(from: 0, to: 32, by: 2) {
            sum &+= UInt16(validation[index]) | UInt16(validation[index + 1]) << 8
        }
        validation.replaceSubrange(28..<30, with: Self.little(Int(0 &- sum), 2))
        var octets = try validation + entry(first)
        for (index, boot) in boots.enumerated().dropFirst() {
            let isLast = index == boots.count - 1
            octets += [isLast ? 0x91 : 0x90, boot.platform, 1, 0] + [UInt8](repeating: 0, count: 28)
            octets += try entry(boot)
        }
        return octets
    }

    private func entry(_ boot: Boot) throws(BootMediaError) -> [UInt8] {
        guard let place = places[boot.file] else { throw BootMediaError("\(boot.file) is not on the disc") }
        let sectors: Int
        switch boot {
        case .isolinux: sectors = 4
        case .uefi:
            let count = (place.count + 511) / 512
            // Zero is as far as the disc goes (UEFI section 13.3.2.1).
            sectors = count > 0xFFFF ? 0 : count
            guard places.values.allSatisfy({ $0.lowerBound <= place.lowerBound }) else {
                throw BootMediaError("\(boot.file) is not the last file on the disc")
            }
        }
        let head: [UInt8] = [0x88, 0, 0, 0, 0, 0]
        return head + Self.little(sectors, 2) + Self.little(place.lowerBound / Self.block, 4)
            + [UInt8](repeating: 0, count: 20)
    }

    /// ISOLINUX reads from its octet 8 on where the descriptor and the file lie, how long it is, and the sum of its words
    /// from octet 64 on.
    private func withBootInformation(_ content: Composition, of file: String) throws(BootMediaError) -> Composition {
        var octets: [UInt8] = []
        for piece in content.pieces {
            guard case .octets(let part) = piece else { throw BootMediaError("\(file) must be in memory") }
            octets += part
        }
        guard octets.count >= 2048, let place = places[file] else {
            throw BootMediaError("\(file) has \(octets.count) octets: that is not ISOLINUX")
        }
        var sum: UInt32 = 0
        for start in stride(from: 64, to: octets.count, by: 4) {
            let word = octets[start..<min(start + 4, octets.count)]
            for (index, octet) in word.enumerated() { sum &+= UInt32(octet) << (8 * UInt32(index)) }
        }
        var table = Self.little(Block.primary, 4) + Self.little(place.lowerBound / Self.block, 4)
        table += Self.little(octets.count, 4) + Self.little(Int(sum), 4) + [UInt8](repeating: 0, count: 40)
        octets.replaceSubrange(8..<64, with: table)
        return Composition(octets)
    }
}

extension DiscImage.Boot {
    fileprivate var file: String {
        switch self {
        case .isolinux(let file), .uefi(let file): file
        }
    }

    fileprivate var platform: UInt8 {
        switch self {
        case .isolinux: 0
        case .uefi: 0xEF
        }
    }
}

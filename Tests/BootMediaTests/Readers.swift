import BootMedia
import Foundation
import TestSupport
import Testing

extension Composition {
    /// All its octets, with what its files hold.
    func flat(_ files: [String: [UInt8]] = [:]) -> [UInt8] { Self.flat(pieces, files) }

    static func flat(_ pieces: [Piece], _ files: [String: [UInt8]] = [:]) -> [UInt8] {
        pieces.flatMap { piece -> [UInt8] in
            switch piece {
            case .octets(let octets): Array(octets)
            case .zeros(let count): [UInt8](repeating: 0, count: count)
            case .file(let path, let range): Array((files[path] ?? [])[range])
            }
        }
    }
}

extension [UInt8] {
    func number(_ offset: Int, _ count: Int) -> Int {
        self[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}

/// Reads a disc as a loader does: the descriptor, the root folder, the boot catalogue.
struct DiscReader {
    let octets: [UInt8]

    struct Problem: Error {}

    func files() throws -> [String: [UInt8]] {
        let descriptor = 16 * 2048
        try #require(octets[descriptor..<descriptor + 7].elementsEqual([1] + Array("CD001".utf8) + [1]))
        #expect(octets.number(descriptor + 80, 4) * 2048 == octets.count, "the volume is as large as it says")
        let root = descriptor + 156
        var (position, end) = (octets.number(root + 2, 4) * 2048, 0)
        end = position + octets.number(root + 10, 4)
        var found: [String: [UInt8]] = [:]
        var previous = ""
        while position < end, octets[position] > 0 {
            let length = Int(octets[position + 32])
            let name = String(decoding: octets[position + 33..<position + 33 + length], as: UTF8.self)
            let start = octets.number(position + 2, 4) * 2048
            let size = octets.number(position + 10, 4)
            let big = octets[position + 14..<position + 18].reduce(0) { $0 << 8 | Int($1) }
            #expect(big == size, "both orders say the same")
            if octets[position + 25] & 2 == 0 {
                #expect(previous < name, "records are in order")
                previous = name
                let short = name.replacingOccurrences(of: ".;1", with: "").replacingOccurrences(of: ";1", with: "")
                found[short] = Array(octets[start..<start + size])
            }
            position += Int(octets[position])
        }
        return found
    }

    /// Platform, sectors to load and what begins there.
    func boots() throws -> [(platform: UInt8, sectors: Int, start: Int)] {
        let record = 17 * 2048
        try #require(octets[record + 7..<record + 30].elementsEqual("EL TORITO SPECIFICATION".utf8))
        var position = octets.number(record + 71, 4) * 2048
        let sum = stride(from: 0, to: 32, by: 2).reduce(0) { $0 &+ octets.number(position + $1, 2) }
        #expect(sum & 0xFFFF == 0)
        var platform = octets[position + 1]
        var found: [(platform: UInt8, sectors: Int, start: Int)] = []
        position += 32
        while true {
            try #require(octets[position] == 0x88, "it is bootable")
            found.append((platform, octets.number(position + 6, 2), octets.number(position + 8, 4) * 2048))
            position += 32
            guard [0x90, 0x91].contains(octets[position]) else { return found }
            #expect(octets.number(position + 2, 2) == 1)
            platform = octets[position + 1]
            let isLast = octets[position] == 0x91
            position += 32
            if isLast {
                found.append((platform, octets.number(position + 6, 2), octets.number(position + 8, 4) * 2048))
                return found
            }
        }
    }
}

/// Reads a FAT16 volume by its tables.
struct FATReader {
    let octets: [UInt8]

    private var sectors: Int { Int(octets[13]) }
    private var table: Int { octets.number(14, 2) * 512 }
    private var root: Int { table + Int(octets[16]) * octets.number(22, 2) * 512 }
    private var data: Int { root + octets.number(17, 2) * 32 }

    var clusters: Int {
        let total = octets.number(19, 2) > 0 ? octets.number(19, 2) : octets.number(32, 4)
        return (total - data / 512) / sectors
    }

    func file(_ path: [String]) -> [UInt8]? {
        var folder = Array(octets[root..<data])
        for (index, name) in path.enumerated() {
            let parts = name.split(separator: ".").map(String.init)
            let padded =
                parts[0].padding(toLength: 8, withPad: " ", startingAt: 0)
                + (parts.count > 1 ? parts[1] : "").padding(toLength: 3, withPad: " ", startingAt: 0)
            let entries = stride(from: 0, to: folder.count, by: 32)
            guard let entry = entries.first(where: { folder[$0..<$0 + 11].elementsEqual(padded.utf8) }) else {
                return nil
            }
            let content = chain(folder.number(entry + 26, 2))
            guard index == path.count - 1 else {
                folder = content
                continue
            }
            return Array(content.prefix(folder.number(entry + 28, 4)))
        }
        return nil
    }

    private func chain(_ first: Int) -> [UInt8] {
        var (cluster, found) = (first, [UInt8]())
        while (2..<clusters + 2).contains(cluster) {
            let start = data + (cluster - 2) * sectors * 512
            found += octets[start..<start + sectors * 512]
            cluster = octets.number(table + cluster * 2, 2)
        }
        return found
    }
}

/// Runs a program of Debian's in a folder; gives its status and all that it said.
func run(_ arguments: [String], in folder: String) throws -> (status: Int32, text: String) {
    let environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": folder]
    let outcome = try Program.run(arguments, environment: environment, folder: folder)
    return (outcome.status, outcome.output)
}

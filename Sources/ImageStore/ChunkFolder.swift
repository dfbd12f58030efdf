import FoundationEssentials
import Glibc
import ImageFormat

/// The chunks on disk: `chunks/ab/<sha256>.zst`, each one zstd frame.
struct ChunkFolder: Sendable {
    let folder: String
    let scratch: String

    func path(of id: ChunkID) -> String {
        let name = id.description
        return "\(folder)/\(name.prefix(2))/\(name).zst"
    }

    /// The chunk as it is stored; nil if there is none.
    func stored(_ id: ChunkID) throws -> [UInt8]? {
        try DurableFile.read(path(of: id))
    }

    /// What is wrong with a stored chunk; nil if it is right.
    func problem(with id: ChunkID, length: Int) throws -> String? {
        guard let stored = try stored(id) else { return "is missing" }
        let octets: [UInt8]
        do {
            octets = try Zstandard.decompress(stored, limit: length)
        } catch {
            return "\(error)"
        }
        guard octets.count == length else { return "has \(octets.count) octets, not \(length)" }
        let found = ChunkID(hashing: octets)
        return found == id ? nil : "has the hash \(found)"
    }

    /// Keeps a chunk, unless it is there and right. Returns its name.
    func keep(_ octets: [UInt8]) throws -> ChunkID {
        let id = ChunkID(hashing: octets)
        let path = path(of: id)
        if unsafe access(path, F_OK) == 0, try problem(with: id, length: octets.count) == nil { return id }
        let folder = "\(folder)/\(id.description.prefix(2))"
        if unsafe mkdir(folder, 0o755) != 0 && errno != EEXIST { throw DurableFile.failure(folder, "mkdir") }
        try DurableFile.replace(path, with: Zstandard.compress(octets), scratch: scratch)
        return id
    }

    /// Removes all chunks but those in `used`. Returns how many were removed.
    func sweep(keeping used: Set<ChunkID>) throws -> Int {
        var removed = 0
        for group in try FileManager.default.contentsOfDirectory(atPath: folder) {
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(group)") {
                guard let id = ChunkID(name.prefix(64)), !used.contains(id) else { continue }
                guard unsafe unlink("\(folder)/\(group)/\(name)") == 0 else {
                    throw DurableFile.failure(name, "unlink")
                }
                removed += 1
            }
        }
        return removed
    }
}

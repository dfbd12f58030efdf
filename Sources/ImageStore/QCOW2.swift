import FoundationEssentials
import Subprocess

/// A qcow2 file and what `qemu-img` does with it.
struct QCOW2: Sendable {
    let path: String

    /// Refuses, by the header alone (QEMU docs/interop/qcow2), what would make `qemu-img` open further files.
    static func check(header: [UInt8]) throws(ImageFileKind.NotAnImage) {
        func integer(at offset: Int, octets: Int) -> UInt64 {
            guard offset + octets <= header.count else { return 0 }
            return header[offset..<offset + octets].reduce(0) { $0 << 8 | UInt64($1) }
        }
        guard header.count >= 104 else { throw .init(reason: "is a qcow2 file cut short") }
        let version = integer(at: 4, octets: 4)
        guard version == 2 || version == 3 else { throw .init(reason: "is qcow2 of version \(version)") }
        guard integer(at: 8, octets: 8) == 0 else { throw .init(reason: "has a backing file; flatten it first") }
        guard integer(at: 32, octets: 4) == 0 else { throw .init(reason: "is encrypted") }
        guard version == 3 else { return }
        let features = integer(at: 72, octets: 8)
        guard features & 0b10 == 0 else { throw .init(reason: "is marked as corrupt") }
        guard features & 0b100 == 0 else { throw .init(reason: "keeps its data in another file") }
    }

    private struct Info: Decodable {
        struct Specific: Decodable {
            var data: [String: Value]?
        }
        /// Only whether it is there and true matters.
        enum Value: Decodable {
            case bool(Bool)
            case other

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                self = (try? container.decode(Bool.self)).map(Value.bool) ?? .other
            }
        }

        var format: String
        var virtualSize: UInt64
        var backing: String?
        var encrypted: Bool?
        var specific: Specific?

        enum CodingKeys: String, CodingKey {
            case format
            case virtualSize = "virtual-size"
            case backing = "backing-filename"
            case encrypted
            case specific = "format-specific"
        }
    }

    /// Octets of the disk inside. Refuses what `convert` must not follow.
    func check() async throws -> UInt64 {
        let text = try await qemuImg(["info", "--output=json", "--image-opts", options])
        let info: Info
        do {
            info = try JSONDecoder().decode(Info.self, from: Data(text.utf8))
        } catch {
            throw ImageStoreError.tool("qemu-img info", file: path, reason: "not understood: \(error)")
        }
        func refuse(_ reason: String) -> ImageStoreError { .refused(file: path, reason: reason) }
        guard info.format == "qcow2" else { throw refuse("is \(info.format), not qcow2") }
        guard info.backing == nil else { throw refuse("has a backing file; flatten it first") }
        guard info.encrypted != true, info.specific?.data?["encrypt"] == nil else { throw refuse("is encrypted") }
        guard info.specific?.data?["data-file"] == nil else { throw refuse("keeps its data in another file") }
        if case .bool(true) = info.specific?.data?["corrupt"] { throw refuse("is marked as corrupt") }
        return info.virtualSize
    }

    /// Writes the disk inside to `raw`, with holes.
    func convert(to raw: String) async throws {
        _ = try await qemuImg(["convert", "-O", "raw", "--image-opts", options, raw])
    }

    /// The file as options, so that nothing in its name is taken for a protocol or another format.
    private var options: String {
        "driver=qcow2,file.driver=file,file.filename="
            + path.split(separator: ",", omittingEmptySubsequences: false)
            .joined(separator: ",,")
    }

    private func qemuImg(_ arguments: [String]) async throws -> String {
        let result = try await Subprocess.run(
            .name("qemu-img"),
            arguments: Arguments(arguments),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 16)
        )
        guard result.terminationStatus.isSuccess else {
            let said = result.standardError.split(separator: "\n").joined(separator: "; ")
            throw ImageStoreError.tool("qemu-img \(arguments[0])", file: path, reason: said)
        }
        return result.standardOutput
    }
}

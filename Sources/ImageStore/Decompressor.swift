import Subprocess

/// A program that writes to its output what a compressed file holds.
struct Decompressor: Sendable {
    var tool: String
    var arguments: [String]

    /// Nil for what is not compressed.
    init?(for kind: ImageFileKind) {
        switch kind {
        case .raw, .qcow2: return nil
        case .gzip: (tool, arguments) = ("gzip", ["-dc"])
        case .xz: (tool, arguments) = ("xz", ["-dc"])
        // Frames made with a large window are taken too.
        case .zstd: (tool, arguments) = ("zstd", ["-dcq", "--long=31"])
        }
    }

    /// Gives `body` the pieces of what the file holds, in order. A file that is cut short or damaged is an error, after
    /// the last piece.
    func run<R: Sendable>(on file: String, _ body: (inout Output) async throws -> R) async throws -> R {
        let result = try await Subprocess.run(
            .name(tool),
            arguments: Arguments(arguments + ["--", file]),
            input: .none,
            output: .sequence,
            error: .string(limit: 1 << 16)
        ) { execution in
            var output = Output(iterator: execution.standardOutput.makeAsyncIterator())
            return try await body(&output)
        }
        guard result.terminationStatus.isSuccess else {
            let said = result.standardError.split(separator: "\n").joined(separator: "; ")
            throw ImageStoreError.tool(tool, file: file, reason: said.isEmpty ? "\(result.terminationStatus)" : said)
        }
        return result.closureResult
    }

    /// What the program writes, cut into pieces of the size that is asked for.
    struct Output {
        var iterator: SubprocessOutputSequence.Iterator
        private var rest: [UInt8] = []

        init(iterator: SubprocessOutputSequence.Iterator) {
            self.iterator = iterator
        }

        /// `count` octets, fewer at the end, none after it.
        mutating func next(_ count: Int) async throws -> [UInt8] {
            rest.reserveCapacity(count)
            while rest.count < count, let buffer = try await iterator.next() {
                unsafe buffer.withUnsafeBytes { unsafe rest.append(contentsOf: $0) }
            }
            let piece = Array(rest.prefix(count))
            rest.removeFirst(piece.count)
            return piece
        }
    }
}

import BootMedia
import Foundation
import NIOHTTP1
import Synchronization
import Testing

@testable import ControllerHTTP

/// Boot files over real sockets; nothing of the controller is needed.
@Suite(.timeLimit(.minutes(5))) struct HTTPBootTests {
    private static let size = 3_000_000

    private func withServer(
        _ answer: @escaping @Sendable (BootHTTPRequest, String) async -> BootHTTPAnswer,
        _ body: @escaping @Sendable (HTTPProbe, [UInt8], Fetches) async throws -> Void
    ) async throws {
        let path = FileManager.default.temporaryDirectory.path + "/boot-\(UInt64.random(in: 0 ... .max))"
        let octets = (0..<Self.size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 11) }
        try Data(octets).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let fetches = Fetches()
        let server = BootHTTPServer(
            host: "127.0.0.1",
            port: 0,
            routes: { await answer($0, path) },
            fetched: { name, _, count in fetches.add("\(name) \(count)") },
            log: Fetches.silent
        )
        let (ports, source) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run(ready: { source.yield($0) }) }
            guard let port = await ports.first(where: { _ in true }) else { return }
            try await body(HTTPProbe(port: port), octets, fetches)
            group.cancelAll()
        }
    }

    private static let file: @Sendable (BootHTTPRequest, String) async -> BootHTTPAnswer = { request, path in
        switch request.path {
        case "/boot/big": .file(BootHTTPFile(name: "big", path: path, type: "application/octet-stream"))
        case "/boot/patched":
            .file(
                BootHTTPFile(
                    name: "patched",
                    path: path,
                    type: "application/efi",
                    patch: BootHTTPFile.Patch(offset: 1000, octets: Array("fresh".utf8)),
                    isFresh: true
                )
            )
        case "/boot/gone": .file(BootHTTPFile(name: "gone", path: path + "-no", type: "text/plain"))
        case "/boot/ipxe":
            .text("#!ipxe \(request.query["mac"] ?? "-") \(request.address ?? "-")\n", type: "text/plain")
        default: .problem(.notFound, "nothing here")
        }
    }

    @Test func aFileGoesOutWholeInPartsAndNotAtAllWhenItIsKnown() async throws {
        try await withServer(Self.file) { probe, octets, fetches in
            let whole = try await probe.get("/boot/big")
            #expect(whole.status == 200 && whole.body == octets)
            #expect(whole.header("content-length") == "\(Self.size)" && whole.header("accept-ranges") == "bytes")
            let tag = try #require(whole.header("etag"))
            let part = try await probe.get("/boot/big", ["Range: bytes=10-19"])
            #expect(part.status == 206 && part.body == Array(octets[10...19]))
            #expect(part.header("content-range") == "bytes 10-19/\(Self.size)")
            let known = try await probe.get("/boot/big", ["If-None-Match: \(tag)"])
            #expect(known.status == 304 && known.body.isEmpty)
            let past = try await probe.get("/boot/big", ["Range: bytes=\(Self.size)-"])
            #expect(past.status == 416 && past.header("content-range") == "bytes */\(Self.size)")
            let changed = try await probe.get("/boot/big", ["Range: bytes=10-19", "If-Range: \"other\""])
            #expect(changed.status == 200 && changed.body.count == Self.size)
            let head = try await probe.get("/boot/big", method: "HEAD")
            #expect(head.status == 200 && head.body.isEmpty && head.header("content-length") == "\(Self.size)")
            #expect(await fetches.has("big \(Self.size)"))
            #expect(await fetches.has("big 10"))
        }
    }

    @Test func theOctetsOfOneMachineStandInTheFileWhereverItIsCut() async throws {
        try await withServer(Self.file) { probe, octets, _ in
            var expected = octets
            expected.replaceSubrange(1000..<1005, with: "fresh".utf8)
            for range in [0..<Self.size, 990..<1003, 1002..<1010, 1001..<1004, 0..<1000, 1005..<2000, 1000..<1005] {
                let answer = try await probe.get(
                    "/boot/patched",
                    ["Range: bytes=\(range.lowerBound)-\(range.upperBound - 1)"]
                )
                #expect(answer.body == Array(expected[range]), "\(range)")
            }
        }
    }

    @Test func scriptsRefusalsAndConnectionsAreAsHTTPWantsThem() async throws {
        try await withServer(Self.file) { probe, _, _ in
            let script = try await probe.get("/boot/ipxe?mac=52:54:00:00:00:01&x=%20")
            #expect(script.body == Array("#!ipxe 52:54:00:00:00:01 127.0.0.1\n".utf8))
            #expect(try await probe.get("/elsewhere").status == 404)
            #expect(try await probe.get("/boot/gone").status == 404)
            // Two requests at once on one connection are answered in order.
            let both = try await probe.exchange(
                "GET /boot/ipxe?mac=a HTTP/1.1\r\nHost: x\r\n\r\nGET /boot/ipxe?mac=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            )
            let text = String(decoding: both, as: UTF8.self)
            let (first, second) = (text.range(of: "#!ipxe a"), text.range(of: "#!ipxe b"))
            #expect(first != nil && second != nil && first!.lowerBound < second!.lowerBound)
            #expect(try await probe.exchange("nonsense\r\n\r\n").starts(with: Array("HTTP/1.1 400".utf8)))
        }
    }

    /// A medium is read in ranges that meet what was made, what is in files and what is nothing but zeros.
    @Test func aMediumIsPutTogetherWhereverItIsCut() async throws {
        try await withServer { request, path in
            var image = Composition(Array("head".utf8))
            image.append(zeros: 100_000)
            image.append(Composition(path: path, size: request.path == "/changed" ? Self.size - 1 : Self.size))
            image.append(Array("tail".utf8))
            return .medium(BootHTTPMedium(image: image, tag: "\"one\""))
        } _: { probe, octets, _ in
            let expected = Array("head".utf8) + [UInt8](repeating: 0, count: 100_000) + octets + Array("tail".utf8)
            let whole = try await probe.get("/medium")
            #expect(whole.status == 200 && whole.body == expected)
            #expect(whole.header("accept-ranges") == "bytes" && whole.header("etag") == "\"one\"")
            let head = try await probe.get("/medium", method: "HEAD")
            #expect(head.status == 200 && head.body.isEmpty && head.header("content-length") == "\(expected.count)")
            let end = expected.count
            for range in [0..<4, 3..<5, 100_000..<100_010, 99_000..<200_000, end - 2048..<end, 2_000_000..<2_002_048] {
                let answer = try await probe.get(
                    "/medium",
                    ["Range: bytes=\(range.lowerBound)-\(range.upperBound - 1)"]
                )
                #expect(answer.status == 206 && answer.body == Array(expected[range]), "\(range)")
                #expect(
                    answer.header("content-range") == "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(end)"
                )
            }
            #expect(try await probe.get("/medium", ["Range: bytes=\(end)-"]).status == 416)
            #expect(try await probe.get("/changed", ["Range: bytes=0-3"]).status == 206, "no file is needed for it")
            #expect(try await probe.get("/changed").status == 503, "its file is not the one it was made of")
        }
    }

    @Test func aHundredMachinesAtOnceAreAllServed() async throws {
        try await withServer(Self.file) { probe, octets, fetches in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        try await probe.get("/boot/big", ["Range: bytes=0-99999"]).body == Array(octets[0..<100_000])
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(await fetches.has("big 100000"))
        }
    }

    @Test func piecesCoverTheRangeOnce() {
        let file = BootHTTPFile(
            name: "x",
            path: "/x",
            type: "",
            patch: BootHTTPFile.Patch(offset: 4, octets: [7, 8, 9])
        )
        #expect(file.pieces(0..<10) == [.disk(0..<4), .octets([7, 8, 9][...]), .disk(7..<10)])
        #expect(file.pieces(5..<6) == [.octets([7, 8, 9][1..<2])])
        #expect(file.pieces(0..<4) == [.disk(0..<4)])
        #expect(file.pieces(3..<3) == [])
    }
}

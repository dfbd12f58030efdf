import Boot
import BootServers
import FoundationEssentials
import NIOCore
import Octets
import TFTP
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TFTPServerTests {
    static func file(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }
    }

    static let files = TFTPFiles { name, _ in
        switch name {
        case "small.efi": .octets(file(1000))
        case "exact.efi": .octets(file(1468 * 3))
        case "large.efi": .octets(file(1_200_003))
        case "empty": .octets([])
        case "grub.cfg-0A4D": .nothingExpected
        default: .absent
        }
    }

    let events = Recorder<BootEvent>()

    func server(
        _ files: TFTPFiles = files,
        caps: TFTPServer.Caps = .init(),
        usesOnePort: Bool = false
    ) throws -> TFTPServer {
        let mac = try #require(MACAddress("52:54:00:77:00:01"))
        return TFTPServer(
            files: files,
            host: "127.0.0.1",
            port: 0,
            caps: caps,
            usesOnePort: usesOnePort,
            macOf: { $0 == "127.0.0.1" ? mac : nil },
            event: { [events] in events.record($0) }
        )
    }

    @Test(arguments: [
        ("small.efi", 1000), ("exact.efi", 1468 * 3), ("large.efi", 1_200_003), ("empty", 0),
    ])
    func aFileArrivesWholeAsFirmwareAsksForIt(name: String, count: Int) async throws {
        let server = try server()
        try await withServer {
            try await server.run(ready: $0)
        } body: { (port: Int) async throws in
            for options in [
                TFTPOptions(), TFTPOptions(["blksize": "1432", "tsize": "0"]),
                TFTPOptions(["tsize": "0", "blksize": "1468", "windowsize": "4"]),
                TFTPOptions(["blksize": "1468", "windowsize": "64"]),
            ] {
                let download = try await LoopbackClient().read("/" + name, options: options, from: port)
                let whole = download.octets == Self.file(count)
                #expect(whole, "\(download.octets.count) octets, error \(String(describing: download.error))")
                #expect(download.port != port, "a transfer has a port of its own")
                #expect(download.granted?.entries.map(\.name) ?? [] == options.entries.map(\.name))
                let event = await events.first { _ in true }
                guard case .tftpRead(name, count, _) = event?.kind else {
                    Issue.record("\(String(describing: event))")
                    continue
                }
                #expect(event?.mac == MACAddress("52:54:00:77:00:01"))
            }
        }
    }

    /// Its answer was lost: by itself the server would repeat it after eleven seconds.
    @Test(arguments: [false, true])
    func aRequestThatComesAgainIsAnsweredAgain(usesOnePort: Bool) async throws {
        let server = try server(usesOnePort: usesOnePort)
        try await withServer {
            try await server.run(ready: $0)
        } body: { (port: Int) async throws in
            let options = TFTPOptions(["blksize": "512", "timeout": "60"])
            let request = TFTPPacket.readRequest(file: "small.efi", mode: "octet", options: options)
            let start = ContinuousClock.now
            let answers = try await LoopbackClient().channel.executeThenClose { inbound, outbound in
                try await LoopbackClient.send(request.octets, to: port, outbound)
                var answers: [TFTPPacket] = []
                for try await envelope in inbound {
                    answers.append(try TFTPPacket(parsing: Array(buffer: envelope.data)))
                    guard answers.count < 2 else { break }
                    try await LoopbackClient.send(request.octets, to: port, outbound)
                }
                return answers
            }
            #expect(answers == [.optionAcknowledgement(options), .optionAcknowledgement(options)])
            #expect(ContinuousClock.now - start < .seconds(10))
        }
    }

    /// Behind address translation a client hears only the port that it spoke to.
    @Test func allTransfersCanUseTheServersPort() async throws {
        let server = try server(usesOnePort: true)
        try await withServer {
            try await server.run(ready: $0)
        } body: { (port: Int) async throws in
            let options = TFTPOptions(["blksize": "1468", "windowsize": "4"])
            async let first = LoopbackClient().read("large.efi", options: options, from: port)
            async let second = LoopbackClient().read("exact.efi", from: port)
            let downloads = try await [first, second]
            #expect(downloads.map(\.port) == [port, port])
            #expect(downloads[0].octets == Self.file(1_200_003))
            #expect(downloads[1].octets == Self.file(1468 * 3))
            let absent = try await LoopbackClient().read("missing", from: port)
            #expect(absent.error == .fileNotFound && absent.port == port)
        }
    }

    @Test func aFileThatLoadersLookForInVainIsNoFailure() async throws {
        let server = try server()
        try await withServer {
            try await server.run(ready: $0)
        } body: { (port: Int) async throws in
            #expect(try await LoopbackClient().read("grub.cfg-0A4D", from: port).error == .fileNotFound)
            _ = try await LoopbackClient().read("small.efi", from: port)
            guard case .tftpRead = await events.first(where: { _ in true })?.kind else {
                Issue.record("the probe was reported")
                return
            }
        }
    }

    @Test(arguments: [("missing", TFTPErrorCode.fileNotFound), ("../small.efi", .accessViolation)])
    func whatIsNotThereIsRefusedAndReported(name: String, code: TFTPErrorCode) async throws {
        let server = try server()
        try await withServer {
            try await server.run(ready: $0)
        } body: { (port: Int) async throws in
            #expect(try await LoopbackClient().read(name, from: port).error == code)
            guard case .tftpFailed(name, _) = await events.first(where: { _ in true })?.kind else {
                Issue.record("the failure was not reported")
                return
            }
        }
    }

    @Test func nothingIsWritten() async throws {
        let server = try server()
        try await withServer {
            try await server.run(ready: $0)
        } body: { (port: Int) async throws in
            let write = TFTPPacket.writeRequest(file: "a", mode: "octet", options: TFTPOptions())
            let answer = try #require(try await LoopbackClient().ask(write.octets, port: port))
            guard case .error(.accessViolation, _) = try TFTPPacket(parsing: answer) else {
                Issue.record("\(answer)")
                return
            }
        }
    }

    @Test func aClientThatAsksForTheSizeOnlyIsNoFailure() async throws {
        let server = try server()
        try await withServer {
            try await server.run(ready: $0)
        } body: { (port: Int) async throws in
            let client = try await LoopbackClient()
            try await client.channel.executeThenClose { inbound, outbound in
                let request = TFTPPacket.readRequest(
                    file: "small.efi",
                    mode: "octet",
                    options: TFTPOptions(["tsize": "0"])
                )
                try await LoopbackClient.send(request.octets, to: port, outbound)
                for try await envelope in inbound {
                    let packet = try TFTPPacket(parsing: Array(buffer: envelope.data))
                    #expect(packet == .optionAcknowledgement(TFTPOptions(["tsize": "1000"])))
                    let abort = TFTPPacket.error(.optionRefused, message: "User aborted the transfer")
                    try await LoopbackClient.send(
                        abort.octets,
                        to: envelope.remoteAddress.port ?? 0,
                        outbound
                    )
                    break
                }
            }
            #expect(try await LoopbackClient().read("small.efi", from: port).octets == Self.file(1000))
            guard case .tftpRead = await events.first(where: { _ in true })?.kind else {
                Issue.record("the probe was reported")
                return
            }
        }
    }

    @Test func aStrangersPacketDoesNotEndATransfer() async throws {
        let server = try server()
        try await withServer {
            try await server.run(ready: $0)
        } body: { (port: Int) async throws in
            let client = try await LoopbackClient()
            try await client.channel.executeThenClose { inbound, outbound in
                let request = TFTPPacket.readRequest(
                    file: "small.efi",
                    mode: "octet",
                    options: TFTPOptions()
                )
                try await LoopbackClient.send(request.octets, to: port, outbound)
                var octets: [UInt8] = []
                var last: UInt16 = 0
                for try await envelope in inbound {
                    guard
                        case .data(let block, let data) = try TFTPPacket(parsing: Array(buffer: envelope.data))
                    else {
                        break
                    }
                    let peer = envelope.remoteAddress.port ?? 0
                    // On a busy machine an answer takes longer than the server's patience, and a block comes twice.
                    let isNew = block == last &+ 1
                    if isNew {
                        octets += data
                        last = block
                    }
                    if isNew, block == 1 {
                        let stranger = TFTPPacket.error(.undefined, message: "I am someone else")
                        let answer = try #require(try await LoopbackClient().ask(stranger.octets, port: peer))
                        guard case .error(.unknownTransfer, _) = try TFTPPacket(parsing: answer) else {
                            Issue.record("\(answer)")
                            break
                        }
                    }
                    try await LoopbackClient.send(
                        TFTPPacket.acknowledgement(block: block).octets,
                        to: peer,
                        outbound
                    )
                    if data.count < 512 { break }
                }
                #expect(octets == Self.file(1000))
            }
        }
    }

    @Test func oneClientHasABoundedNumberOfTransfers() async throws {
        var caps = TFTPServer.Caps()
        caps.perClient = 1
        let server = try server(caps: caps)
        try await withServer {
            try await server.run(ready: $0)
        } body: { (port: Int) async throws in
            let holder = try await LoopbackClient()
            try await holder.channel.executeThenClose { inbound, outbound in
                let request = TFTPPacket.readRequest(
                    file: "small.efi",
                    mode: "octet",
                    options: TFTPOptions()
                )
                try await LoopbackClient.send(request.octets, to: port, outbound)
                for try await _ in inbound { break }
                #expect(try await LoopbackClient().read("small.efi", from: port).error == .undefined)
            }
        }
    }

    @Test func aFolderServesItsFilesAndNoOthers() async throws {
        let folder =
            FileManager.default.temporaryDirectory.path + "/tftp-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(
            atPath: folder + "/root/sub",
            withIntermediateDirectories: true
        )
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data([1, 2, 3]).write(to: URL(filePath: folder + "/root/sub/a.efi"))
        try Data([4]).write(to: URL(filePath: folder + "/elsewhere"))
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/root/link.efi",
            withDestinationPath: folder + "/elsewhere"
        )
        let files = TFTPFiles.folder(folder + "/root")
        #expect(await files.read("\\sub\\a.efi", "") == .octets([1, 2, 3]))
        #expect(await files.read("sub", "") == .absent)
        #expect(await files.read("../elsewhere", "") == .absent)
        #expect(await files.read("link.efi", "") == .octets([4]), "a link is its maker's wish")
        let server = try server(files)
        try await withServer {
            try await server.run(ready: $0)
        } body: { (port: Int) async throws in
            #expect(try await LoopbackClient().read("//sub/a.efi", from: port).octets == [1, 2, 3])
        }
    }
}

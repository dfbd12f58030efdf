import FoundationEssentials
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

/// Machines' consoles, as operators have them.
struct ConsoleTests {
    private func attach(_ bench: Bench, _ person: String) async throws -> ConsoleAttachment {
        try await bench.controller.attachConsole(of: "node-1", operator: person)
    }

    /// Reads on until a text was there.
    private func read(_ bench: Bench, _ attachment: ConsoleAttachment, until wanted: String) async throws -> String {
        var text = ""
        var position = attachment.position
        _ = try await bench.until {
            let output = try await bench.controller.consoleOutput(
                of: "node-1",
                attachment: attachment.id,
                after: position,
                wait: 1
            )
            position = output.next
            text += String(decoding: output.data, as: UTF8.self)
            return text.contains(wanted) || output.ended != nil
        }
        return text
    }

    private func type(_ bench: Bench, _ attachment: ConsoleAttachment, _ text: String) async throws {
        let input = ConsoleInput(data: Data(text.utf8))
        try await bench.controller.typeIntoConsole(of: "node-1", attachment: attachment.id, input)
    }

    private func isOpen(_ bench: Bench) -> [Bool] {
        bench.consoles.withLock { $0 }.map { console in console.isOpen.withLock { $0 } }
    }

    @Test func severalOperatorsShareOneConsoleAndTheLastOneClosesIt() async throws {
        let bench = try await Bench.enrolled()
        let ada = try await attach(bench, "ada")
        try await type(bench, ada, "hello\r")
        #expect(try await read(bench, ada, until: "HELLO").contains("HELLO\r"))
        let bob = try await attach(bench, "bob")
        #expect(ada.others == [])
        #expect(bob.others == ["ada"])
        try await type(bench, bob, "from bob\r")
        #expect(try await read(bench, ada, until: "FROM BOB").contains("[rackwright: bob is attached]"))
        #expect(try await !read(bench, bob, until: "FROM BOB").contains("HELLO"), "from its own beginning on")
        #expect(isOpen(bench) == [true])
        _ = try await bench.controller.detachConsole(of: "node-1", attachment: ada.id)
        #expect(isOpen(bench) == [true])
        _ = try await bench.controller.detachConsole(of: "node-1", attachment: bob.id)
        #expect(isOpen(bench) == [false])
        await #expect(throws: ControllerProblem.self) { try await type(bench, bob, "late") }
        let timeline = try await bench.timeline("node-1")
        #expect(timeline.contains("ada is attached to the console"))
        #expect(!"\(timeline)".contains("hello"), "what was typed is nobody's business")
    }

    @Test func whatWasSaidIsRecorded() async throws {
        let bench = try await Bench.enrolled()
        let ada = try await attach(bench, "ada")
        try await type(bench, ada, "kept for later\r")
        _ = try await read(bench, ada, until: "LATER")
        _ = try await bench.controller.detachConsole(of: "node-1", attachment: ada.id)
        let octets = try await bench.controller.consoleRecord(of: "node-1", limit: 1000)
        let text = String(decoding: octets, as: UTF8.self)
        #expect(text.contains("ready\r\n"))
        #expect(text.contains("KEPT FOR LATER\r"))
        #expect(text.contains("[rackwright: ada has left]"))
    }

    @Test func whoIsSilentForAMinuteCountsAsGone() async throws {
        let bench = try await Bench.enrolled()
        let ada = try await attach(bench, "ada")
        let task = Task { try await bench.controller.watchConsoles() }
        bench.pass(59)
        _ = try await bench.controller.consoleOutput(of: "node-1", attachment: ada.id, after: 0, wait: 0)
        bench.pass(59)
        #expect(isOpen(bench) == [true])
        task.cancel()
        _ = await task.result
        bench.pass(2)
        let other = Task { try await bench.controller.watchConsoles() }
        #expect(try await bench.until { isOpen(bench) == [false] })
        other.cancel()
        _ = await other.result
    }

    @Test func aConsoleThatEndsSaysWhy() async throws {
        let bench = try await Bench.enrolled()
        let ada = try await attach(bench, "ada")
        bench.consoles.withLock { $0 }.first?.end("another session took it")
        #expect(try await read(bench, ada, until: "never").contains("[rackwright: another session took it]"))
        let output = try await bench.controller.consoleOutput(of: "node-1", attachment: ada.id, after: 1 << 30, wait: 9)
        #expect(output.ended == "another session took it")
        let again = try await attach(bench, "ada")
        try await type(bench, again, "anew")
        #expect(try await read(bench, again, until: "ANEW").contains("ANEW"))
        #expect(isOpen(bench) == [false, true])
    }

    @Test func aBMCWithoutAConsoleSaysSo() async throws {
        let bench = try await Bench.enrolled()
        let problem = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.attachConsole(of: "node-2", operator: "ada")
        }
        #expect(problem?.kind == .conflict)
        #expect(problem?.reasons.first?.contains("none here") == true)
    }

    @Test func aRecordedConsoleIsOpenWithoutAnybody() async throws {
        let bench = try await Bench.enrolled()
        _ = try await bench.controller.recordConsole(of: "node-1", true)
        let task = Task { try await bench.controller.watchConsoles() }
        #expect(try await bench.until { isOpen(bench) == [true] })
        bench.consoles.withLock { $0 }.first?.say(Array("panic at night\r\n".utf8))
        #expect(
            try await bench.until {
                let octets = try await bench.controller.consoleRecord(of: "node-1", limit: 1000)
                return String(decoding: octets, as: UTF8.self).contains("panic at night")
            }
        )
        _ = try await bench.controller.recordConsole(of: "node-1", false)
        #expect(isOpen(bench) == [false])
        task.cancel()
        _ = await task.result
    }

    @Test func theRecordIsBounded() throws {
        let bench = try Bench()
        let path = bench.folder + "/console.log"
        var log = ConsoleLog(path: path)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10)
        for number in 0..<200 {
            try log.append(line + Array("\(number)\n".utf8))
            if number == 99 { log = ConsoleLog(path: path) }
        }
        let sizes = try [path, path + ".1"].map { path in
            try Data(contentsOf: URL(filePath: path)).count
        }
        #expect(sizes.allSatisfy { $0 <= ConsoleLog.fileLimit })
        #expect(sizes[1] > ConsoleLog.fileLimit / 2)
        let end = String(decoding: ConsoleLog.recorded(path: path, limit: 10), as: UTF8.self)
        #expect(end == "xxxxxx199\n")
        let first = log.read(after: 0, limit: 1 << 20)
        #expect(first.octets.count >= ConsoleLog.kept && first.octets.count <= 2 * ConsoleLog.kept)
        #expect(first.next == log.end)
        #expect(log.read(after: log.end + 5).next == log.end)
    }
}

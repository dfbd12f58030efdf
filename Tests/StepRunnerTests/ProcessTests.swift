import Testing

@testable import StepRunner

@Suite struct ProcessTests {
    @Test func statusesOutputAndSignalsAreTold() throws {
        let result = try ProcessExecutor().run(Command(arguments: ["sh", "-c", "echo out; echo err >&2; exit 7"]))
        #expect(result == CommandResult(status: 7, output: Array("out\n".utf8), errors: Array("err\n".utf8)))
        let killed = try ProcessExecutor().run(Command(arguments: ["sh", "-c", "kill -9 $$"]))
        #expect(killed.status == -9)
    }

    @Test func aGroupThatTakesTooLongIsEnded() throws {
        let result = try ProcessExecutor().run(
            Command(arguments: ["sh", "-c", "sleep 600 & echo started; wait"], timeout: 0.2)
        )
        #expect(result.timedOut)
        #expect(result.outputText == "started\n")
    }

    @Test func outputIsBoundedAtBothEnds() throws {
        let result = try ProcessExecutor().run(
            Command(arguments: ["sh", "-c", "echo first; head -c 3000000 /dev/zero; echo last"])
        )
        #expect(result.output.count < 1_100_000)
        #expect(result.output.starts(with: Array("first\n".utf8)))
        #expect(Array(result.output.suffix(5)) == Array("last\n".utf8))
    }

    @Test func muchInputIsFed() throws {
        let input = [UInt8](repeating: 0x61, count: 500_000)
        #expect(try ProcessExecutor().run(Command(arguments: ["wc", "-c"], input: input)).outputText == "500000\n")
    }
}

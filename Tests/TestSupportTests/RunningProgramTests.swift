import FoundationEssentials
import Glibc
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RunningProgramTests {
    private func shell(_ script: String) -> [String] { ["/bin/sh", "-c", script] }

    @Test func itHasNoFilesOfTheTestsAndHearsAllSignals() throws {
        // A file of the tests' that all programs would inherit, and a signal that their threads do not hear.
        let file = unsafe open("/dev/null", O_RDONLY)
        defer { close(file) }
        var blocked = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&blocked)
        unsafe sigaddset(&blocked, SIGTERM)
        unsafe pthread_sigmask(SIG_BLOCK, &blocked, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        // What `ls` opens to look is the one file above the three.
        let seen = try Program.run(shell("ls /proc/self/fd; grep -E '^Sig(Blk|Ign)' /proc/self/status"))
        let words = seen.output.split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(words.count == 8, "\(words)")
        #expect(words.prefix(4) == ["0", "1", "2", "3"])
        #expect(UInt64(words[5], radix: 16) == 0, "blocked")
        // The two above POSIX's 31 are the C library's own.
        #expect(UInt64(words[7], radix: 16).map { $0 & 0x7FFF_FFFF } == 0, "ignored")
    }

    @Test func whatItSaysIsKeptInOrderAndApartWhereThatIsAsked() throws {
        let script = shell("echo one; echo two >&2; echo three")
        #expect(try Program.run(script).output == "one\ntwo\nthree\n")
        #expect(try Program.run(script, errors: .dropped).output == "one\nthree\n")
        let apart = try RunningProgram(script, output: .kept, errors: .kept)
        apart.wait()
        #expect(apart.output == "one\nthree\n")
        #expect(apart.errors == "two\n")
    }

    @Test func moreThanAPipeHoldsGoesInAndOut() throws {
        let octets = (0..<300_000).map { UInt8(ascii: $0 % 80 == 79 ? "\n" : "x") }
        let outcome = try Program.run(["/bin/cat"], input: octets)
        #expect(Array(outcome.output.utf8) == octets)
    }

    @Test func fileFolderAndEnvironmentAreThoseThatWereGiven() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "program-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for _ in 0..<2 {
            let program = try RunningProgram(
                shell("pwd; echo $WORD; cat; echo end >&2"),
                environment: ["WORD": "given"],
                folder: "/usr",
                output: .file(path),
                errors: .file(path)
            )
            #expect(program.wait() == 0)
        }
        let text = try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        #expect(text == "/usr\ngiven\nend\n/usr\ngiven\nend\n", "each wrote to the file's end")
    }

    @Test func itHearsWhatIsTypedAndIsTypedToInVainWhenItHasEnded() async throws {
        let program = try RunningProgram(shell("read word; echo heard $word"), input: .typed, output: .kept)
        #expect(try await program.ended(within: .milliseconds(100)) == nil)
        program.type("this\n")
        #expect(try await program.ended(within: .seconds(30)) == 0)
        #expect(program.output == "heard this\n")
        program.type("that\n")
    }

    @Test func itsEndIsToldAsAShellTellsIt() throws {
        #expect(try Program.run(shell("exit 7")).status == 7)
        let sleeper = try RunningProgram(["sleep", "60"])
        #expect(sleeper.isRunning)
        sleeper.signal(SIGTERM)
        #expect(sleeper.wait() == 128 + SIGTERM)
        #expect(sleeper.status == 128 + SIGTERM, "it is told more than once")
        let error = #expect(throws: ProgramError.self) { try RunningProgram(["/nowhere/program"]) }
        #expect(error?.code == ENOENT)
        #expect(error.map { "\($0)" }?.contains("/nowhere/program") == true)
        #expect(throws: ProgramError.self) { try RunningProgram(["/bin/true"], folder: "/nowhere") }
    }

    @Test func itsGroupEndsWithItAndItIsReapedWithItsValue() async throws {
        var program: RunningProgram? = try RunningProgram(shell("sleep 60 & echo $! $$; wait"), output: .kept)
        while program?.output.hasSuffix("\n") == false { try await Task.sleep(for: .milliseconds(10)) }
        let ids = try #require(program?.output.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) })
        #expect(ids.count == 2)
        program = nil
        #expect(kill(ids[1], 0) < 0, "nothing is left of it, not even its status")
        // Its child goes to the init process, which may take its time to reap it.
        func isGone() -> Bool {
            guard let status = try? Data(contentsOf: URL(filePath: "/proc/\(ids[0])/stat")) else { return true }
            return String(decoding: status, as: UTF8.self).contains(") Z ")
        }
        for _ in 0..<500 where !isGone() { try await Task.sleep(for: .milliseconds(10)) }
        #expect(isGone())
    }
}

import FoundationEssentials
import OperatorCLI
import Testing

struct ConsoleKeysTests {
    private func actions(_ parts: String...) -> [ConsoleKeys.Action] {
        var keys = ConsoleKeys()
        return parts.flatMap { keys.take(Array($0.utf8)) }
    }

    private func typed(_ text: String) -> ConsoleKeys.Action { .type(Array(text.utf8)) }

    @Test func aTildeIsOnlyOursAtTheBeginningOfALine() {
        #expect(actions("ls ~.\r") == [typed("ls ~.\r")])
        #expect(actions("~.") == [.detach])
        #expect(actions("ls\r~.rest") == [typed("ls\r"), .detach], "nothing after it reaches the machine")
        #expect(actions("\r", "~", ".") == [typed("\r"), .detach], "in several strokes")
    }

    @Test func aTildeCanBeTyped() {
        #expect(actions("~~/bin\r") == [typed("~/bin\r")])
        #expect(actions("~x") == [typed("~x")])
        #expect(actions("~\r~.") == [typed("~\r"), .detach])
    }

    @Test func aBreakIsSentBetweenWhatIsTyped() {
        #expect(actions("a\r~Bb~B") == [typed("a\r"), .sendBreak, typed("b~B")])
        #expect(actions("~?~B") == [.help, .sendBreak])
    }

    @Test func whoReadsARecordIsNotSteeredByIt() {
        let text = "\u{1B}[2J\u{1B}[01;31mred\u{1B}[0m\r\nnext\u{1B}(B\u{7}\u{1B}]"
        #expect(ConsoleText.lines(Data(text.utf8)) == ["red", "next "])
        #expect(ConsoleText.lines(Data([0x1B])) == [""])
        #expect(ConsoleText.lines(Data([0x1B, 0x5B, 0x31])) == [""])
    }
}

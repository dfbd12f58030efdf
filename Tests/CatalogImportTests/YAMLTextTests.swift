import Catalog
import CatalogImport
import Jinja
import TestSupport
import Testing
import YAML

@Suite struct YAMLTextTests {
    @Test(arguments: [
        "a: 1\nb: \"1\"\nc: [x, [], {}]\nd: {e: null, f: \"\", g: ~}\n",
        "- - a\n  - b\n- c: 1\n  d: |\n    x\n      y\n",
        "a: \"yes\"\nb: yes\nc: \"- x\"\nd: \"{{ x }}\"\ne: 'it: is'\nf: \"x #y\"\ng: \"\\x01\\t\"\n",
        "t: |-\n  a\n\n  b\n\"key: odd\": 0x1F\n",
    ])
    func whatIsWrittenIsReadAgain(text: String) throws {
        let tree = try YAMLReader.read(Array(text.utf8), file: "a")
        let again = try YAMLReader.read(Array(YAMLText.of(tree).utf8), file: "a")
        #expect(again.value == tree.value, "\(YAMLText.of(tree))")
    }

    /// Whatever text stands in a list or a map is read again as that text.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func anyTextIsReadAgainAsThatText(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        let letters = Array("ab1 \n\t:#-{}[]\"'\\|>&*!%@`,?~.=_/é\u{1F600}\u{7F}\u{85}\u{2028}yn")
        let texts = (0..<6).map { _ in String((0..<next(12)).map { _ in letters[next(letters.count)] }) }
        let place = SourceLocation(file: "a", line: 1, column: 1)
        func scalar(_ text: String) -> SourceTree { SourceTree(.scalar(text, plain: false), at: place) }
        let entries = texts.enumerated().map { index, text in
            SourceTree.Entry(
                key: scalar("k\(index)" + text),
                value: SourceTree(.list([scalar(text), scalar("x")]), at: place)
            )
        }
        let tree = SourceTree(
            .map(entries + [SourceTree.Entry(key: scalar("last"), value: scalar(texts[0]))]),
            at: place
        )
        let text = YAMLText.of(tree)
        #expect(try YAMLReader.read(Array(text.utf8), file: "a").value == tree.value, "\(text)")
    }
}

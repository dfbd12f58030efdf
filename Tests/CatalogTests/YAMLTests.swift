import Catalog
import Jinja
import Testing
import YAML

@Suite struct YAMLTests {
    private func value(_ text: String) throws -> Value {
        try YAMLReader.read(Array(text.utf8), file: "a.yaml").value
    }

    @Test(arguments: [
        ("yes", Value.bool(true)), ("Off", .bool(false)), ("~", .none), ("", .none), ("null", .none),
        ("0640", .int(0o640)),
        ("0x1F", .int(31)), ("0b101", .int(5)), ("-12", .int(-12)), ("+3", .int(3)), ("1_000", .int(1000)),
        ("08", .string("08")), ("0o14", .string("0o14")), ("0x-5", .string("0x-5")), ("1.10", .double(1.1)),
        ("1e3", .string("1e3")), ("1.5e3", .string("1.5e3")), ("1.5e+3", .double(1500)), (".inf", .double(.infinity)),
        ("1.2.3", .string("1.2.3")), ("y", .string("y")), ("\"yes\"", .string("yes")), ("'12'", .string("12")),
        ("!!str 12", .string("12")), ("2024-01-01", .string("2024-01-01")),
        ("9999999999999999999", .string("9999999999999999999")),
        ("[1, a]", .list([.int(1), .string("a")])),
    ])
    func plainTextsMeanWhatYAML11Says(text: String, expected: Value) throws {
        #expect(try value(text) == expected)
    }

    @Test(arguments: [
        ("a: 1\n---\nb: 2\n", "a.yaml:3:1", "a second"), ("a: *x\n", "a.yaml:1:4", "no anchor"),
        ("a: [1, 2\nb: 3\n", "a.yaml:2:", "this is not YAML"), ("a: !vault x\n", "a.yaml:1:4", "'!vault' is unknown"),
        ("a: !thing {b: 1}\n", "a.yaml:1:4", "'!thing' is unknown"), ("<<: 3\n", "a.yaml:1:1", "merges maps only"),
        ("\ta: 1\n", "a.yaml:1:", "this is not YAML"), ("&a [*a]\n", "a.yaml:1:5", "no anchor"),
    ])
    func whatCannotBeReadIsRefusedWithItsPlace(text: String, place: String, reason: String) throws {
        let error = #expect(throws: CatalogProblem.self) { try value(text) }
        #expect(error?.description.hasPrefix(place) ?? false, "\(error?.description ?? "")")
        #expect(error?.message.contains(reason) ?? false, "\(error?.description ?? "")")
    }

    @Test func aBombOfAliasesIsRefused() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let items = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        let error = #expect(throws: CatalogProblem.self) { try value(text) }
        #expect(error?.message == "the file unfolds to more than 200000 values (are aliases nested?)")
    }

    @Test func nestingIsBounded() throws {
        let error = #expect(throws: CatalogProblem.self) {
            try value(String(repeating: "[", count: 500) + String(repeating: "]", count: 500))
        }
        #expect(error?.message == "lists and maps are nested deeper than 64")
    }

    @Test func aFileThatIsTooLongIsRefused() throws {
        var limits = YAMLReader.Limits()
        limits.octets = 3
        #expect(throws: CatalogProblem.self) { try YAMLReader.read(Array("a: 1".utf8), file: "a.yaml", limits: limits) }
    }

    @Test func mergedMapsFillInWhatIsMissing() throws {
        let text = "base: &base {a: 1, b: 2}\nother: &other {b: 3, c: 4}\nmade: {<<: [*base, *other], a: 9}\n"
        #expect(try value(text)["made"] == ["a": 9, "b": 2, "c": 4] as Value)
    }

    @Test func everyPrefixAndNoiseIsReadOrRefused() {
        let text = Array("a: &x {b: [1, \"two\", 'three'], c: |\n  text\n  more\n}\nd: *x\n".utf8)
        for count in 0..<text.count { _ = try? YAMLReader.read(Array(text[..<count]), file: "a.yaml") }
        var state: UInt64 = 7
        for _ in 0..<300 {
            let noise = (0..<64).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            }
            _ = try? YAMLReader.read(noise, file: "a.yaml")
        }
    }
}

import FoundationEssentials
import Jinja
import OrderedCollections
import TestSupport
import Testing

@Suite struct ValueTests {
    static let sample: Value = [
        "z": 1, "a": [1.0, 1.5, nil, true, "text"], "m": ["deep": ["er": []], "empty": [:]],
        "big": 9_223_372_036_854_775_807,
        "quote\"": "line\nend\u{1}é😀",
    ]

    @Test func textIsThatOfPython() {
        #expect(Value.bool(true).description == "True")
        #expect(Value.none.description == "None")
        #expect(Value.list(["a", 1, 1.0, nil, ["k": "it's"]]).description == "['a', 1, 1.0, None, {'k': \"it's\"}]")
        #expect(Value.double(1e16).description == "1e+16")
        #expect(Value.double(1e-5).description == "1e-05")
        #expect(Value.double(123456.0).description == "123456.0")
        #expect(Value.double(-0.0).description == "-0.0")
    }

    @Test func truthIsThatOfPython() {
        for value: Value in [nil, false, 0, 0.0, "", [], [:], .undefined("x")] { #expect(!value.isTruthy, "\(value)") }
        for value: Value in [true, 1, -0.5, "0", [nil], ["": nil]] { #expect(value.isTruthy, "\(value)") }
    }

    @Test func jsonIsReadAsItWasWritten() throws {
        for indent in [nil, 0, 2] as [Int?] {
            #expect(try Value(json: Self.sample.json(indent: indent)) == Self.sample)
        }
        #expect(Value.dict(["b": 1, "a": [1, 2]]).json() == #"{"b":1,"a":[1,2]}"#)
        #expect(Value.dict(["b": 1, "a": []]).json(indent: 2, sortKeys: true) == "{\n  \"a\": [],\n  \"b\": 1\n}")
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\" 1}", "{\"a\":}", "{a:1}", "01", "1.", "-", "1e", ".5", "nul", "\"\u{1}\"",
        "\"\\x\"", "\"\\ud800\"",
        "[1] 2", "NaN", "1e999", "\"a", "\\", "[1 2]", "{\"a\":1,}", "+1",
    ])
    func whatIsNotJSONIsRefused(text: String) {
        #expect(throws: JinjaError.self) { try Value(json: text) }
    }

    @Test func jsonNestedTooDeepIsRefused() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JinjaError.self) { try Value(json: deep) }
        #expect(throws: JinjaError.self) { try Value(json: String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test func everyPrefixOfJSONIsRefused() {
        let text = Array(Self.sample.json().utf8)
        for count in 0..<text.count {
            #expect(throws: JinjaError.self) { try Value(json: String(decoding: text[..<count], as: UTF8.self)) }
        }
    }

    @Test func codingKeepsOrderAndKinds() throws {
        var value = Self.sample
        if case .dict(var entries) = value {
            entries["undefined"] = .undefined("name")
            entries["infinite"] = .double(.infinity)
            value = .dict(entries)
        }
        let decoded = try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
        #expect(decoded == value)
        #expect(decoded.asDict?.keys.first == "z")
    }

    @Test func wholeNumbersBeyond64BitsAreReadAsDoubles() throws {
        #expect(try Value(json: "18446744073709551615") == .double(18_446_744_073_709_551_616))
    }

    @Test func equalityOfPythonLooksAtNumbersByValueAndAtDictionariesWithoutOrder() {
        #expect(Value.int(1).isEqual(to: 1.0))
        #expect(Value.bool(true).isEqual(to: 1))
        #expect(Value.dict(["a": 1, "b": 2]).isEqual(to: ["b": 2.0, "a": true]))
        #expect(!Value.int(.max).isEqual(to: .double(9_223_372_036_854_775_808)))
    }
}

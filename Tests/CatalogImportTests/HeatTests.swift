import Catalog
import CatalogImport
import Testing
import YAML

/// Heat's functions, by what becomes of a service that uses them.
@Suite struct HeatTests {
    private let parameters = """
        parameters:
          Name: {type: string, default: n}
          Debug: {type: boolean, default: false}
          Ports: {type: comma_delimited_list, default: "1, 2"}
          Map: {type: json, default: {}}
          NoDefault: {type: string}
        conditions:
          debugging: {equals: [{get_param: Debug}, true]}
          quiet: {not: debugging}
          both: {and: [debugging, quiet]}
          unknown: {equals: [{get_param: NoDefault}, x]}

        """

    /// The import of one service whose hiera data is `settings`, and of other files beside it.
    private func imported(_ settings: String, _ more: [String: String] = [:], head: String = "") throws
        -> ImportedService
    {
        let text =
            "\(parameters)\(head)outputs:\n  role_data:\n    value:\n      service_name: s\n      config_settings: \(settings)\n"
        var templates: [String: SourceTree] = [:]
        for (path, text) in more.merging(["docker/services/s.yaml": text], uniquingKeysWith: { $1 }) {
            templates[path] = try YAMLReader.read(Array(text.utf8), file: path)
        }
        return try #require(TripleOImport(roles: [], templates: templates).services.first { $0.name == "s" })
    }

    private func hiera(_ settings: String, _ more: [String: String] = [:], head: String = "") throws -> String {
        let text = try imported(settings, more, head: head).templates["s.hiera.json.j2"] ?? ""
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test(arguments: [
        ("{a: {get_param: Name}}", #"{ "a": {{ Name | to_json }} }"#),
        ("{a: {get_param: [Map, x, 0, \"it's\"]}}", #"{ "a": {{ Map['x'][0]['it\'s'] | to_json }} }"#),
        ("{a: {get_param: [Map, {get_param: Name}]}}", #"{ "a": {{ Map[Name] | to_json }} }"#),
        ("{a: {list_join: [\":\", [x, {get_param: Name}], [z]]}}", #"{ "a": "x:{{ Name }}:z" }"#),
        ("{a: {list_join: [\"-\", {get_param: Ports}]}}", #"{ "a": {{ Ports | join("-") | to_json }} }"#),
        (
            "{a: {str_replace: {template: \"N is NAME\", params: {N: 1, NAME: {get_param: Name}}}}}",
            #"{ "a": "1 is {{ Name }}" }"#
        ),
        (
            "{a: {make_url: {scheme: mysql, username: u, password: {get_param: Name}, host: h, port: 3, path: /p, query: {q: 1, r: x}}}}",
            #"{ "a": "mysql://u:{{ Name }}@h:3/p?q=1&r=x" }"#
        ),
        ("{map_merge: [{a: 1, b: 2}, null, {b: 3}, {get_param: Map}]}", #"{ "a": 1, "b": 3 }"#),
        ("{a: {list_concat: [[1], null, [2]]}}", #"{ "a": [ 1, 2 ] }"#),
        ("{a: {if: [debugging, 1, 2]}, b: {if: [quiet, 1, 2]}, c: {if: [both, 1, 2]}}", #"{ "a": 2, "b": 1, "c": 2 }"#),
        ("{map_replace: [{old: v}, {keys: {old: new}, values: {v: w}}]}", #"{ "new": "w" }"#),
        (
            "{a: {yaql: {expression: \"$.data.p.where($ != '').first()\", data: {p: [{get_param: Name}, {get_param: [Map, x]}]}}}}",
            #"{ "a": {{ [(Name | default('')), (Map['x'] | default(''))] | reject('equalto', '') | first | to_json }} }"#
        ),
    ])
    func aFunctionGivesWhatItGivesInHeat(settings: String, expected: String) throws {
        #expect(try hiera(settings) == expected)
    }

    @Test(arguments: [
        ("{a: 1, b: {get_param: Nope}}", "there is no parameter 'Nope'"),
        ("{a: 1, b: {get_param: \"OS::stack_name\"}}", "known to Heat alone"),
        ("{a: 1, b: {get_resource: x}}", "Heat's function 'get_resource' has no counterpart"),
        ("{a: 1, b: {if: [unknown, 1, 2]}}", "depends on what has no default"),
        ("{a: 1, b: {get_attr: [Other, role_data, x]}}", "there is no resource 'Other'"),
        ("{a: 1, b: {yaql: {expression: \"$.data.x.select($.y)\", data: {}}}}", "the YAQL expression"),
    ])
    func whatCannotBeWorkedOutIsLeftOutAndSaid(settings: String, reason: String) throws {
        let service = try imported(settings)
        let text = service.templates["s.hiera.json.j2"] ?? ""
        #expect(text.split(whereSeparator: \.isWhitespace).joined() == #"{"a":1}"#)
        let remark = try #require(service.remarks.first { $0.reason.contains(reason) }, "\(service.remarks)")
        #expect(remark.location.file == "docker/services/s.yaml" && remark.location.line > 10)
    }

    @Test func anotherTemplateIsReadWhereItIsNamed() throws {
        let head = """
            resources:
              Base:
                type: ../../puppet/services/base.yaml
                properties: {Passed: {get_param: Name}}

            """
        let base = """
            parameters:
              Passed: {type: string}
              Own: {type: number, default: 3}
            outputs:
              role_data:
                value:
                  config_settings: {passed: {get_param: Passed}, own: {get_param: Own}}
            """
        let settings = "{map_merge: [{get_attr: [Base, role_data, config_settings]}, {x: 1}]}"
        let service = try imported(settings, ["puppet/services/base.yaml": base], head: head)
        let text = service.templates["s.hiera.json.j2"] ?? ""
        #expect(
            text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                == #"{ "passed": {{ Name | to_json }}, "own": {{ Own | to_json }}, "x": 1 }"#
        )
        #expect(service.tree["parameters"]?["Own"] != nil, "it needs the other template's parameters too")
        #expect(service.tree["parameters"]?["Passed"] == nil, "what was passed is not asked for")
        let missing = try imported(settings, head: head)
        #expect(
            missing.remarks.contains {
                $0.reason == "'puppet/services/base.yaml', which says it, is not among the files"
            }
        )
    }

    @Test func templatesThatNameEachOtherEnd() throws {
        let head = "resources:\n  Me: {type: ./s.yaml}\n"
        let me = "{get_attr: [Me, role_data, config_settings]}"
        let service = try imported("{map_merge: [\(me), \(me), \(me), \(me), \(me)]}", head: head)
        #expect(service.remarks.contains { $0.reason.contains("circle") })
    }
}

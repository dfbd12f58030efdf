import Catalog
import Jinja
import Testing

/// Types, constraints, environments and where a value comes from.
@Suite struct ParameterTests {
    private let role = "name: worker\ncount: 1\nimage: debian\nservices: [web]\nparameters: {web: {port: 82}}\n"
    private let service = """
        name: web
        parameters:
          port: {type: int, default: 80, constraints: [{range: {min: 1, max: 65535}}]}
          level: {default: info, constraints: [{allowed_values: [info, debug]}]}
          name: {default: abc, constraints: [{length: {min: 2, max: 4}}, {pattern: "[a-z]+", message: lower-case letters}]}
          even: {type: number, default: 2, constraints: [{test: value % 2 == 0, message: must be even}]}
          options: {type: map, default: {a: {x: 1}}}
          names: {type: list, default: [one], constraints: [{length: {max: 3}}]}
          token: {type: secret}
        """

    @Test(arguments: [
        ("port: 0", "must be 1 to 65535"), ("port: 65536", "must be 1 to 65535"), ("port: true", "not of type int"),
        ("level: trace", "must be one of \"info\", \"debug\""), ("name: a", "must be a length of 2 to 4"),
        ("name: abcde", "must be a length of 2 to 4"), ("name: abC", "lower-case letters"), ("even: 3", "must be even"),
        ("even: two", "not of type number"), ("names: [a, b, c, d]", "must be a length of 3 or less"),
        ("options: [1]", "not of type map"), ("token: x", "rackwright secret set web.token"),
    ])
    func aValueThatAConstraintForbidsIsRefusedWhereItStands(setting: String, reason: String) throws {
        let found = try problems([
            "services/web.yaml": service, "roles/worker.yaml": role, "parameters.yaml": "web:\n  \(setting)\n",
        ])
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("parameters.yaml:2:3: ") ?? false, "\(found)")
        #expect(found.first?.contains(reason) ?? false, "\(found)")
    }

    @Test(arguments: ["port: 65535", "level: debug", "name: ab", "even: 4.0", "names: []", "options: {}"])
    func whatTheConstraintsAllowIsTaken(setting: String) throws {
        let found = try problems([
            "services/web.yaml": service, "roles/worker.yaml": role, "parameters.yaml": "web:\n  \(setting)\n",
        ])
        #expect(found == [])
    }

    @Test(arguments: [
        ("{default: x, constraints: [{allowed_values: [a]}]}", "the default of parameter 'p' of service 'web', \"x\""),
        ("{constraints: [{rang: {min: 1}}]}", "did you mean 'range'?"),
        ("{constraints: [{range: {min: 1}}]}", "the parameter is no number but string"),
        ("{type: int, constraints: [{length: {min: 1}}]}", "int has none"),
        ("{type: int, constraints: [{range: {min: 3, max: 1}}]}", "has max 1.0 below min 3.0"),
        ("{constraints: [{pattern: \"(\"}]}", "is not a regular expression"),
        ("{constraints: [{test: other > 1}]}", "unknown name 'other'"),
        ("{constraints: [{range: {}, length: {}}]}", "exactly one of"), ("{constraints: 3}", "must be a list"),
        ("{type: strng}", "did you mean 'string'?"),
    ])
    func aConstraintThatMakesNoSenseIsRefused(parameter: String, reason: String) throws {
        let found = try problems(["services/web.yaml": "name: web\nparameters:\n  p: \(parameter)\n"])
        #expect(found.contains { $0.contains(reason) }, "\(found)")
        #expect(found.allSatisfy { $0.hasPrefix("services/web.yaml:3:") }, "\(found)")
    }

    private func texts(_ more: [String: String]) -> [String: String] {
        ["services/web.yaml": service, "roles/worker.yaml": role].merging(more) { $1 }
    }

    @Test func aValueSaysWhoGaveIt() throws {
        let loaded = try catalog(
            texts([
                "parameters.yaml": "web: {port: 81, level: debug}\n",
                "environments/site.yaml": """
                parameters: {web: {level: info, name: site}}
                roles: {worker: {web: {port: 83}}}
                nodes: {n1: {web: {port: 84}}}
                """,
                "environments/late.yaml": "parameters: {web: {name: late}}\n",
                "environments/unused.yaml": "parameters: {web: {name: none}}\n",
            ]),
            environments: ["site", "late"]
        )
        let web = try #require(loaded.services["web"])
        let role = try #require(loaded.roles.first)
        let port = try #require(loaded.effective(of: web, in: role, node: "n1").first)
        #expect(
            port.origins.map { "\($0.who) \($0.location) \($0.value)" } == [
                "default services/web.yaml:3:3 80", "parameters.yaml parameters.yaml:1:7 81",
                "role 'worker' roles/worker.yaml:5:20 82",
                "environment 'site' for role 'worker' environments/site.yaml:2:24 83",
                "environment 'site' for node 'n1' environments/site.yaml:3:20 84",
            ]
        )
        #expect(loaded.parameters(of: web, in: role)["port"] == 83)
        #expect(loaded.parameters(of: web, in: role, node: "n1")["port"] == 84)
        #expect(loaded.parameters(of: web, in: role)["level"] == "info")
        #expect(loaded.parameters(of: web, in: role)["name"] == "late")
        #expect(loaded.parameters(of: web, in: role)["token"] == nil)
        #expect(loaded.namedNodes.map(\.node) == ["n1"])
    }

    @Test func mapsAndListsAreJoinedWhereAnEnvironmentAsksForIt() throws {
        let loaded = try catalog(
            texts([
                "environments/a.yaml":
                    "parameters: {web: {options: {a: {y: 2}, b: 1}, names: [two]}}\nmerge: {web.options: merge, web.names: merge}\n",
                "environments/b.yaml": "parameters: {web: {options: {a: {z: 3}}}}\nmerge: {web.options: deep_merge}\n",
            ]),
            environments: ["a", "b"]
        )
        let web = try #require(loaded.services["web"])
        let values = loaded.parameters(of: web, in: try #require(loaded.roles.first))
        #expect(values["options"] == ["a": ["y": 2, "z": 3], "b": 1])
        #expect(values["names"] == ["one", "two"])
    }

    @Test func whatAMergeMakesIsCheckedToo() throws {
        let found = try problems(
            texts([
                "environments/a.yaml": "parameters: {web: {names: [two, three, four]}}\nmerge: {web.names: merge}\n"
            ]),
            environments: ["a"]
        )
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("environments/a.yaml:1:20: 'names' of service 'web' is ") ?? false, "\(found)")
        #expect(found.first?.hasSuffix("must be a length of 3 or less") ?? false, "\(found)")
    }

    @Test func anEnvironmentIsCheckedWhetherItIsUsedOrNot() throws {
        let found = try problems(
            texts([
                "environments/a.yaml": """
                parameters: {wep: {port: 1}, web: {prot: 1}}
                roles: {wroker: {web: {port: 70000}}}
                merge: {web.optoins: merge, web.names: mrege}
                colour: red
                """
            ]),
            environments: ["b"]
        )
        let expected = [
            "environments/a.yaml:1:14: environment 'a' sets parameters of the unknown service 'wep'; did you mean 'web'?",
            "environments/a.yaml:1:36: environment 'a' sets the unknown parameter 'prot' of service 'web'; did you mean 'port'?",
            "environments/a.yaml:2:9: environment 'a' sets parameters of the unknown role 'wroker'; did you mean 'worker'?",
            "environments/a.yaml:2:24: environment 'a' for role 'wroker' sets 'port' of service 'web' to 70000: must be 1 to 65535",
            "environments/a.yaml:3:9: environment 'a' merges the unknown parameter 'web.optoins'; did you mean 'web.options'?",
            "environments/a.yaml:3:40: 'web.names' of 'merge' of environment 'a' must be one of overwrite, merge, deep_merge, found 'mrege'; did you mean 'merge'?",
            "environments/a.yaml:4:1: unknown key 'colour' in environment 'a'; known are merge, nodes, parameters, roles",
            "environments/b.yaml:1:1: there is no environment 'b'; did you mean 'a'?",
        ]
        for line in expected { #expect(found.contains(line), "\(line)\n\(found.joined(separator: "\n"))") }
        #expect(found.count == expected.count)
    }
}

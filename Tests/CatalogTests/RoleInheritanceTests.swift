import Catalog
import Jinja
import Testing

@Suite struct RoleInheritanceTests {
    private let base = """
        name: base
        abstract: true
        image: debian
        hardware: [memory.total >= 1 * GiB]
        services: [ntp, web]
        parameters: {web: {port: 81, level: debug}}
        rollout: {canary: 2, batch: 5}
        """
    private let services = [
        "services/web.yaml": "name: web\nparameters: {port: {type: int, default: 80}, level: {default: info}}\n",
        "services/ntp.yaml": "name: ntp\n", "services/db.yaml": "name: db\n",
    ]

    private func texts(_ roles: [String: String]) -> [String: String] {
        services.merging(roles) { $1 }
    }

    @Test func aRoleHasWhatItsBaseHasAndItDoesNotSayItself() throws {
        let loaded = try catalog(
            texts([
                "roles/base.yaml": base,
                "roles/middle.yaml":
                    "name: middle\nextends: base\ncount: 1\nservices: [+db, -ntp]\nrollout: {batch: 1}\n",
                "roles/leaf.yaml":
                    "name: leaf\nextends: middle\nimage: ubuntu\nservices: [ntp]\nparameters: {web: {port: 82}}\nhardware: [\"+ cpu.threads >= 2\"]\n",
            ])
        )
        #expect(loaded.roles.map(\.name) == ["leaf", "middle"], "an abstract role gets no node")
        #expect(loaded.bases == ["base"])
        let (leaf, middle) = (loaded.roles[0], loaded.roles[1])
        #expect(leaf.extends == ["middle", "base"])
        #expect(middle.services == ["web", "db"])
        #expect(leaf.services == ["ntp"])
        #expect(middle.image == "debian" && leaf.image == "ubuntu")
        #expect(leaf.rollout.canary == 2 && leaf.rollout.batch == .nodes(1))
        #expect(leaf.parameters["web"] == ["port": 82, "level": "debug"])
        #expect(middle.hardware.map(\.text) == ["memory.total >= 1 * GiB"])
        #expect(middle.count.minimum == 1)
    }

    @Test func aQuotedPlusIsNoEditAndANumberNeither() throws {
        let found = try problems(
            texts([
                "roles/base.yaml": base,
                "roles/leaf.yaml": "name: leaf\nextends: base\ncount: 1\nservices: [\"+db\"]\n",
            ])
        )
        #expect(found == ["roles/leaf.yaml:4:12: role 'leaf' has the unknown service '+db'; did you mean 'db'?"])
    }

    @Test func rolesThatExtendEachOtherAreRefusedWithTheCircle() throws {
        let found = try problems([
            "roles/a.yaml": "name: a\nextends: b\ncount: 0\nimage: i\n",
            "roles/b.yaml": "name: b\nextends: c\ncount: 0\nimage: i\n",
            "roles/c.yaml": "name: c\nextends: a\ncount: 0\nimage: i\n",
            "roles/d.yaml": "name: d\nextends: d\ncount: 0\nimage: i\n",
        ])
        #expect(found.count == 4, "\(found)")
        #expect(
            found.contains("roles/c.yaml:2:10: roles extend each other: a extends b extends c extends a"),
            "\(found)"
        )
        #expect(found.contains("roles/d.yaml:2:10: roles extend each other: d extends d"), "\(found)")
    }

    @Test(arguments: [
        ("extends: bsae", "extends the unknown role 'bsae'; did you mean 'base'?"),
        ("extends: base\nservices: [-npt]", "takes away 'npt', which its base does not have; did you mean 'ntp'?"),
        ("extends: base\nservices: [+web]", "adds 'web', which its base has"),
        ("extends: base\nservices: [+db, ntp]", "write one kind"),
    ])
    func whatCannotBeInheritedIsRefusedWhereItStands(text: String, reason: String) throws {
        let found = try problems(
            texts(["roles/base.yaml": base, "roles/leaf.yaml": "name: leaf\ncount: 1\nimage: i\n\(text)\n"])
        )
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("roles/leaf.yaml:") ?? false)
        #expect(found.first?.contains(reason) ?? false, "\(found)")
    }

    @Test func whatIsWrongInABaseIsSaidAtTheBase() throws {
        let found = try problems(
            texts([
                "roles/base.yaml": "name: base\nabstract: true\nhardwear: []\n",
                "roles/leaf.yaml": "name: leaf\nextends: base\ncount: 1\nimage: i\n",
            ])
        )
        #expect(found.allSatisfy { $0.hasPrefix("roles/base.yaml:3:1: unknown key 'hardwear'") }, "\(found)")
        #expect(!found.isEmpty)
    }
}

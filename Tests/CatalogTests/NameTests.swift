import Catalog
import Testing

/// Names in templates, containers and tasks that nothing gives.
@Suite struct NameTests {
    private static let service = """
        name: web
        parameters: {port: {type: int, default: 80}}
        config: [{path: /etc/web.conf, template: web.j2}]
        """

    private func found(_ template: String, _ more: String = "") throws -> [String] {
        try problems(
            [
                "services/web.yaml": Self.service + "\n" + more,
                "services/store.yaml": "name: store\nparameters: {size: {type: int}, key: {type: secret}}",
                "networks/a.yaml": "name: internal\ncidr: 10.0.0.0/24", "roles/worker.yaml": plainRole,
            ],
            templates: ["web.j2": template]
        )
    }

    @Test(arguments: [
        (
            "listen {{ prot }}",
            "1:11: service 'web' uses 'prot' here: it has no such parameter and nothing else gives it; did you mean 'port'?"
        ),
        (
            "{{ web.port }}",
            "1:4: service 'web' uses 'web' here: it has no such parameter and nothing else gives it; did you mean 'port'?"
        ),
        (
            "{{ store.size }}",
            "1:4: service 'web' uses 'store' here: it has no such parameter and nothing else gives it; did you mean 'services.store.size'?"
        ),
        ("a\nb {{ services.stor.size }}", "2:15: there is no service 'stor' (service 'web'); did you mean 'store'?"),
        (
            "{{ services['store'].siez }}",
            "1:22: there is no parameter of service 'store' 'siez' (service 'web'); did you mean 'size'?"
        ),
        (
            "{{ services.store.key }}",
            "1:19: 'key' of service 'store' is a secret, which no other service is told: give service 'web' one of its own with the same value"
        ),
        (
            "{% for n in groups['wroker'] %}{{ n.name }}{% endfor %}",
            "1:21: there is no role 'wroker' (service 'web'); did you mean 'worker'?"
        ),
        (
            "{{ networks.internl.address }}",
            "1:13: there is no network 'internl' (service 'web'); did you mean 'internal'?"
        ),
        (
            "{{ networks.internal.adress }}",
            "1:22: there is no fact of a network 'adress' (service 'web'); did you mean 'address'?"
        ),
        (
            "{{ node.addresses.internl }}",
            "1:19: there is no network 'internl' (service 'web'); did you mean 'internal'?"
        ),
        ("{{ node.adress }}", "1:9: there is no fact of a node 'adress' (service 'web'); did you mean 'address'?"),
        ("{% if x %}", "1:11: this is not a template: the template ends where 'elif', 'else' or 'endif' was expected"),
    ])
    func aTemplateThatUsesWhatIsNotThereIsRefusedInItsOwnFile(text: String, said: String) throws {
        let found = try found(text)
        if text.contains("if x") {
            #expect(found.first?.hasPrefix("templates/web.j2:1:") ?? false)
        } else {
            #expect(found == ["templates/web.j2:" + said])
        }
    }

    @Test(arguments: [
        "{{ port }} {{ node.name }} {{ ansible_facts.x }} {{ nothing | default('x') }}",
        "{% if maybe is defined %}{{ maybe }}{% endif %}", "{% set own = 1 %}{{ own }}",
        "{% macro line(a) %}{{ a }}{% endmacro %}{{ line(port) }}",
        "{% for n in groups.worker %}{{ n.addresses.internal }}{{ loop.index }}{% endfor %}",
        "{{ services.store.size }} {{ networks.internal.subnets.internal.cidr }} {{ groups | length }}",
        "{{ services | length }} {{ node.addresses.items() | list }} {{ range(3) | list }}",
    ])
    func whatIsGivenOrAskedForIsFine(text: String) throws {
        #expect(try found(text) == [])
    }

    @Test func tasksKnowWhatTasksMake() throws {
        let tasks = """
            deploy_tasks:
              - command: ls {{ port }}
                register: listing
              - set_fact: {count: 3}
              - debug: {msg: "{{ listing.stdout }} {{ count }} {{ item }}"}
                when: listing.rc == 0 and lsting.rc == 1
                loop: [1]
              - debug: {msg: "{{ lisitng.stdout }}"}
            """
        #expect(
            try found("", tasks) == [
                "services/web.yaml:9:31: service 'web' uses 'lsting' here: it has no such parameter and nothing else gives it; "
                    + "did you mean 'listing'?",
                "services/web.yaml:11:22: service 'web' uses 'lisitng' here: it has no such parameter and nothing else gives "
                    + "it; did you mean 'listing'?",
            ]
        )
    }

    @Test func containersAndChecksAreLookedAtToo() throws {
        let more = """
            containers:
              web: {image: "web:{{ verison }}", step: 3, environment: {A: "{{ port }}"}}
            health: [{http: "http://localhost:{{ prot }}/"}]
            """
        let found = try found("", more)
        #expect(found.count == 2)
        #expect(found.first?.hasPrefix("services/web.yaml:5:24: service 'web' uses 'verison' here") ?? false)
        #expect(found.last?.hasSuffix("did you mean 'port'?") ?? false)
    }

    @Test func podsOfFilesAreLookedAtToo() throws {
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: w}
            spec: {containers: [{name: a, image: "a:1", env: [{name: X, value: "{{ prot }}"}]}]}
            """
        let found = try problems([
            "services/web.yaml": "name: web\nparameters: {port: {type: int}}\npods:\n  - "
                + pod.replacing("\n", with: "\n    ")
        ])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("services/web.yaml:7:") ?? false, "\(found)")
    }

    @Test func factsWhoseNamesAreKnownOnTheNodeAloneAreNotGuessedAt() throws {
        let tasks = """
            deploy_tasks:
              - set_fact: {"{{ port }}_x": 3}
              - debug: {msg: "{{ whatever }}"}
            """
        #expect(try found("", tasks) == [])
    }
}

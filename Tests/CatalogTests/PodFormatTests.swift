import AgentAPI
import Catalog
import Foundation
import Testing
import YAML

/// Kubernetes' pods as containers that share a pod of podman's.
@Suite struct PodFormatTests {
    private static let shop = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data:
          app.conf: |
            port = {{ port }}
          MODE: fast
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: shop
          labels: {tier: front}
          annotations: {rackwright/step: "4"}
        spec:
          restartPolicy: OnFailure
          terminationGracePeriodSeconds: 5
          securityContext: {runAsUser: 1000, runAsGroup: 1001}
          hostAliases: [{ip: 10.0.0.9, hostnames: [db]}]
          initContainers:
            - {name: prepare, image: "tools:1", command: [prepare, "--all"]}
          containers:
            - name: app
              image: app:1
              args: ["--mode=$(MODE)", "$$(HOME)", "$(OTHER)"]
              envFrom: [{configMapRef: {name: settings}, prefix: ""}]
              env:
                - {name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
                - {name: URL, value: "db://app:$(PASSWORD)@db"}
                - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
              ports: [{name: web, containerPort: 8080, hostPort: 80}, {containerPort: 53, hostPort: 5353, protocol: UDP}]
              resources: {limits: {cpu: 500m, memory: 128Mi}, requests: {cpu: "2", memory: 1M}}
              securityContext: {capabilities: {add: [NET_ADMIN], drop: [ALL]}, readOnlyRootFilesystem: true}
              volumeMounts:
                - {name: conf, mountPath: /etc/app, readOnly: true}
                - {name: keys, mountPath: /run/keys}
                - {name: data, mountPath: /data, subPath: app}
                - {name: scratch, mountPath: /tmp}
              readinessProbe: {httpGet: {path: /ready, port: web}, periodSeconds: 3}
              livenessProbe: {exec: {command: [check]}, initialDelaySeconds: 7}
            - {name: side, image: "side:1", command: [side], args: [a]}
          volumes:
            - {name: conf, configMap: {name: settings, items: [{key: app.conf, path: app.conf, mode: 0640}]}}
            - {name: keys, secret: {secretName: db, defaultMode: 0400, items: [{key: password, path: pw}]}}
            - {name: data, hostPath: {path: /srv/data, type: DirectoryOrCreate}}
            - {name: scratch, emptyDir: {}}
        """

    private func load(_ pod: String, _ service: String) throws -> Catalog {
        let documents = try YAMLReader.documents(Array(pod.utf8), file: "pods/shop.yaml")
        let start = SourceLocation(file: "pods/shop.yaml", line: 1, column: 1)
        let tree = try YAMLReader.read(Array(service.utf8), file: "services/web.yaml")
        return try Catalog(
            files: [
                Catalog.File(path: "pods/shop.yaml", tree: SourceTree(.list(documents), at: start)),
                Catalog.File(path: "services/web.yaml", tree: tree),
            ],
            templates: [:]
        )
    }

    private let service = """
        name: web
        parameters: {port: {type: int, default: 80}, db_password: {type: secret}}
        pods: [shop.yaml]
        """

    @Test func aPodIsWhatItsContainersShare() throws {
        let web = try #require(try load(Self.shop, service).services["web"])
        #expect(web.containers.map(\.definition.name) == ["shop", "shop-prepare", "shop-app", "shop-side"])
        #expect(web.containers.allSatisfy { $0.step == 4 })
        let pod = web.containers[0].definition
        #expect(pod.isPod == true && pod.image.isEmpty && pod.ports == ["80:8080", "5353:53/udp"])
        #expect(pod.options == ["--label=tier=front", "--add-host=db:10.0.0.9"])
        #expect(web.containers.dropFirst().allSatisfy { $0.definition.pod == "shop" })
        let first = web.containers[1].definition
        #expect(!first.detach && first.options == ["--entrypoint=prepare"] && first.command == ["--all"])
        #expect(first.user == "1000:1001")
        let side = web.containers[3].definition
        #expect(side.detach && side.restart == "on-failure" && side.stopTime == 5 && side.command == ["a"])
    }

    @Test func aContainerOfAPodHasItsEnvironmentVolumesAndLimits() throws {
        let web = try #require(try load(Self.shop, service).services["web"])
        let app = web.containers[2].definition
        #expect(app.command == ["--mode=fast", "$(HOME)", "$(OTHER)"], "as Kubernetes fills them in")
        #expect(app.environment["PASSWORD"] == "{{ db_password }}" && app.environment["NODE"] == "{{ node.name }}")
        #expect(app.environment["URL"] == "db://app:{{ db_password }}@db")
        let folder = "/var/lib/rackwright/pods/web/shop"
        #expect(
            app.volumes == [
                "\(folder)/conf:/etc/app:ro", "\(folder)/keys:/run/keys:ro", "/srv/data/app:/data", "shop-scratch:/tmp",
            ]
        )
        let files = web.config.map { "\($0.path) \(String($0.mode, radix: 8)) \($0.template)" }
        #expect(
            files == ["\(folder)/conf/app.conf 640 port = {{ port }}\n", "\(folder)/keys/pw 400 {{ db_password }}"]
        )
        let options = app.options ?? []
        for option in [
            "--cpus=0.5", "--memory=134217728b", "--cpu-shares=2048", "--memory-reservation=1000000b",
            "--cap-add=NET_ADMIN", "--cap-drop=ALL", "--read-only", "--health-cmd=CMD check",
            "--health-start-period=7s", "--health-on-failure=kill",
        ] { #expect(options.contains(option), "\(option) in \(options)") }
        #expect(app.healthcheck?.probe == .http(url: "http://127.0.0.1:80/ready", contains: nil))
        for tasks in [web.deployTasks, web.upgradeTasks] {
            #expect(tasks.map(\.step) == [1, 1])
            #expect(
                tasks.map(\.task.name) == ["make /srv/data for pod 'shop'", "make /srv/data/app for pod 'shop'"],
                "podman mounts no folder that is not there"
            )
        }
    }

    @Test(arguments: [
        ("hostPort: 80", "http://127.0.0.1:80/ready"), ("hostPort: 80, hostIP: 0.0.0.0", "http://127.0.0.1:80/ready"),
        ("hostPort: 80, hostIP: 10.0.0.7", "http://10.0.0.7:80/ready"),
        ("hostPort: 80, hostIP: 'fd00::7'", "http://[fd00::7]:80/ready"),
    ])
    func aProbeAsksWhereThePortIs(port: String, url: String) throws {
        let text = Self.shop.replacing("hostPort: 80", with: port)
        let web = try #require(try load(text, service).services["web"])
        #expect(web.containers[2].definition.healthcheck?.probe == .http(url: url, contains: nil))
    }

    @Test func documentsCanStandInTheServiceAndInLists() throws {
        let inner =
            "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostNetwork: true, containers: [{name: b, image: c}]}}"
        let found = try catalog([
            "services/web.yaml": "name: web\npods: [{apiVersion: v1, kind: List, items: [\(inner)]}]"
        ])
        let web = try #require(found.services["web"])
        #expect(web.containers.map(\.definition.name) == ["a", "a-b"])
        #expect(web.containers[0].definition.net == "host" && web.containers[1].definition.restart == "always")
    }

    @Test(arguments: [
        ("kind: Deployment", "kind: Pod", "Deployment", "is of kind 'Deployment'"),
        ("apiVersion: v2", "apiVersion: v1", "v2", "apiVersion v1"),
        (
            "  nodeSelector: {a: b}\n  restartPolicy: Never", "  restartPolicy: OnFailure", "nodeSelector",
            "roles say on which nodes"
        ),
        ("restartPolicy: onfailure", "restartPolicy: OnFailure", "onfailure", "did you mean 'OnFailure'?"),
        (
            "hostAlias: []\n  restartPolicy: Always", "restartPolicy: OnFailure", "hostAlias:",
            "did you mean 'hostAliases'?"
        ),
        (
            "key: passwrd}}", "key: password}}", "passwrd",
            "no parameter db_passwrd or passwrd of type secret; did you mean 'db_password'?"
        ),
        (
            "[\"--password=$(PASSWORD)\"]", "[\"--mode=$(MODE)\", \"$$(HOME)\", \"$(OTHER)\"]", "\"--password",
            "everybody on the node sees"
        ),
        ("cpu: fast", "cpu: 500m", "fast,", "a quantity such as 500m"),
        ("name: dat, mountPath", "name: data, mountPath", "dat, mountPath", "did you mean 'data'?"),
        ("port: wbe", "port: web", "wbe", "did you mean 'web'?"),
        ("emptyDir: {medium: Memory}", "emptyDir: {}", "{medium", "without a medium"),
        ("nfs: {server: a, path: /b}", "emptyDir: {}", "nfs:", "mount it with a task"),
        ("name: setings, items", "name: settings, items", "setings", "did you mean 'settings'?"),
        ("type: Dir", "type: DirectoryOrCreate", "Dir}", "known are Directory"),
        ("rackwright/step: \"9\"", "rackwright/step: \"4\"", "\"9\"", "must be 1 to 5"),
        ("grpc: {port: 1}", "exec: {command: [check]}", "grpc:", "use exec"),
        ("httpGet: {path: /ready, port: 9999}", "httpGet: {path: /ready, port: web}", "9999", "give it a hostPort"),
        ("imagePullPolicy: Always, image: \"side:1\"", "image: \"side:1\"", "Always,", "pulled by their digest"),
    ])
    func whatOneNodeDoesNotDoIsRefusedByName(new: String, old: String, place: String, reason: String) throws {
        var text = Self.shop
        text.replaceSubrange(try #require(text.range(of: old)), with: new)
        let before = text[..<(try #require(text.range(of: place)).lowerBound)].split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        let location = "pods/shop.yaml:\(before.count):\((before.last?.count ?? 0) + 1): "
        do {
            _ = try load(text, service)
            Issue.record("it was taken")
        } catch let error as CatalogProblems {
            let lines = error.problems.map(\.description)
            #expect(lines.contains { $0.hasPrefix(location) && $0.contains(reason) }, "\(location) in \(lines)")
        }
    }

    @Test func aFileOfPodsThatIsNotThereIsNamed() throws {
        let found = try problems(["services/web.yaml": "name: web\npods: [shop.yml]"])
        #expect(found.count == 1 && found[0].hasPrefix("services/web.yaml:2:8: "), "\(found)")
    }
}

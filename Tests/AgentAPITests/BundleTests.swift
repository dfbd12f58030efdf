import AgentAPI
import Crypto
import FoundationEssentials
import Inventory
import Jinja
import Testing

@Suite struct BundleTests {
    static let bundle = Bundle(
        id: "plan1-a-deploy",
        node: "a",
        generation: 1,
        operation: .deploy,
        role: "worker",
        variables: ["zulu": 1, "alpha": ["y": .double(1), "x": .none], "mike": [.bool(true), "text"]],
        steps: [
            BundleStep(number: 0, service: "web", work: .gate(services: ["directory"])),
            BundleStep(
                number: 1,
                service: "web",
                work: .files([
                    ConfigFile(path: "/a", template: "{{ x }}", templateName: "a.j2", mode: 0o640, owner: "web")
                ])
            ),
            BundleStep(
                number: 2,
                service: "web",
                work: .tasks([
                    TaskItem(
                        name: "try",
                        source: "services/web.yaml:3:5",
                        body: .block(
                            TaskItem.BlockBody(
                                block: [
                                    TaskItem(
                                        source: "services/web.yaml:4:7",
                                        body: .module("command", arguments: ["zz": 1, "_raw_params": "ls", "aa": 2])
                                    )
                                ],
                                rescue: [],
                                always: []
                            )
                        ),
                        when: ["x is defined"],
                        loop: .list([1, 2]),
                        changedWhen: ["false"]
                    )
                ])
            ),
            BundleStep(
                number: 3,
                service: "web",
                work: .containers([
                    ContainerDefinition(name: "web", image: "r/web@sha256:00", environment: ["PORT": "{{ port }}"])
                ])
            ),
            BundleStep(
                number: 5,
                service: "web",
                work: .health([
                    HealthCheck(probe: .http(url: "http://a/", contains: "ok")), HealthCheck(probe: .command(["true"])),
                    HealthCheck(probe: .tcp(host: "a", port: 1)),
                ])
            ),
            BundleStep(number: 5, service: "web", work: .serviceDone),
        ],
        rollsBackOnFailure: true,
        secrets: ["hush"]
    )

    @Test func aSignedBundleComesOutAsItWentIn() throws {
        let key = Curve25519.Signing.PrivateKey()
        let signed = try SignedBundle(Self.bundle, signedWith: key)
        let read = try signed.verified(with: key.publicKey)
        #expect(read == Self.bundle)
        #expect(read.variables.json() == Self.bundle.variables.json(), "templates see the order of keys")
        guard case .tasks(let tasks) = read.steps[2].work, case .block(let block) = tasks[0].body,
            case .module(_, let arguments) = block.block[0].body
        else {
            Issue.record("the block is gone")
            return
        }
        #expect(arguments.json() == #"{"zz":1,"_raw_params":"ls","aa":2}"#)
        #expect(read.variables["alpha"]?["y"] == .double(1), "1.0 stays a float")
    }

    @Test func everyFlippedBitIsRefused() throws {
        let key = Curve25519.Signing.PrivateKey()
        let signed = try SignedBundle(Self.bundle, signedWith: key)
        for bit in stride(from: 0, to: signed.payload.count * 8, by: 61) {
            var changed = signed
            changed.payload[changed.payload.startIndex + bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: SignedBundle.InvalidSignature.self) { try changed.verified(with: key.publicKey) }
        }
        for bit in 0..<signed.signature.count * 8 {
            var changed = signed
            changed.signature[changed.signature.startIndex + bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: SignedBundle.InvalidSignature.self) { try changed.verified(with: key.publicKey) }
        }
        for count in [0, 1, 63] {
            var cut = signed
            cut.signature = cut.signature.prefix(count)
            #expect(throws: SignedBundle.InvalidSignature.self) { try cut.verified(with: key.publicKey) }
        }
    }

    @Test func anotherControllersBundleIsRefused() throws {
        let signed = try SignedBundle(Self.bundle, signedWith: Curve25519.Signing.PrivateKey())
        #expect(throws: SignedBundle.InvalidSignature.self) {
            try signed.verified(with: Curve25519.Signing.PrivateKey().publicKey)
        }
    }

    @Test func instructionsAndReportsComeBackFromJSON() throws {
        let disk = RootDisk(serial: "S", wwn: "0x5", busPath: "pci-0", size: .max, lastName: "vda")
        let actions: [Instruction.Action] = [
            .wait(seconds: 2.5), .sendInventory(), .sendInventory(checks: .quick), .powerOff, .stop(instruction: "b-1"),
            .writeImage(
                WriteImage(
                    approval: "a",
                    imageName: "debian",
                    imageDigest: "00",
                    rootDisk: disk,
                    hostName: "n",
                    generation: 3
                )
            ),
            .boot(BootInstalled(method: .kexec, rootDisk: disk, kernelArguments: "quiet")),
            .run(try SignedBundle(Self.bundle, signedWith: Curve25519.Signing.PrivateKey())),
        ]
        for action in actions {
            let instruction = Instruction(id: "i-1", action: action)
            #expect(try roundTrip(instruction) == instruction)
        }
        let failure = InstructionReport.Failure(
            reason: "r",
            step: 3,
            service: "s",
            task: "t",
            output: "o\n\"",
            rolledBack: true
        )
        for outcome: InstructionReport.Outcome in [.failed(failure), .succeeded(.init(summary: "s", rootDisk: disk))] {
            let report = InstructionReport(instruction: "i-1", outcome: outcome)
            #expect(try roundTrip(report) == report)
        }
        let events = EventBatch(
            bootID: "b",
            first: 7,
            events: [
                AgentEvent(at: 1.5, kind: .note("n")),
                AgentEvent(at: 2, kind: .progress(instruction: "i", stage: "s", done: .max, total: 0)),
                AgentEvent(
                    at: 3,
                    kind: .step(StepEvent(bundle: "b", index: 1, service: "s", subject: "t", state: .serviceDone))
                ),
            ]
        )
        #expect(try roundTrip(events) == events)
    }

    @Test func everyPrefixOfABundleIsRefused() throws {
        let octets = try JSONEncoder().encode(Self.bundle)
        for count in stride(from: 0, to: octets.count - 1, by: 7) {
            #expect(throws: (any Error).self) { try JSONDecoder().decode(Bundle.self, from: octets.prefix(count)) }
        }
    }

    private func roundTrip<Message: Codable>(_ message: Message) throws -> Message {
        try JSONDecoder().decode(Message.self, from: JSONEncoder().encode(message))
    }
}

@Suite struct BundleSecretTests {
    @Test func aSecretStandsAmongItsServicesParametersAndIsKeptOutOfOutput() {
        var bundle = Bundle(
            id: "b",
            node: "n",
            generation: 1,
            operation: .deploy,
            role: "web",
            variables: ["services": ["web": ["port": 80], "db": ["port": 1]], "role": "web"],
            steps: []
        )
        bundle.insert(secret: "first line\nx\nlast line", for: "key", of: "web")
        bundle.insert(secret: "hush", for: "key", of: "new")
        #expect(bundle.variables["services"]?["web"] == ["port": 80, "key": "first line\nx\nlast line"])
        #expect(bundle.variables["services"]?["new"]?["key"] == "hush")
        #expect(bundle.variables["services"]?["db"] == ["port": 1])
        #expect(bundle.variables["role"] == "web")
        #expect(bundle.secrets == ["first line\nx\nlast line", "first line", "last line", "hush"])
    }
}

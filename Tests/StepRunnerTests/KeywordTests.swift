import AgentAPI
import FoundationEssentials
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

@Suite struct KeywordTests {
    private func show(_ text: String) -> TaskItem { task("show", "debug", ["msg": .string(text)]) }

    @Test func conditionsSkipAndRegisteredResultsAreSeen() async throws {
        let bench = try Bench()
        let outcome = await bench.tasks([
            task("no", "command", ["_raw_params": "false"]) {
                $0.when = ["1 == 2"]
                $0.register = "no"
            },
            task("hello", "shell", ["_raw_params": "echo hello; echo again"]) { $0.register = "said" },
            show(
                "{{ no.skipped }} {{ said.stdout_lines | length }} {{ said.rc }} {{ said.changed }} {{ said.failed }}"
            ),
        ])
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(bench.endings() == ["no: skipped", "hello: changed", "show: unchanged"])
        #expect(bench.output(of: "show") == "True 2 0 True False")
    }

    @Test func aLoopGivesItsItemsAndResults() async throws {
        let bench = try Bench()
        let outcome = await bench.tasks(
            [
                task("each", "command", ["argv": ["echo", "{{ thing.name }}"]]) {
                    $0.loop = "things"
                    $0.loopVariable = "thing"
                    $0.when = ["thing.name != 'b'"]
                    $0.register = "all"
                },
                show("{{ all.results | map(attribute='skipped', default=false) | list }} {{ all.results[2].stdout }}"),
            ],
            variables: ["things": [["name": "a"], ["name": "b"], ["name": "c"]]]
        )
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(bench.output(of: "show") == "[False, True, False] c")
    }

    @Test func aTaskIsTriedUntilItIsAsWanted() async throws {
        let bench = try Bench()
        let count = "\(bench.root)/tmp/n"
        let outcome = await bench.tasks([
            task("try", "shell", ["_raw_params": .string("echo x >> \(count); wc -l < \(count)")]) {
                $0.register = "n"
                $0.until = ["n.stdout | int >= 3"]
                $0.retries = 5
                $0.delay = 7
            },
            show("{{ n.attempts }}"),
            task("never", "command", ["_raw_params": "echo no"]) {
                $0.register = "x"
                $0.until = ["x.stdout == 'yes'"]
                $0.retries = 2
            },
        ])
        #expect(bench.output(of: "show") == "3")
        #expect(outcome.failure?.reason.contains("after 3 tries") == true, "\(outcome)")
        #expect(bench.clock.now() == 1000 + 2 * 7 + 2 * 5)
    }

    @Test func numbersOfTemplatesAreWorkedOutWhenTheTaskRuns() async throws {
        let bench = try Bench()
        let outcome = await bench.tasks(
            [
                task("found", "set_fact", ["often": 4]),
                task("try", "command", ["_raw_params": "false"]) {
                    $0.numbers = [.retries("{{ often }}"), .delay("{{ services.web.pause }}")]
                    $0.ignoreErrors = true
                    $0.register = "r"
                },
                show("{{ r.attempts }}"),
            ],
            variables: ["services": ["web": ["pause": "2.5"]]]
        )
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(bench.commands.lines.count == 5)
        #expect(bench.clock.now() == 1000 + 4 * 2.5)
        #expect(bench.output(of: "show") == "4")
    }

    @Test(arguments: [
        (
            NumberTemplate.retries("{{ word }}"),
            "'retries' (a.yaml:7:9), '{{ word }}', must be a whole number, and is \"many\""
        ),
        (.retries("{{ 1.5 }}"), "must be a whole number, and is 1.5"),
        (.retries("{{ 10 ** 12 }}"), "must be a whole number, and is 1000000000000"),
        (.delay("{{ [] }}"), "'delay' (a.yaml:7:9), '{{ [] }}', must be a number, and is []"),
        (.retries("{{ nobody }}"), "'retries' (a.yaml:7:9), '{{ nobody }}', cannot be told: "),
        (NumberTemplate(keyword: .poll, text: "{{ 0 }}", source: "a.yaml:7:9"), "would leave the task running unseen"),
    ])
    func aTemplateThatGivesNoNumberFailsTheTaskWithItsPlace(template: NumberTemplate, said: String) async throws {
        let bench = try Bench()
        let outcome = await bench.tasks(
            [task("try", "command", ["_raw_params": "true"]) { $0.numbers = [template] }],
            variables: ["word": "many"]
        )
        #expect(outcome.failure?.reason.contains(said) == true, "\(outcome)")
        #expect(bench.commands.lines.isEmpty)
    }

    @Test func aTaskThatIsLeftOutIsNotAskedForItsNumbers() async throws {
        let bench = try Bench()
        let outcome = await bench.tasks([
            task("no", "command", ["_raw_params": "true"]) {
                $0.numbers = [.retries("{{ nobody }}")]
                $0.when = ["false"]
            }
        ])
        #expect(outcome.failure == nil, "\(outcome)")
    }

    @Test func aBlockIsRescuedAndAlwaysEnded() async throws {
        let bench = try Bench()
        var block = task("group", "debug", [:])
        block.body = .block(
            TaskItem.BlockBody(
                block: [task("bad", "command", ["_raw_params": "sh -c 'exit 9'"]), task("unreached", "debug", [:])],
                rescue: [show("{{ ansible_failed_task.name }} {{ ansible_failed_result.rc }} {{ colour }}")],
                always: [task("always", "debug", [:])]
            )
        )
        block.vars = ["colour": "{{ base }}-ish", "base": "blue"]
        let outcome = await bench.tasks([block, task("after", "debug", [:])])
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(bench.output(of: "show")?.hasSuffix("9 blue-ish") == true)
        #expect(
            bench.endings() == [
                "bad: failed", "show: unchanged", "always: unchanged", "after: unchanged",
            ]
        )
    }

    @Test func handlersRunOnceWhenNotifiedAndInTheirOrder() async throws {
        let bench = try Bench()
        let outcome = await bench.tasks([
            task("a", "copy", ["dest": "/etc/a", "content": "a"]) { $0.notify = ["second", "first"] },
            task("b", "copy", ["dest": "/etc/b", "content": "b"]) { $0.notify = ["second"] },
            task("c", "debug", [:]) { $0.notify = ["never"] },
            task("flush", "meta", ["_raw_params": "flush_handlers"]),
            task("d", "debug", [:]),
            task("h1", "debug", [:]) { $0.listen = ["first"] },
            task("h2", "debug", [:]) { $0.listen = ["second"] },
            task("h3", "debug", [:]) { $0.listen = ["never"] },
        ])
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(
            bench.endings() == [
                "a: changed", "b: changed", "c: unchanged", "h1: unchanged", "h2: unchanged", "flush: unchanged",
                "d: unchanged",
            ]
        )
    }

    @Test func changedWhenFailedWhenAndIgnoreErrorsDecide() async throws {
        let bench = try Bench()
        let outcome = await bench.tasks([
            task("quiet", "command", ["_raw_params": "true"]) { $0.changedWhen = ["false"] },
            task("fine", "command", ["_raw_params": "sh -c 'exit 4'"]) {
                $0.register = "r"
                $0.failedWhen = ["r.rc not in [0, 4]"]
            },
            task("ignored", "fail", ["msg": "so what"]) {
                $0.ignoreErrors = true
                $0.register = "f"
            },
            task("end", "meta", ["_raw_params": "end_play"]) { $0.when = ["f.failed"] },
            task("unreached", "fail", [:]),
        ])
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(bench.endings() == ["quiet: unchanged", "fine: changed", "ignored: unchanged", "end: unchanged"])
    }

    @Test func environmentIsSeenByProcesses() async throws {
        let bench = try Bench()
        await bench.tasks([
            task("env", "shell", ["_raw_params": "echo $COLOUR"]) { $0.environment = ["COLOUR": "{{ 1 + 1 }}"] }
        ])
        #expect(bench.output(of: "env") == "2")
    }

    @Test func secretsNeverLeaveTheNode() async throws {
        let bench = try Bench()
        let outcome = await bench.run(
            bundle(
                "s",
                [
                    BundleStep(
                        number: 1,
                        service: "web",
                        work: .tasks([
                            task("say", "command", ["_raw_params": "echo pw=hunter22"]),
                            task("hide", "command", ["_raw_params": "echo other"]) { $0.noLog = true },
                            task("bad", "fail", ["msg": "hunter22 was wrong"]),
                        ])
                    )
                ],
                secrets: ["hunter22", ""]
            )
        )
        #expect(bench.output(of: "say") == "pw=********")
        #expect(bench.output(of: "hide") == nil)
        #expect(outcome.failure?.reason.hasSuffix("******** was wrong") == true)
        #expect(!bench.events.contains { ($0.output ?? "").contains("hunter22") })
    }

    @Test func unknownParametersAndModulesAreNamed() async throws {
        let bench = try Bench()
        let parameter = await bench.tasks([task("a", "copy", ["dst": "/x"])])
        #expect(parameter.failure?.reason.hasSuffix("services/web.yaml:3:5: copy: there is no parameter 'dst'") == true)
        let module = await bench.tasks([task("a", "no_such", [:])])
        #expect(module.failure?.reason.hasSuffix("there is no module 'no_such'") == true)
    }
}

extension NumberTemplate {
    fileprivate static func retries(_ text: String) -> Self {
        Self(keyword: .retries, text: text, source: "a.yaml:7:9")
    }
    fileprivate static func delay(_ text: String) -> Self { Self(keyword: .delay, text: text, source: "a.yaml:7:9") }
}

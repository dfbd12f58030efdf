import Redfish
import TestSupport
import Testing

/// Long work of a service, told as tasks, jobs and makers' jobs.
struct TaskTests {
    private func json(_ text: String) -> JSON { (try? JSON(reading: [UInt8](text.utf8))) ?? .null }

    private func state(_ members: String) -> TaskReport.Phase? { TaskReport(json("{\(members)}"))?.phase }

    @Test func tasksAndJobsAreOverFailedOrAtWork() {
        #expect(state("\"TaskState\": \"Running\"") == .running)
        #expect(state("\"TaskState\": \"Completed\", \"TaskStatus\": \"OK\"") == .done)
        #expect(state("\"TaskState\": \"Completed\", \"TaskStatus\": \"Critical\"") == .failed)
        #expect(state("\"TaskState\": \"Completed\", \"TaskStatus\": \"Warning\"") == .done)
        #expect(state("\"TaskState\": \"Exception\"") == .failed)
        #expect(state("\"TaskState\": \"Cancelled\"") == .failed)
        #expect(state("\"JobState\": \"CompletedWithErrors\"") == .failed)
        #expect(state("\"JobState\": \"Scheduled\"") == .waitingForReset)
        #expect(state("\"TaskState\": \"SomethingNew\"") == .running, "an unknown word is not an end")
        #expect(TaskReport(json("{\"PowerState\": \"On\"}")) == nil)
        #expect(TaskReport(.array([])) == nil)
    }

    @Test func anErrorInAFinishedTaskIsOne() {
        let text = """
            {"TaskState": "Completed", "PercentComplete": 100,
             "Messages": [{"Message": "The image is signed by nobody", "Severity": "Critical"}]}
            """
        #expect(TaskReport(json(text))?.phase == .failed)
        #expect(TaskReport(json(text))?.text.contains("signed by nobody") == true)
    }

    @Test(.enabled(if: Fixture.assets != nil)) func recordedTasksAreRead() throws {
        func read(_ name: String) throws -> TaskReport? {
            TaskReport(try JSON(reading: try Fixture.octets(ofAsset: "redfish/resources/sushy-json_samples/\(name)")))
        }
        let over = try #require(try read("task.json"))
        #expect(over.phase == .done)
        #expect(over.percent == 100)
        #expect(over.messages == ["Property %1 is read only."])
        let waiting = try #require(try read("task2.json"))
        #expect(waiting.phase == .running)
        #expect(waiting.percent == 55)
    }

    @Test func anAnswerSaysWhereItsWorkIsFollowed() throws {
        let monitor = try #require(TaskReference(status: 202, location: "/taskmon/1", body: .null))
        #expect(monitor == TaskReference(monitor: "/taskmon/1"))
        let body = json("{\"@odata.id\": \"/redfish/v1/TaskService/Tasks/1\", \"TaskState\": \"New\"}")
        let both = try #require(TaskReference(status: 202, location: "/taskmon/1", body: body))
        #expect(both.task == "/redfish/v1/TaskService/Tasks/1")
        let dell = "/redfish/v1/TaskService/Tasks/JID_471269252011"
        #expect(TaskReference(status: 200, location: dell, body: .null)?.task == dell, "a job, and status 200")
        let said = json(
            """
            {"Accepted": {"code": "Base.v1_10_3.Accepted", "Message": "Successfully Accepted Request."},
             "@Message.ExtendedInfo": [{"MessageArgs": ["/redfish/v1/TaskService/Tasks/3"]}]}
            """
        )
        #expect(TaskReference(status: 202, location: nil, body: said)?.task == "/redfish/v1/TaskService/Tasks/3")
        #expect(TaskReference(status: 204, location: nil, body: .null) == nil)
        #expect(
            TaskReference(status: 201, location: "/redfish/v1/Sessions/1", body: .null) == nil,
            "a thing that was made"
        )
        #expect(TaskReference(status: 202, location: nil, body: .null) == nil, "nothing can be followed")
        #expect(TaskReference(status: 400, location: "/taskmon/1", body: .null) == nil)
    }

    @Test func aMonitorIsFollowedToItsEnd() {
        var watch = TaskWatch(TaskReference(monitor: "/m", task: "/t"))
        #expect(watch.take(status: 202, retryAfter: "7", body: .null) == .look(after: 7, nil))
        #expect(
            watch.take(status: 202, retryAfter: "9999", body: .null) == .look(after: 30, nil),
            "nobody waits an hour"
        )
        var gone = watch
        #expect(watch.take(status: 204, retryAfter: nil, body: .null) == .done([]))
        let problem = json("{\"error\": {\"code\": \"Base.1.0.GeneralError\", \"message\": \"no room\"}}")
        #expect(watch.take(status: 400, retryAfter: nil, body: problem) == .failed("no room"))
        #expect(gone.take(status: 404, retryAfter: nil, body: .null) == .look(after: 0, nil))
        #expect(gone.reference.path == "/t", "the task tells how it ended")
        let failed = json("{\"TaskState\": \"Exception\", \"Messages\": [{\"Message\": \"it burnt\"}]}")
        #expect(gone.take(status: 200, retryAfter: nil, body: failed) == .failed("exception; it burnt"))
    }

    @Test func aTaskThatWasTakenAwayIsOverOnceItWasThere() {
        var watch = TaskWatch(TaskReference(task: "/t"))
        let running = json("{\"TaskState\": \"Running\", \"PercentComplete\": 10}")
        guard case .look(_, let report?) = watch.take(status: 200, retryAfter: nil, body: running) else {
            Issue.record("it is at work")
            return
        }
        #expect(report.percent == 10)
        guard case .done = watch.take(status: 404, retryAfter: nil, body: .null) else {
            Issue.record("it was there before")
            return
        }
        var never = TaskWatch(TaskReference(task: "/t"), patience: 2)
        guard case .look = never.take(status: 404, retryAfter: nil, body: .null),
            case .failed = never.take(status: 404, retryAfter: nil, body: .null)
        else {
            Issue.record("it never was there")
            return
        }
    }

    @Test func aBMCThatRestartsIsWaitedForAndNotForEver() {
        var watch = TaskWatch(TaskReference(task: "/t"), patience: 10)
        for _ in 0..<9 {
            guard case .look(let seconds, nil) = watch.takeSilence("connection refused") else {
                Issue.record("given up too early")
                return
            }
            #expect((1...30).contains(seconds))
        }
        #expect(watch.takeSilence("connection refused") == .failed("the task is lost: connection refused"))
    }

    /// Whatever is answered, a watch ends or asks to look again within half a minute.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func noiseIsFollowedWithoutTrapping(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bodies: [JSON] = [
            .null, .object(["TaskState": .string("")]), .object(["JobState": .string("Running")]),
            .object(["TaskState": .string("Completed"), "PercentComplete": .number(1e300)]),
            .object(["TaskState": .string("x"), "PercentComplete": .integer(.min), "Messages": .integer(1)]),
            .object(["Messages": .array([.null, .string("a")]), "TaskState": .string("Exception")]),
        ]
        var watch = TaskWatch(TaskReference(monitor: "/m", task: "/t"), patience: 20)
        for _ in 0..<200 {
            let status = Int.random(in: 100...600, using: &random)
            let pause = ["", "-1", "3", "Wed, 21 Oct 2026 07:28:00 GMT", "99999999999999999999"].randomElement(
                using: &random
            )
            switch watch.take(status: status, retryAfter: pause, body: bodies.randomElement(using: &random) ?? .null) {
            case .look(let seconds, let report):
                #expect((0...30).contains(seconds))
                #expect(report?.percent.map { (0...100).contains($0) } ?? true)
            case .waitingForReset, .done, .failed: return
            }
        }
        Issue.record("it went on for ever")
    }
}

import AgentAPI
import AgentCore
import Testing

struct EventQueueTests {
    private func note(_ text: String) -> AgentEvent { AgentEvent(at: 0, kind: .note(text)) }

    private func progress(_ done: UInt64) -> AgentEvent {
        AgentEvent(at: 0, kind: .progress(instruction: "w", stage: "write", done: done, total: 100))
    }

    @Test func eventsKeepTheirNumbersUntilTheyAreTaken() {
        var queue = EventQueue(bootID: "b")
        for text in ["a", "b", "c"] { queue.append(note(text)) }
        let first = queue.batch()
        #expect(first?.first == 0)
        #expect(queue.batch() == first, "an unanswered batch is sent again as it was")
        queue.acknowledge(next: 2)
        #expect(queue.batch() == EventBatch(bootID: "b", first: 2, events: [note("c")]))
        queue.acknowledge(next: 1)
        #expect(queue.batch()?.first == 2, "a late answer changes nothing")
        queue.acknowledge(next: .max)
        #expect(queue.isEmpty)
        queue.acknowledge(next: .min)
        queue.append(note("d"))
        #expect(queue.batch()?.first == 3)
    }

    @Test func progressThatNobodyHasSeenIsReplaced() {
        var queue = EventQueue(bootID: "b")
        queue.append(progress(1))
        queue.append(progress(2))
        #expect(queue.batch()?.events == [progress(2)])
        queue.append(progress(3))
        #expect(queue.batch()?.events == [progress(2), progress(3)], "what has been sent stays as it was")
    }

    @Test func aFullQueueDropsTheOldestAndKeepsTheNumbers() {
        var queue = EventQueue(bootID: "b", limit: 3)
        for number in 0..<5 { queue.append(note("\(number)")) }
        #expect(queue.batch() == EventBatch(bootID: "b", first: 2, events: [note("2"), note("3"), note("4")]))
        #expect(queue.dropped == 2)
    }
}

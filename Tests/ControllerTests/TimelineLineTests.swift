import AgentAPI
import Testing

@testable import ControllerCore

struct TimelineLineTests {
    @Test(arguments: [
        ("Get:1 workshop\nReading 5%\rReading 10%\r\nRemoving\r\n", "Get:1 workshop | Reading 10% | Removing"),
        ("one\n\ntwo\n\nthree\nfour", "two | three | four"),
    ])
    func whatAProgramWritesOverIsNotInTheTimeline(output: String, shown: String) {
        let event = StepEvent(
            bundle: "b",
            index: 1,
            service: "web",
            subject: "purge",
            state: .changed,
            output: output
        )
        #expect(event.line == "web: purge changed: " + shown)
    }
}

import BMC
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

/// What looking at BMCs again and again comes to.
struct PowerWatchTests {
    private func failure(_ kind: BMCError.Kind) -> PowerSweep.Answer {
        .failed(BMCError(kind, bmc: "ipmi://10.0.0.1", operation: "reading the power state", detail: "silence"))
    }

    @Test func onlyAChangeIsWorthALine() {
        var watch = PowerWatch()
        #expect(watch.took(.state(.on), at: 100, period: 60).isEmpty)
        #expect(watch.took(.state(.on), at: 160, period: 60).isEmpty)
        #expect(watch.since == 100)
        #expect(watch.took(.inUse, at: 170, period: 60).isEmpty)
        #expect(watch.took(.state(.off), at: 220, period: 60) == ["power on -> off, as the BMC says"])
        #expect(watch.since == 220)
    }

    @Test func aBMCThatStaysSilentIsToldOnceAndAskedLessAndLess() {
        var watch = PowerWatch()
        _ = watch.took(.state(.on), at: 0, period: 60)
        var lines: [String] = []
        var waits: [Double] = []
        for instant in stride(from: 60.0, to: 660, by: 60) {
            lines += watch.took(failure(.timeout), at: instant, period: 60)
            waits.append(watch.dueAt - instant)
        }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("silence") == true)
        #expect(waits == waits.sorted())
        #expect(waits.last == 570, "ten periods, less the half by which the next look may be early")
        #expect(watch.state == .on)
        #expect(watch.failing?.since == 60)
        #expect(watch.took(.state(.on), at: 1000, period: 60) == ["the BMC answers again, after 940 s"])
        #expect(watch.failing == nil)
    }

    @Test func oneSilenceIsNoNews() {
        var watch = PowerWatch()
        _ = watch.took(.state(.on), at: 0, period: 60)
        #expect(watch.took(failure(.timeout), at: 60, period: 60).isEmpty)
        #expect(watch.dueAt < 120, "asked again in the next round")
        #expect(watch.took(.state(.on), at: 120, period: 60).isEmpty)
    }

    @Test func wrongCredentialsAreToldAtOnce() {
        var watch = PowerWatch()
        #expect(watch.took(failure(.wrongCredentials), at: 0, period: 60).count == 1)
        #expect(watch.took(failure(.gateShut), at: 60, period: 60).isEmpty)
    }

    @Test func nodesShowWhatTheirBMCsSay() async throws {
        let bench = try await Bench.enrolled()
        let controller = try bench.controller
        #expect(try await bench.node("node-1").power == nil)
        try await controller.sweepPower(PowerSweep(), period: .seconds(60))
        let node = try await bench.node("node-1")
        #expect(node.power == "on")
        #expect(node.powerSeenAt == bench.now)
        #expect(node.powerProblem == nil)

        bench.bmcPassword.withLock { $0 = "another-one" }
        bench.pass(60)
        try await controller.sweepPower(PowerSweep(), period: .seconds(60))
        #expect(try await bench.node("node-1").powerProblem?.contains("user or the password") == true)
        let timeline = try await bench.timeline("node-1")
        #expect(timeline.contains { $0.hasPrefix("the power state cannot be read: ") })
        #expect(!"\(timeline)".contains(Bench.password))
    }
}

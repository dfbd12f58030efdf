import OperatorCLI
import Testing

struct AppearanceTests {
    @Test func aTimeOfTodayIsShownWithoutItsDate() {
        #expect(Samples.look.clock(Samples.noon - 3 * 3600 - 5) == "08:59:55")
    }

    @Test(arguments: [
        (-86_400.0, "2026-02-28 12:00:00"), (-5_184_000.0, "2025-12-31 12:00:00"),
        (-63_158_400.0, "2024-02-29 12:00:00"), (-1_772_366_401.0, "1969-12-31 23:59:59"),
    ])
    func anotherDayIsShownWithItsDate(away: Double, text: String) {
        #expect(Samples.look.clock(Samples.noon + away) == text)
    }

    @Test func timesAreLocal() {
        let look = Appearance(now: Samples.noon, zoneOffset: { _ in 2 * 3600 })
        #expect(look.clock(Samples.noon) == "14:00:00")
        #expect(look.clock(Samples.noon + 11 * 3600) == "2026-03-02 01:00:00")
    }

    @Test func absurdTimesDoNotTrap() {
        for instant in [Double.nan, .infinity, -.infinity, 1e300, -1e300] {
            _ = Samples.look.clock(instant)
            _ = Samples.look.age(instant)
        }
    }

    @Test(arguments: [(0.0, "0s"), (59.9, "59s"), (185.0, "3m"), (7500.0, "2h05m"), (400_000.0, "4d")])
    func spansAreShort(seconds: Double, text: String) {
        #expect(Appearance.span(seconds) == text)
    }

    @Test(arguments: [("90s", 90.0), ("15m", 900.0), ("1h30m", 5400.0), ("2d", 172_800.0), ("45", 45.0)])
    func aSpanIsRead(text: String, seconds: Double) {
        #expect(Patience(text)?.seconds == seconds)
    }

    @Test(arguments: ["", "0", "m", "15x", "1h5", "-3m", "99999999999999999999s", "1 m"])
    func whatIsNoSpanIsRefused(text: String) {
        #expect(Patience(text) == nil)
    }

    @Test func aBarShowsPartWholeAndSpeed() {
        let bar = ProgressBar(label: "upload", startedAt: Samples.noon - 8)
        #expect(
            bar.line(done: 1 << 30, total: 4 << 30, Samples.look)
                == "upload [#####...............]  25 %  1.0 GiB of 4.0 GiB  128.0 MiB/s"
        )
        #expect(bar.line(done: 9, total: 3, Samples.look).contains("100 %"), "more than the whole is the whole")
        #expect(bar.line(done: 512, total: nil, Samples.look) == "upload  512 B  64 B/s")
        _ = bar.line(done: .max, total: .max, Samples.look)
    }
}

import OperatorAPI
import OperatorCLI
import Testing

struct BMCTextTests {
    @Test func sensorsHaveALineEachWithTheirLimits() {
        var fan = SensorsReport.Sensor(
            name: "Fan 1",
            kind: "Fan",
            entity: "fan 1",
            value: 5017.6,
            unit: "RPM",
            text: "5017.60 RPM",
            status: "ok"
        )
        fan.thresholds.lowerCritical = 1019.2
        fan.thresholds.lowerNonCritical = 1489.6
        var temperature = SensorsReport.Sensor(
            name: "CPU",
            kind: "Temperature",
            text: "96 degrees C",
            status: "critical"
        )
        temperature.thresholds.upperNonCritical = 90
        let gone = SensorsReport.Sensor(
            name: "Sub\u{1B}[31m Temp",
            kind: "Temperature",
            text: "",
            status: "unavailable",
            remark: "no reading"
        )
        let report = SensorsReport(
            node: "n1",
            readAt: Samples.noon,
            sensors: [fan, temperature, gone],
            remarks: ["2 sensor records make no sense"]
        )
        #expect(
            BMCText.sensors(report, Samples.look) == """
                SENSOR         STATUS       VALUE         LOW     HIGH  ON
                Fan 1          ok           5017.60 RPM   1019.2  -     fan 1
                CPU            critical     96 degrees C  -       90    -
                Sub [31m Temp  unavailable  (no reading)  -       -     -
                2 sensor records make no sense
                """
        )
        let none = SensorsReport(node: "n1", readAt: Samples.noon, sensors: [])
        #expect(BMCText.sensors(none, Samples.look) == "the BMC of n1 tells of no sensors")
    }

    @Test func partsSayWhatIsKnownOfThem() {
        let parts = [
            PartReport(
                name: "machine",
                manufacturer: "DELL",
                product: "PowerEdge R630",
                serial: "2WF88P2",
                boardSerial: "CNIVC007CQ1846",
                manufacturedAt: 1_514_432_400,
                extra: ["rack side"]
            ),
            PartReport(name: "PS2", remarks: ["not there: time-out in the BMC (0xc3)"]),
        ]
        #expect(
            BMCText.parts(parts, node: "n1", Samples.look) == """
                machine
                  manufacturer    DELL
                  product         PowerEdge R630
                  serial          2WF88P2
                  board serial    CNIVC007CQ1846
                  manufactured    2017-12-28
                  extra           rack side

                PS2
                  not there: time-out in the BMC (0xc3)
                """
        )
        #expect(BMCText.parts([], node: "n1", Samples.look) == "the BMC of n1 tells of no parts")
    }

    @Test func eventsHaveALineEachAndTheRestIsCounted() {
        let report = EventLogReport(
            node: "n1",
            total: 1200,
            events: [
                .init(id: "7", time: Samples.noon - 60, source: "Fan 1", text: "Lower Critical going low", ended: true),
                .init(id: "8", source: "Memory", text: "Uncorrectable ECC, module 5"),
            ],
            remarks: ["events were lost: the log was full"]
        )
        #expect(
            BMCText.events(report, Samples.look) == """
                ID  TIME      SOURCE  EVENT
                7   11:59:00  Fan 1   Lower Critical going low, ended
                8   -         Memory  Uncorrectable ECC, module 5
                the newest 2 of 1200
                events were lost: the log was full
                """
        )
        let none = EventLogReport(node: "n1", total: 0, events: [])
        #expect(BMCText.events(none, Samples.look) == "the BMC of n1 has written nothing down")
    }
}

import OperatorAPI
import OperatorCLI
import Testing

@Suite struct NetworkTextTests {
    private let look = Appearance(now: 0)

    @Test func networksAreListedWithWhatIsGivenAndFree() {
        let storage = NetworkReport(
            name: "storage",
            description: "disks",
            vlan: 30,
            mtu: 9000,
            domain: nil,
            subnets: [
                NetworkReport.Subnet(
                    name: "storage",
                    cidr: "10.0.30.0/24",
                    pools: ["10.0.30.10-10.0.30.12"],
                    gateway: "10.0.30.1",
                    vlan: 30,
                    racks: [],
                    free: 1
                )
            ],
            addresses: [
                NetworkReport.Address(address: "10.0.30.10", subnet: "storage", node: nil, role: nil),
                NetworkReport.Address(address: "10.0.30.11", subnet: "storage", node: "n1", role: "worker"),
            ],
            roles: ["worker"]
        )
        let list = NetworkText.list([storage], look).split(separator: "\n")
        #expect(
            list.last?.split(separator: " ") == ["storage", "10.0.30.0/24", "30", "10.0.30.1", "2", "1", "worker"]
        )
        let shown = NetworkText.show(storage, look)
        for part in ["disks", "10.0.30.10-10.0.30.12", "10.0.30.11", "n1", "its own (vip)"] {
            #expect(shown.contains(part), "\(shown)")
        }
        #expect(NetworkText.list([], look) == "the catalogue has no networks")
    }

    @Test func tasksAreShownWithWhatTheyAreToldAndNotesAtTheEnd() {
        var task = RenderReport.Task(title: "greet [template] (services/web.yaml:1:1)")
        task.arguments = ["dest: /etc/motd"]
        task.content = "hello\nyou\n"
        var step = RenderReport.Step(number: 1, service: "web")
        step.tasks = [task]
        let report = RenderReport(
            node: "n",
            role: "worker",
            operation: "deploy",
            steps: [step],
            parameters: [],
            notes: ["made up"]
        )
        #expect(
            RenderText.show(report, why: false, look) == """
                n as worker, deploy

                step 1 web
                  task greet [template] (services/web.yaml:1:1)
                    dest: /etc/motd
                    | hello
                    | you

                made up
                """
        )
    }
}

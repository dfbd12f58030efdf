import Foundation
import TestSupport
import Testing
import VirtualRack

/// Networks that are not ours alone: other servers, and relays between.
extension Machines {
    private static func dnsmasq(_ words: String...) -> [String] {
        [
            "/usr/sbin/dnsmasq", "--conf-file=/dev/null", "--keep-in-foreground", "--log-facility=-", "--log-dhcp",
            "--port=0", "--bind-interfaces", "--interface=eth0", "--no-ping", "--user=root", "--leasefile-ro",
            "--pid-file",
        ] + words
    }

    /// Boots a BIOS and a UEFI machine beside a foreign dnsmasq; the doctor must have named it as `finding`.
    ///
    /// - Parameter expect: looks at each machine's timeline.
    private func bootBeside(
        _ foreignServer: [String],
        configuration: (String) -> String = { $0 },
        finding: String,
        expect: (_ timeline: String) -> Void
    ) async throws {
        let definition = RackDefinition(
            network: Lab.network,
            machines: [
                Lab.machine("old", 1, firmware: .bios), Lab.machine("new", 2, firmware: .uefi),
            ]
        )
        try await Lab.run(definition) { lab in
            let foreign = try await Neighbour("rwforeign", address: "10.77.0.3/24")
            let server = try foreign.start(foreignServer, log: lab.folder + "/foreign.log")
            defer { server.end() }
            try lab.edit("controller.yaml", configuration)
            let controller = try await lab.startController()
            defer { controller.signal(SIGKILL) }
            try await lab.enroll(definition.machines)
            let doctor = try Neighbour.start(
                [lab.programs + "rackwright", "doctor", "dhcp", "--interface", "br0", "--time", "40s"],
                in: Lab.namespace,
                log: lab.folder + "/doctor.log"
            )
            defer { doctor.end() }
            try await lab.inspectAll(minutes: 8)
            for name in ["old", "new"] {
                let timeline = try await lab.command("timeline", name)
                expect(timeline)
                #expect(timeline.contains("boot script: the ramdisk"), "\(timeline)")
            }
            for _ in 0..<400 where doctor.isRunning { try await Task.sleep(for: .milliseconds(100)) }
            let said = try String(contentsOfFile: lab.folder + "/doctor.log", encoding: .utf8)
            #expect(said.contains(finding) && said.contains("10.77.0.3"), "\(said)")
            await foreign.remove()
        }
    }

    /// Our proxy beside a foreign DHCP server: that one gives the addresses, we give the boot files.
    @Test(.timeLimit(.minutes(15)))
    func machinesBootFromOurProxyBesideAForeignDHCPServer() async throws {
        try await bootBeside(
            Self.dnsmasq("--dhcp-range=10.77.0.150,10.77.0.180,1h", "--dhcp-authoritative"),
            configuration: { text in
                text.replacingOccurrences(of: "mode: full", with: "mode: proxy")
                    .replacingOccurrences(of: "    pool: 10.77.0.100-10.77.0.199\n", with: "")
            },
            finding: "foreign-dhcp-server",
            expect: { timeline in
                #expect(!timeline.contains("OFFER 10.77.0."), "no address came from us: \(timeline)")
            }
        )
        let log = try String(contentsOfFile: Lab.folder + "/foreign.log", encoding: .utf8)
        #expect(log.contains("DHCPACK(eth0) 10.77.0.1"), "the foreign server gave the addresses")
    }

    /// Our full server beside a foreign proxyDHCP server, whose boot files nobody shall load.
    @Test(.timeLimit(.minutes(15)))
    func machinesBootFromUsBesideAForeignProxy() async throws {
        try await bootBeside(
            Self.dnsmasq(
                "--dhcp-range=10.77.0.0,proxy",
                "--pxe-service=x86PC,other,other-bios",
                "--pxe-service=X86-64_EFI,other,other-efi"
            ),
            finding: "foreign-proxy-dhcp",
            expect: { timeline in
                #expect(timeline.contains("ACK 10.77.0.1"), "the address came from us: \(timeline)")
            }
        )
    }

    /// The controller on a network of its own; a relay of ISC's stands between it and the machines.
    @Test(.timeLimit(.minutes(15)))
    func aMachineBehindARelayBoots() async throws {
        let definition = RackDefinition(
            network: Lab.network,
            machines: [Lab.machine("far", 1, firmware: .bios)]
        )
        try await Lab.run(definition) { lab in
            let name = "rwctl"
            _ = try? await LabProgram().run(["/usr/sbin/ip", "netns", "delete", name])
            try await Neighbour.ip("netns", "add", name)
            try await Neighbour.ip(
                ["link", "add", "ctl0", "netns", Lab.namespace, "type", "veth", "peer", "name", "eth0", "netns", name]
            )
            try await Neighbour.ip("-n", name, "link", "set", "lo", "up")
            try await Neighbour.ip("-n", name, "link", "set", "eth0", "up")
            try await Neighbour.ip("-n", name, "address", "add", "10.88.0.1/24", "dev", "eth0")
            try await Neighbour.ip("-n", Lab.namespace, "link", "set", "ctl0", "up")
            try await Neighbour.ip("-n", Lab.namespace, "address", "add", "10.88.0.2/24", "dev", "ctl0")
            try await Neighbour.ip("-n", name, "route", "add", "10.77.0.0/24", "via", "10.88.0.2")
            let forward = try await LabProgram().run([
                "/usr/sbin/ip", "netns", "exec", Lab.namespace, "/usr/sbin/sysctl", "-q", "net.ipv4.ip_forward=1",
            ])
            try #require(forward.status == 0, "\(forward.errors)")
            let relay = try Neighbour.start(
                [
                    "/usr/sbin/dhcrelay", "-4", "-d", "-a", "-pf", lab.folder + "/relay.pid", "-id", "br0", "-iu",
                    "ctl0", "10.88.0.1",
                ],
                in: Lab.namespace,
                log: lab.folder + "/relay.log"
            )
            defer { relay.end() }
            lab.controllerNamespace = name
            lab.commandsRunBesideController = true
            try lab.edit("controller.yaml") { text in
                text.replacingOccurrences(of: "address: 10.77.0.1 ", with: "address: 10.88.0.1 ")
                    .replacingOccurrences(
                        of: "  - interface: br0\n",
                        with: "  - interface: eth0\n    subnet: 10.88.0.0/24\n  - router: 10.77.0.1\n"
                    )
            }
            let controller = try await lab.startController()
            defer { controller.signal(SIGKILL) }
            try await lab.enroll(definition.machines)
            try await lab.inspectAll(minutes: 8)
            let timeline = try await lab.command("timeline", "far")
            #expect(timeline.contains("ACK 10.77.0.1") && timeline.contains("boot script: the ramdisk"), "\(timeline)")
            let log = try String(contentsOfFile: lab.folder + "/relay.log", encoding: .utf8)
            #expect(log.contains("Forwarded BOOTREQUEST") || log.contains("forwarded BOOTREQUEST"), "\(log)")
            try await Neighbour.ip("netns", "delete", name)
        }
    }
}

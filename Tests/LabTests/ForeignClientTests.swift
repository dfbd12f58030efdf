import Foundation
import TestSupport
import Testing
import VirtualRack

extension Machines {
    /// Clients that others wrote, against the controller's servers as they run, with packets lost on the way.
    @Test(.timeLimit(.minutes(10)))
    func foreignClientsGetAddressesAndFiles() async throws {
        try await Lab.run(RackDefinition(network: Lab.network, machines: [])) { lab in
            var controller = try await lab.startController()
            defer { controller.signal(SIGKILL) }
            let client = try await Neighbour("rwclient", mac: "52:54:00:77:0d:01")
            let first = try await lease(of: client, in: lab)

            let udhcpc = try await client.run(
                ["/bin/busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-f", "-t", "5", "-s", "/bin/true"]
            )
            #expect(udhcpc.status == 0 && udhcpc.errors.contains("lease of \(first) obtained"), "\(udhcpc.errors)")

            // A lease that was promised outlives the process that promised it.
            controller.signal(SIGKILL)
            controller.wait()
            controller = try await lab.startController()
            #expect(try await lease(of: client, in: lab) == first)

            try await Neighbour.ip("-n", client.name, "address", "add", "\(first)/24", "dev", "eth0")
            let perf = try await client.run([
                "/usr/sbin/perfdhcp", "-4", "-l", "eth0", "-r", "40", "-n", "80", "-R", "40", "-W", "2000000",
                "10.77.0.1",
            ])
            #expect(perf.output.contains("drops: 0"), "\(perf.output)\(perf.errors)")

            try await readFiles(client, withLoss: false)
            // Where packets come in: a sender is told of those that are dropped on their way out.
            for namespace in [client.name, Lab.namespace] {
                for rule in [
                    "add table ip lossy", "add chain ip lossy in { type filter hook input priority 0; }",
                    "add rule ip lossy in meta l4proto udp numgen random mod 100 < 4 drop",
                ] {
                    let outcome = try await LabProgram().run(
                        ["/usr/sbin/ip", "netns", "exec", namespace, "/usr/sbin/nft", rule]
                    )
                    try #require(outcome.status == 0, "\(rule): \(outcome.errors)")
                }
            }
            try await readFiles(client, withLoss: true)
            await client.remove()
        }
    }

    /// What dhclient is given.
    private func lease(of client: Neighbour, in lab: Lab) async throws -> String {
        let folder = Lab.folder
        let words = [
            "/usr/sbin/dhclient", "-4", "-d", "-1", "-v", "-sf", "/bin/true", "-lf", folder + "/dhclient.leases", "-pf",
            folder + "/dhclient.pid", "-cf", "/dev/null", "eth0",
        ]
        let process = try client.start(words, log: folder + "/dhclient.log")
        defer { process.end() }
        for _ in 0..<300 {
            let log = (try? String(contentsOfFile: folder + "/dhclient.log", encoding: .utf8)) ?? ""
            let bound = log.split(separator: "\n").last { $0.hasPrefix("bound to ") }
            if let bound, let address = bound.split(separator: " ").dropFirst(2).first {
                try? FileManager.default.removeItem(atPath: folder + "/dhclient.log")
                return String(address)
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Lab.Failure(text: "dhclient was not bound; \(lab.controllerLog)")
    }

    /// The same file by every client, with every option that it knows.
    private func readFiles(_ client: Neighbour, withLoss: Bool) async throws {
        let how = withLoss ? "with 4 of 100 packets lost each way" : "without loss"
        let original = try Data(contentsOf: URL(filePath: "/usr/lib/ipxe/snponly.efi").resolvingSymlinksInPath())
        let target = Lab.folder + "/fetched"
        let server = "10.77.0.1"
        let ways: [[String]] = [
            ["/usr/bin/curl", "-sS", "-m", "50", "-o", target, "tftp://\(server)/snponly.efi"],
            [
                "/usr/bin/curl", "-sS", "-m", "50", "--tftp-blksize", "1432", "-o", target,
                "tftp://\(server)/snponly.efi",
            ],
            ["/usr/bin/curl", "-sS", "-m", "50", "--tftp-no-options", "-o", target, "tftp://\(server)/snponly.efi"],
            ["/usr/bin/tftp", "-m", "binary", server, "-c", "get", "snponly.efi", target],
            ["/usr/bin/atftp", "--get", "-r", "snponly.efi", "-l", target, server],
            ["/usr/bin/atftp", "--option", "blksize 1428", "--get", "-r", "snponly.efi", "-l", target, server],
            [
                "/usr/bin/atftp", "--option", "blksize 1428", "--option", "windowsize 8", "--option", "tsize 0",
                "--option", "timeout 1", "--get", "-r", "snponly.efi", "-l", target, server,
            ],
            ["/bin/busybox", "tftp", "-g", "-b", "1400", "-r", "snponly.efi", "-l", target, server],
        ]
        // At once: each waits in its own time for what is lost.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, way) in ways.enumerated() {
                group.addTask {
                    let own = "\(target)-\(number)"
                    let words = way.map { $0 == target ? own : $0 }
                    let outcome = try await client.run(words, seconds: 60)
                    let fetched = try? Data(contentsOf: URL(filePath: own))
                    try? FileManager.default.removeItem(atPath: own)
                    let text = "\(how): \(words.joined(separator: " ")): \(outcome.output)\(outcome.errors)"
                    #expect(fetched == original, "\(fetched?.count ?? -1) of \(original.count) octets; \(text)")
                }
            }
            try await group.waitForAll()
        }
    }
}

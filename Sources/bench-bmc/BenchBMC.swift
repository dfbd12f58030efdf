import BMC
import BMCIPMI
import BMCRedfish
import FoundationEssentials
import Glibc
import Synchronization

/// Sweeps over the power states of many BMCs, as the controller makes them: `bench-bmc FOLDER REDFISH IPMI [SWEEPS]`.
///
/// The BMCs are those of `virtual-rack fleet`. For each sweep a line: `NAME SECONDS CPU ON OFF FAILED REQUESTS`, at last
/// `memory_kib`, the most that was resident.
@main
struct BenchBMC {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count >= 4, let redfish = Int(words[2]), let ipmi = Int(words[3]) else {
            print("usage: bench-bmc FOLDER REDFISH IPMI [SWEEPS]")
            exit(2)
        }
        let sweeps = words.count > 4 ? Int(words[4]) ?? 1 : 1
        let bench = BenchBMC(folder: words[1])
        let password = try Secret(String(contentsOfFile: words[1] + "/password", encoding: .utf8))
        let endpoints =
            (0..<redfish).map { bench.endpoint(.redfish, "127.1", $0, 9443, password) }
            + (0..<ipmi).map { bench.endpoint(.ipmi, "127.2", $0, 9623, password) }
        let gates = bench.gates()
        for sweep in 0..<sweeps {
            // Longer than an IPMI session is kept: as in service, where a sweep follows a minute after the last.
            if sweep > 0 { try await Task.sleep(for: .seconds(22)) }
            for kind in [BMCProtocol.redfish, .ipmi] {
                let those = endpoints.filter { $0.protocol == kind }
                if !those.isEmpty { try await bench.sweep("\(kind.rawValue)-\(sweep)", those, gates) }
            }
        }
        print("memory_kib \(bench.peak())")
        await gates.closeSessions()
    }

    let folder: String

    private func endpoint(_ kind: BMCProtocol, _ network: String, _ number: Int, _ port: Int, _ password: Secret)
        -> BMCEndpoint
    {
        let host = number + 1
        return BMCEndpoint(
            protocol: kind,
            address: "\(network).\(host >> 8 & 255).\(host & 255)",
            port: port,
            username: "admin",
            password: password
        )
    }

    /// As the controller has them.
    private func gates() -> BMCGates {
        let (ipmi, redfish) = (IPMIConnector(), RedfishConnector())
        let policy = BMCPolicy(keptRedfishSession: .seconds(300), keptIPMISession: .seconds(20))
        return BMCGates(policy: policy) { endpoint in
            switch endpoint.protocol {
            case .ipmi: try await ipmi.connect(endpoint)
            case .redfish: try await redfish.connect(endpoint)
            case .webhook, .manual: ManualDriver()
            }
        }
    }

    private func sweep(_ name: String, _ endpoints: [BMCEndpoint], _ gates: BMCGates) async throws {
        let counts = Mutex((on: 0, off: 0, failed: 0))
        let (requests, spent, start) = (requests(), cpu(), ContinuousClock.now)
        try await PowerSweep().run(over: endpoints) { endpoint in
            await gates.gate(for: endpoint)
        } report: { endpoint, answer in
            counts.withLock { counts in
                switch answer {
                case .state(.on): counts.on += 1
                case .state(.off): counts.off += 1
                default: counts.failed += 1
                }
            }
            if case .failed(let error) = answer { print("# \(error)") }
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        let used = cpu() - spent
        // The fleet writes its count once a second.
        try await Task.sleep(for: .milliseconds(1200))
        let (on, off, failed) = counts.withLock { ($0.on, $0.off, $0.failed) }
        print(name, seconds, used, on, off, failed, self.requests() - requests)
    }

    private func requests() -> Int {
        let text = try? String(contentsOfFile: folder + "/requests", encoding: .utf8)
        return text.flatMap { Int($0.dropLast()) } ?? 0
    }

    /// Seconds of processor time of this process.
    private func cpu() -> Double {
        var usage = rusage()
        unsafe getrusage(0, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private func peak() -> Int {
        var usage = rusage()
        unsafe getrusage(0, &usage)
        return usage.ru_maxrss
    }
}

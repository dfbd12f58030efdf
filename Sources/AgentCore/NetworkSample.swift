import AgentAPI
import Inventory
import LinuxKernel

/// How fast octets come from the controller's boot server, and by which interface.
struct NetworkSample {
    let link: String
    /// Octets a second.
    let speed: Int

    /// Fetches for less than half a second; nil where nothing worth a figure came.
    static func taken(from bootURL: String) async -> NetworkSample? {
        let before = received()
        guard let speed = try? await ControllerClient.speed(of: bootURL + AgentFetch.sample, seconds: 0.4) else {
            return nil
        }
        let grown = received().map { ($0.key, $0.value - (before[$0.key] ?? $0.value)) }
        guard let most = grown.max(by: { $0.1 < $1.1 }), most.1 >= 1 << 20 else { return nil }
        return NetworkSample(link: most.0, speed: Int(speed))
    }

    /// Octets by interface.
    private static func received() -> [String: Int] {
        var counts: [String: Int] = [:]
        for name in PlainFile.names(in: "/sys/class/net") where name != "lo" {
            counts[name] = PlainFile.text("/sys/class/net/\(name)/statistics/rx_bytes").flatMap { Int($0) }
        }
        return counts
    }

    func put(into health: inout Inventory.Health?) {
        guard let index = health?.nics?.firstIndex(where: { $0.name == link }) else { return }
        health?.nics?[index].throughput = speed
    }
}

import AgentAPI
import Jinja
import OrderedCollections
import Synchronization
import Testing

@testable import StepRunner

@Suite struct NMCLITests {
    /// NetworkManager with the connections that nmcli was told to have.
    private final class Network: Sendable {
        let connections = Mutex<[String: OrderedDictionary<String, String>]>([:])

        func answer(_ words: [String]) -> CommandResult? {
            guard words[0] == "nmcli" else { return nil }
            guard let name = words.last, !words.contains("show") else {
                let found = connections.withLock { $0[words.last ?? ""] }
                guard let found else { return CommandResult(status: 10) }
                return .said(found.map { "\($0):\($1)\n" }.joined())
            }
            connections.withLock { all in
                switch words[2] {
                case "add": all[words[6]] = pairs(words.dropFirst(7))
                case "modify": all[words[4]]?.merge(pairs(words.dropFirst(5))) { $1 }
                case "delete": all[name] = nil
                case "up": all[name]?["GENERAL.STATE"] = "activated"
                default: all[name]?["GENERAL.STATE"] = nil
                }
            }
            return .done
        }

        private func pairs(_ words: ArraySlice<String>) -> OrderedDictionary<String, String> {
            var found: OrderedDictionary<String, String> = [:]
            let words = Array(words)
            // nmcli shows lists with a space after each comma.
            for index in stride(from: 0, to: words.count - 1, by: 2) {
                found[words[index]] = words[index + 1].split(separator: ",").joined(separator: ", ")
            }
            return found
        }
    }

    @Test func connectionsAreMadeChangedAndRemovedOnce() async throws {
        let network = Network()
        let bench = try Bench(network.answer)
        let card: Value = [
            "conn_name": "front", "ifname": "eno1", "type": "ethernet", "ip4": ["10.0.0.2/24", "10.0.0.3/24"],
            "gw4": "10.0.0.1", "dns4": ["10.0.0.1", "9.9.9.9"], "mtu": 9000,
        ]
        #expect(await bench.thrice("nmcli", card) == plannedDoneAndKept)
        var other = card.asDict ?? [:]
        other["mtu"] = 1500
        #expect(await bench.thrice("nmcli", .dict(other)) == plannedDoneAndKept)
        #expect(await bench.thrice("nmcli", ["conn_name": "front", "state": "down"]) == plannedDoneAndKept)
        #expect(await bench.thrice("nmcli", ["conn_name": "front", "state": "absent"]) == plannedDoneAndKept)
        let silent = await bench.result("nmcli", ["conn_name": "back", "type": "dummy"])
        #expect(silent["changed"] == true && silent["stderr_lines"] == nil && silent["stdout_lines"] == nil)
        #expect(await bench.result("nmcli", ["conn_name": "back", "state": "absent"])["changed"] == true)
        let acts = bench.acts(without: "nmcli --terse").filter { !$0.contains("back") }
        let wanted = [
            "nmcli connection add type ethernet con-name front connection.interface-name eno1 connection.autoconnect yes ",
            "nmcli connection up id front", "nmcli connection modify id front 802-3-ethernet.mtu 1500",
            "nmcli connection down id front", "nmcli connection delete id front",
        ]
        #expect(acts.count == wanted.count)
        for (act, start) in zip(acts, wanted) { #expect(act.hasPrefix(start), "\(act)") }
        for property in [
            "ipv4.addresses 10.0.0.2/24,10.0.0.3/24", "ipv4.gateway 10.0.0.1", "ipv4.dns 10.0.0.1,9.9.9.9",
            "ipv4.method manual", "802-3-ethernet.mtu 9000",
        ] {
            let isSaid = acts.first?.contains(property) == true
            #expect(isSaid, "\(property)")
        }
    }

    /// As releases of nmcli show them, a route and what a bond is told mean what the task says.
    @Test func whatIsThereInOtherWordsIsKept() throws {
        let arguments: Value = [
            "conn_name": "b", "type": "bond", "mode": "802.3ad", "miimon": 100, "ip4": "10.0.0.2",
            "mac": "52:54:00:aa:bb:cc",
            "routes4_extended": [
                ["ip": "10.0.0.0/8", "next_hop": "10.1.0.1", "metric": 100, "table": 7], ["ip": "172.16.0.0/12"],
            ],
            "ip_privacy6": "prefer-temp-addr",
        ]
        let task = try ModuleArguments(.nmcli, arguments, source: "a:1:1")
        let wanted = try ConnectionProfile(task, type: "bond")
        let shown = wanted.words.indices.filter { $0 % 2 == 0 }.map { index in
            let other = [
                "bond.options": "miimon=100,downdelay=0,mode=802.3ad", "802-3-ethernet.mtu": "auto",
                "ipv4.routes": "{ ip = 172.16.0.0/12 }; { ip = 10.0.0.0/8, nh = 10.1.0.1, mt = 100, table=7 }",
                "ipv6.ip6-privacy": "2 (enabled, prefer temporary IP)",
                "802-3-ethernet.cloned-mac-address": "52:54:00:AA:BB:CC", "ipv4.addresses": "10.0.0.2/32",
            ]
            return "\(wanted.words[index]):\(other[wanted.words[index]] ?? wanted.words[index + 1])\n"
        }
        #expect(wanted.changes(from: ConnectionProfile(shown: shown.joined())) == [])
        #expect(wanted.properties["ipv6.method"] == nil && wanted.properties["ipv4.method"] == "manual")
        let empty = wanted.changes(from: ConnectionProfile(shown: "bond.options:mode=balance-rr,downdelay=200\n"))
        let place = try #require(empty.firstIndex(of: "bond.options"))
        #expect(empty[place + 1] == "mode=802.3ad,downdelay=200,miimon=100")
    }

    @Test func bondsVLANsAndTheirPartsAreConnectionsToo() async throws {
        let bench = try Bench(Network().answer)
        for item: Value in [
            ["conn_name": "bond0", "type": "bond", "mode": "802.3ad", "miimon": 100, "method4": "disabled"],
            ["conn_name": "port", "ifname": "eno2", "type": "bond-slave", "master": "bond0"],
            [
                "conn_name": "v7", "ifname": "bond0.7", "type": "vlan", "vlanid": 7, "vlandev": "bond0",
                "autoconnect": false,
            ],
        ] {
            #expect(await bench.thrice("nmcli", item) == plannedDoneAndKept)
        }
        let acts = bench.acts(without: "nmcli --terse")
        let wanted = [
            "bond.options mode=802.3ad,miimon=100", "connection.master bond0 connection.slave-type bond",
            "vlan.id 7 vlan.parent bond0",
        ]
        for (line, part) in zip(acts, wanted) { #expect(line.contains(part), "\(part) in \(line)") }
        #expect(acts.count == wanted.count)
    }

    @Test func withoutNetworkManagerThereIsAReason() async throws {
        let bench = try Bench { $0[0] == "nmcli" ? .said("Error: NetworkManager is not running.", status: 8) : nil }
        let reason = await bench.failure("nmcli", ["conn_name": "a", "type": "ethernet"])
        #expect(reason.contains("nmcli ended with 8: Error: NetworkManager is not running."), "\(reason)")
    }
}

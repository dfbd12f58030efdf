import AgentAPI
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

@Suite struct FactsTests {
    private static let addresses = """
        [{"ifname":"lo","flags":["LOOPBACK","UP"],"mtu":65536,"link_type":"loopback","address":"00:00:00:00:00:00",
          "addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host"}]},
         {"ifname":"eno1","flags":["UP"],"mtu":1500,"link_type":"ether","address":"52:54:00:12:34:56",
          "addr_info":[{"family":"inet","local":"10.1.2.3","prefixlen":22,"broadcast":"10.1.3.255","scope":"global"},
                       {"family":"inet6","local":"fd00::3","prefixlen":64,"scope":"global"}]}]
        """

    private func node() throws -> Bench {
        let bench = try Bench { words in
            switch words.joined(separator: " ") {
            case "ip -json address show": return .said(Self.addresses)
            case "ip -json -4 route show default":
                return .said(
                    "[{\"dst\":\"default\",\"gateway\":\"10.1.0.1\",\"dev\":\"eno1\",\"prefsrc\":\"10.1.2.3\"}]"
                )
            case "ip -json -6 route show default": return .said("[]")
            case "hostname --fqdn": return .said("web-1.example.org\n")
            case "systemd-detect-virt": return .said("none\n", status: 1)
            default: return nil
            }
        }
        let changes = FileChanges(files: NodeFiles(root: bench.root)) { _ in }
        for folder in ["/proc/sys/kernel", "/proc/1", "/usr/bin", "/sys/class/dmi/id"] {
            _ = try changes.makeDirectory(folder)
        }
        for (path, text) in [
            ("/proc/sys/kernel/hostname", "web-1\n"), ("/proc/sys/kernel/osrelease", "6.1.0-1\n"),
            ("/proc/1/comm", "systemd\n"),
            (
                "/etc/os-release",
                "NAME=\"CentOS Linux\"\nVERSION=\"7 (Core)\"\nID=\"centos\"\nID_LIKE=\"rhel fedora\"\nVERSION_ID=\"7\"\n"
            ),
            ("/usr/bin/yum", ""),
            (
                "/proc/cpuinfo",
                "processor : 0\nmodel name : X\nphysical id : 0\nsiblings : 4\ncpu cores : 2\n\nprocessor : 1\nphysical id : 0\nsiblings : 4\ncpu cores : 2\n"
            ),
            ("/proc/meminfo", "MemTotal:       16384000 kB\nMemFree: 1024000 kB\nSwapTotal: 2048 kB\n"),
            ("/sys/class/dmi/id/sys_vendor", "Dell Inc.\n"), ("/etc/resolv.conf", "search a b\nnameserver 10.0.0.1\n"),
        ] {
            try bench.put(text, at: path)
        }
        return bench
    }

    @Test func factsHaveAnsiblesNames() async throws {
        let bench = try node()
        let outcome = await bench.tasks([
            task("setup", "setup", [:]),
            task(
                "check",
                "assert",
                [
                    "that": [
                        "ansible_hostname == 'web-1'", "ansible_fqdn == 'web-1.example.org'",
                        "ansible_domain == 'example.org'", "ansible_os_family == 'RedHat'",
                        "ansible_distribution == 'CentOS'", "ansible_distribution_major_version == '7'",
                        "ansible_distribution_release == 'Core'", "ansible_pkg_mgr == 'yum'",
                        "ansible_service_mgr == 'systemd'", "ansible_kernel == '6.1.0-1'",
                        "ansible_default_ipv4.address == '10.1.2.3'", "ansible_default_ipv4.netmask == '255.255.252.0'",
                        "ansible_default_ipv4.network == '10.1.0.0'", "ansible_default_ipv4.gateway == '10.1.0.1'",
                        "ansible_default_ipv4.interface == 'eno1'", "ansible_eno1.macaddress == '52:54:00:12:34:56'",
                        "ansible_all_ipv4_addresses == ['10.1.2.3']", "ansible_interfaces == ['lo', 'eno1']",
                        "ansible_memtotal_mb == 16000", "ansible_processor_vcpus == 4", "ansible_processor_cores == 2",
                        "ansible_processor_count == 1", "ansible_system_vendor == 'Dell Inc.'",
                        "ansible_virtualization_role == 'NA'", "ansible_dns.nameservers == ['10.0.0.1']",
                        "ansible_facts.hostname == 'web-1'", "ansible_facts['os_family'] == 'RedHat'",
                    ]
                ]
            ),
        ])
        #expect(outcome.failure == nil, "\(outcome)")
    }

    @Test func whatIsNotAskedForIsNotGathered() async throws {
        let bench = try node()
        let result = await bench.result("setup", ["gather_subset": ["!all", "network"], "filter": ["ansible_*ipv4*"]])
        let names = result["ansible_facts"]?.asDict.map { Array($0.keys) } ?? []
        #expect(names == ["ansible_all_ipv4_addresses", "ansible_default_ipv4"])
    }
}

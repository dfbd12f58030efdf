import AgentCore
import Octets
import Testing

struct BootArgumentsTests {
    private let pin = String(repeating: "ab", count: 32)

    @Test func theBootScriptsWordsAreRead() throws {
        let arguments = try BootArguments(
            commandLine: """
                initrd=initrd console=ttyS0 rackwright.url=https://10.77.0.1:8443/ rackwright.boot=http://10.77.0.1:8080 \
                rackwright.ca=\(pin.uppercased()) rackwright.token=t=1 BOOTIF=01-52-54-00-AA-00-01 quiet

                """
        )
        #expect(arguments.url == "https://10.77.0.1:8443")
        #expect(arguments.bootURL == "http://10.77.0.1:8080")
        #expect(arguments.certificateAuthority == pin)
        #expect(arguments.token == "t=1")
        #expect(arguments.bootMAC == "52:54:00:aa:00:01")
    }

    @Test(arguments: ["52:54:00:aa:00:01", "01-52-54-00-aa-00-01", "01:52:54:00:aa:00:01"])
    func theBootInterfaceMayBeWrittenInManyWays(text: String) throws {
        #expect(try arguments(bootIF: text).bootMAC == "52:54:00:aa:00:01")
    }

    @Test(arguments: ["", "eth0", "52-54-00-aa-00", "01-02-52-54-00-aa-00-01", "zz-54-00-aa-00-01"])
    func aBootInterfaceThatIsNoAddressIsLeftOut(text: String) throws {
        #expect(try arguments(bootIF: text).bootMAC == nil)
    }

    private func arguments(bootIF: String) throws -> BootArguments {
        try BootArguments(
            commandLine:
                "rackwright.url=https://c rackwright.boot=http://c rackwright.ca=\(pin) rackwright.token=t BOOTIF=\(bootIF)"
        )
    }

    private func arguments(network words: String) throws -> BootArguments {
        try BootArguments(
            commandLine:
                "rackwright.url=https://c rackwright.boot=http://c rackwright.ca=\(pin) rackwright.token=t \(words)"
        )
    }

    @Test func aNetworkWithoutDHCPIsRead() throws {
        let whole = try arguments(
            network:
                "rackwright.address=10.9.0.5/24 rackwright.gateway=10.9.0.1 rackwright.dns=10.9.0.2,10.9.0.3 rackwright.vlan=42"
        )
        let network = try #require(whole.network)
        #expect(network.address.description == "10.9.0.5")
        #expect(network.prefixLength == 24)
        #expect(network.router?.description == "10.9.0.1")
        #expect(network.nameServers.map(\.description) == ["10.9.0.2", "10.9.0.3"])
        #expect(whole.vlan == 42)

        let bare = try arguments(network: "rackwright.address=10.9.0.5/31")
        #expect(bare.network?.prefixLength == 31)
        #expect(bare.network?.router == nil && bare.network?.nameServers == [] && bare.vlan == nil)
        #expect(try arguments(network: "quiet").network == nil, "without an address DHCP is asked")
    }

    @Test(arguments: [
        ("rackwright.address", "10.9.0.5"), ("rackwright.address", "10.9.0.5/33"),
        ("rackwright.address", "10.9.0.0/24"),
        ("rackwright.address", "10.9.0.255/24"), ("rackwright.address", "/24"), ("rackwright.address", ""),
        ("rackwright.gateway", "gate"), ("rackwright.dns", "10.9.0"), ("rackwright.vlan", "0"),
        ("rackwright.vlan", "4095"), ("rackwright.vlan", "x"),
    ])
    func aNetworkThatCannotBeIsRefusedByName(name: String, value: String) {
        #expect(throws: BootArguments.Problem.invalid(name, value: value)) {
            try arguments(network: "rackwright.address=10.9.0.5/24 \(name)=\(value)")
        }
    }

    @Test func whatIsMissingIsNamed() {
        #expect(throws: BootArguments.Problem.missing("rackwright.url")) { try BootArguments(commandLine: "quiet") }
        #expect(throws: BootArguments.Problem.invalid("rackwright.url", value: "http://c")) {
            try BootArguments(commandLine: "rackwright.url=http://c")
        }
        #expect(throws: BootArguments.Problem.invalid("rackwright.ca", value: "12")) {
            try BootArguments(commandLine: "rackwright.url=https://c rackwright.boot=http://c rackwright.ca=12")
        }
    }
}

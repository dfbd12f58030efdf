import Testing

@testable import AgentCore

struct ModuleIndexTests {
    private let index = ModuleIndex(
        dependencies: """
            kernel/drivers/net/virtio_net.ko: kernel/net/core/failover.ko kernel/drivers/virtio/virtio.ko
            kernel/drivers/virtio/virtio.ko: kernel/drivers/virtio/virtio_ring.ko
            kernel/drivers/virtio/virtio_ring.ko:
            kernel/net/core/failover.ko:
            kernel/fs/nls/nls_iso8859-1.ko:
            kernel/lib/crc32c_generic.ko:
            kernel/fs/ext4/ext4.ko.zst:
            broken line
            """,
        aliases: """
            # Aliases extracted from modules themselves.
            alias virtio:d00000001v* virtio_net
            alias pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e
            alias pci:v*d*sv*sd*bc01sc06i01* ahci
            alias fs-ext4 ext4
            """,
        softDependencies: "softdep ext4 pre: crc32c_generic post: nothing\n"
    )

    @Test func aDeviceFindsItsModules() {
        #expect(index.modules(for: "virtio:d00000001v00001AF4") == ["virtio_net"])
        #expect(index.modules(for: "pci:v00008086d000010D3sv00008086sd0000A01Fbc02sc00i00") == ["e1000e"])
        #expect(index.modules(for: "pci:v00008086d00002922sv00001AF4sd00001100bc01sc06i01") == ["ahci"])
        #expect(index.modules(for: "virtio:d00000002v00001AF4") == [])
        #expect(index.modules(for: "") == [])
    }

    @Test func whatAModuleNeedsIsLoadedBeforeIt() {
        #expect(
            index.loadOrder(of: "virtio-net") == [
                "kernel/drivers/virtio/virtio_ring.ko", "kernel/drivers/virtio/virtio.ko",
                "kernel/net/core/failover.ko",
                "kernel/drivers/net/virtio_net.ko",
            ]
        )
        #expect(index.loadOrder(of: "ext4") == ["kernel/lib/crc32c_generic.ko", "kernel/fs/ext4/ext4.ko.zst"])
        #expect(index.loadOrder(of: "nls_iso8859_1") == ["kernel/fs/nls/nls_iso8859-1.ko"])
        #expect(index.loadOrder(of: "e1000e") == [], "a module that is not there, as when it is built in")
    }

    @Test func aCircleOfNeedsEnds() {
        let circle = ModuleIndex(dependencies: "a.ko: b.ko\nb.ko: a.ko\n", aliases: "")
        #expect(circle.loadOrder(of: "a") == ["b.ko", "a.ko"])
    }

    @Test(arguments: [
        ("*", "", true), ("*", "anything", true), ("a*c", "abbc", true), ("a*c", "abbd", false), ("a?c", "abc", true),
        ("a?c", "ac", false), ("a[0-9]c", "a5c", true), ("a[0-9]c", "axc", false), ("a[!0-9]c", "axc", true),
        ("a[]]c", "a]c", true), ("a[bc", "a[bc", true), ("a[bc", "ab", false), ("*a*b*", "xxaxxbxx", true),
        ("", "", true), ("", "x", false), ("a**", "a", true), ("[a-]x", "-x", true),
    ])
    func patternsMatchAsTheShellHasThem(pattern: String, text: String, expected: Bool) {
        #expect(GlobPattern(pattern).matches(text) == expected)
    }
}

import Glibc
import LinuxKernel
import Testing

@testable import AgentCore

struct InstalledRootTests {
    private let identity = AgentIdentity(
        url: "https://10.77.0.1:8443",
        bootURL: "http://10.77.0.1:8080",
        node: "node-1",
        name: "web-1",
        signingKey: "a2V5",
        generation: 4,
        enrolledAt: 1
    )
    private let credentials = Credentials(key: "KEY", certificate: "CERT", authority: "CA")

    /// A new folder, as root of a file system, that is gone afterwards.
    private func withRoot(_ work: (RootFolder, String) throws -> Void) throws {
        let path = "/tmp/rackwright-root-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        try PlainFile.makeFolder(path)
        defer { _ = remove(path) }
        try work(RootFolder(path), path)
    }

    private func remove(_ path: String) -> Bool {
        if PlainFile.link(path) == nil {
            for name in PlainFile.names(in: path) { _ = remove("\(path)/\(name)") }
        }
        return unsafe Glibc.remove(path) == 0
    }

    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func theSystemBecomesThisNodes() throws {
        try withRoot { root, path in
            try root.write("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 builder\n::1 localhost\n".utf8)
            for _ in 0..<2 {
                try InstalledRoot(root).prepare(
                    hostName: "web-1.rack",
                    identity: identity,
                    credentials: credentials,
                    program: [1, 2, 3]
                )
            }
            #expect(root.text("/etc/hostname") == "web-1.rack")
            #expect(root.text("/etc/hosts") == "127.0.0.1 localhost\n::1 localhost\n127.0.1.1\tweb-1.rack web-1")
            #expect(try PlainFile.read("\(path)/usr/local/sbin/rackwright-agent") == [1, 2, 3])
            #expect(mode("\(path)/usr/local/sbin/rackwright-agent") == 0o755)
            #expect(
                PlainFile.link("\(path)/etc/systemd/system/multi-user.target.wants/rackwright-agent.service")
                    == "/etc/systemd/system/rackwright-agent.service"
            )
            #expect(root.text("/etc/systemd/system/rackwright-agent.service")?.contains("KillMode=process") == true)
            let registry = "\(path)/etc/containers/certs.d/10.77.0.1:8443"
            #expect(PlainFile.names(in: registry) == ["ca.crt", "client.cert", "client.key"])
            #expect(mode("\(registry)/client.key") == 0o600)

            let folder = try StateFolder("\(path)/var/lib/rackwright")
            #expect(mode(folder.path) == 0o700)
            #expect(mode("\(folder.path)/key.pem") == 0o600)
            let (kept, keys) = try #require(try folder.enrolled())
            #expect(kept == identity)
            #expect(keys == credentials)
        }
    }

    @Test func shortNamesOfImagesAreTheControllersUnlessTheImageSaysOtherwise() throws {
        let own = "/etc/containers/registries.conf.d/50-rackwright.conf"
        for (file, text, isOurs) in [
            ("registries.conf", "# unqualified-search-registries = [\"example.com\"]\n", true),
            ("registries.conf", "  unqualified-search-registries=[\"example.com\"]\n", false),
            ("registries.conf.d/10-site.conf", "unqualified-search-registries = []\n", false),
        ] {
            try withRoot { root, _ in
                try root.write("/etc/containers/\(file)", text.utf8)
                for _ in 0..<2 {
                    try InstalledRoot(root).prepare(
                        hostName: "web-1",
                        identity: identity,
                        credentials: credentials,
                        program: [1]
                    )
                }
                let said = "unqualified-search-registries = [\"10.77.0.1:8443\"]"
                #expect(root.text(own) == (isOurs ? said : nil), "\(text)")
            }
        }
    }

    @Test func linksNeverLeadOutOfTheRoot() throws {
        try withRoot { root, path in
            try PlainFile.makeFolder("\(path)/etc")
            try PlainFile.makeFolder("\(path)/usr/lib")
            try PlainFile.makeLink("\(path)/etc/hosts", to: "/usr/lib/hosts")
            try PlainFile.makeLink("\(path)/etc/out", to: "../../../../usr/lib/hosts")
            try PlainFile.makeLink("\(path)/etc/loop", to: "loop")
            #expect(try root.resolve("/etc/hosts") == "\(path)/usr/lib/hosts")
            #expect(try root.resolve("/etc/out") == "\(path)/usr/lib/hosts")
            #expect(throws: RootFolder.LinkLoop.self) { try root.resolve("/etc/loop") }
            try root.write("/etc/hosts", "inside".utf8)
            #expect(PlainFile.text("\(path)/usr/lib/hosts") == "inside")
            #expect(PlainFile.link("\(path)/etc/hosts") != nil, "the link itself stays")
        }
    }

    @Test func theKernelIsFoundThroughLinksAndItsCommandLineInTheLoadersEntry() throws {
        try withRoot { root, path in
            #expect(throws: InstalledKernel.NotFound.self) { try InstalledKernel(in: root, loader: nil) }
            try root.write("/boot/vmlinuz-6.1.0-9", [1])
            try root.write("/boot/vmlinuz-6.1.0-10", [2])
            try root.write("/boot/initrd.img-6.1.0-10", [3])
            let newest = try InstalledKernel(in: root, loader: nil)
            #expect(newest.kernel == "\(path)/boot/vmlinuz-6.1.0-10")
            #expect(newest.initrd == "\(path)/boot/initrd.img-6.1.0-10")
            #expect(newest.commandLine == nil)

            try PlainFile.makeLink("\(path)/vmlinuz", to: "/boot/vmlinuz-6.1.0-9")
            try root.write("/etc/kernel/cmdline", "root=LABEL=a ro\n".utf8)
            let linked = try InstalledKernel(in: root, loader: nil)
            #expect(linked.kernel == "\(path)/boot/vmlinuz-6.1.0-9")
            #expect(linked.initrd == nil)
            #expect(linked.commandLine == "root=LABEL=a ro")

            try root.write("/esp/loader/entries/debian.conf", "options root=LABEL=b rw\n".utf8)
            let esp = RootFolder("\(path)/esp")
            #expect(try InstalledKernel(in: root, loader: esp).commandLine == "root=LABEL=b rw")
        }
    }

    @Test func anInterruptedEnrolmentIsNoIdentity() throws {
        try withRoot { _, path in
            let folder = try StateFolder("\(path)/state")
            #expect(try folder.enrolled() == nil)
            #expect(try folder.memory() == AgentMemory())
            try folder.keep(pendingKey: "KEY")
            #expect(try folder.enrolled() == nil)
            #expect(folder.pendingKey == "KEY")
            var memory = AgentMemory(generation: 7)
            memory.approvals = ["a"]
            try folder.keep(memory)
            #expect(try folder.memory() == memory)
            #expect(mode("\(folder.path)/memory.json") == 0o600)
        }
    }
}

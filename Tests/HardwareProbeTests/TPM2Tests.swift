import Crypto
import FoundationEssentials
import Glibc
import Inventory
import TestSupport
import Testing

@testable import HardwareProbe

/// A TPM 2.0 in software (swtpm), made and certified by its own tools.
struct TPM2Tests {
    @Test func aModuleIsAskedForItsKeyAndItsMakersCertificate() throws {
        let emulator = try EmulatedTPM()
        let tpm = TPM2 { emulator.exchange($0) }
        let properties = TPM2Properties(try #require(tpm.properties()))
        #expect(properties.family == "2.0" && properties.vendor == "IBM")
        #expect(properties.firmware?.isEmpty == false && properties.model?.isEmpty == false)

        let content = try #require(tpm.content(ofIndex: 0x01C0_0002))
        let certified = try #require(EndorsementKey(certificate: content))
        // The same key as the module gives it: two ways to one name, one of them through another's certificate.
        let area = try #require(tpm.endorsementKey())
        let read = try #require(EndorsementKey(publicArea: area))
        #expect(certified.type == "rsa2048" && read.type == certified.type && read.octets == certified.octets)
        #expect(try emulator.keyByOpenSSL(content) == read.octets)

        let elliptic = try #require(tpm.content(ofIndex: 0x01C0_0016))
        let point = try #require(EndorsementKey(certificate: elliptic))
        #expect(point.type == "ecc_p384")
        #expect(try emulator.keyByOpenSSL(elliptic) == point.octets)
        #expect(tpm.content(ofIndex: 0x01C0_7777) == nil)
    }

    @Test func aModuleWithoutAnythingMakesItsKeyAnewAndTheSameEachTime() throws {
        let emulator = try EmulatedTPM(isCertified: false)
        let tpm = TPM2 { emulator.exchange($0) }
        #expect(tpm.content(ofIndex: 0x01C0_0002) == nil)
        let keys = try (0..<2).map { _ in try #require(tpm.endorsementKey()) }
        #expect(keys[0] == keys[1])
        let key = try #require(EndorsementKey(publicArea: keys[0]))
        #expect(key.type == "ecc_p256")
        #expect(throws: Never.self) { try P256.Signing.PublicKey(derRepresentation: key.octets) }
    }

    @Test func theInventoryHasTheKeysHash() throws {
        let emulator = try EmulatedTPM()
        let machine = try MadeMachine()
        try machine.write("2", to: "sys/class/tpm/tpm0/tpm_version_major")
        let probe = HardwareProbe(root: machine.root, channel: Channel(emulator: emulator)) { path, octets in
            // What is recorded makes a captured machine that tells the same.
            try? machine.write(octets, to: path)
        }
        let tpm = try #require(try probe.collect(now: 0).tpm)
        let content = try #require(TPM2 { emulator.exchange($0) }.content(ofIndex: 0x01C0_0002))
        let expected = SHA256.hash(data: try emulator.keyByOpenSSL(content))
        #expect(tpm.endorsementKey == expected.description.split(separator: " ").last.map(String.init))
        #expect(tpm.version == "2.0" && tpm.vendor == "IBM" && tpm.endorsementKeyType == "rsa2048")
        #expect(tpm.endorsementCertificate?.utf8.count == 64)
        #expect(try HardwareProbe(root: machine.root).collect(now: 0).tpm == tpm)
    }

    private struct Channel: PartChannel {
        let emulator: EmulatedTPM
        func nvme(_ disk: String, _ command: NVMeCommand) -> [UInt8]? { nil }
        func scsi(_ disk: String, _ command: [UInt8], count: Int) -> SCSIAnswer? { nil }
        func tpm(_ name: String, _ work: (@escaping ([UInt8]) -> [UInt8]?) -> [UInt8]?) -> [UInt8]? {
            work { emulator.exchange($0) }
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func answersOfNoiseTellNothingAndEnd(seed: UInt64) {
        var noise = SeededNoise(seed: seed)
        func answer() -> [UInt8] {
            let body = noise.octets(Int(noise.next() % 90))
            let size = body.count + 10
            return [0x80, 0x01, 0, 0, UInt8(size >> 8), UInt8(size & 0xFF), 0, 0, 0, 0] + body
        }
        var calls = 0
        let tpm = TPM2 { _ in
            calls += 1
            return calls < 2000 ? answer() : nil
        }
        if let properties = tpm.properties() { _ = TPM2Properties(properties).firmware }
        _ = tpm.content(ofIndex: 1)
        if let area = tpm.endorsementKey() { _ = EndorsementKey(publicArea: area) }
        let octets = noise.octets(200)
        _ = EndorsementKey(certificate: octets)
        _ = EndorsementKey(publicArea: octets)
        _ = EndorsementKey(certificate: DER.sequence(DER.sequence(octets)))
        #expect(calls < 2000)
    }

    @Test func lengthsOfDERComeBack() throws {
        for count in [0, 1, 127, 128, 255, 256, 65535, 65536] {
            let content = [UInt8](repeating: 5, count: count)
            let written = DER.sequence(content)
            let read = try #require(DER((written + [9, 9])[...]))
            #expect(Array(read.content) == content && read.octets == written)
            #expect(DER(written.dropLast()[...]) == nil || count == 0)
        }
        #expect(DER.integer([0, 0, 0x80]) == [2, 2, 0, 0x80] && DER.integer([0]) == [2, 1, 0])
    }
}

/// A software TPM of its own for a test; it ends with this value.
final class EmulatedTPM: Sendable {
    private let folder: String
    private let program: RunningProgram
    private let descriptor: Int32

    struct Failed: Error {
        var what: String
    }

    /// - Parameter isCertified: whether a maker left key and certificates in it
    init(isCertified: Bool = true) throws {
        folder = FileManager.default.temporaryDirectory.path + "/rackwright-tpm-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if isCertified {
            let authority = """
                statedir = \(folder)
                signingkey = \(folder)/signkey.pem
                issuercert = \(folder)/issuercert.pem
                certserial = \(folder)/certserial

                """
            try Data(authority.utf8).write(to: URL(filePath: folder + "/localca.conf"))
            let setup = """
                create_certs_tool = /usr/bin/swtpm_localca
                create_certs_tool_config = \(folder)/localca.conf
                create_certs_tool_options = /etc/swtpm-localca.options

                """
            try Data(setup.utf8).write(to: URL(filePath: folder + "/setup.conf"))
            try CapturedMachine.run(
                [
                    "/bin/sh", "-c",
                    "swtpm_setup --tpm2 --tpmstate \(folder) --create-ek-cert --config \(folder)/setup.conf >/dev/null 2>&1",
                ],
                for: "swtpm_setup"
            )
        }
        program = try RunningProgram([
            "swtpm", "socket", "--tpm2", "--tpmstate", "dir=\(folder)", "--server", "type=unixio,path=\(folder)/data",
            "--flags", "not-need-init,startup-clear", "--terminate",
        ])
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array("\(folder)/data".utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
        for attempt in 0..<100 {
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            if result == 0 { return }
            guard attempt < 99 else { throw Failed(what: "swtpm does not listen") }
            usleep(50_000)
        }
    }

    deinit {
        close(descriptor)
        program.end()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func exchange(_ command: [UInt8]) -> [UInt8]? {
        guard unsafe write(descriptor, command, command.count) == command.count else { return nil }
        var answer: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while answer.count < 10 || (answer.big(at: 2, count: 4).map { Int($0) } ?? 0) > answer.count {
            let count = unsafe read(descriptor, &part, part.count)
            guard count > 0 else { return nil }
            answer += part.prefix(count)
        }
        return answer
    }

    /// The public key of a certificate in DER, as OpenSSL writes it.
    func keyByOpenSSL(_ certificate: [UInt8]) throws -> [UInt8] {
        let path = "\(folder)/certificate"
        try Data(certificate).write(to: URL(filePath: path))
        let words =
            "openssl x509 -inform DER -in \(path) -noout -pubkey | openssl pkey -pubin -outform DER -out \(path).key"
        try CapturedMachine.run(["/bin/sh", "-c", words], for: "openssl")
        return try Array(Data(contentsOf: URL(filePath: path + ".key")))
    }
}

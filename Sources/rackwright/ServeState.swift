import ControllerCore
import Crypto
import FoundationEssentials
import Glibc
import OperatorAPI
import Store

/// The controller's state folder: who may open it, and the keys in it.
struct ServeState {
    let folder: String
    private let lock: Int32

    /// Makes the folder at first start and takes its lock.
    init(folder: String) throws {
        self.folder = folder
        // The store and uploads are nobody else's business, whoever made the folder.
        umask(0o077)
        for path in [folder, folder + "/keys", folder + "/consoles"] {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }
        lock = unsafe open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw ServeProblem("the state folder \(folder) is in use by another rackwright serve; stop that one first")
        }
    }

    /// The key that seals secrets.
    func secretBox() throws -> SecretBox {
        try SecretBox(key: PrivateFile.read(folder + "/keys/secret.key") { SecretBox.newKey() })
    }

    /// The key that signs bundles and image manifests.
    func signingKey() throws -> Curve25519.Signing.PrivateKey {
        let data = try PrivateFile.read(folder + "/keys/signing.key") {
            Curve25519.Signing.PrivateKey().rawRepresentation
        }
        return try Curve25519.Signing.PrivateKey(rawRepresentation: data)
    }

    /// Makes the first operator's token, in a file that only its owner reads.
    func makeFirstToken(_ controller: Controller) async throws -> Bool {
        guard try await !controller.hasOperatorTokens() else { return false }
        let path = folder + "/operator.token"
        _ = try await controller.createOperatorToken(name: "first") { token in
            try PrivateFile.write(Data((token.token + "\n").utf8), to: path, mode: 0o600)
        }
        return true
    }
}

/// Why the controller does not start, and what to do.
struct ServeProblem: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}

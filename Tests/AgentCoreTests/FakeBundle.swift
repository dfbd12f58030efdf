import AgentAPI
import Crypto
import Jinja
import OrderedCollections

extension SignedBundle {
    /// A bundle without steps, signed by nobody in particular.
    static func fake() throws -> SignedBundle {
        let bundle = Bundle(
            id: "b",
            node: "n",
            generation: 4,
            operation: .deploy,
            role: "Web",
            variables: .dict([:]),
            steps: []
        )
        return try SignedBundle(bundle, signedWith: Curve25519.Signing.PrivateKey())
    }
}

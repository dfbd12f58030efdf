extension BMCGate {
    /// Gives the account of the gate's login another password, asked for once: whether a BMC that did not answer has taken
    /// it is found by logging in. The gate goes on with the old one until it is told the new one.
    public func setPassword(_ new: Secret) async throws {
        try await perform("setting a new password", attempts: 1) { driver in try await driver.setPassword(new) }
    }
}

/// Passwords as BMCs take them.
public enum BMCPassword {
    /// 16 characters, which IPMI carries everywhere, of all four kinds that rules for passwords ask for, and none that
    /// people mistake.
    public static func make(using random: inout some RandomNumberGenerator) -> String {
        let kinds = ["abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-_.+"].map(Array.init)
        var characters = kinds.compactMap { $0.randomElement(using: &random) }
        let letters = kinds.dropLast().flatMap(\.self)
        while characters.count < 16 { characters += [letters.randomElement(using: &random)].compactMap(\.self) }
        return String(characters.shuffled(using: &random))
    }
}

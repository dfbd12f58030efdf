import FoundationEssentials
import Store
import Testing

@Suite struct SecretBoxTests {
    private let secret = "correct horse battery"

    @Test func aSecretComesOutAsItWentIn() throws {
        let box = try SecretBox(key: SecretBox.newKey())
        let sealed = try box.seal(secret, context: "bmc a")
        #expect(try box.open(sealed, context: "bmc a") == secret)
        #expect(try box.seal(secret, context: "bmc a") != sealed, "a nonce is never used twice")
        #expect(!String(decoding: sealed, as: UTF8.self).contains(secret))
        #expect(try box.open(box.seal("", context: ""), context: "") == "")
    }

    @Test func anotherKeyContextOrOctetIsRefusedWithoutShowingIt() throws {
        let box = try SecretBox(key: SecretBox.newKey())
        let sealed = try box.seal(secret, context: "bmc a")
        func refused(_ box: SecretBox, _ sealed: Data, _ context: String) {
            let error = #expect(throws: StoreError.self) { try box.open(sealed, context: context) }
            #expect(!"\(error as Any)".contains(secret))
        }
        refused(try SecretBox(key: SecretBox.newKey()), sealed, "bmc a")
        refused(box, sealed, "bmc b")
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            refused(box, changed, "bmc a")
            refused(box, Data(sealed[..<index]), "bmc a")
        }
    }

    @Test func aKeyOfAnotherLengthIsRefused() {
        for count in [0, 16, 31, 33] { #expect(throws: StoreError.self) { try SecretBox(key: Data(count: count)) } }
    }
}

import Crypto

/// Digests of files by Ansible's names.
enum FileDigest {
    static let names = ["md5", "sha1", "sha256", "sha384", "sha512"]

    static func hexadecimal(_ name: String, _ octets: [UInt8]) -> String {
        switch name {
        case "md5": StepRunner.hexadecimal(Insecure.MD5.hash(data: octets))
        case "sha256": StepRunner.hexadecimal(SHA256.hash(data: octets))
        case "sha384": StepRunner.hexadecimal(SHA384.hash(data: octets))
        case "sha512": StepRunner.hexadecimal(SHA512.hash(data: octets))
        default: sha1(octets)
        }
    }
}

/// SHA-1 in hexadecimal, which Ansible's results carry as `checksum`.
func sha1(_ octets: [UInt8]) -> String { hexadecimal(Insecure.SHA1.hash(data: octets)) }

func hexadecimal(_ octets: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    let digits = Array("0123456789abcdef".utf8)
    for octet in octets {
        text.append(digits[Int(octet >> 4)])
        text.append(digits[Int(octet & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}

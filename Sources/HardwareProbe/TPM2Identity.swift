import Inventory

/// What a TPM 2.0 says of itself in its fixed properties (TPM 2.0 library part 2 section 6.13).
struct TPM2Properties {
    private var values: [UInt32: UInt32] = [:]

    /// - Parameter answer: the parameters of GetCapability's answer
    init(_ answer: [UInt8]) {
        guard answer.big(at: 1, count: 4) == 6, let count = answer.big(at: 5, count: 4) else { return }
        var offset = 9
        for _ in 0..<min(count, 256) {
            guard let property = answer.big(at: offset, count: 4), let value = answer.big(at: offset + 4, count: 4)
            else { break }
            values[UInt32(truncatingIfNeeded: property)] = UInt32(truncatingIfNeeded: value)
            offset += 8
        }
    }

    /// Such as `2.0`.
    var family: String? { letters(0x100...0x100) }
    var vendor: String? { letters(0x105...0x105) }
    var model: String? { letters(0x106...0x109) }

    /// Two words of two numbers each; the second word is the maker's own affair and often a build's number.
    var firmware: String? {
        guard let first = values[0x10B] else { return nil }
        let numbers = [first >> 16, first & 0xFFFF] + (values[0x10C].map { [$0 >> 16, $0 & 0xFFFF] } ?? [])
        return numbers.map { String($0) }.joined(separator: ".")
    }

    private func letters(_ range: ClosedRange<UInt32>) -> String? {
        let octets = range.compactMap { values[$0] }.flatMap { word in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
        }
        return trimmed(octets.filter { (0x20..<0x7F).contains($0) })
    }
}

/// A public key as X.509 writes it (RFC 5280 section 4.1, RFC 8017 annex A.1, RFC 5480 section 2).
struct EndorsementKey {
    /// `rsa2048`, `ecc_p256`, …
    let type: String
    /// SubjectPublicKeyInfo in DER, with the plain identifier of the algorithm.
    let octets: [UInt8]

    private static let rsa: [UInt8] = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1]
    private static let rsaOAEP: [UInt8] = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 7]
    private static let elliptic: [UInt8] = [0x06, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]
    private static let p256: [UInt8] = [0x06, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7]
    private static let p384: [UInt8] = [0x06, 5, 0x2B, 0x81, 0x04, 0x00, 0x22]

    /// - Parameter certificate: DER; what stands behind it is not looked at
    init?(certificate: [UInt8]) {
        guard let whole = DER(certificate[...]), let body = whole.children?.first, var fields = body.children else {
            return nil
        }
        // The version stands in front, in a tag of its own.
        if fields.first?.tag == 0xA0 { fields.removeFirst() }
        // Serial number, algorithm, issuer, validity, subject.
        guard fields.count > 5, let parts = fields[5].children, parts.count == 2, let algorithm = parts[0].children,
            let name = algorithm.first?.octets, parts[1].tag == 0x03, parts[1].content.first == 0
        else { return nil }
        let bits = Array(parts[1].content.dropFirst())
        if [Self.rsa, Self.rsaOAEP].contains(name) {
            guard let key = DER(bits[...])?.children, let modulus = key.first else { return nil }
            self.init(rsa: bits, modulus: modulus.content.drop { $0 == 0 }.count)
        } else if name == Self.elliptic, algorithm.count > 1 {
            self.init(curve: algorithm[1].octets, point: bits)
        } else {
            return nil
        }
    }

    /// - Parameter area: TPMT_PUBLIC of a key for decryption (TPM 2.0 library part 2 section 12.2.4)
    init?(publicArea area: [UInt8]) {
        guard let type = area.big(at: 0, count: 2), let policy = area.big(at: 8, count: 2) else { return nil }
        var offset = 10 + Int(policy)
        // A symmetric algorithm of none has neither a size nor a mode; a scheme of none has no hash.
        guard let symmetric = area.big(at: offset, count: 2) else { return nil }
        offset += symmetric == 0x10 ? 2 : 6
        guard area.big(at: offset, count: 2) == 0x10 else { return nil }
        offset += 2
        func sized(at offset: Int) -> [UInt8]? {
            guard let count = area.big(at: offset, count: 2), area.count - offset - 2 >= Int(count) else { return nil }
            return Array(area[offset + 2..<offset + 2 + Int(count)])
        }
        switch type {
        case 0x0001:
            guard let exponent = area.big(at: offset + 2, count: 4), let modulus = sized(at: offset + 6),
                !modulus.isEmpty
            else { return nil }
            let power = exponent == 0 ? 65537 : exponent
            let powerOctets = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: power >> UInt64($0)) }
            let key = DER.sequence(DER.integer(modulus) + DER.integer(powerOctets))
            self.init(rsa: key, modulus: modulus.drop { $0 == 0 }.count)
        case 0x0023:
            guard let curve = area.big(at: offset, count: 2), area.big(at: offset + 2, count: 2) == 0x10,
                let x = sized(at: offset + 4), let y = sized(at: offset + 6 + x.count)
            else { return nil }
            let curves: [UInt64: (name: [UInt8], size: Int)] = [3: (Self.p256, 32), 4: (Self.p384, 48)]
            guard let (name, size) = curves[curve], x.count <= size, y.count <= size else { return nil }
            func padded(_ number: [UInt8]) -> [UInt8] { [UInt8](repeating: 0, count: size - number.count) + number }
            self.init(curve: name, point: [4] + padded(x) + padded(y))
        default: return nil
        }
    }

    private init(rsa key: [UInt8], modulus count: Int) {
        type = "rsa\(count * 8)"
        octets = DER.sequence(DER.sequence(Self.rsa + [5, 0]) + DER.bits(key))
    }

    private init?(curve: [UInt8], point: [UInt8]) {
        let names = [Self.p256: "ecc_p256", Self.p384: "ecc_p384"]
        guard let type = names[curve] else { return nil }
        self.type = type
        octets = DER.sequence(DER.sequence(Self.elliptic + curve) + DER.bits(point))
    }
}

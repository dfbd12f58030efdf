/// The few questions that a TPM 2.0 is asked, as commands and answers (TPM 2.0 library part 3).
struct TPM2 {
    /// Sends a command and gives the answer, both with their headers.
    let exchange: ([UInt8]) -> [UInt8]?

    // MARK: questions

    /// GetCapability of the fixed properties: the list as it comes (part 3 section 30.2).
    func properties() -> [UInt8]? {
        call(0x17A, Self.words(6, 0x100, 64))
    }

    /// The content of an index of its non-volatile memory, up to 8 KiB; nil where there is none, or not for everyone.
    func content(ofIndex index: UInt32) -> [UInt8]? {
        guard let area = call(0x169, Self.words(index)), let attributes = area.big(at: 8, count: 4),
            let policy = area.big(at: 12, count: 2), let size = area.big(at: 14 + Int(policy), count: 2),
            (1...8192).contains(size)
        else { return nil }
        // TPMA_NV_AUTHREAD and OWNERREAD (part 2 section 13.4): who may read, with the empty password.
        let reader: UInt32
        if attributes & 1 << 18 != 0 {
            reader = index
        } else if attributes & 1 << 17 != 0 {
            reader = 0x4000_0001
        } else {
            return nil
        }
        var content: [UInt8] = []
        while content.count < Int(size) {
            // The least that every TPM gives at once (MAX_NV_BUFFER_SIZE) is no less.
            let count = min(512, Int(size) - content.count)
            let place = Self.halves(UInt16(clamping: count), UInt16(clamping: content.count))
            guard let part = call(0x14E, handles: [reader, index], place), let length = part.big(at: 0, count: 2),
                length > 0, let octets = Self.part(part, 2, Int(length))
            else { return nil }
            content += octets
        }
        return Array(content.prefix(Int(size)))
    }

    /// The public area of the endorsement key: of one that the maker left at its handle, or made anew from the TCG's
    /// template, which gives the same key each time (TCG EK credential profile 2.3 annex B).
    ///
    /// Elliptic keys first: making an RSA key takes some modules half a minute.
    func endorsementKey() -> [UInt8]? {
        for handle: UInt32 in [0x8101_0001, 0x8101_0002] {
            if let answer = call(0x173, Self.words(handle)), let area = Self.sized(answer, at: 0) { return area }
        }
        for template in [Self.ellipticTemplate, Self.rsaTemplate] {
            // Neither password nor data; no outside information and no registers.
            let request =
                Self.halves(4, 0, 0) + Self.halves(UInt16(clamping: template.count)) + template + Self.halves(0)
                + Self.words(0)
            guard let made = callForHandle(0x131, handles: [0x4000_000B], request) else { continue }
            _ = call(0x165, Self.words(made.handle))
            if let area = Self.sized(made.parameters, at: 0) { return area }
        }
        return nil
    }

    /// PolicySecret of the endorsement hierarchy, as the templates have it.
    private static let policy: [UInt8] = [
        0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xB3, 0xF8, 0x1A, 0x90, 0xCC, 0x8D, 0x46, 0xA5, 0xD7, 0x24, 0xFD, 0x52,
        0xD7, 0x6E, 0x06, 0x52, 0x0B, 0x64, 0xF2, 0xA1, 0xDA, 0x1B, 0x33, 0x14, 0x69, 0xAA,
    ]

    /// SHA-256 names; fixed, made in the TPM, for decryption alone, by policy; AES-128 in CFB; no scheme.
    private static func template(type: UInt16, _ rest: [UInt8]) -> [UInt8] {
        halves(type, 0x000B) + words(0x0003_00B2) + halves(32) + policy + halves(0x0006, 128, 0x0043, 0x0010) + rest
    }

    private static let rsaTemplate = template(
        type: 0x0001,
        halves(2048) + words(0) + halves(256) + [UInt8](repeating: 0, count: 256)
    )

    private static let ellipticTemplate = template(
        type: 0x0023,
        halves(0x0003, 0x0010, 32) + [UInt8](repeating: 0, count: 32) + halves(32) + [UInt8](repeating: 0, count: 32)
    )

    // MARK: commands and answers

    /// A command without sessions: its answer's parameters.
    private func call(_ code: UInt32, _ parameters: [UInt8]) -> [UInt8]? {
        let size = UInt32(clamping: 10 + parameters.count)
        return exchange(Self.halves(0x8001) + Self.words(size, code) + parameters).flatMap { Self.content(of: $0) }
    }

    /// A command that its first handle allows by the empty password.
    private func authorized(_ code: UInt32, handles: [UInt32], _ parameters: [UInt8]) -> [UInt8]? {
        let session = Self.words(0x4000_0009) + [0, 0, 0, 0, 0]
        let body =
            handles.flatMap { Self.words($0) } + Self.words(UInt32(clamping: session.count)) + session + parameters
        let size = UInt32(clamping: 10 + body.count)
        return exchange(Self.halves(0x8002) + Self.words(size, code) + body).flatMap { Self.content(of: $0) }
    }

    private func call(_ code: UInt32, handles: [UInt32], _ parameters: [UInt8]) -> [UInt8]? {
        authorized(code, handles: handles, parameters).flatMap { Self.sizedLong($0, at: 0) }
    }

    private func callForHandle(
        _ code: UInt32,
        handles: [UInt32],
        _ parameters: [UInt8]
    ) -> (handle: UInt32, parameters: [UInt8])? {
        guard let answer = authorized(code, handles: handles, parameters), let handle = answer.big(at: 0, count: 4),
            let parameters = Self.sizedLong(answer, at: 4)
        else { return nil }
        return (UInt32(truncatingIfNeeded: handle), parameters)
    }

    /// What stands behind a header that says success (part 1 section 18).
    private static func content(of answer: [UInt8]) -> [UInt8]? {
        guard let size = answer.big(at: 2, count: 4), size == answer.count, answer.big(at: 6, count: 4) == 0 else {
            return nil
        }
        return Array(answer.dropFirst(10))
    }

    private static func sized(_ octets: [UInt8], at offset: Int) -> [UInt8]? {
        octets.big(at: offset, count: 2).flatMap { part(octets, offset + 2, Int($0)) }
    }

    private static func sizedLong(_ octets: [UInt8], at offset: Int) -> [UInt8]? {
        octets.big(at: offset, count: 4).flatMap { part(octets, offset + 4, Int($0)) }
    }

    private static func part(_ octets: [UInt8], _ offset: Int, _ count: Int) -> [UInt8]? {
        guard offset >= 0, count >= 0, offset <= octets.count, octets.count - offset >= count else { return nil }
        return Array(octets[offset..<offset + count])
    }

    private static func words(_ numbers: UInt32...) -> [UInt8] {
        numbers.flatMap { number in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) } }
    }

    private static func halves(_ numbers: UInt16...) -> [UInt8] {
        numbers.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    }
}

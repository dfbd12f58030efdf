import FoundationEssentials
import Octets

/// A recording of a BMC's answers to commands, to be replayed in tests.
///
/// The file is JSON: `format`, `protocol` and `answers`, octets in hexadecimal digits.
public struct IPMIRecording: Codable, Hashable, Sendable {
    public struct Exchange: Codable, Hashable, Sendable {
        public var networkFunction: UInt8
        public var command: UInt8
        public var lun: UInt8
        public var data: String
        public var completion: UInt8
        public var answer: String

        private enum CodingKeys: String, CodingKey {
            case networkFunction = "network_function"
            case command, lun, data, completion, answer
        }

        init(_ request: IPMIRequest, _ response: IPMIResponse) {
            networkFunction = request.networkFunction
            command = request.command
            lun = request.lun
            data = Self.text(request.data)
            completion = response.completion.rawValue
            answer = Self.text(response.data)
        }

        var requestOctets: [UInt8] { Self.octets(data) ?? [] }
        var answerOctets: [UInt8] {
            get { Self.octets(answer) ?? [] }
            set { answer = Self.text(newValue) }
        }

        fileprivate static func text(_ octets: [UInt8]) -> String {
            octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }

        fileprivate static func octets(_ text: String) -> [UInt8]? {
            let digits = text.compactMap(\.hexDigitValue)
            guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
            return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        }
    }

    public private(set) var format = "rackwright BMC recording 1"
    public private(set) var `protocol` = "ipmi"
    public var answers: [Exchange] = []

    public init() {}

    public mutating func note(_ request: IPMIRequest, _ response: IPMIResponse) {
        answers.append(Exchange(request, response))
    }

    /// - Throws: `DecodingError` for what is no recording
    public init(reading octets: [UInt8]) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(octets))
    }

    /// The file.
    public var octets: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(self)).map { [UInt8]($0) } ?? []
    }

    /// The recorded answer to a command; nil where there is none.
    public func answer(to request: IPMIRequest) -> IPMIResponse? {
        let data = Exchange.text(request.data)
        let found = answers.first { exchange in
            exchange.networkFunction == request.networkFunction && exchange.command == request.command
                && exchange.lun == request.lun && exchange.data == data
        }
        guard let found, let octets = Exchange.octets(found.answer) else { return nil }
        return IPMIResponse(
            networkFunction: request.networkFunction | 1,
            command: request.command,
            completion: CompletionCode(rawValue: found.completion),
            data: octets
        )
    }

    // MARK: Disguise

    /// The same BMC as nobody's: the system's GUID, serial numbers, asset tags and what makers and owners put in besides are
    /// made up, with checksums that fit; records of the log in a maker's own form are emptied.
    public func disguised(_ random: inout some RandomNumberGenerator) -> IPMIRecording {
        var made = self
        var guids: [[UInt8]: [UInt8]] = [:]
        var inWords: Set<UInt8> = []
        var images: [UInt8: [UInt8]] = [:]
        for (index, exchange) in answers.enumerated() where exchange.completion == 0 {
            var octets = exchange.answerOctets
            let request = exchange.requestOctets
            switch (exchange.networkFunction, exchange.command) {
            case (0x06, 0x37):
                // Which octets say that it is a UUID depends on the maker's order; their high bits stay.
                let fresh =
                    guids[octets]
                    ?? octets.indices.map { place in
                        let kept: UInt8 = (6...9).contains(place) ? 0xF0 : 0
                        return octets[place] & kept | UInt8.random(in: 0...255, using: &random) & ~kept
                    }
                guids[octets] = fresh
                made.answers[index].answerOctets = fresh
            case (0x0A, 0x10):
                if let device = request.first, octets.count >= 3, octets[2] & 1 != 0 { inWords.insert(device) }
            case (0x0A, 0x11):
                guard let place = Self.place(request, inWords), octets.count > 1 else { continue }
                var image = images[place.device] ?? []
                let missing = place.offset + octets.count - 1 - image.count
                if missing > 0 { image += [UInt8](repeating: 0, count: missing) }
                for (step, octet) in octets.dropFirst().enumerated() { image[place.offset + step] = octet }
                images[place.device] = image
            case (0x0A, 0x43) where octets.count >= 18 && octets[4] >= 0xC0:
                let start = octets[4] >= 0xE0 ? 5 : 12
                for place in start..<18 { octets[place] = 0 }
                made.answers[index].answerOctets = octets
            default: break
            }
        }
        for device in images.keys.sorted() { FRUDisguise.disguise(&images[device, default: []], &random) }
        for (index, exchange) in answers.enumerated()
        where exchange.networkFunction == 0x0A && exchange.command == 0x11 && exchange.completion == 0 {
            let octets = exchange.answerOctets
            guard let place = Self.place(exchange.requestOctets, inWords), let image = images[place.device],
                octets.count > 1, place.offset + octets.count - 1 <= image.count
            else { continue }
            made.answers[index].answerOctets =
                [octets[0]] + image[place.offset..<place.offset + octets.count - 1]
        }
        return made
    }

    /// Which device's octets Read FRU Data asks for, and from where on.
    private static func place(_ request: [UInt8], _ inWords: Set<UInt8>) -> (device: UInt8, offset: Int)? {
        guard request.count >= 3 else { return nil }
        let offset = Int(request[1]) | Int(request[2]) << 8
        return (request[0], inWords.contains(request[0]) ? offset * 2 : offset)
    }
}

/// Replaces what names one unit in FRU information, in place (Platform Management FRU Information Storage Definition 1.0).
private enum FRUDisguise {
    /// Of chassis, board and product: octets before the first field, and the fields that stay.
    private static let areas: [(header: Int, head: Int, kept: [Int])] = [
        (2, 3, [0]), (3, 6, [0, 1, 3, 4]), (4, 3, [0, 1, 2, 3, 6]),
    ]

    static func disguise(_ image: inout [UInt8], _ random: inout some RandomNumberGenerator) {
        guard image.count >= FRUInformation.headerLength, image[0] & 0x0F == 1 else {
            // Of no known form: a memory module's own, say.
            for index in image.indices { image[index] = UInt8.random(in: 0...255, using: &random) }
            return
        }
        let offsets = image[1...5].map { Int($0) * 8 }
        if offsets[0] != 0 {
            let end = min(offsets.filter { $0 > offsets[0] }.min() ?? image.count, image.count)
            for index in stride(from: offsets[0] + 1, to: end, by: 1) { image[index] = 0 }
        }
        for area in areas where offsets[area.header - 1] != 0 {
            fields(&image, from: offsets[area.header - 1], area.head, area.kept, &random)
        }
        if offsets[4] != 0 { records(&image, from: offsets[4]) }
    }

    private static func fields(
        _ image: inout [UInt8],
        from start: Int,
        _ head: Int,
        _ kept: [Int],
        _ random: inout some RandomNumberGenerator
    ) {
        guard start + 2 < image.count else { return }
        let end = start + Int(image[start + 1]) * 8
        guard end <= image.count, end > start + head else { return }
        var index = start + head
        var number = 0
        while index < end - 1, image[index] != 0xC1 {
            let length = Int(image[index] & 0x3F)
            let isText = image[index] >> 6 == 3
            guard index + 1 + length <= end - 1 else { break }
            if !kept.contains(number) {
                for place in index + 1..<index + 1 + length { image[place] = other(image[place], isText, &random) }
            }
            index += 1 + length
            number += 1
        }
        image[end - 1] = 0 &- image[start..<end - 1].reduce(0, &+)
    }

    private static func other(_ octet: UInt8, _ isText: Bool, _ random: inout some RandomNumberGenerator) -> UInt8 {
        guard isText else { return UInt8.random(in: 0...255, using: &random) }
        switch octet {
        case 48...57: return UInt8.random(in: 48...57, using: &random)
        case 65...90: return UInt8.random(in: 65...90, using: &random)
        case 97...122: return UInt8.random(in: 97...122, using: &random)
        default: return octet
        }
    }

    /// Records of a maker's own are emptied; those of the standard are about watts.
    private static func records(_ image: inout [UInt8], from start: Int) {
        var index = start
        while index + 5 <= image.count {
            let (isLast, length) = (image[index + 1] & 0x80 != 0, Int(image[index + 2]))
            guard index + 5 + length <= image.count else { return }
            if image[index] >= 0xC0 {
                for place in index + 5..<index + 5 + length { image[place] = 0 }
                image[index + 3] = 0
                image[index + 4] = 0 &- image[index..<index + 4].reduce(0, &+)
            }
            index += 5 + length
            if isLast { return }
        }
    }
}

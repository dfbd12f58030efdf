public import ArgumentParser

/// A span of time as an operator writes it: `90s`, `15m`, `1h30m`, `2d`; a number alone is seconds.
public struct Patience: Hashable, Sendable, CustomStringConvertible {
    public var seconds: Double

    public init(seconds: Double) {
        self.seconds = seconds
    }

    public init?(_ text: String) {
        var total = 0
        var digits = ""
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
            guard let unit = units[character], let number = Int(digits), number <= 100_000 else { return nil }
            total += number * unit
            digits = ""
        }
        if !digits.isEmpty {
            guard total == 0, let number = Int(digits), number <= 10_000_000 else { return nil }
            total = number
        }
        guard total > 0 else { return nil }
        seconds = Double(total)
    }

    public var description: String { Appearance.span(seconds) }
}

extension Patience: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

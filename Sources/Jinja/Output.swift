/// What a template has written, as UTF-8.
struct Output {
    private var octets: [UInt8] = []
    /// Where what is being written starts; what stands before it waits for that to end.
    private var start = 0

    var count: Int { octets.count - start }

    var text: String {
        start == 0 ? String(decoding: octets, as: UTF8.self) : String(decoding: octets[start...], as: UTF8.self)
    }

    mutating func append(_ more: Span<UInt8>) {
        unsafe more.withUnsafeBufferPointer { unsafe octets.append(contentsOf: $0) }
    }

    /// Makes room for what is known to come.
    mutating func reserve(_ count: Int) {
        octets.reserveCapacity(count)
    }

    /// Appends a number's digits; gives how many octets that made.
    mutating func append(_ number: Int) -> Int {
        if (0...9).contains(number) {
            octets.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number))
            return 1
        }
        if number < 0 { octets.append(UInt8(ascii: "-")) }
        let first = octets.count
        var rest = number.magnitude
        repeat {
            let (more, digit) = rest.quotientAndRemainder(dividingBy: 10)
            octets.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
            rest = more
        } while rest > 0
        var (left, right) = (first, octets.count - 1)
        while left < right {
            octets.swapAt(left, right)
            left += 1
            right -= 1
        }
        return octets.count - first + (number < 0 ? 1 : 0)
    }

    /// Starts an output of its own behind what is there; gives where that one started.
    mutating func keepApart() -> Int {
        let outer = start
        start = octets.count
        return outer
    }

    /// Drops what was written apart and goes on with what stood before it.
    mutating func goOn(from outer: Int) {
        octets.removeLast(octets.count - start)
        start = outer
    }
}

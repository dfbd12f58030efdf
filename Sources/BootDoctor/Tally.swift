/// How often something was seen, and when.
struct Tally: Hashable, Sendable {
    private(set) var count = 0
    private(set) var first: Double = 0
    private(set) var last: Double = 0

    init() {}

    init(at instant: Double) {
        add(at: instant)
    }

    mutating func add(at instant: Double) {
        if count == 0 { first = instant }
        last = instant
        count += 1
    }
}

/// The same things before and after: found by the surest of their marks first.
struct Pairing<Part> {
    var pairs: [(before: Part, after: Part)] = []
    /// What is there no longer.
    var gone: [Part] = []
    /// What was not there before.
    var new: [Part] = []

    /// - Parameters:
    ///   - marks: what a thing is known by, the surest first; a mark that a thing does not have is nil. Of several with one
    ///     mark, the first goes with the first.
    ///   - isOther: says of two with the same mark that they are not the same all the same
    init(
        _ before: [Part],
        _ after: [Part],
        by marks: [(Part) -> String?],
        unless isOther: (Part, Part) -> Bool = { _, _ in false }
    ) {
        var (before, after) = (before, after)
        for mark in marks {
            var waiting: [String: [Int]] = [:]
            for (index, part) in after.enumerated() {
                if let name = mark(part) { waiting[name, default: []].append(index) }
            }
            var taken: Set<Int> = []
            var left: [Part] = []
            for part in before {
                if let name = mark(part),
                    let index = waiting[name]?.first(where: { !taken.contains($0) && !isOther(part, after[$0]) })
                {
                    taken.insert(index)
                    pairs.append((part, after[index]))
                } else {
                    left.append(part)
                }
            }
            before = left
            after = after.enumerated().filter { !taken.contains($0.offset) }.map(\.element)
        }
        gone = before
        new = after
    }
}

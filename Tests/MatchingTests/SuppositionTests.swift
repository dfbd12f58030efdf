import Inventory
import Matching
import Testing

@Suite struct SuppositionTests {
    private let present = [candidate("n1", rack: "r1", incumbent: "db"), candidate("n2", nil, rack: "r2")]

    private func problems(_ supposition: Supposition, limit: Int = 10) -> [String] {
        do throws(SuppositionProblems) {
            _ = try supposition.candidates(from: present, limit: limit)
            return []
        } catch {
            return error.problems
        }
    }

    @Test func nothingSupposedIsWhatThereIs() throws {
        #expect(try Supposition().candidates(from: present) == present)
    }

    @Test func aNodeWithTheNameOfOneThatIsThereChangesIt() throws {
        let supposed = Supposition(nodes: [.init(Candidate(id: "", name: "n2", inventory: machine(threads: 64)))])
        let found = try supposed.candidates(from: present)
        #expect(found.map(\.id) == ["id-n1", "id-n2"])
        #expect(found[1].inventory?.cpu.threads == 64)
        #expect(found[1].rack == "r2", "what is not said stays")
    }

    @Test func manyOfOneKindGetNumbers() throws {
        let supposed = Supposition(nodes: [.init(candidate("new", rack: "r3"), count: 3)], without: ["n1"])
        let found = try supposed.candidates(from: present)
        #expect(found.map(\.name) == ["n2", "new-1", "new-2", "new-3"])
        #expect(Set(found.map(\.id)).count == 4)
        #expect(found.suffix(3).allSatisfy { $0.rack == "r3" && $0.incumbent == nil })
    }

    @Test func aWholeFleetTakesThePlaceOfTheOneThatIsThere() throws {
        let supposed = Supposition(nodes: [.init(candidate("n1"))], isWholeFleet: true)
        let found = try supposed.candidates(from: present)
        #expect(found.map(\.name) == ["n1"])
        #expect(found[0].incumbent == nil, "it is another node")
    }

    @Test func everythingThatMakesNoSenseIsSaidAtOnce() {
        let supposed = Supposition(
            nodes: [
                .init(candidate("a")), .init(candidate("a")), .init(candidate("b"), count: 0),
                .init(candidate("c"), count: 9), .init(candidate("d"), count: .max), .init(candidate("e"), count: .min),
            ],
            without: ["n1", "n3"]
        )
        #expect(
            problems(supposed) == [
                "there is no node 'n3' to leave out", "the node 'a' is supposed twice",
                "0 nodes like 'b' cannot be supposed: 1 to 10 in all can",
                "9 nodes like 'c' cannot be supposed: 1 to 10 in all can",
                "\(Int.max) nodes like 'd' cannot be supposed: 1 to 10 in all can",
                "\(Int.min) nodes like 'e' cannot be supposed: 1 to 10 in all can",
            ]
        )
    }
}

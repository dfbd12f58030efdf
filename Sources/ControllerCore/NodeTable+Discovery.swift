import BMC

extension NodeTable {
    /// Each row with the discovered machine that it means, by name or MAC; a BMC address that is left out is what that
    /// machine told of itself.
    ///
    /// - Throws: all rows whose BMC nobody knows.
    func rows(among found: [NodeRecord]) throws(ControllerProblem) -> [(row: Row, known: NodeRecord?)] {
        var problems: [String] = []
        let matched = rows.map { row -> (row: Row, known: NodeRecord?) in
            let known = found.first { $0.name == row.name || !Set($0.macs).isDisjoint(with: row.macs) }
            guard row.address.isEmpty, row.way != .manual else { return (row, known) }
            var row = row
            row.address = known?.bmc.address ?? ""
            if row.address.isEmpty {
                let reason =
                    known.map { "\($0.name) was discovered and found no BMC" }
                    ?? "no machine of this name or MAC was discovered"
                problems.append("\(file):\(row.line): 'bmc_address' is empty, and \(reason)")
            }
            return (row, known)
        }
        var places: [String: Int] = [:]
        for (row, _) in matched where !row.address.isEmpty && row.way?.hasBMC ?? true {
            let place = row.address + " " + (row.port.map(String.init) ?? "")
            if let other = places.updateValue(row.line, forKey: place) {
                problems.append("\(file):\(row.line): the BMC \(row.address) is also on line \(other)")
            }
        }
        guard problems.isEmpty else { throw ControllerProblem(problems) }
        return matched
    }
}

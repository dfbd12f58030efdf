extension JSON {
    /// A number; some BMCs write numbers as text. Nil for what is none, or is not finite.
    public var number: Double? {
        let value: Double? =
            switch self {
            case .integer(let value): Double(value)
            case .number(let value): value
            case .string(let text): Double(text)
            case .null, .bool, .array, .object: nil
            }
        return value.flatMap { $0.isFinite ? $0 : nil }
    }

    /// True or false; some BMCs write it as text.
    public var truth: Bool? {
        switch self {
        case .bool(let value): value
        case .string(let text): ["true": true, "false": false][text.lowercased()]
        case .null, .integer, .number, .array, .object: nil
        }
    }

    /// `Status.State` of a thing that is not there, or not in use.
    var absence: String? {
        let state = self["Status"]["State"].string
        return ["Absent", "Disabled", "UnavailableOffline", "StandbyOffline"].contains(state) ? state : nil
    }
}

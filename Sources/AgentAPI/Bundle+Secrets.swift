import Jinja
import OrderedCollections

extension Bundle {
    /// Gives a service's secret parameter its value, and keeps the value out of output, events and logs.
    public mutating func insert(secret value: String, for parameter: String, of service: String) {
        var all = variables.asDict ?? [:]
        var services = all["services"]?.asDict ?? [:]
        var own = services[service]?.asDict ?? [:]
        own[parameter] = .string(value)
        services[service] = .dict(own)
        all["services"] = .dict(services)
        variables = .dict(all)
        hide(value)
    }

    /// Keeps a value out of output, events and logs, and tells it to nothing.
    ///
    /// Of a value with several lines each line of eight characters or more is kept out on its own as well.
    public mutating func hide(_ value: String) {
        let lines = value.split { $0.isNewline }.filter { $0.count >= 8 }.map(String.init)
        for text in [value] + lines where !text.isEmpty && !secrets.contains(text) { secrets.append(text) }
    }
}

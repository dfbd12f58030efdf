import AgentAPI
import Catalog
import Jinja

/// What must hold on a node when the tasks of a runbook are done there.
enum RunbookHealth {
    /// The runbook's own checks, then those of the services that the node is made of, where the runbook asks for them.
    static func steps(_ runbook: Runbook, _ content: NodeContent, _ catalog: Catalog) -> [BundleStep] {
        var steps: [BundleStep] = []
        func add(_ checks: [HealthCheck], of service: String) {
            guard !checks.isEmpty else { return }
            steps.append(BundleStep(number: Runbook.steps.upperBound, service: service, work: .health(checks)))
        }
        add(runbook.health, of: runbook.name)
        guard runbook.checksServices else { return steps }
        for service in content.services { add(checks(of: service, catalog), of: service.name) }
        return steps
    }

    /// Those of its containers that stay up, as they were started, and its own.
    private static func checks(of service: ServiceContent, _ catalog: Catalog) -> [HealthCheck] {
        service.containers.filter(\.detach).compactMap(\.healthcheck) + (catalog.services[service.name]?.health ?? [])
    }

    /// Which services' checks name secrets of theirs: a runbook is told its own alone.
    static func needsSecrets(_ contents: [NodeContent], _ runbook: Runbook, _ catalog: Catalog) -> [String] {
        var problems: [String] = []
        for service in contents.flatMap(\.services) {
            let used = Set(checks(of: service, catalog).flatMap(\.names))
            for secret in (service.secrets ?? [:]).keys.sorted() where used.contains(secret) {
                let problem =
                    "a health check of service '\(service.name)' uses its secret '\(secret)', which runbook "
                    + "'\(runbook.name)' is not told: write a check without it, or leave out check_services"
                if !problems.contains(problem) { problems.append(problem) }
            }
        }
        return problems
    }
}

extension HealthCheck {
    /// Names that its templates use.
    fileprivate var names: [String] {
        let texts: [String]
        switch probe {
        case .http(let url, let contains): texts = [url, contains ?? ""]
        case .command(let words): texts = words
        case .tcp(let host, _): texts = [host]
        }
        return texts.flatMap { (try? Template($0).references) ?? [] }.compactMap(\.path.first)
    }
}

import AgentAPI
import Jinja

extension BundleRun {
    /// Starts the containers of a step, those that are not already as they should be.
    func start(_ definitions: [ContainerDefinition], _ unit: String) throws {
        for (index, definition) in definitions.enumerated() {
            try context.checkpoint()
            let definition = try rendered("container \(definition.name)") {
                try definition.rendered(context.variables)
            }
            let unit = "\(unit)/\(index)"
            try context.once(unit, subject: "container \(definition.name)") { interrupted in
                var seen = try visibleFiles(definition)
                // A command runs again where its container is another one, and so does what is in a pod.
                if let name = definition.target ?? definition.pod, let other = try containers.record(of: name) {
                    seen.append((name, Array(other.hash.utf8)))
                }
                let record = ContainerRecord(
                    definition: definition,
                    service: context.service,
                    hash: try Containers.hash(definition, seeing: seen)
                )
                if try containers.isCurrent(record) { return UnitResult(state: interrupted ? .changed : .unchanged) }
                if !definition.image.isEmpty {
                    try containers.pull(definition.image, until: context.stopFlag) {
                        context.event("container \(definition.name)", .waiting, $0)
                    }
                }
                try context.checkpoint()
                // Before it is noted: a rollback removes what is noted as new.
                try containers.refuseForeign(definition)
                try savePrevious(definition.name)
                let output = try containers.start(record)
                return UnitResult(state: .changed, value: ["stdout": .string(output)])
            }
            if let check = definition.healthcheck { try self.check(check, unit: "\(unit)/health") }
        }
    }

    /// Removes the containers that were started for the service before and are not among `names`.
    func removeContainers(keeping names: [String], _ unit: String) throws {
        let kept = try rendered("containers to keep") { try names.map { try Rendering.text($0, context.variables) } }
        let records = try StepFailure.naming("containers on the node") { try containers.records() }
        for record in records where record.service == context.service {
            let name = record.definition.name
            guard !kept.contains(name) else { continue }
            try context.checkpoint()
            try context.once("\(unit)/\(name)", subject: "container \(name)") { _ in
                try savePrevious(name)
                try containers.remove(name)
                return UnitResult(state: .changed, message: "removed")
            }
        }
    }

    /// Notes what ran before, once in a bundle.
    private func savePrevious(_ name: String) throws {
        for case .savedContainer(name, _) in context.journal.entries { return }
        try context.journal.append(.savedContainer(name: name, previous: containers.record(of: name)))
    }

    /// The service's config files that the container sees, so that it starts anew when one has changed.
    private func visibleFiles(_ definition: ContainerDefinition) throws -> [(path: String, octets: [UInt8])] {
        let places = definition.volumes.compactMap { volume in
            volume.split(separator: ":").first.map { withoutTrailingSlashes(String($0)) }
        }
        var seen: [(path: String, octets: [UInt8])] = []
        for step in context.bundle.steps where step.service == context.service {
            guard case .files(let configs) = step.work else { continue }
            for config in configs {
                let path = try Rendering.text(config.path, context.variables)
                guard places.contains(where: { path == $0 || path.hasPrefix($0 == "/" ? "/" : $0 + "/") }),
                    try context.files.status(path, followingLinks: true)?.kind == .file
                else { continue }
                seen.append((path, try context.files.read(path)))
            }
        }
        return seen.sorted { $0.path < $1.path }
    }
}

import BMC
import Redfish

/// The firmware of a machine and its parts.
extension RedfishDriver {
    func firmware() async throws -> [BMCFirmware] {
        let operation = "reading the firmware"
        let service = try await updateService(operation)
        guard let path = service.inventory else {
            throw client.error(.refused, operation, "\(service.path) keeps no inventory")
        }
        var missing: [String] = []
        let found = try await members(of: path, operation, &missing)
        return found.compactMap { FirmwareComponent($0, path: path) }.filter { $0.state != "Absent" }.map { component in
            BMCFirmware(
                id: component.id,
                name: component.name,
                version: component.version,
                isUpdateable: component.isUpdateable,
                isInstalled: component.isInstalled,
                releaseDate: component.releaseDate
            )
        }
    }

    func startUpdate(
        _ source: BMCFirmwareSource,
        targets: [String],
        progress: @escaping @Sendable (_ sent: Int64, _ total: Int64) -> Void
    ) async throws -> BMCTask {
        let operation = "updating the firmware"
        let service = try await updateService(operation)
        let targets = try await paths(of: targets, service, operation)
        let answer: RedfishClient.Answer
        var place = service.path
        switch source {
        case .address(let uri):
            let request = try offered(operation) { () throws(RedfishError) in
                try service.fetchRequest(uri, targets: targets)
            }
            place = request.path
            answer = try await authorized("POST", request.path, body: request.body, operation: operation) { $0 }
        case .file(let path):
            if let multipart = service.multipartPush {
                place = multipart
                answer = try await client.push(
                    file: path,
                    to: place,
                    parameters: service.pushParameters(targets: targets),
                    operation,
                    progress: progress
                )
            } else if let push = service.push {
                place = push
                answer = try await client.push(file: path, to: place, operation, progress: progress)
            } else {
                throw client.error(.refused, operation, "\(service.path) takes no files; it may fetch one by address")
            }
        }
        guard answer.isSuccess else { throw failure(answer, operation, at: place) }
        let location = answer.location
        guard let reference = TaskReference(status: answer.status, location: location, body: answer.json) else {
            let said = answer.json["@Message.ExtendedInfo"].array?.compactMap { $0["Message"].string } ?? []
            return BMCTask(
                state: BMCTaskState(phase: .done, messages: said + ["the BMC took it and names no task to follow"])
            )
        }
        return BMCTask(reference, BMCTaskState(phase: .running))
    }

    /// What is meant by ids of the inventory; a path of the service is one already.
    private func paths(of targets: [String], _ service: UpdateService, _ operation: String) async throws -> [String] {
        guard targets.contains(where: { !$0.hasPrefix("/") }) else { return targets }
        var missing: [String] = []
        let found =
            if let path = service.inventory {
                try await members(of: path, operation, &missing).compactMap { FirmwareComponent($0, path: path) }
            } else {
                [FirmwareComponent]()
            }
        return try targets.map { target in
            if target.hasPrefix("/") { return target }
            guard let component = found.first(where: { $0.id == target }) else {
                throw client.error(.refused, operation, "there is no firmware with the id \(target)")
            }
            return component.path
        }
    }

    private func updateService(_ operation: String) async throws -> UpdateService {
        guard let path = root.updateService else {
            throw client.error(.refused, operation, "the service root names no update service")
        }
        return UpdateService(try await get(path, operation).json, path: path)
    }
}

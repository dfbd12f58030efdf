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
        progress: @escaping @Sendable (_ sent: Int64, _ total: Int64) -> Void
    ) async throws -> BMCTask {
        let operation = "updating the firmware"
        let service = try await updateService(operation)
        let answer: RedfishClient.Answer
        switch source {
        case .address(let uri):
            let request = try offered(operation) { () throws(RedfishError) in try service.fetchRequest(uri) }
            answer = try await authorized("POST", request.path, body: request.body, operation: operation) { $0 }
        case .file(let path):
            if let place = service.multipartPush {
                answer = try await client.push(
                    file: path,
                    to: place,
                    parameters: service.pushParameters(),
                    operation,
                    progress: progress
                )
            } else if let place = service.push {
                answer = try await client.push(file: path, to: place, operation, progress: progress)
            } else {
                throw client.error(.refused, operation, "\(service.path) takes no files; it may fetch one by address")
            }
        }
        guard answer.isSuccess else { throw failure(answer, operation, at: service.path) }
        let location = answer.location
        guard let reference = TaskReference(status: answer.status, location: location, body: answer.json) else {
            let said = answer.json["@Message.ExtendedInfo"].array?.compactMap { $0["Message"].string } ?? []
            return BMCTask(
                state: BMCTaskState(phase: .done, messages: said + ["the BMC took it and names no task to follow"])
            )
        }
        return BMCTask(reference, BMCTaskState(phase: .running))
    }

    private func updateService(_ operation: String) async throws -> UpdateService {
        guard let path = root.updateService else {
            throw client.error(.refused, operation, "the service root names no update service")
        }
        return UpdateService(try await get(path, operation).json, path: path)
    }
}

import FoundationEssentials

/// Updates of firmware, as tasks.
extension RedfishBMC {
    func simpleUpdate(_ body: [UInt8]) async throws(RedfishProblem) -> Answer {
        let action = "UpdateService.SimpleUpdate"
        let members = try Self.members(body)
        guard let image = members["ImageURI"]?.text, !image.isEmpty else {
            throw RedfishProblem(.parameterMissing("ImageURI", of: action))
        }
        if let name = members["TransferProtocol"]?.text, !["HTTP", "HTTPS"].contains(name) {
            throw RedfishProblem(.parameterNotInList(name, "TransferProtocol", of: action))
        }
        let file = "\(folder)/update-\(state.nextNumber()).bin"
        defer { try? FileManager.default.removeItem(atPath: file) }
        do {
            try await network.fetch(image, to: file)
            let octets = try [UInt8](Data(contentsOf: URL(filePath: file)))
            return begin(FirmwareImage.outcome(octets))
        } catch {
            throw RedfishProblem(.unreachable(image))
        }
    }

    func pushUpdate(_ request: Request) throws(RedfishProblem) -> Answer {
        guard let parts = MultipartBody(contentType: request.contentType ?? "", request.body),
            let parameters = parts["UpdateParameters"], let file = parts["UpdateFile"],
            JSON(octets: parameters)?.object != nil
        else { throw RedfishProblem(.badPart) }
        return begin(FirmwareImage.outcome(file))
    }

    private func begin(_ outcome: UpdateTask.Outcome) -> Answer {
        let id = state.nextNumber()
        state.tasks[id] = UpdateTask(outcome: outcome, start: Date(), duration: updateDuration)
        Task {
            try? await Task.sleep(for: .seconds(updateDuration))
            settleTasks()
        }
        // Without the task as a body: there are clients that would then ask the task, not its monitor, whether it is over.
        return Answer(status: 202, headers: ["Location": "\(RedfishPath.taskMonitors)/\(id)"])
    }

    /// Does what tasks whose time is over were for.
    func settleTasks() {
        let now = Date()
        for (id, task) in state.tasks.sorted(by: { $0.key < $1.key }) where task.isDue(now) {
            state.tasks[id]?.isSettled = true
            switch task.outcome {
            case .updates(let firmware, let version):
                state.versions[firmware] = version
                note(.updated(firmware, version))
            case .fails(let reason): note(.updateFailed(reason))
            }
        }
    }

    /// A task's monitor: 202 until its end, then what the request would have been answered (DSP0266 section 12.2).
    func monitor(_ id: String, _ faults: [BMCFault]) async throws(RedfishProblem) -> Answer {
        guard let number = Int(id), let task = state.tasks[number] else {
            throw RedfishProblem(.nothing(at: "\(RedfishPath.taskMonitors)/\(id)"))
        }
        var answer = await show("\(RedfishPath.tasks)/\(number)", status: task.isSettled ? 200 : 202, faults)
        if !task.isSettled {
            answer.headers["Location"] = "\(RedfishPath.taskMonitors)/\(number)"
        } else if case .fails = task.outcome {
            throw RedfishProblem(.parameterWrong("ImageURI", of: "UpdateService.SimpleUpdate"))
        }
        return answer
    }

    func cancelTask(_ id: String, _ path: String) throws(RedfishProblem) -> Answer {
        guard let number = Int(id), state.tasks[number] != nil else { throw RedfishProblem(.nothing(at: path)) }
        if state.tasks[number]?.isSettled == false {
            state.tasks[number]?.isSettled = true
            state.tasks[number]?.isCancelled = true
        }
        return .done
    }

    func removeTask(_ id: String, _ path: String) throws(RedfishProblem) -> Answer {
        guard let number = Int(id), state.tasks.removeValue(forKey: number) != nil else {
            throw RedfishProblem(.nothing(at: path))
        }
        return .done
    }
}

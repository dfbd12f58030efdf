import FoundationEssentials

/// The virtual drive: what is inserted is fetched whole, then given to the machine.
extension RedfishBMC {
    func insertMedium(_ members: [String: JSON]) async throws(RedfishProblem) -> Answer {
        let action = "VirtualMedia.InsertMedia"
        guard let image = members["Image"]?.text, !image.isEmpty else {
            throw RedfishProblem(.parameterMissing("Image", of: action))
        }
        guard ["http://", "https://"].contains(where: { image.lowercased().hasPrefix($0) }) else {
            throw RedfishProblem(.parameterNotInList(image, "Image", of: action))
        }
        if members["Inserted"]?.bool == false {
            throw RedfishProblem(.parameterNotInList("false", "Inserted", of: action))
        }
        // A drive that could be written to would change a copy that nobody sees again.
        if members["WriteProtected"]?.bool == false {
            throw RedfishProblem(.parameterNotInList("false", "WriteProtected", of: action))
        }
        guard state.medium == nil, !isInserting else { throw RedfishProblem(.inUse) }
        isInserting = true
        defer { isInserting = false }
        let file = "\(folder)/medium-\(state.nextNumber()).iso"
        do {
            try await network.fetch(image, to: file)
        } catch {
            try? FileManager.default.removeItem(atPath: file)
            throw RedfishProblem(.unreachable(image))
        }
        do {
            try await machine.setMedium(file)
        } catch {
            try? FileManager.default.removeItem(atPath: file)
            throw RedfishProblem(.failed)
        }
        state.medium = RedfishState.Medium(image: image, isWriteProtected: true)
        note(.mediumInserted(image))
        return .done
    }

    /// An empty drive is ejected as well: that is no error to clients that make sure.
    func ejectMedium() async throws(RedfishProblem) -> Answer {
        let file = await machine.firmware.medium
        do { try await machine.setMedium(nil) } catch { throw RedfishProblem(.failed) }
        if let file { try? FileManager.default.removeItem(atPath: file) }
        if state.medium != nil {
            state.medium = nil
            note(.mediumEjected)
        }
        return .done
    }

    /// The older way, by properties in place of actions.
    func changeMedium(_ members: [String: JSON]) async throws(RedfishProblem) -> Answer {
        let known: Set = ["Image", "Inserted", "WriteProtected", "TransferMethod", "TransferProtocolType"]
        for name in members.keys.sorted() where !known.contains(name) { throw RedfishProblem(.notWritable(name)) }
        if members["Image"] == .null || members["Image"]?.text == "" || members["Inserted"]?.bool == false {
            return try await ejectMedium()
        }
        return try await insertMedium(members)
    }
}

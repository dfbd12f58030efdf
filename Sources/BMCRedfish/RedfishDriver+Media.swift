import BMC
import Redfish

/// The CD drive that a BMC shows to its machine.
extension RedfishDriver {
    func media() async throws -> BMCMedia {
        let operation = "reading the virtual media"
        let held = try await slots(operation).first { $0.takesCD && $0.isInserted }
        let slot = if let held { held } else { try await slot(operation) }
        return BMCMedia(slot: slot.id, image: slot.isInserted ? slot.image ?? "?" : nil)
    }

    func insertMedia(_ uri: String) async throws -> BMCMedia {
        let operation = "inserting virtual media"
        if let objection = VirtualMediaSlot.objection(to: uri) { throw client.error(.refused, operation, objection) }
        let strategy = try await chosenStrategy(operation).strategy
        var slot = try await slot(operation, holding: uri)
        if slot.isInserted, slot.image == uri { return BMCMedia(slot: slot.id, image: uri) }
        if slot.isInserted { slot = try await emptied(slot, strategy, operation) }
        var refusal: BMCError?
        for request in slot.insertRequests(uri, strategy: strategy) {
            switch try await attempt(request.method, request.path, request.body, strategy, operation) {
            case .refused(let error): refusal = refusal ?? error
            case .accepted(let answer):
                try await settle(answer, operation, at: request.path, within: .seconds(60))
                let found = try await observed(slot, strategy, operation) { $0.isInserted }
                guard let found else {
                    refusal =
                        refusal
                        ?? client.error(.refused, operation, "\(request.path) was taken and nothing is inserted")
                    continue
                }
                var remarks = [VirtualMediaSlot.remark(on: uri)].compactMap(\.self)
                // Some show their own name of it, or none.
                if let image = found.image, image != uri { remarks.append("the BMC calls it \(image)") }
                return BMCMedia(slot: found.id, image: found.image ?? uri, remarks: remarks)
            }
        }
        throw refusal ?? client.error(.refused, operation, "\(slot.path) offers no way to insert")
    }

    func ejectMedia() async throws -> BMCMedia {
        let operation = "ejecting virtual media"
        let strategy = try await chosenStrategy(operation).strategy
        let held = try await slots(operation).filter { $0.takesCD && $0.isInserted }
        guard !held.isEmpty else { return BMCMedia(slot: try await slot(operation).id, image: nil) }
        var last = held[0]
        for slot in held { last = try await emptied(slot, strategy, operation) }
        return BMCMedia(slot: last.id, image: nil)
    }

    private func emptied(
        _ slot: VirtualMediaSlot,
        _ strategy: VendorStrategy,
        _ operation: String
    ) async throws -> VirtualMediaSlot {
        var refusal: BMCError?
        for request in slot.ejectRequests {
            switch try await attempt(request.method, request.path, request.body, strategy, operation) {
            case .refused(let error): refusal = refusal ?? error
            case .accepted(let answer):
                try await settle(answer, operation, at: request.path, within: .seconds(60))
                if let found = try await observed(slot, strategy, operation, { !$0.isInserted }) { return found }
            }
        }
        throw refusal ?? client.error(.refused, operation, "\(slot.path) still holds \(slot.image ?? "an image")")
    }

    /// The slot once it is as wished; nil when it does not get so.
    private func observed(
        _ slot: VirtualMediaSlot,
        _ strategy: VendorStrategy,
        _ operation: String,
        _ isThere: (VirtualMediaSlot) -> Bool
    ) async throws -> VirtualMediaSlot? {
        for look in 0..<max(3, strategy.looks) {
            if look > 0 { try await pause(.seconds(1)) }
            let found = VirtualMediaSlot(try await get(slot.path, operation).json, path: slot.path)
            if isThere(found) { return found }
        }
        return nil
    }

    private func slot(_ operation: String, holding image: String? = nil) async throws -> VirtualMediaSlot {
        guard let slot = VirtualMediaSlot.choose(from: try await slots(operation), holding: image) else {
            throw client.error(.refused, operation, "neither the system nor its manager has a virtual CD drive")
        }
        return slot
    }

    /// The system's slots; its managers' where it has none, which is where older services have them.
    private func slots(_ operation: String) async throws -> [VirtualMediaSlot] {
        let system = try await system(operation).0
        var collections = [system.virtualMedia].compactMap(\.self)
        if collections.isEmpty {
            for path in system.managers.prefix(2) {
                let answer = try await authorized("GET", path, operation: operation) { $0 }
                collections += [answer.json["VirtualMedia"].link].compactMap(\.self)
            }
        }
        var slots: [VirtualMediaSlot] = []
        var missing: [String] = []
        for path in collections {
            slots += try await members(of: path, operation, &missing).map { VirtualMediaSlot($0, path: path) }
        }
        return slots
    }
}

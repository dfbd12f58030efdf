import BMC
import Redfish

extension RedfishDriver {
    /// Reads on from what was walked, the nearest first, and makes a recording of all of it that tells nobody whose it is.
    func recording(limit: Int) async throws -> [UInt8] {
        var queue = [RedfishWalk.plain(ServiceRoot.path)]
        var seen = Set(queue)
        var position = 0
        let end = ContinuousClock.now + .seconds(600)
        while position < queue.count {
            let path = queue[position]
            position += 1
            if client.walked?.knows(path) == false {
                guard (client.walked?.documents.count ?? limit) < limit, ContinuousClock.now < end else { continue }
                try Task.checkCancellation()
                _ = try? await client.exchange("GET", path, "recording")
            }
            guard let document = client.walked?.documents[path] else { continue }
            for link in RedfishRecording.links(in: document).map(RedfishWalk.plain)
            where RedfishRecording.isRecorded(link) && seen.insert(link).inserted { queue.append(link) }
        }
        let walked = client.walked ?? RedfishWalk()
        var recording = RedfishRecording()
        recording.documents = walked.documents
        recording.refusals = walked.refusals
        var random = SystemRandomNumberGenerator()
        return recording.disguised(alsoUsers: [client.endpoint.username], &random).octets
    }
}

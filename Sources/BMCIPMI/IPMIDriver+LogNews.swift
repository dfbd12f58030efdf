import BMC
import IPMI

/// The system event log read again and again: one command where nothing is new.
extension IPMIDriver {
    func logNews(since mark: BMCLogMark?, limit: Int) async throws -> BMCLogNews {
        let operation = "reading what is new in the event log"
        let info = try read(try await command(.selInfo, operation), operation, SELInfo.init)
        let (added, erased) = (info.addedAt.instant, info.erasedAt.instant)
        if let mark, mark.count == info.count, mark.time == added, mark.erasedAt == erased {
            return BMCLogNews(events: [], mark: mark)
        }
        // A log that is full goes round: how many came since is not to be seen from its length.
        let log = try await eventLog(limit: mark == nil ? 1 : max(1, limit) + 1)
        let new = BMCLogMark(
            place: "SEL",
            count: info.count,
            newest: log.events.last?.id ?? "",
            time: added,
            erasedAt: erased
        )
        guard let mark else { return BMCLogNews(events: [], mark: new) }
        let isRestarted = mark.erasedAt != erased || info.count < mark.count
        guard !isRestarted, let last = log.events.lastIndex(where: { $0.id == mark.newest }) else {
            // After a mark of an empty log all are new.
            let fresh = Array(log.events.suffix(max(1, limit)))
            return BMCLogNews(
                events: fresh,
                omitted: max(0, isRestarted || mark.count == 0 ? info.count - fresh.count : 0),
                mark: new,
                wasRestarted: isRestarted && mark.count > 0
            )
        }
        return BMCLogNews(events: Array(log.events[(last + 1)...]), mark: new)
    }
}

import FoundationEssentials
import HTTPTypes

extension RedfishBMC {
    /// The service as a server asks it.
    nonisolated var handler: LocalServer.Handler {
        { [self] head, body in
            let target = (head.path ?? "/").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            var request = Request(method: head.method.rawValue, path: target.first.map(String.init) ?? "/", body: body)
            request.query = target.count == 2 ? String(target[1]) : ""
            request.authorization = head.headerFields[.authorization]
            request.ifMatch = head.headerFields[.ifMatch]
            request.ifNoneMatch = head.headerFields[.ifNoneMatch]
            request.contentType = head.headerFields[.contentType]
            request.token = HTTPField.Name("X-Auth-Token").flatMap { head.headerFields[$0] }
            let answer = await answer(request)
            var result = LocalServer.Answer(status: answer.status, headers: answer.headers)
            result.headers["OData-Version"] = "4.0"
            result.headers["Cache-Control"] = "no-cache"
            result.isLost = answer.isLost
            switch answer.content {
            case nil: break
            case .json(let document):
                result.headers["Content-Type"] = "application/json"
                result.body = (try? document.octets()) ?? []
            case .xml(let text):
                result.headers["Content-Type"] = "application/xml"
                result.body = Array(text.utf8)
            }
            return result
        }
    }
}

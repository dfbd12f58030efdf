extension RedfishBMC {
    struct Request: Sendable {
        var method: String
        /// Without what follows a question mark.
        var path: String
        /// What follows the question mark, as it came.
        var query = ""
        var authorization: String?
        var token: String?
        var ifMatch: String?
        var ifNoneMatch: String?
        var contentType: String?
        var body: [UInt8] = []
    }

    struct Answer: Sendable {
        enum Content: Hashable, Sendable {
            case json(JSON)
            case xml(String)
        }

        var status: Int
        var headers: [String: String] = [:]
        var content: Content?
        /// The connection ends before the answer has come.
        var isLost = false

        init(status: Int, headers: [String: String] = [:], body: JSON? = nil) {
            self.status = status
            self.headers = headers
            content = body.map { .json($0) }
        }

        var body: JSON? {
            get { if case .json(let document) = content { document } else { nil } }
            set { content = newValue.map { .json($0) } }
        }

        static let done = Answer(status: 204)
    }
}

/// What a service says went wrong: the messages of its extended information (DSP0266 section 8.6).
public struct ServiceProblem: Hashable, Sendable {
    public struct Message: Hashable, Sendable {
        /// "Base.1.8.PropertyValueNotInList", or nil.
        public var id: String?
        public var text: String?
        public var severity: String?
        public var resolution: String?
        /// What it names: its arguments and the properties that it is about.
        var related: [String]

        init(_ json: JSON) {
            id = json["MessageId"].string ?? json["MessageID"].string
            text = json["Message"].string
            severity = json["MessageSeverity"].string ?? json["Severity"].string
            resolution = json["Resolution"].string
            related = (json["MessageArgs"].strings ?? []) + (json["RelatedProperties"].strings ?? [])
        }

        /// The name without registry and version: "PropertyValueNotInList".
        public var key: String { String((id ?? "").split(separator: ".").last ?? "") }

        var isError: Bool {
            if let severity { return severity.lowercased() != "ok" }
            return ![
                "Success", "Created", "NoOperation", "SuccessfullyCompletedRequest", "ResetRequired",
                "SystemResetRequired", "ResetInProgress", "",
            ].contains(key)
        }
    }

    /// Whether an answer of success says that the BMC takes over what it was told when it is restarted; iLO says so.
    public static func wantsRestart(_ body: JSON) -> Bool {
        let found = (body["error"]["@Message.ExtendedInfo"].array ?? []) + (body["@Message.ExtendedInfo"].array ?? [])
        return found.map(Message.init).contains { $0.key == "ResetRequired" }
    }

    public var messages: [Message]

    /// Reads an answer's body; nil when it reports no problem. Some BMCs report one in an answer of status 200.
    public init?(status: Int, body: JSON) {
        let error = body["error"]
        var found = (error["@Message.ExtendedInfo"].array ?? []) + (body["@Message.ExtendedInfo"].array ?? [])
        // Old services write one object where a list belongs.
        for single in [error["@Message.ExtendedInfo"], body["@Message.ExtendedInfo"]] where single.object != nil {
            found.append(single)
        }
        var messages = found.map(Message.init)
        if messages.isEmpty, error.object != nil {
            messages = [
                Message(
                    .object(["MessageId": error["code"], "Message": error["message"], "Severity": .string("Critical")])
                )
            ]
        }
        // The sentence may stand beside messages that have none.
        if let text = error["message"].string, !messages.isEmpty, messages.allSatisfy({ $0.text == nil }) {
            messages[0].text = text
        }
        let isFailure = !(200..<400).contains(status)
        guard isFailure || messages.contains(where: \.isError) else { return nil }
        self.messages = messages.filter { isFailure || $0.isError }
    }

    /// One line for people; empty when the service gave no reason.
    public var text: String {
        messages.map { message in
            [message.text ?? message.key, message.resolution.map { "(\($0))" }].compactMap(\.self).joined(
                separator: " "
            )
        }.joined(separator: "; ")
    }

    /// The properties and values that its messages name.
    var related: [String] { messages.flatMap(\.related) }

    /// No more subscriptions are taken, in the registries' words or the makers'.
    public var isAboutFullTable: Bool {
        messages.contains { message in
            ["EventSubscriptionLimitExceeded", "CreateLimitReachedForResource", "SubscriptionLimitExceeded", "SYS403"]
                .contains(message.key)
                || (message.text ?? "").lowercased().contains("subscription") && message.text?.contains("limit") == true
        }
    }

    /// The service speaks of a wrong name or password, whatever the status; some say 400.
    public var isAboutCredentials: Bool {
        messages.contains {
            ["UnauthorizedLoginAttempt", "InvalidUsernameOrPassword", "AuthenticationFailed", "SYS415", "RAC0212"]
                .contains($0.key)
        }
    }

    /// The service asks to come again later, whatever the status.
    public var isTransient: Bool {
        messages.contains {
            ["ServiceTemporarilyUnavailable", "ResourceInUse", "SYS518", "RAC0218", "ResourceInStandby"].contains(
                $0.key
            )
        }
    }
}

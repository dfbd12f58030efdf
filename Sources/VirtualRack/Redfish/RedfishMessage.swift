/// What a service says of a request: a message of the Base registry (DSP8011), with its arguments, in our words.
struct RedfishMessage: Hashable, Sendable {
    static let registry = "Base.1.20"

    var status: Int
    var name: String
    var text: String
    var arguments: [String] = []
    /// The property that it is about, as a JSON pointer.
    var property: String?
    var isCritical = true

    /// One of each that the service sends, with `%1` for the first argument: what the registry shows.
    static let all: [Self] = [
        .notAllowed, .malformed, .noCredentials, .noPrivilege, .changedSince, .noSessionFree, .queryNotSupported,
        .queryNotHere, .inStandby, .badPart, .failed, .inUse, .keep, .tooManySubscriptions,
        .wrongLogin(at: "%1", user: "%2"), .nothing(at: "%1"), .busy(seconds: "%1"), .unknown("%1"), .notWritable("%1"),
        .missing("%1"), .wrongType("%1", "%2"), .notInList("%1", "%2"), .outOfRange("%1", "%2"),
        .parameterMissing("%2", of: "%1"), .parameterNotInList("%1", "%2", of: "%3"),
        .parameterWrong("%1", of: "%2"), .unreachable("%1"), .passwordChangeRequired(at: "%1"),
        .exists("%1", "%2", "%3"),
    ]

    /// Its entry in the registry.
    var definition: JSON {
        [
            "Description": .string(text), "Message": .string(text), "MessageSeverity": severity,
            "NumberOfArgs": .number(arguments.count), "ParamTypes": .array(arguments.map { _ in "string" }),
            "Resolution": Self.resolution,
        ]
    }

    private static let resolution: JSON = "Correct the request and send it again."

    private var severity: JSON { isCritical ? "Critical" : "Warning" }

    var json: JSON {
        var members: [String: JSON] = [
            "@odata.type": "#Message.v1_2_1.Message",
            "MessageId": .string("\(Self.registry).\(name)"),
            "Message": .string(text),
            "MessageArgs": .array(arguments.map { .string($0) }),
            "MessageSeverity": severity, "Severity": severity, "Resolution": Self.resolution,
        ]
        if let property { members["RelatedProperties"] = [.string("#/" + property)] }
        return .object(members)
    }

    static let notAllowed = Self(status: 405, name: "OperationNotAllowed", text: "This method is not allowed here.")
    static let malformed = Self(status: 400, name: "MalformedJSON", text: "The body is not a JSON object.")
    static let noCredentials = Self(status: 401, name: "NoValidSession", text: "The request lacks valid credentials.")
    static let noPrivilege = Self(
        status: 403,
        name: "InsufficientPrivilege",
        text: "The account's role does not allow this."
    )
    static let changedSince = Self(
        status: 412,
        name: "PreconditionFailed",
        text: "The resource is not what the ETag was of."
    )
    static let noSessionFree = Self(status: 503, name: "SessionLimitExceeded", text: "No session is free.")
    static let queryNotSupported = Self(
        status: 501,
        name: "QueryNotSupported",
        text: "The service does not know this query.",
        isCritical: false
    )
    static let queryNotHere = Self(
        status: 400,
        name: "QueryNotSupportedOnResource",
        text: "The query is for collections.",
        isCritical: false
    )
    static let inStandby = Self(
        status: 409,
        name: "ResourceInStandby",
        text: "The system must be on for this."
    )

    static func wrongLogin(at path: String, user: String) -> Self {
        Self(
            status: 401,
            name: "ResourceAtUriUnauthorized",
            text: "The user name or the password is wrong.",
            arguments: [path, user]
        )
    }

    static func nothing(at path: String) -> Self {
        Self(
            status: 404,
            name: "ResourceMissingAtURI",
            text: "There is no resource at \(path).",
            arguments: [path]
        )
    }

    static func busy(seconds: String) -> Self {
        Self(
            status: 503,
            name: "ServiceTemporarilyUnavailable",
            text: "The service is busy; ask again in \(seconds) s.",
            arguments: [seconds]
        )
    }

    static func unknown(_ property: String) -> Self {
        Self(
            status: 400,
            name: "PropertyUnknown",
            text: "There is no property \(property) here.",
            arguments: [property],
            property: property,
            isCritical: false
        )
    }

    static func notWritable(_ property: String) -> Self {
        Self(
            status: 400,
            name: "PropertyNotWritable",
            text: "\(property) cannot be written.",
            arguments: [property],
            property: property,
            isCritical: false
        )
    }

    static func missing(_ property: String) -> Self {
        Self(
            status: 400,
            name: "PropertyMissing",
            text: "\(property) is missing.",
            arguments: [property],
            property: property,
            isCritical: false
        )
    }

    static func wrongType(_ value: JSON, _ property: String) -> Self {
        let value = value.text ?? "a value of another type"
        return Self(
            status: 400,
            name: "PropertyValueTypeError",
            text: "\(property) is of another type.",
            arguments: [value, property],
            property: property,
            isCritical: false
        )
    }

    static func notInList(_ value: String, _ property: String) -> Self {
        Self(
            status: 400,
            name: "PropertyValueNotInList",
            text: "\(property) cannot be \(value).",
            arguments: [value, property],
            property: property,
            isCritical: false
        )
    }

    static func outOfRange(_ value: String, _ property: String) -> Self {
        Self(
            status: 400,
            name: "PropertyValueOutOfRange",
            text: "\(property) cannot be \(value).",
            arguments: [value, property],
            property: property,
            isCritical: false
        )
    }

    static func parameterMissing(_ parameter: String, of action: String) -> Self {
        Self(
            status: 400,
            name: "ActionParameterMissing",
            text: "\(action) needs \(parameter).",
            arguments: [action, parameter],
            property: parameter
        )
    }

    static func parameterNotInList(_ value: String, _ parameter: String, of action: String) -> Self {
        Self(
            status: 400,
            name: "ActionParameterValueNotInList",
            text: "\(parameter) of \(action) cannot be \(value).",
            arguments: [value, parameter, action],
            property: parameter,
            isCritical: false
        )
    }

    static func parameterWrong(_ parameter: String, of action: String) -> Self {
        Self(
            status: 400,
            name: "ActionParameterValueError",
            text: "What \(action) got as \(parameter) is of no use to it.",
            arguments: [parameter, action],
            property: parameter,
            isCritical: false
        )
    }

    static func unreachable(_ url: String) -> Self {
        Self(
            status: 400,
            name: "CouldNotEstablishConnection",
            text: "\(url) could not be fetched.",
            arguments: [url]
        )
    }

    static func exists(_ type: String, _ property: String, _ value: String) -> Self {
        Self(
            status: 409,
            name: "ResourceAlreadyExists",
            text: "There is a \(type) whose \(property) is \(value) already.",
            arguments: [type, property, value]
        )
    }

    static func passwordChangeRequired(at path: String) -> Self {
        Self(
            status: 403,
            name: "PasswordChangeRequired",
            text: "The password of \(path) must be changed before anything else.",
            arguments: [path]
        )
    }

    static let badPart = Self(
        status: 400,
        name: "MissingOrMalformedPart",
        text: "The body is not UpdateParameters and UpdateFile in parts."
    )
    static let failed = Self(
        status: 500,
        name: "OperationFailed",
        text: "The operation failed.",
        isCritical: false
    )
    static let inUse = Self(
        status: 409,
        name: "ResourceInUse",
        text: "The drive holds a medium; eject it first.",
        isCritical: false
    )
    static let tooManySubscriptions = Self(
        status: 503,
        name: "EventSubscriptionLimitExceeded",
        text: "No more subscriptions are taken."
    )
    static let keep = Self(
        status: 405,
        name: "ResourceCannotBeDeleted",
        text: "The last administrator cannot be deleted."
    )
}

extension RedfishBMC.Answer {
    /// The error body of DSP0266 section 8.6.
    init(_ messages: [RedfishMessage]) {
        self.init(status: messages.first?.status ?? 500)
        body = [
            "error": [
                "code": .string(
                    "\(RedfishMessage.registry).\(messages.count == 1 ? messages[0].name : "GeneralError")"
                ),
                "message": .string(messages.count == 1 ? messages[0].text : "See @Message.ExtendedInfo."),
                "@Message.ExtendedInfo": .array(messages.map(\.json)),
            ]
        ]
        if status == 401 { headers["WWW-Authenticate"] = "Basic realm=\"BMC\"" }
    }

    init(_ message: RedfishMessage) {
        self.init([message])
    }
}

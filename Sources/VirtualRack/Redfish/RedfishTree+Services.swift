import FoundationEssentials

/// Updates and their tasks, events, registries and schemas.
extension RedfishTree {
    mutating func addUpdates() {
        let path = RedfishPath.update
        add(
            path,
            "UpdateService.v1_14_0",
            "Update Service",
            [
                "ServiceEnabled": true, "Status": Self.good, "MultipartHttpPushUri": .string(RedfishPath.push),
                "MaxImageSizeBytes": .number(64 << 20), "FirmwareInventory": .link(RedfishPath.firmware),
                "Actions": [
                    "#UpdateService.SimpleUpdate": [
                        "target": .string(RedfishPath.action("UpdateService.SimpleUpdate", on: path)),
                        "TransferProtocol@Redfish.AllowableValues": ["HTTP", "HTTPS"],
                    ]
                ],
            ]
        )
        addCollection(
            RedfishPath.firmware,
            of: "SoftwareInventory",
            members: RedfishState.Firmware.allCases.map { "\(RedfishPath.firmware)/\($0.rawValue)" }
        )
        for firmware in RedfishState.Firmware.allCases {
            add(
                "\(RedfishPath.firmware)/\(firmware.rawValue)",
                "SoftwareInventory.v1_10_1",
                "Firmware of the \(firmware.rawValue)",
                [
                    "Version": .string(state.versions[firmware] ?? ""), "Updateable": true, "Status": Self.good,
                    "Manufacturer": "Rackwright",
                    "RelatedItem": [.link(firmware == .bmc ? RedfishPath.manager : RedfishPath.system)],
                ]
            )
        }
        add(
            RedfishPath.taskService,
            "TaskService.v1_2_1",
            "Task Service",
            [
                "ServiceEnabled": true, "Status": Self.good, "DateTime": Self.time(now),
                "CompletedTaskOverWritePolicy": "Manual", "LifeCycleEventOnTaskStateChange": false,
                "Tasks": .link(RedfishPath.tasks),
            ]
        )
        addCollection(
            RedfishPath.tasks,
            of: "Task",
            members: state.tasks.keys.sorted().map { "\(RedfishPath.tasks)/\($0)" }
        )
        for (id, task) in state.tasks {
            add("\(RedfishPath.tasks)/\(id)", "Task.v1_7_4", "Update", members(of: task, id))
        }
    }

    private func members(of task: UpdateTask, _ id: Int) -> [String: JSON] {
        let (taskState, status) = task.state(now)
        var members: [String: JSON] = [
            "TaskState": .string(taskState), "TaskStatus": .string(status), "StartTime": Self.time(task.start),
            "PercentComplete": .number(task.percent(now)), "TaskMonitor": .string("\(RedfishPath.taskMonitors)/\(id)"),
            "HidePayload": true, "Messages": [],
        ]
        guard task.isSettled else { return members }
        members["EndTime"] = Self.time(task.start + task.duration)
        if case .fails(let reason) = task.outcome {
            let message = BMCMessage.updateFailed(reason)
            members["Messages"] = [
                [
                    "@odata.type": "#Message.v1_2_1.Message",
                    "MessageId": .string("\(BMCMessage.registry).\(message.name)"), "Message": .string(message.text),
                    "MessageArgs": Self.choice(message.arguments), "MessageSeverity": "Warning", "Severity": "Warning",
                    "Resolution": "Send an image that is for this machine.",
                ]
            ]
        }
        return members
    }

    mutating func addEvents() {
        let path = RedfishPath.eventService
        add(
            path,
            "EventService.v1_10_1",
            "Event Service",
            [
                "ServiceEnabled": true, "Status": Self.good, "DeliveryRetryAttempts": .number(EventDelivery.attempts),
                "DeliveryRetryIntervalSeconds": .number(EventDelivery.pauseSeconds),
                "EventFormatTypes": ["Event"], "RegistryPrefixes": ["RackwrightBMC"],
                "ResourceTypes": ["ComputerSystem", "Manager", "VirtualMedia", "SoftwareInventory", "UpdateService"],
                "Subscriptions": .link(RedfishPath.subscriptions),
                "Actions": [
                    "#EventService.SubmitTestEvent": [
                        "target": .string(RedfishPath.action("EventService.SubmitTestEvent", on: path))
                    ]
                ],
            ]
        )
        let paths = state.subscriptions.keys.sorted().map { "\(RedfishPath.subscriptions)/\($0)" }
        addCollection(RedfishPath.subscriptions, of: "EventDestination", members: paths)
        for (id, subscription) in state.subscriptions {
            add(
                "\(RedfishPath.subscriptions)/\(id)",
                "EventDestination.v1_14_1",
                "Subscription \(id)",
                [
                    "Destination": .string(subscription.destination), "Context": .string(subscription.context),
                    "Protocol": "Redfish", "SubscriptionType": "RedfishEvent", "EventFormatType": "Event",
                    "HttpHeaders": [], "Status": Self.good, "VerifyCertificate": false,
                    "DeliveryRetryPolicy": "TerminateAfterRetries",
                ]
            )
        }
    }

    /// As services without events are.
    mutating func removeEvents() {
        remove { $0.hasPrefix(RedfishPath.eventService) }
        change(RedfishPath.root) { $0["EventService"] = nil }
    }

    mutating func addRegistries() {
        let path = RedfishPath.registries
        let files: [(id: String, registry: String, location: [String: JSON])] = [
            (
                "Base", "Base.1.20.0",
                [
                    "Language": "en", "Uri": .string("\(path)/Base/Base.1.20.0.json"),
                    "PublicationUri": "https://redfish.dmtf.org/registries/Base.1.20.0.json",
                ]
            ),
            (
                "RackwrightBMC", "RackwrightBMC.1.0.0",
                ["Language": "en", "Uri": .string("\(path)/RackwrightBMC/RackwrightBMC.1.0.0.json")]
            ),
            (
                "BiosAttributeRegistryVirtualRack.v1_0_0", BIOSAttribute.registry,
                ["Language": "en", "Uri": .string(BIOSAttribute.path + "/registry.json")]
            ),
        ]
        addCollection(path, of: "MessageRegistryFile", members: files.map { "\(path)/\($0.id)" })
        for file in files {
            add(
                "\(path)/\(file.id)",
                "MessageRegistryFile.v1_1_5",
                "Registry \(file.registry)",
                ["Registry": .string(file.registry), "Languages": ["en"], "Location": [.object(file.location)]]
            )
        }
        addRegistry(
            BIOSAttribute.path + "/registry.json",
            "AttributeRegistry.v1_3_9",
            id: BIOSAttribute.registry,
            BIOSAttribute.registryDocument
        )
        addMessages(
            "\(path)/RackwrightBMC/RackwrightBMC.1.0.0.json",
            "RackwrightBMC",
            "1.0.0",
            owner: "Rackwright",
            Dictionary(uniqueKeysWithValues: BMCMessage.all.map { ($0.name, $0.definition) })
        )
        // Those that the service sends, in our words; DMTF's own text is where the file says that it is published.
        addMessages(
            "\(path)/Base/Base.1.20.0.json",
            "Base",
            "1.20.0",
            owner: "DMTF",
            Dictionary(RedfishMessage.all.map { ($0.name, $0.definition) }) { first, _ in first }
        )
        let names = MetadataDocument.schemas.filter { !$0.hasSuffix("Collection") }
        addCollection(RedfishPath.schemas, of: "JsonSchemaFile", members: names.map { "\(RedfishPath.schemas)/\($0)" })
        for name in names {
            add(
                "\(RedfishPath.schemas)/\(name)",
                "JsonSchemaFile.v1_1_5",
                "Schema of \(name)",
                [
                    "Schema": .string("#\(name).\(name)"), "Languages": ["en"],
                    "Location": [
                        [
                            "Language": "en",
                            "PublicationUri": .string("http://redfish.dmtf.org/schemas/v1/\(name).json"),
                        ]
                    ],
                ]
            )
        }
    }

    private mutating func addMessages(
        _ path: String,
        _ prefix: String,
        _ version: String,
        owner: JSON,
        _ messages: [String: JSON]
    ) {
        addRegistry(
            path,
            "MessageRegistry.v1_6_3",
            id: "\(prefix).\(version)",
            [
                "Language": "en", "OwningEntity": owner, "RegistryPrefix": .string(prefix),
                "RegistryVersion": .string(version), "Messages": .object(messages),
            ]
        )
    }

    private mutating func addRegistry(_ path: String, _ type: String, id: String, _ members: [String: JSON]) {
        var all = members
        all["Id"] = .string(id)
        add(path, type, id, all)
    }
}

extension BMCMessage {
    /// Its entry in the registry.
    fileprivate var definition: JSON {
        [
            "Description": .string(pattern), "Message": .string(pattern), "MessageSeverity": severity,
            "NumberOfArgs": .number(arguments.count), "Resolution": "None.",
            "ParamTypes": .array(arguments.map { _ in "string" }),
        ]
    }
}

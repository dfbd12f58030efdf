import Redfish

/// Whatever a service answers, reading it ends, and what is asked of it next can be made or is refused.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    guard let json = try? JSON(reading: octets) else { return 0 }
    read(json)
    for member in (json.object ?? [:]).values.prefix(32) { read(member) }
    for element in (json.array ?? []).prefix(32) { read(element) }
    guard (try? JSON(reading: json.octets)) != nil else { fatalError("what is written cannot be read") }
    return 0
}

private func read(_ json: JSON) {
    let root = ServiceRoot(json)
    _ = (root.systems, root.sessions, ResourceCollection(json).next)
    let system = ComputerSystem(json, path: "/redfish/v1/Systems/1")
    for wish in PowerWish.allCases { _ = try? system.resetRequest(for: wish).body.octets }
    for target in BootWish.Target.allCases {
        _ = try? system.bootPatches(for: BootWish(target: target, enabled: .once, mode: .uefi, httpURI: "http://x/"))
    }
    _ = ComputerSystem.choose(from: [system, system])
    _ = ComputerSystem.resetTypes(actionInfo: json)
    for status in [200, 400, 503] { _ = ServiceProblem(status: status, body: json)?.text }
    let readings =
        SensorReading.readings(thermal: json) + SensorReading.readings(power: json)
        + [SensorReading(sensor: json)].compactMap(\.self)
    guard readings.allSatisfy({ $0.value?.isFinite ?? true }) else { fatalError("a value that is no number") }
    for kind in PartDescription.Kind.allCases { _ = PartDescription(kind, json) }
    _ = LogService(json, path: "/").map { LogService.choose(from: [$0, $0]) }
    let entry = LogEntry(json)
    _ = LogEntry.sorted([entry, entry].compactMap(\.self))
    _ = ETagLadder(head: json["@odata.etag"].string, document: system.etag, forms: ETagLadder.Form.allCases).rungs
    change(json, system)
    access(json)
    events(json)
}

/// The BMC's own network and its accounts.
private func access(_ json: JSON) {
    let network = ManagerNetwork(json, path: "/n")
    _ = ManagerNetwork.choose(from: [network, network], calledAt: network.addresses.first?.address ?? "")
    let wish = NetworkWish(addressing: .fixed(address: "10.0.0.9", netmask: "255.0.0.0", gateway: nil), vlan: 7)
    let account = ManagerAccount(json, path: "/a")
    for vendor in VendorStrategy.Vendor.allCases {
        let strategy = VendorStrategy.of(vendor)
        let path = ManagerNetwork.attributesPath(manager: json)
        let requests = network.requests(for: wish, strategy: strategy, attributes: path)
        guard !requests.isEmpty, requests.allSatisfy({ !$0.body.octets.isEmpty }) else { fatalError("no way") }
        guard !account.removals(strategy: strategy).isEmpty else { fatalError("no way") }
    }
    _ = (ManagerNetwork.restart(manager: json), ManagerAccount.slot(in: [account, account]))
    _ = ServiceProblem.wantsRestart(json)
}

/// What services send by themselves, and how they are asked for it.
private func events(_ json: JSON) {
    for event in EventPayload(json).events {
        guard event.text.count <= ServiceEvent.textLimit else { fatalError("a text without end") }
        _ = (event.mayTellOfPower, event.tellsOfLogin)
    }
    _ = try? EventPayload(reading: json.octets)
    let wish = EventWish(destination: "https://h/bmc/events/n/s", marks: ["bmc/events/n/"], context: "c")
    if let found = EventDestination(json, path: "/s/1") { _ = wish.standing(of: found) }
    guard let service = EventService(json, path: "/e") else { return }
    var ladder = SubscriptionLadder(wish, to: service, strategy: .generic)
    var steps = 0
    while ladder.next(after: ServiceProblem(status: 400, body: json)) {
        _ = ladder.body.octets
        steps += 1
        guard steps < 20 else { fatalError("a ladder without end") }
    }
    _ = service.testBodies(id: "t", time: 0)
}

/// What is asked of a service by what it says of itself.
private func change(_ json: JSON, _ system: ComputerSystem) {
    let strategy = VendorStrategy.choose(root: json, manager: json["Oem"], system: json).strategy
    let options = (json["Members"].array ?? [json]).compactMap(BootOption.init)
    for target in BootWish.Target.allCases {
        let wish = BootWish(target: target, enabled: .continuous, mode: .legacy)
        guard let patches = try? system.bootPatches(for: wish, strategy: strategy, options: options) else { continue }
        guard !patches.isEmpty else { fatalError("no way and no reason") }
        for patch in patches { _ = system.boot.map(patch.isShown) }
    }
    _ = system.boot?.overrideTarget
    var watch = TaskWatch(
        TaskReference(status: 202, location: "/m", body: json) ?? TaskReference(task: "/t"),
        patience: 3
    )
    for status in [200, 202, 404, 503, 503, 503] { _ = watch.take(status: status, retryAfter: "2", body: json) }
    let slot = VirtualMediaSlot(json, path: "/vm")
    _ = VirtualMediaSlot.choose(from: [slot, slot])
    let image = slot.image ?? "http://h/a.iso"
    _ = (slot.insertRequests(image, strategy: strategy), slot.ejectRequests)
    _ = (VirtualMediaSlot.objection(to: image), VirtualMediaSlot.remark(on: image))
    if let settings = BIOSSettings(json, path: "/b") {
        let registry = AttributeRegistry(json)
        for (name, value) in settings.attributes.prefix(8) {
            let wanted = [name: value.string ?? "\(value.integer ?? 1)"]
            guard let changes = try? settings.changes(to: wanted, registry: registry) else { continue }
            _ = try? settings.body(for: changes, applyTime: settings.applyTimes?.first).octets
        }
        _ = settings.pending(in: json)
    }
    _ = SecureBootState(json, path: "/sb")
    _ = try? UpdateService(json, path: "/us").fetchRequest(image).body.octets
    _ = FirmwareComponent(json, path: "/fw")
    _ = AttributeRegistry.places(file: json)
}

/// How often a machine started its network boot without coming to an operating system.
struct BootHistory: Hashable, Sendable {
    /// Starts of firmware in a row.
    private(set) var firmware = Tally()
    /// Those that came to iPXE.
    private(set) var firmwareToIPXE = 0
    /// Starts of iPXE in a row without firmware between.
    private(set) var iPXE = Tally()
    /// The loader that iPXE was given last instead of a script.
    private(set) var loader: Offer?
    /// iPXE started again right after it was given a loader.
    private(set) var chainReturns = Tally()
    /// What the firmware began with; when that fails, it goes on to the other of PXE and HTTP in the same boot.
    private var firmwareStage: ClientStage = .unknown
    private var last: ClientStage = .unknown
    /// Firmware that got nowhere and asks again is no loop, but not answered.
    private var cameOn = true

    /// The client begins to ask in `stage`.
    mutating func start(_ stage: ClientStage, at instant: Double) {
        defer { last = stage }
        switch stage {
        case .rom, .http:
            iPXE = Tally()
            guard cameOn else { return }
            cameOn = false
            if firmware.count > 0, !(instant - firmware.last <= Patience.reboot) { forgetFirmware() }
            if firmware.count == 0 { firmwareStage = stage }
            if stage == firmwareStage { firmware.add(at: instant) }
        case .iPXE:
            if last == .rom || last == .http { firmwareToIPXE += 1 }
            if last == .iPXE, loader != nil { chainReturns.add(at: instant) }
            cameOn = true
            if iPXE.count > 0, !(instant - iPXE.last <= Patience.reboot) { iPXE = Tally() }
            iPXE.add(at: instant)
        case .system:
            forgetFirmware()
            iPXE = Tally()
            cameOn = true
        case .unknown, .bootp:
            break
        }
    }

    /// A server acknowledged an address.
    mutating func acknowledged(in stage: ClientStage) {
        if stage == .rom || stage == .http { cameOn = true }
    }

    /// iPXE was told what to load.
    mutating func offered(_ offer: Offer, in stage: ClientStage) {
        guard stage == .iPXE, let file = offer.bootFile else { return }
        if case .loader = file.content {
            loader = offer
        } else {
            loader = nil
            chainReturns = Tally()
        }
    }

    private mutating func forgetFirmware() {
        firmware = Tally()
        firmwareToIPXE = 0
    }
}

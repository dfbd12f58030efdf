/// A way to parts of the running machine that answer to commands and not to reading a file.
///
/// Each call blocks for some seconds at most. What a part refuses, or cannot be reached, is nil.
public protocol PartChannel: Sendable {
    /// An NVMe admin command that reads `count` octets.
    func nvme(_ disk: String, _ command: NVMeCommand) -> [UInt8]?
    /// A SCSI command that reads at most `count` octets; with 0 one that moves none.
    func scsi(_ disk: String, _ command: [UInt8], count: Int) -> SCSIAnswer?
    /// Commands to the TPM, such as `tpm0`, one after the other while `work` lasts.
    func tpm(_ name: String, _ work: (_ exchange: @escaping ([UInt8]) -> [UInt8]?) -> [UInt8]?) -> [UInt8]?
}

/// An NVMe admin command (NVMe base specification 2.0 section 3.3.3).
public struct NVMeCommand: Hashable, Sendable {
    public var opcode: UInt8
    public var namespace: UInt32
    /// Command word 10.
    public var word: UInt32
    /// Octets that it gives.
    public var count: Int

    public init(opcode: UInt8, namespace: UInt32, word: UInt32, count: Int) {
        self.opcode = opcode
        self.namespace = namespace
        self.word = word
        self.count = count
    }
}

/// What came of a SCSI command.
public struct SCSIAnswer: Hashable, Sendable {
    public var octets: [UInt8]
    /// 0 for good, 2 where `sense` says what is (SAM-5 section 5.3.1).
    public var status: UInt8
    public var sense: [UInt8]

    public init(octets: [UInt8], status: UInt8, sense: [UInt8]) {
        self.octets = octets
        self.status = status
        self.sense = sense
    }
}

/// What is asked of a part. Its answer is kept in a captured tree under ``file``.
enum PartQuestion: Hashable {
    case nvmeController
    case nvmeHealth
    case ataIdentity
    case ataSMARTData
    case ataSMARTThresholds
    /// The sense data in which the disk's word stands.
    case ataSMARTStatus
    /// A page of the device statistics (ACS-4 section 9.5).
    case ataStatistics(page: UInt8)
    /// Vital product data.
    case scsiVital(page: UInt8)
    case scsiLog(page: UInt8)
    /// The head of the list of defects that grew in use.
    case scsiDefects
    case tpmProperties
    case tpmCertificate(index: UInt32)
    case tpmKey

    var file: String {
        switch self {
        case .nvmeController: "nvme-controller"
        case .nvmeHealth: "nvme-health"
        case .ataIdentity: "ata-identity"
        case .ataSMARTData: "ata-smart-data"
        case .ataSMARTThresholds: "ata-smart-thresholds"
        case .ataSMARTStatus: "ata-smart-status"
        case .ataStatistics(let page): "ata-statistics-\(page)"
        case .scsiVital(let page): "scsi-vital-" + Self.hexadecimal(page)
        case .scsiLog(let page): "scsi-log-" + Self.hexadecimal(page)
        case .scsiDefects: "scsi-defects"
        case .tpmProperties: "tpm-properties"
        case .tpmCertificate(let index): "tpm-certificate-" + String(index, radix: 16)
        case .tpmKey: "tpm-key"
        }
    }

    private static func hexadecimal(_ number: UInt8) -> String {
        (number < 16 ? "0" : "") + String(number, radix: 16)
    }
}

/// The answers of a machine's parts: of the running machine by its channel, of a captured one from files under `parts`.
struct PartAnswers {
    let tree: FileTree
    let channel: (any PartChannel)?
    /// Told every answer, with the path that it has in a captured tree.
    var record: (_ path: String, _ answer: [UInt8]) -> Void = { _, _ in }

    func answer(to question: PartQuestion, of part: String) -> [UInt8]? {
        let path = "parts/\(part)/\(question.file)"
        guard let channel else { return tree.isLive ? nil : tree.octets(path) }
        guard let answer = ask(question, part, channel), !answer.isEmpty else { return nil }
        record(path, answer)
        return answer
    }

    private func ask(_ question: PartQuestion, _ part: String, _ channel: any PartChannel) -> [UInt8]? {
        switch question {
        case .nvmeController:
            // Identify, of the controller (section 5.17).
            return channel.nvme(part, NVMeCommand(opcode: 0x06, namespace: 0, word: 1, count: 4096))
        case .nvmeHealth:
            // Get Log Page 02h of the whole controller (section 5.16); the count is in words and begins at 0.
            let word: UInt32 = 127 << 16 | 0x02
            return channel.nvme(part, NVMeCommand(opcode: 0x02, namespace: .max, word: word, count: 512))
        case .ataIdentity:
            return good(channel.scsi(part, ATACommand.identify, count: 512))
        case .ataSMARTData:
            return good(channel.scsi(part, ATACommand.smartData, count: 512))
        case .ataSMARTThresholds:
            return good(channel.scsi(part, ATACommand.smartThresholds, count: 512))
        case .ataSMARTStatus:
            return channel.scsi(part, ATACommand.smartStatus, count: 0)?.sense
        case .ataStatistics(let page):
            return good(channel.scsi(part, ATACommand.statistics(page: page), count: 512))
        case .scsiVital(let page):
            return good(channel.scsi(part, [0x12, 1, page, 0, 252, 0], count: 252))
        case .scsiLog(let page):
            // Log Sense of the cumulative values (SPC-4 section 6.8).
            return good(channel.scsi(part, [0x4D, 0, 0x40 | page & 0x3F, 0, 0, 0, 0, 2, 0, 0], count: 512))
        case .scsiDefects:
            // Read Defect Data of the grown list by physical sectors, its head alone (SBC-3 section 5.16).
            return good(channel.scsi(part, [0x37, 0, 0x0D, 0, 0, 0, 0, 0, 4, 0], count: 4))
        case .tpmProperties:
            return channel.tpm(part) { exchange in TPM2(exchange: exchange).properties() }
        case .tpmCertificate(let index):
            return channel.tpm(part) { exchange in TPM2(exchange: exchange).content(ofIndex: index) }
        case .tpmKey:
            return channel.tpm(part) { exchange in TPM2(exchange: exchange).endorsementKey() }
        }
    }

    private func good(_ answer: SCSIAnswer?) -> [UInt8]? {
        answer.flatMap { $0.status == 0 ? $0.octets : nil }
    }
}

/// ATA commands as SCSI disks that stand for ATA disks take them: ATA PASS-THROUGH (16) (SAT-3 section 12.2.3).
enum ATACommand {
    static let identify = input(command: 0xEC)
    static let smartData = input(command: 0xB0, feature: 0xD0, middle: 0x4F, high: 0xC2)
    static let smartThresholds = input(command: 0xB0, feature: 0xD1, middle: 0x4F, high: 0xC2)
    /// SMART Return Status: without data, and with the registers in the sense data (CK_COND).
    static let smartStatus: [UInt8] = [0x85, 3 << 1, 0x20, 0, 0xDA, 0, 0, 0, 0, 0, 0x4F, 0, 0xC2, 0, 0xB0, 0]

    /// Read Log Ext of one page of log 04h.
    static func statistics(page: UInt8) -> [UInt8] {
        [0x85, 4 << 1 | 1, 0x0E, 0, 0, 0, 1, 0, 0x04, 0, page, 0, 0, 0, 0x2F, 0]
    }

    /// PIO data-in of one block, whose number is in the count.
    private static func input(command: UInt8, feature: UInt8 = 0, middle: UInt8 = 0, high: UInt8 = 0) -> [UInt8] {
        [0x85, 4 << 1, 0x0E, 0, feature, 0, 1, 0, 0, 0, middle, 0, high, 0, command, 0]
    }
}

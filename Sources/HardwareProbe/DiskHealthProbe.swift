import Inventory

/// Asks disks for their health, in the language that each speaks.
struct DiskHealthProbe {
    let answers: PartAnswers

    func look(at disk: inout Inventory.Disk) {
        switch disk.transport {
        case let transport? where transport.hasPrefix("nvme"): nvme(&disk)
        case "sata": ata(&disk)
        case "sas", "scsi", "fc", "iscsi": scsi(&disk)
        default: break
        }
    }

    private func nvme(_ disk: inout Inventory.Disk) {
        guard let controller = answers.answer(to: .nvmeController, of: disk.name),
            let log = answers.answer(to: .nvmeHealth, of: disk.name)
        else { return }
        disk.health = NVMeHealth(log, controller: controller)?.health
    }

    private func ata(_ disk: inout Inventory.Disk) {
        // A disk that does not say who it is is asked nothing further: each question to a dead one takes its time.
        guard let identity = answers.answer(to: .ataIdentity, of: disk.name), var ata = ATAHealth(identity: identity)
        else { return }
        disk.rotationRate = ata.rotationRate
        if ata.hasSMART {
            if let sense = answers.answer(to: .ataSMARTStatus, of: disk.name) { ata.read(status: sense) }
            if let data = answers.answer(to: .ataSMARTData, of: disk.name) { ata.read(data: data) }
            if let limits = answers.answer(to: .ataSMARTThresholds, of: disk.name) { ata.read(thresholds: limits) }
        }
        if ata.hasLogs {
            for page in ATAHealth.statisticsPages {
                guard let octets = answers.answer(to: .ataStatistics(page: page), of: disk.name) else { break }
                // A disk without the page may give another, or zeros.
                if octets.count > 2, octets[2] == page { ata.read(statistics: octets) }
            }
        }
        disk.health = ata.health
    }

    private func scsi(_ disk: inout Inventory.Disk) {
        guard let list = answers.answer(to: .scsiVital(page: 0), of: disk.name) else { return }
        if SCSIHealth.supportedPages(in: list, isVital: true).contains(0xB1) {
            let page = answers.answer(to: .scsiVital(page: 0xB1), of: disk.name)
            disk.rotationRate = page.flatMap { SCSIHealth.rotationRate(in: $0) }
        }
        guard let logs = answers.answer(to: .scsiLog(page: 0), of: disk.name) else { return }
        let supported = SCSIHealth.supportedPages(in: logs, isVital: false)
        var scsi = SCSIHealth()
        for page in SCSIHealth.pages where supported.contains(page) {
            if let octets = answers.answer(to: .scsiLog(page: page), of: disk.name) { scsi.read(log: octets) }
        }
        if !supported.isDisjoint(with: [0x02, 0x03]), disk.rotationRate != nil,
            let octets = answers.answer(to: .scsiDefects, of: disk.name)
        {
            scsi.read(defects: octets)
        }
        disk.health = scsi.health
    }
}

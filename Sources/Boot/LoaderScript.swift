public import Octets

/// The configurations that GRUB and PXELINUX are given. The text depends on the arguments alone.
public enum LoaderScript {
    /// GRUB's, read over TFTP from the folder that holds the kernel too. GRUB's variables need no names of disks: the
    /// installed system is found by the file that UEFI itself would start.
    public static func grub(
        for mac: MACAddress,
        intent: BootIntent,
        configuration: BootConfiguration
    ) -> String {
        switch intent {
        case .ramdisk(let token) where IPXEScript.isWord(token):
            let words = configuration.ramdiskArguments(mac: mac, token: token).joined(separator: " ")
            return """
                set timeout=0
                echo "Rackwright: ramdisk for \(mac)"
                linux /\(configuration.kernel) \(words)
                initrd /\(configuration.initrd)
                boot

                """
        case .disk:
            return """
                set timeout=0
                echo "Rackwright: \(mac) boots its disk"
                search --no-floppy --file --set=disk /EFI/BOOT/BOOTX64.EFI
                if [ -n "$disk" ]; then
                    chainloader ($disk)/EFI/BOOT/BOOTX64.EFI
                    boot
                fi
                exit

                """
        case .ramdisk: return wait(mac, "the token cannot stand in a script", configuration)
        case .none(let reason): return wait(mac, reason, configuration)
        case .ignore(let reason):
            return "echo \"Rackwright leaves \(mac) alone: \(IPXEScript.plain(reason))\"\nexit\n"
        }
    }

    /// PXELINUX's, for sites that chain to it: it then boots what any other loader would.
    public static func pxelinux(
        for mac: MACAddress,
        intent: BootIntent,
        configuration: BootConfiguration
    ) -> String {
        switch intent {
        case .ramdisk(let token) where IPXEScript.isWord(token):
            let words = configuration.ramdiskArguments(mac: mac, token: token).joined(separator: " ")
            return """
                DEFAULT rackwright
                SAY Rackwright: ramdisk for \(mac)
                LABEL rackwright
                  KERNEL \(configuration.kernel)
                  INITRD \(configuration.initrd)
                  APPEND \(words)

                """
        case .disk, .ramdisk, .none, .ignore:
            return """
                DEFAULT disk
                SAY Rackwright: \(mac) boots its disk
                LABEL disk
                  LOCALBOOT 0

                """
        }
    }

    /// For a loader whose machine is not known: it leaves the machine to what its firmware tries next.
    public static let stranger = "# Rackwright does not know this machine.\nexit\n"

    private static func wait(_ mac: MACAddress, _ reason: String, _ configuration: BootConfiguration) -> String {
        """
        echo "Rackwright: \(mac) waits: \(IPXEScript.plain(reason))"
        sleep \(configuration.waitSeconds)
        configfile /grub/grub.cfg-\(mac.bootInterface)

        """
    }
}

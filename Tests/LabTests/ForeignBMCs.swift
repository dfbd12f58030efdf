import Foundation
import TestSupport
import Testing

/// Machines of libvirt on the rack's wire, behind BMCs that others wrote: virtualbmc and sushy-emulator.
struct ForeignBMCs {
    /// Names, addresses and network cards; each has one disk that holds nothing.
    static let machines = [
        (name: "vbmc-1", transport: "ipmi", address: "10.77.0.41", mac: "52:54:00:77:0f:01"),
        (name: "sushy-1", transport: "redfish", address: "10.77.0.42", mac: "52:54:00:77:0f:02"),
        // Its card cannot boot: what boots it comes from the virtual drive.
        (name: "sushy-2", transport: "redfish", address: "10.77.0.43", mac: "52:54:00:77:0f:03"),
    ]
    /// An image that boots, as the BMCs fetch it.
    static let image = "http://10.77.0.42:8000/ipxe.iso"

    private let process: RunningProgram
    private let folder: String

    /// Starts all of it and waits until the BMCs are there.
    init(in lab: Lab) async throws {
        guard let environment = Self.environment else {
            throw Lab.Failure(text: "the emulators could not be installed from the package index")
        }
        folder = lab.folder + "/foreign"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for machine in Self.machines {
            try await Neighbour.ip("-n", Lab.namespace, "address", "add", machine.address + "/24", "dev", "br0")
        }
        let script = folder + "/start"
        try Self.script.write(toFile: script, atomically: true, encoding: .utf8)
        process = try Neighbour.start(
            // All that is started ends with the first process of its own process namespace.
            [
                "/usr/bin/unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "/bin/bash", script,
                folder,
                environment,
            ],
            in: Lab.namespace,
            log: folder + "/log"
        )
        for _ in 0..<600 where process.isRunning {
            if FileManager.default.fileExists(atPath: folder + "/ready") { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        stop()
        throw Lab.Failure(text: "libvirt's machines did not come up: \(log)")
    }

    func stop() { process.end() }

    /// What the programs said, the ends of it.
    var log: String {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0 == "log" || $0.hasSuffix(".log") || $0.hasSuffix(".serial") }.sorted().map { file in
            let text = (try? String(contentsOfFile: "\(folder)/\(file)", encoding: .isoLatin1)) ?? ""
            return "--- \(file)\n\(text.suffix(1500))"
        }.joined(separator: "\n")
    }

    /// Where the emulators are installed, from the package index; libvirt's own module is Debian's.
    static let environment = Python.environment("bmcs", site: true)

    private static var script: String {
        let domains = machines.enumerated().map { index, machine in
            "domain \(machine.name) 7d1f0a52-00fb-4c1e-9d3a-00000000000\(index + 1) \(machine.mac) "
                + (machine.name == "sushy-2" ? "'<rom enabled=\"no\"/>'" : "''")
        }.joined(separator: "\n")
        return """
            set -eu
            folder=$1
            export PATH=$2/bin:/usr/sbin:/usr/bin:/sbin:/bin
            # What is in its drives sushy-emulator keeps there, for the next who asks by the same identifier.
            export TMPDIR=$folder/tmp
            mkdir $TMPDIR
            for path in /run/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt /etc/libvirt; do
                mkdir -p $path
                mount -t tmpfs tmpfs $path
            done
            mkdir -p /var/lib/libvirt/images /var/log/libvirt/qemu
            # The user that libvirt was built to have is looked for, whatever user it is told to take.
            for file in passwd group; do cp /etc/$file $folder/$file; done
            echo 'libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin' >> $folder/passwd
            echo 'libvirt-qemu:x:64055:' >> $folder/group
            for file in passwd group; do mount --bind $folder/$file /etc/$file; done
            printf '%s\\n' 'user = "root"' 'group = "root"' 'security_driver = "none"' 'cgroup_controllers = [ ]' \\
                'stdio_handler = "file"' 'remember_owner = 0' > /etc/libvirt/qemu.conf
            echo 'auth_unix_rw = "none"' > /etc/libvirt/libvirtd.conf
            libvirtd > $folder/libvirtd.log 2>&1 &
            virsh() { command virsh -q -c qemu:///system "$@"; }
            for i in $(seq 60); do virsh list > $folder/list 2>&1 && break; sleep 0.5; done
            virsh pool-define-as default dir --target /var/lib/libvirt/images
            virsh pool-start default
            domain() {
                qemu-img create -q -f raw $folder/$1.img 1G
                cat > $folder/$1.xml <<EOF
            <domain type='qemu'>
              <name>$1</name><uuid>$2</uuid><memory unit='MiB'>1024</memory><vcpu>1</vcpu>
              <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/><bios useserial='yes'/></os>
              <features><acpi/></features><cpu mode='maximum'/>
              <on_reboot>restart</on_reboot>
              <devices>
                <emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='file' device='disk'>
                  <driver name='qemu' type='raw'/><source file='$folder/$1.img'/><target dev='vda' bus='virtio'/>
                </disk>
                <interface type='bridge'><mac address='$3'/><source bridge='br0'/><model type='virtio'/>$4</interface>
                <serial type='file'><source path='$folder/$1.serial'/></serial>
              </devices>
            </domain>
            EOF
                virsh define $folder/$1.xml
            }
            \(domains)

            mkdir -p $folder/vbmc
            printf '[default]\\nconfig_dir=%s\\npid_file=%s\\n' $folder/vbmc $folder/vbmcd.pid > $folder/vbmc.conf
            export VIRTUALBMC_CONFIG=$folder/vbmc.conf
            vbmcd --foreground > $folder/vbmcd.log 2>&1 &
            for i in $(seq 60); do
                vbmc add vbmc-1 --address 10.77.0.41 --port 623 --username admin --password secret \\
                    --libvirt-uri qemu:///system > $folder/vbmc.log 2>&1 && break
                sleep 0.5
            done
            vbmc start vbmc-1

            echo secret | htpasswd -i -cB $folder/users admin
            sushy() {
                openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=$2 -keyout $folder/$1.key \\
                    -out $folder/$1.pem 2> $folder/openssl.log
                cat > $folder/$1.conf <<EOF
            SUSHY_EMULATOR_LISTEN_IP = '$2'
            SUSHY_EMULATOR_LISTEN_PORT = 443
            SUSHY_EMULATOR_SSL_CERT = '$folder/$1.pem'
            SUSHY_EMULATOR_SSL_KEY = '$folder/$1.key'
            SUSHY_EMULATOR_AUTH_FILE = '$folder/users'
            SUSHY_EMULATOR_LIBVIRT_URI = 'qemu:///system'
            SUSHY_EMULATOR_ALLOWED_INSTANCES = ['$3']
            EOF
                sushy-emulator --config $folder/$1.conf > $folder/$1.log 2>&1 &
                for i in $(seq 60); do
                    curl -ksf https://$2/redfish/v1/ > $folder/root.json && break
                    sleep 0.5
                done
            }
            sushy sushy-1 10.77.0.42 7d1f0a52-00fb-4c1e-9d3a-000000000002
            sushy sushy-2 10.77.0.43 7d1f0a52-00fb-4c1e-9d3a-000000000003
            python3 -m http.server 8000 --bind 10.77.0.42 --directory /usr/lib/ipxe > $folder/http.log 2>&1 &
            echo > $folder/ready
            wait
            """
    }
}

extension NativeModule {
    /// What the module may be told.
    public var signature: ModuleSignature { Self.signatures[self] ?? ModuleSignature("") }

    private static let signatures = Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.written) })

    private static let attributes = " mode owner group unsafe_writes "
    private var written: ModuleSignature {
        switch self {
        case .assemble, .blockInFile, .copy, .fetch, .file, .find, .getURL, .iniFile, .lineinfile, .replace, .script,
            .slurp,
            .stat, .tempfile, .template, .unarchive:
            writtenForFiles
        case .authorizedKey, .command, .cron, .filesystem, .group, .hostname, .iptables, .modprobe, .mount, .nmcli,
            .ping, .raw, .reboot, .seboolean, .selinux, .service, .shell, .sysctl, .systemd, .timezone, .uri, .user,
            .waitFor,
            .waitForConnection:
            writtenForTheNode
        case .apt, .aptRepository, .dnf, .package, .pip, .rpmKey, .yum, .yumRepository: writtenForPackages
        case .dockerContainer, .mysqlDatabase, .mysqlUser, .pacemakerCluster, .pacemakerIsActive, .pacemakerResource,
            .podmanContainer, .podmanImage, .podmanVolume:
            writtenForContainers
        case .ansiblePlaybook: ModuleSignature("")
        case .assert: ModuleSignature("that fail_msg|msg success_msg quiet")
        case .debug: ModuleSignature("msg var verbosity")
        case .fail: ModuleSignature("msg")
        case .getent: ModuleSignature("database key split fail_key")
        case .includeVars: ModuleSignature("file name")
        case .meta: ModuleSignature("", isFreeForm: true)
        case .pause: ModuleSignature("seconds minutes prompt echo")
        case .serviceFacts: ModuleSignature("")
        case .setFact: ModuleSignature("cacheable", isOpen: true)
        case .setup: ModuleSignature("gather_subset gather_timeout filter fact_path")
        }
    }

    private var writtenForFiles: ModuleSignature {
        switch self {
        case .assemble:
            ModuleSignature("src dest delimiter regexp ignore_hidden remote_src backup validate" + Self.attributes)
        case .blockInFile:
            ModuleSignature(
                """
                path|dest|destfile|name block|content marker marker_begin marker_end state create insertafter \
                insertbefore append_newline prepend_newline backup validate
                """ + Self.attributes
            )
        case .copy:
            ModuleSignature(
                "content src dest force backup remote_src follow local_follow checksum validate"
                    + Self.attributes
            )
        case .fetch: ModuleSignature("src dest flat fail_on_missing validate_checksum")
        case .file:
            ModuleSignature(
                "path|dest|name state recurse src force follow access_time modification_time" + Self.attributes
            )
        case .find:
            ModuleSignature(
                """
                paths|name|path patterns|pattern excludes|exclude contains read_whole_file file_type recurse depth \
                size age age_stamp hidden follow use_regex get_checksum checksum_algorithm mode exact_mode limit
                """
            )
        case .getURL:
            ModuleSignature(
                """
                url dest tmp_dest force backup checksum timeout headers url_username|username \
                url_password|password force_basic_auth validate_certs use_proxy http_agent
                """ + Self.attributes
            )
        case .iniFile:
            ModuleSignature(
                """
                path|dest section option value values state exclusive no_extra_spaces ignore_spaces create \
                allow_no_value modify_inactive_option backup follow section_has_values
                """ + Self.attributes
            )
        case .lineinfile:
            ModuleSignature(
                """
                path|dest|destfile|name line|value regexp|regex search_string state insertafter insertbefore create \
                backup backrefs firstmatch validate
                """ + Self.attributes
            )
        case .replace:
            ModuleSignature(
                "path|dest|destfile|name regexp replace after before backup validate" + Self.attributes
            )
        case .script: ModuleSignature("cmd creates removes chdir executable", isFreeForm: true)
        case .slurp: ModuleSignature("src|path")
        case .stat:
            ModuleSignature(
                """
                path|dest|name follow get_checksum checksum_algorithm|checksum|checksum_algo \
                get_mime|mime|mime_type|mime-type get_attributes|attr|attributes
                """
            )
        case .tempfile: ModuleSignature("state path prefix suffix")
        case .template:
            ModuleSignature(
                """
                src dest force backup trim_blocks lstrip_blocks follow validate
                """ + Self.attributes
            )
        default:
            ModuleSignature(
                "src dest copy remote_src creates exclude include extra_opts keep_newer list_files io_buffer_size "
                    + "validate_certs" + Self.attributes
            )
        }
    }

    private var writtenForTheNode: ModuleSignature {
        switch self {
        case .authorizedKey: ModuleSignature("user key path manage_dir state key_options exclusive comment follow")
        case .command, .shell:
            ModuleSignature(
                """
                cmd creates removes chdir stdin stdin_add_newline strip_empty_ends warn expand_argument_vars \
                \(self == .command ? "argv" : "executable")
                """,
                isFreeForm: true
            )
        case .cron:
            ModuleSignature(
                """
                name user job|value state cron_file backup minute hour day|dom month weekday|dow special_time \
                disabled env insertafter insertbefore
                """
            )
        case .filesystem: ModuleSignature("fstype|type dev|device force opts state")
        case .group: ModuleSignature("name gid state system non_unique force")
        case .hostname: ModuleSignature("name use")
        case .iptables:
            ModuleSignature(
                """
                table state action rule_num ip_version chain protocol source destination tcp_flags match jump gateway \
                log_prefix log_level goto in_interface out_interface fragment set_counters source_port \
                destination_port destination_ports to_ports to_destination to_source syn set_dscp_mark \
                set_dscp_mark_class comment ctstate src_range dst_range match_set match_set_flags limit limit_burst \
                uid_owner gid_owner reject_with icmp_type flush policy wait chain_management
                """
            )
        case .modprobe: ModuleSignature("name state params")
        case .mount: ModuleSignature("path|name src fstype opts opts_no_log dump passno state fstab boot backup")
        case .nmcli:
            ModuleSignature(
                """
                conn_name state type ifname autoconnect autoconnect_priority autoconnect_retries conn_reload zone ip4 \
                gw4 gw4_ignore_auto routes4 routes4_extended route_metric4 routing_rules4 never_default4 dns4 dns4_search \
                dns4_options dns4_ignore_auto method4 may_fail4 dhcp_client_id ip6 gw6 gw6_ignore_auto routes6 \
                routes6_extended route_metric6 dns6 dns6_search dns6_options dns6_ignore_auto method6 ip_privacy6 \
                addr_gen_mode6 mtu mac master slave_type mode miimon primary downdelay updelay arp_interval \
                arp_ip_target xmit_hash_policy fail_over_mac stp priority forwarddelay hellotime maxage ageingtime \
                slavepriority path_cost hairpin vlanid vlandev flags ingress egress vxlan_id vxlan_local vxlan_remote
                """
            )
        case .ping: ModuleSignature("data")
        case .raw: ModuleSignature("executable", isFreeForm: true)
        case .reboot:
            ModuleSignature(
                "pre_reboot_delay post_reboot_delay reboot_timeout connect_timeout test_command msg reboot_command "
                    + "search_paths boot_time_command"
            )
        case .seboolean: ModuleSignature("name persistent state ignore_selinux_state")
        case .selinux: ModuleSignature("policy state configfile|conf|file")
        case .service: ModuleSignature("name state enabled sleep pattern runlevel arguments|args use")
        case .sysctl: ModuleSignature("name|key value|val sysctl_file reload state sysctl_set ignoreerrors")
        case .systemd:
            ModuleSignature(
                "name|service|unit state enabled daemon_reload|daemon-reload daemon_reexec|daemon-reexec masked "
                    + "no_block scope force"
            )
        case .timezone: ModuleSignature("name hwclock|rtc")
        case .uri:
            ModuleSignature(
                """
                url method status_code return_content body body_format headers timeout url_username|user \
                url_password|password force_basic_auth
                """
            )
        case .user:
            ModuleSignature(
                """
                name|user uid comment group groups append shell home skeleton password state \
                create_home|createhome move_home system force remove non_unique update_password expires \
                password_lock password_expire_max password_expire_min password_expire_warn umask
                """
            )
        case .waitFor:
            ModuleSignature(
                "host port path search_regex state timeout delay sleep connect_timeout msg"
            )
        default: ModuleSignature("connect_timeout delay sleep timeout")
        }
    }
}

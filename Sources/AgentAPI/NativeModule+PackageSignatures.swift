extension NativeModule {
    var writtenForPackages: ModuleSignature {
        switch self {
        case .apt:
            ModuleSignature(
                """
                name|package|pkg state update_cache|update-cache cache_valid_time purge \
                default_release|default-release install_recommends|install-recommends force upgrade dpkg_options deb \
                autoremove autoclean clean only_upgrade \
                allow_downgrade|allow-downgrade|allow_downgrades|allow-downgrades \
                allow_unauthenticated|allow-unauthenticated allow_change_held_packages force_apt_get lock_timeout \
                update_cache_retries update_cache_retry_max_delay
                """
            )
        case .aptRepository:
            ModuleSignature(
                "repo state mode update_cache|update-cache filename codename validate_certs install_python_apt "
                    + "update_cache_retries update_cache_retry_max_delay"
            )
        case .dnf, .yum:
            ModuleSignature(
                """
                name|pkg state enablerepo disablerepo disable_gpg_check update_cache|expire-cache autoremove \
                exclude security bugfix allow_downgrade allowerasing install_weak_deps skip_broken update_only nobest \
                cacheonly lock_timeout releasever installroot validate_certs sslverify use_backend
                """
            )
        case .package: ModuleSignature("name|pkg state use update_cache|update-cache")
        case .pip:
            ModuleSignature(
                """
                name version requirements virtualenv virtualenv_command virtualenv_python virtualenv_site_packages \
                state extra_args editable chdir executable break_system_packages
                """
            )
        case .rpmKey: ModuleSignature("key state validate_certs fingerprint")
        default:
            ModuleSignature(
                """
                name description baseurl metalink mirrorlist file reposdir state enabled gpgcheck repo_gpgcheck \
                gpgkey gpgcakey cost priority exclude|excludepkgs includepkgs module_hotfixes proxy proxy_username \
                proxy_password username password metadata_expire keepcache skip_if_unavailable \
                sslverify|validate_certs sslcacert|ca_cert sslclientcert|client_cert sslclientkey|client_key timeout \
                retries throttle bandwidth countme ip_resolve http_caching enablegroups mode owner group
                """
            )
        }
    }

    var writtenForContainers: ModuleSignature {
        switch self {
        case .dockerContainer:
            ModuleSignature(
                """
                name image state command recreate restart pull detach force_kill|forcekill networks \
                container_default_behavior keep_volumes cleanup networks_cli_compatible restart_retries \

                """ + Self.containerKeys
            )
        case .podmanContainer:
            ModuleSignature(
                """
                name image state command recreate force_restart|restart pull detach executable image_strict \
                force_delete delete_volumes debug \

                """ + Self.containerKeys
            )
        case .podmanImage:
            ModuleSignature(
                """
                name tag state pull force path build|build_args|buildargs push push_args validate_certs|tlsverify|tls_verify \
                username password auth_file|authfile arch executable pull_extra_args
                """
            )
        case .podmanVolume: ModuleSignature("name state driver label options recreate executable debug")
        case .mysqlDatabase:
            ModuleSignature("name|db state collation encoding target single_transaction quick" + Self.mysqlKeys)
        case .mysqlUser:
            ModuleSignature(
                """
                name|user password encrypted host host_all priv append_privs subtract_privs state update_password \
                plugin plugin_hash_string plugin_auth_string sql_log_bin column_case_sensitive
                """ + Self.mysqlKeys
            )
        case .pacemakerCluster: ModuleSignature("state check_and_fail timeout force")
        case .pacemakerIsActive: ModuleSignature("resource max_wait")
        default: ModuleSignature("resource state timeout check_mode wait_for_resource")
        }
    }

    private static let containerKeys = """
        annotation cap_add|capabilities cap_drop cgroupns cpus cpu_shares cpuset_cpus cmd_args device|devices \
        dns|dns_servers dns_option|dns_opts dns_search|dns_search_domains entrypoint env env_file|env_files \
        etc_hosts|add_hosts expose|exposed|exposed_ports group_add|groups healthcheck|health_cmd \
        healthcheck_interval|health_interval healthcheck_retries|health_retries \
        healthcheck_start_period|health_start_period healthcheck_timeout|health_timeout hostname init interactive ip \
        ipc|ipc_mode label|labels log_driver log_opt|log_options memory memory_reservation memory_swap \
        mount|mounts network|net|network_mode network_aliases|network_alias no_hosts oom_score_adj pid|pid_mode \
        pids_limit privileged publish|ports|published|published_ports publish_all|publish_all_ports read_only \
        requires restart_policy rm|remove|auto_remove secrets security_opt|security_opts shm_size stop_signal \
        stop_timeout sysctl|sysctls timezone tmpfs tty ulimit|ulimits user userns|userns_mode uts \
        volume|volumes volumes_from workdir|working_dir
        """

    private static let mysqlKeys = """
         login_host login_port login_unix_socket login_user login_password config_file check_implicit_admin
        """
}

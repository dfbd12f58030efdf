extension AnsibleTaskCases {
    static let edits: [Case] = [
        Case(
            name: "lineinfile",
            files: [
                "conf": "a=1\n#b=2\nc=3\nb=9\n", "unended": "x=1\ny=2", "latin": "caf\u{E9}\n", "roles": "one\ntwo\n",
                "empty": "", "dup": "k=1\nk=2\nk=3\n",
            ],
            tasks: """
                - lineinfile: {path: '{{ d }}/conf', regexp: '^#?b=', line: b=7}
                - lineinfile: {path: '{{ d }}/conf', line: d=4, insertafter: '^a='}
                - lineinfile: {path: '{{ d }}/conf', line: e=5, insertbefore: '^c='}
                - lineinfile: {path: '{{ d }}/conf', line: top, insertbefore: BOF}
                - lineinfile: {path: '{{ d }}/conf', line: end, insertafter: EOF}
                - lineinfile: {path: '{{ d }}/conf', line: lost, insertafter: '^nothing'}
                - lineinfile: {path: '{{ d }}/conf', line: lost2, insertbefore: '^nothing'}
                - lineinfile: {path: '{{ d }}/conf', regexp: '^(c)=(\\d)$', line: '\\1 is \\2', backrefs: yes}
                - lineinfile: {path: '{{ d }}/conf', regexp: '^zzz(.)', line: 'zz\\1', backrefs: yes}
                - lineinfile: {path: '{{ d }}/conf', regexp: '^[de]=', state: absent}
                - lineinfile: {path: '{{ d }}/conf', line: top, state: absent}
                - lineinfile: {path: '{{ d }}/conf', search_string: 'is', line: c=33}
                - lineinfile: {path: '{{ d }}/unended', line: z=3}
                - lineinfile: {path: '{{ d }}/unended', regexp: '^y=', line: y=5, mode: '0600'}
                - lineinfile: {path: '{{ d }}/new', line: first, create: yes, mode: '0640'}
                - lineinfile: {path: '{{ d }}/new/er', line: first}
                - lineinfile: {path: '{{ d }}/made/up', line: first, create: yes}
                - lineinfile: {path: '{{ d }}/none', line: first, state: absent}
                - lineinfile: {path: '{{ d }}/empty', line: first}
                - lineinfile: {path: '{{ d }}/dup', regexp: '^k=', line: k=9}
                - lineinfile: {path: '{{ d }}/dup', regexp: '^k=', line: k=8, firstmatch: yes}
                - lineinfile: {path: '{{ d }}/dup', line: l, insertafter: '^k=', firstmatch: yes}
                - lineinfile: {path: '{{ d }}/latin', line: 'th\u{E9}'}
                - lineinfile: {path: '{{ d }}/roles', line: three, backup: yes}
                - lineinfile: {path: '{{ d }}/roles', line: four}
                  check_mode: yes
                - lineinfile: {path: '{{ d }}/roles', regexp: '{{ item }}', state: absent}
                  with_items: [one, nothing]
                """
        ),
        Case(
            name: "blockinfile",
            files: ["hosts": "first\nlast\n", "unended": "a\nb", "two": "x\n"],
            tasks: """
                - blockinfile: {path: '{{ d }}/hosts', block: "one\\ntwo\\n", insertafter: '^first'}
                - blockinfile: {path: '{{ d }}/hosts', block: "three\\n"}
                - blockinfile: {path: '{{ d }}/unended', block: "c"}
                - blockinfile: {path: '{{ d }}/new', block: "n\\n", create: yes, mode: '0600'}
                - blockinfile: {path: '{{ d }}/none', block: "n\\n"}
                - blockinfile: {path: '{{ d }}/none', state: absent, create: yes}
                - blockinfile: {path: '{{ d }}/two', block: a, marker: '// {mark} ours', insertbefore: BOF}
                - blockinfile: {path: '{{ d }}/two', block: b, marker_begin: START, marker_end: STOP, prepend_newline: yes}
                - blockinfile: {path: '{{ d }}/two', block: c, insertbefore: '^x', marker: '# {mark} 3', append_newline: yes}
                - blockinfile: {path: '{{ d }}/hosts', state: absent}
                - blockinfile: {path: '{{ d }}/hosts', block: ''}
                """
        ),
        Case(
            name: "replace",
            files: [
                "f": "alpha beta\nbeta gamma\n[s]\nx=1\n[t]\nx=1\n",
                "roles": "- name: Controller\n  x: 1\n- name: Compute\n",
            ],
            tasks: """
                - replace: {path: '{{ d }}/f', regexp: beta, replace: BETA}
                - replace: {path: '{{ d }}/f', regexp: '^(x)=(\\d)$', replace: '\\1: \\2', after: '\\[s\\]', before: '\\[t\\]'}
                - replace: {path: '{{ d }}/f', regexp: x, replace: y, after: '\\[t\\]'}
                - replace: {path: '{{ d }}/f', regexp: alpha, replace: omega, before: 'BETA gamma'}
                - replace: {path: '{{ d }}/f', regexp: nothing, replace: y}
                - replace: {path: '{{ d }}/f', regexp: a, replace: b, after: nowhere}
                - replace: {path: '{{ d }}/none', regexp: a, replace: b}
                - replace: {path: '{{ d }}/f', regexp: 'gamma\\n'}
                - replace: {path: '{{ d }}/f', regexp: omega, replace: o, mode: '0600', backup: yes}
                - replace:
                    dest: '{{ d }}/roles'
                    regexp: "^(- name: Controller( # the 'primary' role goes first)?$)"
                    replace: "{{ item }}"
                  with_items: ['\\1\\n  one: 1', '\\1\\n  two: 2']
                """
        ),
        Case(
            name: "yum_repository",
            files: ["repos.d/other.repo": "[other]\nname = o\nbaseurl = http://o/\n\n"],
            tasks: """
                - yum_repository: {name: epel, description: EPEL, baseurl: 'http://x/$releasever/', reposdir: '{{ d }}/repos.d', gpgcheck: no}
                - yum_repository: {name: more, file: other, description: More, baseurl: ['http://a/', 'http://b/'], reposdir: '{{ d }}/repos.d', enabled: yes}
                - yum_repository: {name: other, file: other, reposdir: '{{ d }}/repos.d', state: absent}
                - yum_repository: {name: epel, reposdir: '{{ d }}/repos.d', state: absent}
                - yum_repository: {name: none, reposdir: '{{ d }}/repos.d'}
                """
        ),
    ]

    static let collections: [Case] = [
        Case(
            name: "ini_file",
            collection: "community.general",
            files: [
                "nova.conf":
                    "[DEFAULT]\n# debug = false\nverbose=1\n\n[upgrade_levels]\n#compute = x\n\n[api]\nworkers = 2\n\n# end\n",
                "bare": "a = 1\nb = 2\n[s]\nc = 3", "empty": "",
            ],
            tasks: """
                - ini_file: dest={{ d }}/nova.conf section=upgrade_levels option=compute value=auto
                - ini_file: {path: '{{ d }}/nova.conf', section: DEFAULT, option: debug, value: 'true'}
                - ini_file: {path: '{{ d }}/nova.conf', section: DEFAULT, option: verbose, value: '1', ignore_spaces: yes}
                - ini_file: {path: '{{ d }}/nova.conf', section: api, option: threads, value: '4', no_extra_spaces: yes}
                - ini_file: {path: '{{ d }}/nova.conf', section: new, option: x, value: y}
                - ini_file: {path: '{{ d }}/nova.conf', section: new, option: flag, allow_no_value: yes}
                - ini_file: {path: '{{ d }}/nova.conf', section: api, option: workers, state: absent}
                - ini_file: {path: '{{ d }}/nova.conf', section: new, state: absent}
                - ini_file: {path: '{{ d }}/nova.conf', section: many, option: v, values: [one, two, one]}
                - ini_file: {path: '{{ d }}/nova.conf', section: many, option: v, values: [three], exclusive: no}
                - ini_file: {path: '{{ d }}/nova.conf', section: many, option: v, value: two, state: absent, exclusive: no}
                - ini_file: {path: '{{ d }}/bare', option: a, value: '9'}
                - ini_file: {path: '{{ d }}/bare', option: z, value: '9'}
                - ini_file: {path: '{{ d }}/bare', section: s, option: c, value: '4'}
                - ini_file: {path: '{{ d }}/empty', section: s, option: c, value: '4'}
                - ini_file: {path: '{{ d }}/made', section: s, option: c, value: '4', mode: '0600'}
                - ini_file: {path: '{{ d }}/none', section: s, option: c, value: '4', create: no}
                """
        ),
        Case(
            name: "posix",
            collection: "ansible.posix",
            files: [
                "fstab": "# table\nUUID=1 / ext4 defaults 0 1\n/dev/sdb1 /srv xfs noatime\n",
                "sysctl": "# s\nvm.x = 1\n",
            ],
            tasks: """
                - mount: {path: /srv/data, src: /dev/sdc1, fstype: xfs, opts: noatime, state: present, fstab: '{{ d }}/fstab'}
                - mount: {path: /srv, src: /dev/sdb1, fstype: xfs, opts: noatime, state: present, fstab: '{{ d }}/fstab'}
                - mount: {path: '/with space', src: /dev/sdd1, fstype: ext4, state: present, fstab: '{{ d }}/fstab', boot: no}
                - mount: {path: /srv/data, state: absent, fstab: '{{ d }}/fstab'}
                - sysctl: {name: net.ipv4.ip_forward, value: '1', sysctl_file: '{{ d }}/sysctl', reload: no}
                - sysctl: {name: vm.x, value: '2', sysctl_file: '{{ d }}/sysctl', reload: no}
                - sysctl: {name: vm.x, state: absent, sysctl_file: '{{ d }}/sysctl', reload: no}
                - authorized_key: {user: root, path: '{{ d }}/keys', manage_dir: no, key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBBBB ann@x'}
                - authorized_key: {user: root, path: '{{ d }}/keys', manage_dir: no, key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICCCC bob', key_options: 'no-pty,from="10.0.0.1"'}
                - authorized_key: {user: root, path: '{{ d }}/keys', manage_dir: no, key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBBBB ann@x', state: absent}
                """
        ),
    ]
}

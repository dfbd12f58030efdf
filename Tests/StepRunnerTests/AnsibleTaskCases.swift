import Jinja

/// Task lists for both; `d` is the case's folder.
enum AnsibleTaskCases {
    struct Case: Sendable {
        struct File: Sendable, ExpressibleByStringLiteral {
            var text: String
            var mode = 0o644
            init(_ text: String, mode: Int = 0o644) {
                self.text = text
                self.mode = mode
            }
            init(stringLiteral text: String) { self.text = text }
        }

        var name: String
        /// The collection its modules are from, when ansible-core does not have them.
        var collection: String?
        var files: [String: File] = [:]
        /// How often the list is gone through; the second time shows whether it says that nothing changes.
        var passes = 2
        var tasks: String
    }

    static let all = files + edits + commands + keywords + collections

    static let variables: Value = [
        "colour": "blue", "port": 8080, "hosts": ["a", "b", "c"], "flag": true, "empty": "",
        "people": ["ann": ["age": 3], "bob": ["age": 5]],
        "groups_of": [["name": "x", "of": ["1", "2"]], ["name": "y", "of": ["3"]]],
    ]

    static let material: [String: [String: String]] = [
        "templates": [
            "web.conf.j2":
                "# {{ ansible_managed | default('x') | length > 0 }}\nport = {{ port }}\n{% for h in hosts %}\n{{ loop.index }} {{ h }}\n{% endfor %}\n{% if flag %}\nyes\n{% endif %}\n",
            "bare.j2": "{{ colour }}",
            "ended.j2": "{{ colour }}{% if flag %}!{% endif %}\n",
        ],
        "files": ["hello.txt": "hello\nfrom files\n", "say.sh": "#!/bin/sh\necho \"said $1 $2\"\necho bad >&2\n"],
        "tasks": [
            "sub.yaml":
                "- copy: {dest: '{{ d }}/sub-{{ item }}', content: 'sub {{ item }} {{ colour }}'}\n- set_fact: {last: '{{ item }}'}\n"
        ],
        "vars": ["more.yaml": "taste: sweet\nnested: {a: [1, 2]}\n"],
    ]

    private static let files: [Case] = [
        Case(
            name: "copy",
            files: ["old": Case.File("old\n", mode: 0o600), "folder/x": "x\n"],
            tasks: """
                - copy: {dest: '{{ d }}/new', content: "hello {{ colour }}\\n", mode: '0640'}
                - copy: {dest: '{{ d }}/new', content: "hello {{ colour }}\\n"}
                - copy: {dest: '{{ d }}/old', content: "changed\\n"}
                - copy: {dest: '{{ d }}/old', content: x, force: no}
                - copy: {dest: '{{ d }}/json', content: {a: 1, b: [true, null, text]}}
                - copy: {src: '{{ d }}/old', dest: '{{ d }}/folder/', remote_src: yes}
                - copy: {src: '{{ d }}/old', dest: '{{ d }}/folder', remote_src: yes, mode: 'u=rw,g=r,o='}
                - copy: {src: hello.txt, dest: '{{ d }}/from-files'}
                - copy: {src: hello.txt, dest: '{{ d }}/folder/', mode: '0400'}
                - copy: {dest: '{{ d }}/nowhere/at/all', content: x}
                - copy: {src: '{{ d }}/none', dest: '{{ d }}/y', remote_src: yes}
                - copy: {dest: '{{ d }}/old', content: "third\\n", backup: yes}
                - copy: {dest: '{{ d }}/valid', content: "a\\n", validate: 'grep a %s'}
                - copy: {dest: '{{ d }}/invalid', content: "b\\n", validate: 'grep a %s'}
                - copy: {dest: '{{ d }}/sum', content: abc, checksum: a9993e364706816aba3e25717850c26c9cd0d89d}
                - copy: {dest: '{{ d }}/checked', content: abc}
                  check_mode: yes
                - copy: {dest: '{{ d }}/new', content: "other\\n"}
                  check_mode: yes
                  diff: yes
                - copy: {dest: '{{ d }}/empty', content: ''}
                """
        ),
        Case(
            name: "template",
            files: ["folder/x": "x\n"],
            tasks: """
                - template: {src: web.conf.j2, dest: '{{ d }}/web.conf', mode: '0600'}
                - template: {src: bare.j2, dest: '{{ d }}/folder/'}
                - template: {src: ended.j2, dest: '{{ d }}/ended'}
                - template: {src: bare.j2, dest: '{{ d }}/{{ item }}'}
                  loop: [one, two]
                  vars: {colour: '{{ item }}-ish'}
                - template: {src: bare.j2, dest: '{{ d }}/one', force: no}
                - template: {src: bare.j2, dest: '{{ d }}/one'}
                  check_mode: yes
                """
        ),
        Case(
            name: "file",
            files: ["f": "f\n", "tree/a": Case.File("a", mode: 0o666), "tree/b/c": "c", "gone/x/y": "y"],
            tasks: """
                - file: {path: '{{ d }}/new/deep/er', state: directory, mode: '0750'}
                - file: {path: '{{ d }}/f', mode: '0600'}
                - file: {path: '{{ d }}/f', mode: 'u+x,g-r'}
                - file: {path: '{{ d }}/f'}
                - file: {path: '{{ d }}/none'}
                - file: {path: '{{ d }}/none', state: absent}
                - file: {path: '{{ d }}/gone', state: absent}
                - file: {path: '{{ d }}/tree', state: directory, mode: 'u=rwX,g=rX,o=', recurse: yes}
                - file: {path: '{{ d }}/touched', state: touch, mode: '0644'}
                - file: {path: '{{ d }}/touched', state: touch, modification_time: preserve, access_time: preserve}
                - file: {src: '{{ d }}/f', dest: '{{ d }}/link', state: link}
                - file: {src: f, dest: '{{ d }}/relative', state: link}
                - file: {src: nowhere, dest: '{{ d }}/broken', state: link}
                - file: {src: nowhere, dest: '{{ d }}/broken', state: link, force: yes}
                - file: {src: f, dest: '{{ d }}/tree/a', state: link}
                - file: {src: '{{ d }}/f', dest: '{{ d }}/hard', state: hard}
                - file: {path: '{{ d }}/f', state: directory}
                - file: {path: '{{ d }}/planned', state: directory}
                  check_mode: yes
                - file: {path: '{{ d }}/f', state: absent}
                  check_mode: yes
                - file: {path: '{{ d }}/{{ item }}', state: directory}
                  with_items: [x, [y, z]]
                """
        ),
        Case(
            name: "stat",
            files: ["f": "abc", "x": Case.File("#!/bin/sh\n", mode: 0o4755), "folder/g": "g"],
            tasks: """
                - stat: {path: '{{ d }}/f'}
                - stat: {path: '{{ d }}/f', checksum_algorithm: sha256, get_mime: no}
                - stat: {path: '{{ d }}/f', checksum_algorithm: md5, get_attributes: no}
                - stat: {path: '{{ d }}/x', get_checksum: no}
                - stat: {path: '{{ d }}/folder'}
                - stat: {path: '{{ d }}/none'}
                - file: {src: f, dest: '{{ d }}/l', state: link}
                - stat: {path: '{{ d }}/l'}
                - stat: {path: '{{ d }}/l', follow: yes}
                - slurp: {src: '{{ d }}/f'}
                - slurp: {src: '{{ d }}/none'}
                """
        ),
        Case(
            name: "find",
            files: [
                "a.log": "one\ntwo\n", "b.txt": "two\n", ".hidden": "h", "sub/c.log": Case.File("three\n", mode: 0o600),
                "sub/deep/d.log": "x",
            ],
            tasks: """
                - find: {paths: '{{ d }}', patterns: '*.log', get_checksum: yes}
                - find: {paths: '{{ d }}', patterns: '*.log,*.txt', excludes: 'b*'}
                - find: {paths: ['{{ d }}/sub'], recurse: yes, patterns: ['^[cd].*'], use_regex: yes}
                - find: {paths: '{{ d }}', file_type: directory}
                - find: {paths: '{{ d }}', hidden: yes, contains: '^h'}
                - find: {paths: '{{ d }}/none'}
                - find: {paths: '{{ d }}/sub', recurse: yes, mode: '0600'}
                - find: {paths: '{{ d }}/sub', recurse: yes, depth: 1}
                - find: {paths: '{{ d }}', patterns: '*.log', size: 5b}
                - find: {paths: '{{ d }}', patterns: '*.log', age: 1d}
                """
        ),
        Case(
            name: "assemble",
            files: ["parts/1": "one\n", "parts/2": "two", "parts/x3": "three\n"],
            tasks: """
                - assemble: {src: '{{ d }}/parts', dest: '{{ d }}/whole', remote_src: yes}
                - assemble: {src: '{{ d }}/parts', dest: '{{ d }}/some', regexp: '^[0-9]', delimiter: '# ---', remote_src: yes}
                - assemble: {src: '{{ d }}/none', dest: '{{ d }}/some', remote_src: yes}
                """
        ),
        Case(
            name: "unarchive",
            files: ["in/a": "a\n", "in/b/c": Case.File("c\n", mode: 0o600), "out/keep": "k\n", "two/keep": "k\n"],
            tasks: """
                - command: 'tar czf {{ d }}/in.tgz --mtime=2020-01-01 -C {{ d }}/in .'
                  args: {creates: '{{ d }}/in.tgz'}
                - unarchive: {src: '{{ d }}/in.tgz', dest: '{{ d }}/out', remote_src: yes}
                - unarchive: {src: '{{ d }}/in.tgz', dest: '{{ d }}/out', remote_src: yes, list_files: yes}
                - unarchive: {src: '{{ d }}/in.tgz', dest: '{{ d }}/two', remote_src: yes, exclude: ['./b/c']}
                - unarchive: {src: '{{ d }}/in.tgz', dest: '{{ d }}/none', remote_src: yes}
                - unarchive: {src: '{{ d }}/in.tgz', dest: '{{ d }}/out', remote_src: yes, creates: '{{ d }}/out/a'}
                - file: {path: '{{ d }}/in.tgz', state: absent}
                """
        ),
        Case(
            name: "get_url",
            files: ["source": "abc"],
            tasks: """
                - get_url: {url: 'file://{{ d }}/source', dest: '{{ d }}/target', mode: '0600'}
                - get_url:
                    url: 'file://{{ d }}/source'
                    dest: '{{ d }}/summed'
                    checksum: 'sha1:a9993e364706816aba3e25717850c26c9cd0d89d'
                - get_url: {url: 'file://{{ d }}/source', dest: '{{ d }}/wrong', checksum: 'sha1:00'}
                """
        ),
    ]
}

extension AnsibleTaskCases {
    static let commands: [Case] = [
        Case(
            name: "command",
            files: ["there": "x\n", "folder/f": "f\n"],
            passes: 1,
            tasks: """
                - command: echo hello "two words" 'and $TINT ${TINT}ish $NO_SUCH_NAME'
                  environment: {TINT: '{{ colour }}'}
                - command: {argv: [printf, '%s|', a, 'b c', '']}
                - command: {cmd: ls, chdir: '{{ d }}/folder'}
                - command: 'false'
                - command: 'true creates={{ d }}/there'
                - command: 'true'
                  args: {removes: '{{ d }}/none'}
                - command: no-such-program-here
                - command: cat
                  args: {stdin: "fed\\nlines"}
                - command: {cmd: cat, stdin: fed, stdin_add_newline: no}
                - command: 'true'
                  check_mode: yes
                - command: 'true'
                  args: {removes: '{{ d }}/there'}
                  check_mode: yes
                - command: {argv: ["printf", "a\\n\\n\\n"], strip_empty_ends: no}
                - command: 'pwd chdir={{ d }}'
                """
        ),
        Case(
            name: "shell",
            files: ["there": "x\n"],
            passes: 1,
            tasks: """
                - shell: echo one; echo two >&2; exit 3
                - shell: echo $0 | grep -c sh
                - shell: echo ${BASH_VERSION:+bash}
                  args: {executable: /bin/bash}
                - shell: |
                    set -e
                    cat {{ d }}/there
                    echo done
                - shell: 'echo "{{ hosts | join(",") }}" | tr , "\\n"'
                - shell: echo $COLOUR
                  environment: {COLOUR: '{{ colour }}'}
                - shell: 'test -e {{ d }}/none'
                - raw: 'echo raw; exit 2'
                - script: say.sh one "two three"
                - script: say.sh
                  args: {creates: '{{ d }}/there'}
                - ping:
                - ping: {data: x}
                - wait_for: {path: '{{ d }}/there', search_regex: x, timeout: 3}
                - wait_for: {path: '{{ d }}/none', state: absent, timeout: 3}
                - getent: {database: passwd, key: root}
                """
        ),
    ]

    static let keywords: [Case] = [
        Case(
            name: "loops",
            passes: 1,
            tasks: """
                - debug: {msg: '{{ item }}'}
                  loop: '{{ hosts }}'
                - debug: {msg: '{{ item }}'}
                  with_items: [1, [2, 3], [[4]], '{{ hosts }}']
                - debug: {msg: '{{ item.key }}={{ item.value.age }}'}
                  with_dict: '{{ people }}'
                - debug: {msg: '{{ item[0] }}{{ item[1] }}'}
                  with_nested: [[a, b], '{{ hosts }}']
                - debug: {msg: '{{ item.0 }}-{{ item.1 }}'}
                  with_together: [[a, b], [1, 2, 3]]
                - debug: {msg: '{{ item.0 }}:{{ item.1 }}'}
                  with_indexed_items: '{{ hosts }}'
                - debug: {msg: '{{ item }}'}
                  with_sequence: start=4 end=16 stride=4 format=n%02d
                - debug: {msg: '{{ item }}'}
                  with_sequence: count=3
                - debug: {msg: '{{ item.0.name }}{{ item.1 }}'}
                  with_subelements: ['{{ groups_of }}', of]
                - debug: {msg: '{{ i }} {{ h }}'}
                  loop: '{{ hosts }}'
                  loop_control: {loop_var: h, index_var: i}
                - debug: {msg: '{{ ansible_loop.index }}/{{ ansible_loop.length }} {{ ansible_loop.last }}'}
                  loop: '{{ hosts }}'
                  loop_control: {extended: yes}
                - debug: {msg: '{{ item }}'}
                  loop: []
                - debug: {msg: '{{ item }}'}
                  loop: '{{ hosts }}'
                  when: item != 'b'
                - command: 'test {{ item }} = a'
                  loop: '{{ hosts }}'
                """
        ),
        Case(
            name: "control",
            passes: 1,
            tasks: """
                - command: echo 1
                  changed_when: false
                - command: 'false'
                  failed_when: false
                - command: echo bad
                  register: said
                  failed_when: "'bad' in said.stdout"
                - command: echo again
                  register: tried
                  until: tried.stdout == 'again'
                  retries: 2
                  delay: 0
                - command: 'true'
                  when: not flag
                - command: 'true'
                  when: [flag, port == 8080, "colour == 'blue'"]
                - fail: {msg: 'on purpose {{ port }}'}
                - assert: {that: ['port > 80', flag]}
                - assert: {that: port < 80, fail_msg: too big}
                - assert: {that: [flag], success_msg: fine}
                - set_fact: {made: '{{ port + 1 }}', other: '{{ hosts | first }}'}
                - debug: {var: made}
                - debug: {msg: [a, '{{ made }}']}
                - debug: {msg: ["{{ port }}\\n", "{{ colour }}\\n", "{{ port }}\\n\\n", "x{{ port }}\\n", "{{ none }}\\n"]}
                - include_vars: more.yaml
                - debug: {msg: '{{ taste }} {{ nested.a }}'}
                - block:
                    - command: 'false'
                    - debug: {msg: unreached}
                  rescue:
                    - copy: {dest: '{{ d }}/rescued', content: '{{ ansible_failed_result.rc }} {{ ansible_failed_task.name }}'}
                  always:
                    - copy: {dest: '{{ d }}/always', content: x}
                - include_tasks: sub.yaml
                  loop: [p, q]
                - include_tasks: sub.yaml
                  vars: {item: v, colour: red}
                - include_tasks: sub.yaml
                  when: not flag
                  vars: {item: never}
                - import_tasks: sub.yaml
                  vars: {item: static}
                - debug: {msg: '{{ last }}'}
                """
        ),
    ]
}

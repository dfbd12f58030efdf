import Jinja

/// Templates with the options they are rendered under.
enum OracleTemplates {
    static let all: [PythonOracle.Case] =
        plain.map { PythonOracle.Case(kind: .template, source: $0) } + spaced + loaded

    private static let plain = [
        "", "text", "{{ 1 }}", "a{{ n }}b", "{{ s }}\n", "{{ undefined_name }}",
        "{{ none }} {{ true }} {{ 1.0 }} {{ [1, 'a'] }} {{ {'a': none} }}", "{{ '{{' }}", "{{ {'a': {'b': 1}} }}",
        "{{ {'a': {'b': 1}}.a.b}}", "{{ 'a' if t }}{{ 'b' }}",
        "{% if t %}yes{% endif %}", "{% if u %}yes{% else %}no{% endif %}",
        "{% if u %}a{% elif n == 7 %}b{% else %}c{% endif %}", "{% if nope is defined %}a{% endif %}.",
        "{% if n > 5 and t %}a{% endif %}", "{% if nope %}a{% endif %}",
        "{% for i in l %}{{ i }},{% endfor %}", "{% for i in [] %}a{% else %}empty{% endfor %}",
        "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }};{% endfor %}",
        "{% for k in d %}{{ k }} {% endfor %}", "{% for c in 'abc' %}{{ c }}.{% endfor %}",
        "{% for i in l if i > 1 %}{{ i }}{% endfor %}", "{% for i in l if i > 5 %}{{ i }}{% else %}none{% endfor %}",
        "{% for i in range(3) %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}",
        "{% for i in l %}{{ loop.previtem | default('-') }}{{ i }}{{ loop.nextitem | default('-') }} {% endfor %}",
        "{% for i in l %}{{ loop.cycle('a', 'b') }}{% endfor %}",
        "{% for i in [1, 1, 2] %}{{ loop.changed(i) }} {% endfor %}",
        "{% for i in l %}{% for j in m %}{{ loop.index }}{{ i }}{{ j }} {% endfor %}{{ loop.index }}{% endfor %}",
        "{% for a, b in [[1, 2], [3, 4]] %}{{ a }}{{ b }}{% endfor %}",
        "{% for a, (b, c) in [[1, [2, 3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for a, b in [1] %}{% endfor %}",
        "{% for i in nope %}a{% endfor %}", "{% for i in 5 %}a{% endfor %}",
        "{% for i in l %}{{ i }}{% endfor %}{{ i }}", "{% for i in l recursive_nope %}{% endfor %}", "{{ loop }}",
        "{% set a = 1 %}{{ a }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a = 1, 2 %}{{ a | length }}",
        "{% set a %}x{{ n }}{% endset %}{{ a }}", "{% set a | upper %}x{{ n }}{% endset %}{{ a }}",
        "{% set a | replace('x', 'y') | upper %}x{% endset %}{{ a }}",
        "{% set a = 1 %}{% if t %}{% set a = 2 %}{% endif %}{{ a }}",
        "{% set a = 1 %}{% for i in l %}{% set a = i %}{% endfor %}{{ a }}",
        "{% set ns = namespace(c=0) %}{% for i in l %}{% set ns.c = ns.c + i %}{% endfor %}{{ ns.c }}",
        "{% set ns = namespace() %}{% set ns.x = 'a' %}{{ ns.x }}",
        "{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}", "{% set d.a = 1 %}", "{% set true = 1 %}",
        "{% for i in l %}{% set x = loop.index %}{{ x }}{% endfor %}", "{% set n = n + 1 %}{{ n }}",
        "{% macro f(a, b=2) %}{{ a }}-{{ b }};{% endmacro %}{{ f(1) }}{{ f(1, 3) }}{{ f(b=4, a=5) }}",
        "{% macro f(a) %}{{ a }}{% endmacro %}{{ f() }}", "{% macro f(a) %}{{ a is defined }}{% endmacro %}{{ f() }}",
        "{% macro f() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, x=2) | replace('(1,)', '[1]') }}",
        "{% macro f() %}{% endmacro %}{{ f(1) }}", "{% macro f(a, a) %}{% endmacro %}",
        "{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(4) }}",
        "{% macro f() %}[{{ caller() }}]{% endmacro %}{% call f() %}body{{ n }}{% endcall %}",
        "{% macro f() %}[{{ caller(5) }}]{% endmacro %}{% call(x) f() %}got{{ x }}{% endcall %}",
        "{% macro f() %}{{ s }}{% endmacro %}{{ f() | upper }}", "{% macro f(a=n) %}{{ a }}{% endmacro %}{{ f() }}",
        "{% macro f() %}{{ q }}{% endmacro %}{% set q = 1 %}{{ f() }}",
        "{% macro f(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}",
        "{% macro f(x=1, y) %}{% endmacro %}",
        "{% for i in l %}{% macro f() %}{{ i }}{% endmacro %}{{ f() }}{% endfor %}",
        "{% macro f() %}a{% endmacro %}{% call f() %}x{% endcall %}", "{{ nope() }}",
        "{% filter upper %}abc{{ s }}{% endfilter %}", "{% filter replace('a', 'b') | upper %}aaa{% endfilter %}",
        "{% raw %}{{ x }} {% if %}{% endraw %}", "{%- raw -%} a {%- endraw -%} b", "{# comment {{ x }} #}a",
        "a{#- c -#} b", "{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}",
        "{% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q is defined }}",
        "{% with a = n %}{{ a }}{% endwith %}{{ a is defined }}", "{% block a %}x{% endblock %}",
        "{% block a %}x{% endblock a %}{{ self.a() }}", "{% block a %}{% endblock %}{% block a %}{% endblock %}",
        "{% set q = 5 %}{% block a %}{{ q }}{% endblock %}",
        "{% for i in l %}{% block a scoped %}{{ i }}{% endblock %}{% endfor %}",
        "{% for i in l %}{% block a %}{{ i is defined }}{% endblock %}{% endfor %}",
        "{% if %}", "{% endif %}", "{% if t %}", "{% for %}{% endfor %}", "{% for i l %}{% endfor %}", "{% nope %}",
        "{{ 1", "{{ }}", "{% if t %}{% endfor %}", "{% set %}", "{% set a %}", "{% else %}", "{# a",
        "{{ 'a }}", "{{ a }} {{", "}} %}", "{ { } }", "{%", "{%%}", "{% block %}{% endblock %}",
        "{% macro %}{% endmacro %}", "{{ (1 }}", "{{ 1) }}", "{{ ] }}", "{% if t %}a{% else %}b{% else %}c{% endif %}",
        "{% filter nope %}{% endfilter %}",
        "{{ [1, 2, 3] | map('string') | join(',') }}", "{{ nodes | map(attribute='name') | join(', ') }}",
        "{% for n in nodes | sort(attribute='size') %}{{ n.name }} {{ n.size }}\n{% endfor %}",
        "{% for g in nodes | groupby('role') %}{{ g.grouper }}: {% for n in g.list %}{{ n.name }} {% endfor %}\n{% endfor %}",
        "{% for role, members in nodes | groupby('role') %}{{ role }}={{ members | length }} {% endfor %}",
        "{% for r in range(7) | batch(3, '-') %}{{ r | join }}|{% endfor %}", "{{ d }}",
        "{{ 'it\\'s' }} {{ ['it\\'s'] }}", "{{ \"a\" \"b\" }}", "{{- 1 -}}", "a {{- 1 -}} b",
        "a\n{%- if t -%}\n b \n{%- endif -%}\n c", "{{ 1 }}\n{{ 2 }}\n", "{% if t %}\na\n{% endif %}\nb\n",
        "{% if t +%}\na\n{%+ endif %}\nb\n", "  {% if t %}\n  a\n  {% endif %}\nb",
        "\r\na\r\n{% if t %}\r\nb\r{% endif %}\n", "{# c #}\na\n",
        "{{ s is string }}{{ n is string }}", "{{ words | wordwrap(20) }}", "{{ lines | indent(2) }}",
        "{{ 5 if nope is defined else 6 }}", "{{ 1.10 }} {{ 1e20 }} {{ 1e-10 }}", "{{ uni }} 世界 {{ '世' }}",
        "{% set x %}{% endset %}[{{ x }}]", "{% if x is none %}none{% endif %}", "{{ (1, 2) | join('-') }}",
        "{{ l[0] }}{{ l[-1] }}{{ l[1:] }}", "{{ ('a', 'b')[0] }}", "{% if not l %}a{% else %}b{% endif %}",
        "{{ [1, [2, [3]]] }}", "{{ {'a': [1, {'b': 'c'}]} }}",
    ]

    private static let whiteSpace = [
        "{% if t %}\n  a\n{% endif %}\n", "  {% if t %}\n  a\n  {% endif %}\n  b\n", "x  {% if t %}\n a {% endif %}\n",
        "  {{ n }}  \n  {# c #}  \n  {%+ if t %}\n{% endif +%}\n z", "a\n\n\n",
        "a\n  {%- if t %}  \n  b{% endif -%}  \n  c\n", "{% for i in l %}\n  - {{ i }}\n{% endfor %}\n",
        "    {% for i in l -%}\n  {{ i }}\n    {%- endfor %}\n", "  {% raw %}\n  {{ x }}\n  {% endraw %}\n  b",
        "\t{% set a = 1 %}\n\t{{ a }}\n", "{% if t %}{% if t %}\n a\n{% endif %}\n  {% endif %}\nb",
        "a {# c #} \n b {#- d -#} \n c", "{% macro f() %}\n  m\n{% endmacro %}\n{{ f() }}\n", "\n\n{{ n }}\n\n",
        "{%- if t +%}\n a\n{%- endif %}", "  {#+ c #}\n a",
    ]

    private static let spaced: [PythonOracle.Case] = whiteSpace.flatMap { source in
        (0..<8).map { bits in
            PythonOracle.Case(
                kind: .template,
                source: source,
                options: ["trim": .bool(bits & 1 != 0), "lstrip": .bool(bits & 2 != 0), "keep": .bool(bits & 4 != 0)]
            )
        }
    }

    static let templates: Value = [
        "base":
            "<{% block title %}base{% endblock %}|{% block body %}{{ n }}{% endblock %}>{% block foot %}f{% endblock %}",
        "middle": "{% extends 'base' %}{% block body %}middle({{ super() }}){% endblock %}",
        "macros":
            "{% macro hi(a, b='B') %}hi {{ a }}{{ b }}{% endmacro %}{% set v = 42 %}{% macro _hidden() %}{% endmacro %}{% macro n2() %}{{ n }}{% endmacro %}",
        "part": "part:{{ n }}:{{ i | default('none') }}", "sets": "{% set inner = 1 %}{{ inner }}",
        "broken": "{% if %}", "selfish": "{% include 'selfish' %}", "required": "{% block a required %}{% endblock %}",
        "conditional": "{% if t %}{% extends 'base' %}{% endif %}{% block body %}c{% endblock %}",
        "callers": "{% macro box() %}[{{ caller() }}]{% endmacro %}",
    ]

    private static let loaded: [PythonOracle.Case] =
        [
            "{% include 'part' %}", "{% for i in l %}{% include 'part' %} {% endfor %}", "{% include 'nope' %}",
            "{% include 'nope' ignore missing %}.", "{% include ['nope', 'part'] %}",
            "{% include 'part' without context %}", "{% set n = 1 %}{% include 'part' %}",
            "{% include 'sets' %}{{ inner is defined }}", "{% include 'broken' %}", "{% include 'pa' ~ 'rt' %}",
            "{% include 'part' with context %}", "{% include 'nope' ignore missing with context %}",
            "{% import 'macros' as m %}{{ m.hi(1) }}{{ m.v }}", "{% from 'macros' import hi %}{{ hi('x', b='y') }}",
            "{% from 'macros' import hi as hey, v %}{{ hey(1) }}{{ v }}",
            "{% from 'macros' import nope %}{{ nope is defined }}", "{% from 'macros' import nope %}{{ nope }}",
            "{% from 'macros' import _hidden %}", "{% import 'macros' as m %}{{ m.n2() }}",
            "{% import 'macros' as m with context %}{{ m.n2() }}",
            "{% from 'macros' import n2 with context %}{{ n2() }}", "{% import 'macros' as m %}{{ m.nope() }}",
            "{% import 'macros' as m %}{{ m.nope is defined }}",
            "{% from 'callers' import box %}{% call box() %}in{{ n }}{% endcall %}",
            "{% import 'callers' as c %}{% call c.box() %}in{{ n }}{% endcall %}",
            "{% extends 'base' %}", "{% extends 'base' %}{% block title %}child{% endblock %}",
            "{% extends 'base' %}ignored{% block body %}{{ super() }}!{% endblock %}",
            "{% extends 'middle' %}{% block body %}top({{ super() }}){% endblock %}{% block title %}{{ super() }}{{ s }}{% endblock %}",
            "{% extends 'middle' %}{% set q = 3 %}{% block foot %}{{ q }}{% endblock %}",
            "{% extends 'base' %}{% macro f() %}m{% endmacro %}{% block body %}{{ f() }}{% endblock %}",
            "{% extends 'nope' %}", "{% extends 'conditional' %}{% block body %}d{{ super() }}{% endblock %}",
            "{% extends 'required' %}", "{% extends 'required' %}{% block a %}ok{% endblock %}",
            "{% extends 'base' %}{% block body %}{{ self.title() }}{% endblock %}", "before{% extends 'base' %}",
            "{% extends 'base' %}{% extends 'base' %}", "{% block a %}{{ super() }}{% endblock %}",
            "{% extends 'base' %}{% block body %}{% include 'part' %}{% endblock %}",
        ].map { PythonOracle.Case(kind: .template, source: $0, options: ["templates": templates]) }
        + [
            "[{{ nope }}]", "{% for i in nope %}{% endfor %}.", "{{ nope.a.b }}",
            "{% if nope %}a{% else %}b{% endif %}", "{{ nope | default('x') }}", "{{ nope | upper }}", "{{ nope + 1 }}",
            "{{ nope | length }}", "{{ [nope] | length }}", "{{ nope == 1 }}", "{{ 'a' ~ nope }}", "{{ nope() }}",
            "{{ 'x' if u }}", "{{ nope | list }}", "{{ nope | join(',') }}",
        ].map { PythonOracle.Case(kind: .template, source: $0, options: ["strict": false]) }
}

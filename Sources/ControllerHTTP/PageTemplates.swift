/// The pages' texts. `{{…}}` escapes for HTML.
enum PageTemplates {
    static let head = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>{{title}} · Rackwright</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        {{#refreshes}}<meta http-equiv="refresh" content="3">{{/refreshes}}
        <link rel="stylesheet" href="/style.css"></head><body>
        <header><a class="brand" href="/">Rackwright</a>{{#operator}}<nav><a href="/">Rack</a><a href="/match">Match</a></nav>
        <span class="who">{{.}}</span>{{/operator}}</header><main>

        """

    static let foot = "</main></body></html>\n"

    static let login = """
        {{> head}}<form class="login" method="post" action="/login"><h1>Log in</h1>
        {{#problem}}<p class="problem">{{.}}</p>{{/problem}}
        <label>Operator token<input type="password" name="token" autocomplete="current-password" required autofocus></label>
        <button>Log in</button><p class="dim">A token is made by <code>rackwright token create NAME</code>.</p></form>{{> foot}}
        """

    static let rack = """
        {{> head}}<section class="counts">{{#counts}}<div><b class="{{tone}}">{{count}}</b>{{name}}</div>{{/counts}}</section>
        <h2>Nodes</h2><table><thead><tr><th>Node<th>State<th>Role<th>Gen.<th>Address<th>Rack<th>BMC<th>Progress<th>Evidence</tr>
        </thead><tbody>{{#nodes}}<tr><td><a href="/nodes/{{name}}">{{name}}</a>
        <td><span class="state {{tone}}">{{state}}</span>{{#flag}} <span class="state warn">{{.}}</span>{{/flag}}
        <td>{{role}}<td>{{generation}}<td>{{address}}<td>{{place}}<td class="dim">{{bmc}}
        <td>{{#percent}}<progress max="100" value="{{.}}"></progress> {{/percent}}{{progress}}<td>{{evidence}}</tr>{{/nodes}}
        {{^nodes}}<tr><td colspan="9" class="dim">No nodes yet: <code>rackwright node enroll nodes.csv</code></tr>{{/nodes}}</tbody></table>
        <h2>Runs</h2><table><thead><tr><th>Run<th>Plan<th>State<th>Wave<th>Started<th>Nodes</tr></thead><tbody>
        {{#runs}}<tr><td>{{id}}<td>{{generation}}<td><span class="state {{tone}}">{{state}}</span>
        {{#approval}}<span class="state warn">waits for approval</span>{{/approval}}<div class="dim">{{reason}}</div>
        <td>{{wave}}<td>{{started}}<td>{{#members}}<div><span class="dot {{tone}}"></span>{{name}} <span class="dim">{{state}} {{detail}}</span></div>{{/members}}</tr>{{/runs}}
        {{^runs}}<tr><td colspan="6" class="dim">Nothing was applied yet.</tr>{{/runs}}</tbody></table>{{> foot}}
        """

    static let node = """
        {{> head}}<h1>{{node.name}} <span class="state {{node.tone}}">{{node.state}}</span>
        {{#node.flag}}<span class="state warn">{{.}}</span>{{/node.flag}}</h1>
        {{#failure}}<p class="problem">{{.}}</p>{{/failure}}
        <dl>{{#facts}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/facts}}</dl>
        {{#hasLastFailure}}<h2>Last failure</h2><pre>{{#lastFailure}}{{.}}
        {{/lastFailure}}</pre>{{/hasLastFailure}}
        <h2>Timeline</h2><table class="timeline"><tbody>{{#timeline}}<tr><td class="dim">{{at}}<td><span class="source">{{source}}</span><td>{{text}}</tr>{{/timeline}}</tbody></table>{{> foot}}
        """

    static let match = """
        {{> head}}<h2>Roles</h2><table><thead><tr><th>Role<th>Wanted<th>Assigned<th>Missing</tr></thead><tbody>
        {{#roles}}<tr><td>{{name}}<td>{{wanted}}<td>{{assigned}}<td class="{{tone}}">{{missing}}</tr>{{/roles}}</tbody></table>
        {{#lacks}}<p class="problem">{{.}}</p>{{/lacks}}{{#spreads}}<p>{{.}}</p>{{/spreads}}
        <h2>Nodes</h2>{{#nodes}}<h3><a href="/nodes/{{name}}">{{name}}</a> <span class="dim">{{role}}</span></h3>
        {{#remark}}<p class="warn">{{.}}</p>{{/remark}}
        <table><tbody>{{#verdicts}}<tr><td><span class="dot {{tone}}"></span>{{role}}<td>{{score}}
        <td>{{#failures}}<div>{{requirement}} <span class="dim">found {{observed}}</span></div>{{/failures}}</tr>{{/verdicts}}</tbody></table>{{/nodes}}{{> foot}}
        """

    static let problem = """
        {{> head}}<h1>{{title}}</h1>{{#reasons}}<p class="problem">{{.}}</p>{{/reasons}}{{> foot}}
        """

    static let style = """
        :root{color-scheme:light dark;--fg:#1d2430;--bg:#f5f6f8;--card:#fff;--line:#dfe3e8;--dim:#68758a;--good:#1a7f4b;--busy:#2563c9;--warn:#a15c00;--bad:#c0262d}
        @media(prefers-color-scheme:dark){:root{--fg:#e4e8ee;--bg:#12161d;--card:#1a202a;--line:#2c3544;--dim:#8f9db3;--good:#4ac485;--busy:#6ea3ff;--warn:#e6a23c;--bad:#ff6b6b}}
        *{box-sizing:border-box}body{margin:0;font:15px/1.45 system-ui,sans-serif;color:var(--fg);background:var(--bg)}
        header{display:flex;gap:2rem;align-items:center;padding:.8rem 1.5rem;background:var(--card);border-bottom:1px solid var(--line)}
        .brand{font-weight:700}nav{display:flex;gap:1rem;flex:1}main{max-width:1500px;margin:0 auto;padding:1rem 1.5rem}
        a{color:inherit;text-decoration:none}a:hover{text-decoration:underline}h1{font-size:1.4rem}h2{font-size:1.05rem;margin:1.6rem 0 .5rem}
        table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:8px;overflow:hidden}
        th,td{text-align:left;vertical-align:top;padding:.45rem .7rem;border-bottom:1px solid var(--line)}th{font-size:.8rem;color:var(--dim);font-weight:600}
        tr:last-child td{border-bottom:0}td:first-child{font-weight:600;white-space:nowrap}.timeline td:first-child{font-weight:400}
        .dim,.who,small{color:var(--dim)}.state{display:inline-block;padding:.05rem .55rem;border-radius:1rem;border:1px solid;font-size:.85rem;white-space:nowrap}
        .good{color:var(--good)}.busy{color:var(--busy)}.warn{color:var(--warn)}.bad{color:var(--bad)}.rest{color:var(--dim)}
        .dot{display:inline-block;width:.6rem;height:.6rem;border-radius:50%;background:currentColor;margin-right:.4rem}
        .counts{display:flex;gap:1rem;flex-wrap:wrap;margin-top:.5rem}.counts div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.5rem 1rem;min-width:6.5rem}
        .counts b{display:block;font-size:1.6rem;line-height:1.2}progress{width:7rem;height:.7rem}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.2rem;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem}
        dt{color:var(--dim)}dd{margin:0}pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;overflow:auto}
        .problem{border-left:4px solid var(--bad);background:var(--card);padding:.6rem 1rem}.source{font-size:.8rem;color:var(--busy)}
        .login{max-width:24rem;margin:12vh auto;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.5rem}
        .login label{display:block;color:var(--dim)}.login input{width:100%;margin:.3rem 0 1rem;padding:.5rem;font:inherit}.login button{font:inherit;padding:.5rem 1.2rem}

        """
}

/// The pages' texts. `{{…}}` escapes for HTML.
enum PageTemplates {
    /// By name, as they name each other.
    static let all = [
        "head": head, "foot": foot, "login": login, "rack": rack, "node": node, "timeline": timeline, "match": match,
        "problem": problem, "facts": facts, "entries": entries, "run-rows": runRows, "runs": runs, "run": run,
        "plans": plans, "plan": plan, "runbooks": runbooks, "runbook": runbook,
    ]

    static let head = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>{{title}} · Rackwright</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        {{#refreshes}}<meta http-equiv="refresh" content="3">{{/refreshes}}
        <link rel="stylesheet" href="/style.css"></head><body>
        <header><a class="brand" href="/">Rackwright</a>{{#operator}}<nav><a href="/">Rack</a><a href="/match">Match</a><a href="/plans">Plans</a><a href="/runs">Runs</a><a href="/runbooks">Runbooks</a></nav>
        <span class="who">{{.}}</span>{{/operator}}</header><main>

        """

    static let foot = "</main></body></html>\n"

    static let login = """
        {{> head}}<form class="login" method="post" action="/login"><h1>Log in</h1>
        {{#problem}}<p class="problem">{{.}}</p>{{/problem}}
        <label>Operator token<input type="password" name="token" autocomplete="current-password" required autofocus></label>
        <button>Log in</button><p class="dim">A token is made by <code>rackwright token create NAME</code>.</p></form>{{> foot}}
        """

    /// Name and value pairs; a value may be a link.
    static let facts = """
        <dl>{{#facts}}<dt>{{name}}</dt><dd>{{#link}}<a href="{{.}}">{{value}}</a>{{/link}}{{^link}}{{value}}{{/link}}</dd>{{/facts}}</dl>
        """

    static let rack = """
        {{> head}}<section class="counts">{{#counts}}<div><b class="{{tone}}">{{count}}</b>{{name}}</div>{{/counts}}</section>
        <h2>Nodes</h2><table><thead><tr><th>Node<th>State<th>Role<th>Gen.<th>Address<th>Rack<th>BMC<th>Progress<th>Evidence</tr>
        </thead><tbody>{{#nodes}}<tr><td><a href="{{href}}">{{name}}</a></td>
        <td><span class="state {{tone}}">{{state}}</span>{{#flag}} <span class="state warn">{{.}}</span>{{/flag}}</td>
        <td data-h="Role">{{role}}</td><td data-h="Plan">{{generation}}</td><td data-h="Address">{{address}}</td><td data-h="Rack">{{place}}</td><td data-h="BMC" class="dim">{{bmc}}</td>
        <td data-h="Progress">{{#percent}}<progress max="100" value="{{.}}"></progress> {{/percent}}{{progress}}</td><td data-h="Evidence">{{evidence}}</td></tr>{{/nodes}}
        {{^nodes}}<tr><td colspan="9" class="dim">No nodes yet: <code>rackwright node enroll nodes.csv</code></td></tr>{{/nodes}}</tbody></table>
        <h2>Runs</h2>{{> run-rows}}{{> foot}}
        """

    static let node = """
        {{> head}}<h1>{{node.name}} <span class="state {{node.tone}}">{{node.state}}</span>
        {{#node.flag}}<span class="state warn">{{.}}</span>{{/node.flag}}</h1>
        {{#failure}}<p class="problem">{{.}}</p>{{/failure}}
        {{> facts}}
        {{#hasLastFailure}}<h2>Last failure</h2><pre>{{#lastFailure}}{{.}}
        {{/lastFailure}}</pre>{{/hasLastFailure}}
        <h2>Runs</h2>{{> run-rows}}
        <h2>Timeline</h2>{{> entries}}<p><a href="{{node.href}}/timeline">The whole timeline</a></p>{{> foot}}
        """

    static let timeline = """
        {{> head}}<h1>Timeline of <a href="{{node.href}}">{{node.name}}</a></h1>{{> entries}}{{> foot}}
        """

    static let entries = """
        <table class="timeline"><tbody>{{#timeline}}<tr><td class="dim">{{at}}</td><td><span class="source">{{source}}</span></td><td>{{text}}</td></tr>{{/timeline}}
        {{^timeline}}<tr><td class="dim">Nothing yet.</td></tr>{{/timeline}}</tbody></table>
        """

    static let match = """
        {{> head}}<h2>Roles</h2><table><thead><tr><th>Role<th>Wanted<th>Assigned<th>Missing</tr></thead><tbody>
        {{#roles}}<tr><td>{{name}}</td><td data-h="Wanted">{{wanted}}</td><td data-h="Assigned">{{assigned}}</td><td data-h="Missing" class="{{tone}}">{{missing}}</td></tr>{{/roles}}</tbody></table>
        {{#lacks}}<p class="problem">{{.}}</p>{{/lacks}}{{#spreads}}<p>{{.}}</p>{{/spreads}}
        <h2>Nodes</h2>{{#nodes}}<h3><a href="{{href}}">{{name}}</a> <span class="dim">{{role}}</span></h3>
        {{#remark}}<p class="warn">{{.}}</p>{{/remark}}
        <table><tbody>{{#verdicts}}<tr><td><span class="dot {{tone}}"></span>{{role}}</td><td>{{score}}</td><td>{{#failures}}<div>{{requirement}} <span class="dim">found {{observed}}</span></div>{{/failures}}</td></tr>{{/verdicts}}</tbody></table>{{/nodes}}{{> foot}}
        """

    static let problem = """
        {{> head}}<h1>{{title}}</h1>{{#reasons}}<p class="problem">{{.}}</p>{{/reasons}}{{> foot}}
        """
}

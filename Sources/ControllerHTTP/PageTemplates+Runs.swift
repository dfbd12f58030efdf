/// Runs, plans and runbooks.
extension PageTemplates {
    /// The rows of several pages: `runs`.
    static let runRows = """
        <table><thead><tr><th>Run<th>Of<th>State<th>Wave<th>Started<th>Took<th>Nodes</tr></thead><tbody>
        {{#runs}}<tr><td><a href="{{runHref}}">{{id}}</a></td><td data-h="Of"><a href="{{planHref}}">plan {{generation}}</a>{{#book}}, <a href="{{bookHref}}">runbook {{bookName}}</a>{{/book}}</td>
        <td><span class="state {{tone}}">{{state}}</span>{{#approval}} <span class="state warn">waits for approval</span>{{/approval}}<div class="dim">{{remark}}</div></td>
        <td data-h="Wave">{{wave}}</td><td data-h="Started">{{started}}</td><td data-h="Took">{{took}}</td><td data-h="Nodes">{{tally}}</td></tr>{{/runs}}
        {{^runs}}<tr><td colspan="7" class="dim">{{noRuns}}</td></tr>{{/runs}}</tbody></table>
        """

    static let runs = """
        {{> head}}<h1>Runs</h1>{{> run-rows}}{{> foot}}
        """

    static let run = """
        {{> head}}<h1>{{id}} <span class="state {{tone}}">{{state}}</span></h1>
        {{#said}}<p class="{{saidClass}}">{{.}}</p>{{/said}}
        {{#approval}}<p class="problem">Wave {{wave}} waits for approval: <code>rackwright run approve {{id}}</code></p>{{/approval}}
        {{> facts}}{{#leftOut}}<p class="dim">{{.}}</p>{{/leftOut}}
        {{#waves}}<h2>{{title}} <span class="dim">{{waveTally}}</span></h2><table><thead><tr><th>Node<th>State<th>Detail</tr></thead><tbody>
        {{#members}}<tr><td><a href="{{memberHref}}">{{memberName}}</a></td><td><span class="state {{memberTone}}">{{memberState}}</span></td><td>{{detail}}</td></tr>{{/members}}</tbody></table>{{/waves}}{{> foot}}
        """

    static let plans = """
        {{> head}}<h1>Plans</h1><table><thead><tr><th>Plan<th>Made<th>For<th>Nodes<th>Unchanged<th>Run</tr></thead><tbody>
        {{#plans}}<tr><td><a href="{{planHref}}">{{generation}}</a></td><td data-h="Made">{{made}}</td><td data-h="For">{{#book}}<a href="{{bookHref}}">runbook {{bookName}}</a>{{/book}}{{^book}}what nodes are made of{{/book}}</td>
        <td data-h="Nodes">{{operations}}</td><td data-h="Unchanged">{{unchanged}}</td><td data-h="Run">{{#applied}}<a href="{{runHref}}">{{runID}}</a> <span class="state {{tone}}">{{runState}}</span>{{/applied}}{{^applied}}<span class="dim">not applied</span>{{/applied}}</td></tr>{{/plans}}
        {{^plans}}<tr><td colspan="6" class="dim">No plans yet: <code>rackwright plan</code></td></tr>{{/plans}}</tbody></table>{{> foot}}
        """

    static let plan = """
        {{> head}}<h1>Plan {{generation}}{{#applied}} <span class="state {{tone}}">{{runState}}</span>{{/applied}}{{^applied}} <span class="state rest">not applied</span>{{/applied}}</h1>
        {{> facts}}{{#notes}}<p class="warn">{{.}}</p>{{/notes}}
        {{#nodes}}<section class="card"><h3><a href="{{nodeHref}}">{{nodeName}}</a> <span class="state busy">{{operation}}</span> <span class="dim">{{role}}, wave {{wave}}</span></h3>
        <ul>{{#changes}}<li>{{.}}</li>{{/changes}}</ul>
        {{#hasSteps}}<details><summary>{{stepCount}}</summary><ol>{{#steps}}<li>{{.}}</li>{{/steps}}</ol></details>{{/hasSteps}}
        <p class="dim">{{material}}</p></section>{{/nodes}}
        {{^nodes}}<p class="dim">It changes nothing.</p>{{/nodes}}{{> foot}}
        """

    static let runbooks = """
        {{> head}}<h1>Runbooks</h1><table><thead><tr><th>Runbook<th>For<th>Roles<th>Parameters<th>Tasks</tr></thead><tbody>
        {{#runbooks}}<tr><td><a href="{{bookHref}}">{{bookName}}</a></td><td>{{description}}</td><td data-h="Roles">{{roles}}</td><td data-h="Parameters">{{parameterNames}}</td><td data-h="Tasks">{{taskCount}}</td></tr>{{/runbooks}}
        {{^runbooks}}<tr><td colspan="5" class="dim">The catalogue has none: they are files of <code>runbooks/</code>.</td></tr>{{/runbooks}}</tbody></table>{{> foot}}
        """

    static let runbook = """
        {{> head}}<h1>{{bookName}}</h1>{{#description}}<p>{{.}}</p>{{/description}}
        {{> facts}}
        {{#hasParameters}}<h2>Parameters</h2><table><thead><tr><th>Name<th>Type<th>Without one<th>Must be<th>For</tr></thead><tbody>
        {{#parameters}}<tr><td>{{parameter}}</td><td data-h="Type">{{type}}</td><td data-h="Without one">{{fallback}}</td><td data-h="Must be">{{constraints}}</td><td>{{purpose}}</td></tr>{{/parameters}}</tbody></table>{{/hasParameters}}
        <h2>Tasks</h2><ol>{{#tasks}}<li>{{.}}</li>{{/tasks}}</ol>
        {{#hasRollback}}<h2>Where it fails</h2><ol>{{#rollbackTasks}}<li>{{.}}</li>{{/rollbackTasks}}</ol>{{/hasRollback}}
        <h2>Runs of it</h2>{{> run-rows}}{{> foot}}
        """
}

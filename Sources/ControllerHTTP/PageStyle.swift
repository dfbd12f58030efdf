extension PageTemplates {
    /// How they look, on wide screens and on narrow ones, where a table's rows become cards.
    static let style = """
        :root{color-scheme:light dark;--fg:#1d2430;--bg:#f5f6f8;--card:#fff;--line:#dfe3e8;--dim:#68758a;--good:#1a7f4b;--busy:#2563c9;--warn:#a15c00;--bad:#c0262d}
        @media(prefers-color-scheme:dark){:root{--fg:#e4e8ee;--bg:#12161d;--card:#1a202a;--line:#2c3544;--dim:#8f9db3;--good:#4ac485;--busy:#6ea3ff;--warn:#e6a23c;--bad:#ff6b6b}}
        *{box-sizing:border-box}body{margin:0;font:15px/1.45 system-ui,sans-serif;color:var(--fg);background:var(--bg)}
        header{display:flex;gap:2rem;align-items:center;padding:.8rem 1.5rem;background:var(--card);border-bottom:1px solid var(--line)}
        .brand{font-weight:700}nav{display:flex;gap:1rem;flex:1}main{max-width:1500px;margin:0 auto;padding:1rem 1.5rem}
        a{color:inherit;text-decoration:none}a:hover,main p a,dd a{text-decoration:underline}h1{font-size:1.4rem}h2{font-size:1.05rem;margin:1.6rem 0 .5rem}
        table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:8px;overflow:hidden}
        th,td{text-align:left;overflow-wrap:anywhere;vertical-align:top;padding:.45rem .7rem;border-bottom:1px solid var(--line)}th{font-size:.8rem;color:var(--dim);font-weight:600}
        tr:last-child td{border-bottom:0}td:first-child{font-weight:600;white-space:nowrap}.timeline td:first-child{font-weight:400}
        .dim,.who,small{color:var(--dim)}.state{display:inline-block;padding:.05rem .55rem;border-radius:1rem;border:1px solid;font-size:.85rem;white-space:nowrap}
        .good{color:var(--good)}.busy{color:var(--busy)}.warn{color:var(--warn)}.bad{color:var(--bad)}.rest{color:var(--dim)}
        .dot{display:inline-block;width:.6rem;height:.6rem;border-radius:50%;background:currentColor;margin-right:.4rem}
        .counts{display:flex;gap:1rem;flex-wrap:wrap;margin-top:.5rem}.counts div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.5rem 1rem;min-width:6.5rem}
        .counts b{display:block;font-size:1.6rem;line-height:1.2}progress{width:7rem;height:.7rem}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.2rem;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem}
        dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;overflow:auto}
        .problem{border-left:4px solid var(--bad);background:var(--card);padding:.6rem 1rem}.source{font-size:.8rem;color:var(--busy)}
        .login{max-width:24rem;margin:12vh auto;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.5rem}
        .login label{display:block;color:var(--dim)}.login input{width:100%;margin:.3rem 0 1rem;padding:.5rem;font:inherit}.login button{font:inherit;padding:.5rem 1.2rem}
        td a,h3 a,h1 a{text-decoration:underline;text-decoration-color:var(--line);text-underline-offset:.2em}details{margin:.4rem 0}summary{cursor:pointer;color:var(--dim)}
        h3{font-size:1rem;margin:1.2rem 0 .4rem}ul,ol{margin:.3rem 0;padding-left:1.4rem}.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.1rem 1rem .7rem;margin:.8rem 0}.card dl{border:0;padding:0;margin:.4rem 0}
        @media(max-width:760px){header{flex-wrap:wrap;gap:.3rem 1rem;padding:.6rem .8rem}nav{order:3;flex-basis:100%;flex-wrap:wrap;gap:.3rem 1.2rem}.who{margin-left:auto}main{padding:.4rem .8rem}
        table,tbody,tr,td{display:block}thead{display:none}tr{padding:.4rem 0;border-bottom:1px solid var(--line)}tr:last-child{border-bottom:0}td{border:0;padding:.12rem .7rem}td:first-child{white-space:normal}td:empty{display:none}
        td[data-h]::before{content:attr(data-h) " ";color:var(--dim);font-size:.85rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.4rem}.counts div{min-width:5rem;padding:.3rem .7rem}}

        """
}

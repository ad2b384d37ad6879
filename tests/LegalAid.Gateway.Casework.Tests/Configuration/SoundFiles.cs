using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Casework.Tests.Configuration;

/// <summary>A small configuration without a fault, from which the broken ones are made by one change each.</summary>
internal static class SoundFiles
{
    public static readonly IReadOnlyDictionary<string, string> Texts = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["agencies/court-a.yaml"] = """
            id: court-a
            kind: court
            title: { zh: 法院, en: Court }
            region: "450103"
            supervisor: court-b
            court-code: 桂0103
            programmes: [{ programme: pilot, from: 2024-01-01, until: 2025-01-01 }]
            channel: { kind: push, url: "https://court.example/events", secrets: [court-a], allowed-addresses: [10.1.0.0/16] }
            clients:
              - client-id: court-system
                jwks-file: clients/court.jwks.json
            """,
        ["agencies/court-b.yaml"] = """
            id: court-b
            kind: court
            title: { zh: 中院, en: Upper court }
            region: "450100"
            court-code: 桂01
            channel: { kind: mailbox }
            """,
        ["agencies/centre-a.yaml"] = """
            id: centre-a
            kind: aid-centre
            title: { zh: 中心, en: Centre }
            region: "450103"
            serves: ["450103"]
            channel: { kind: mailbox }
            issuers:
              - url: https://login.centre.example
                algorithms: [ES256]
                allowed-addresses: [10.2.0.0/16]
                people:
                  audience: https://gateway.example/people
                  single-use: true
                  grants:
                    - { claim: roles, value: handler, operations: [legalaid.directory.v1.DirectoryService/WhoAmI, legalaid.defence.v1.DefenceService/*] }
                staff:
                  client-id: gateway-console
                  roles:
                    - { claim: roles, value: gw-operator, role: operator }
                    - { claim: roles, value: gw-auditor, role: auditor }
                  step-up-acr: [strong]
            """,
        ["agencies/firm-a.yaml"] = """
            id: firm-a
            kind: law-firm
            title: { zh: 律所, en: Firm }
            region: "450103"
            channel: { kind: mailbox }
            """,
        ["clients/court.jwks.json"] = """
            { "keys": [
              { "kty": "EC", "crv": "P-256", "kid": "one",
                "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM" }
            ] }
            """,
        ["enrolments.yaml"] = """
            clients: []
            channels:
              - { agency: firm-a, channel: { kind: mailbox } }
            """,
        ["calendars/cn.yaml"] = """
            id: cn
            version: "2026.1"
            region: "000000"
            title: { zh: 全国, en: National }
            yearly: true
            years:
              2026:
                status: published
                source: { instrument: 通知, mark: S }
                off:
                  - { from: 2026-01-01, to: 2026-01-03, zh: 元旦, en: New Year }
                work:
                  - { date: 2026-01-04 }
            """,
        ["eligibility/facts.yaml"] = """
            bodies:
              - { id: applicant, title: { zh: 申请人, en: Applicant }, cost: 0 }
              - { id: civil-affairs, title: { zh: 民政, en: Civil affairs }, cost: 10 }
            facts:
              - id: matter
                title: { zh: 事项, en: Matter }
                kind: choice
                bodies: [applicant]
                choices:
                  - { id: wages, zh: 工资, en: Wages }
                  - { id: other, zh: 其他, en: Other }
              - { id: income, title: { zh: 收入, en: Income }, kind: money, valid-days: 30, sensitive: true, bodies: [civil-affairs] }
              - { id: born, title: { zh: 出生, en: Born }, kind: birth-date, bodies: [applicant, civil-affairs] }
              - { id: listed, title: { zh: 登记, en: Listed }, kind: yes-no, bodies: [civil-affairs] }
              - { id: ends, title: { zh: 届满, en: Ends }, kind: date, bodies: [applicant] }
              - id: register
                title: { zh: 类别, en: Register }
                kind: choice
                bodies: [civil-affairs]
                choices:
                  - { id: none, zh: 无, en: None }
                  - { id: subsistence, zh: 低保, en: Subsistence }
            """,
        ["eligibility/small/pack.yaml"] = """
            id: small
            title: { zh: 小, en: Small }
            standing: in-force
            from: 2024-01-01
            until: 2028-01-01
            areas:
              - { id: here, places: ["450103", "450122"] }
              - { id: there, places: ["450123"] }
            parameters:
              - id: limit
                title: { zh: 标准, en: Limit }
                rows:
                  - { from: 2024-01-01, basis: { instrument: 法, article: "", mark: K }, values: { here: "100.00", there: "?" } }
                  - { from: 2025-01-01, basis: { instrument: 法, article: "", mark: S }, values: { here: "120.00", there: "90.00" } }
            undertaking:
              facts: [income]
              basis: { instrument: 法, article: "4", mark: S }
            rules:
              - { id: scope, title: { zh: 范围, en: Scope }, effect: scope, basis: { instrument: 法, article: "1", mark: S }, when: { fact: matter, in: [wages] } }
              - id: listed
                title: { zh: 登记, en: Listed }
                effect: waived
                basis: { instrument: 法, article: "2", mark: S }
                from: 2025-01-01
                until: 2027-01-01
                when: { any: [{ fact: listed, is: true }, { not: { fact: born, below: 60 } }] }
              - { id: poor, title: { zh: 困难, en: Poor }, effect: means, basis: { instrument: 法, article: "3", mark: S }, when: { fact: income, below: limit } }
              - { id: soon, title: { zh: 届满, en: Soon }, effect: urgent, basis: { instrument: 法, article: "5", mark: S }, when: { fact: ends, below: 7 } }
            """,
        ["eligibility/small/examples.yaml"] = """
            received: 2026-03-02
            place: "450103"
            bases:
              wages: { matter: wages }
            examples:
              - { id: poor, base: wages, facts: { income: "119.99" }, expect: eligible, by: [scope, poor] }
              - { id: open, base: wages, facts: { income: "120.00" }, expect: evidence-needed, by: [], open: [born, listed] }
              - { id: said, base: wages, undertaken: { income: "1.00" }, answered: { income: 2026-03-01 }, expect: undertaking-accepted, by: [scope, poor] }
              - { id: other, facts: { matter: other, listed: true, born: 1990-01-01, ends: 2026-03-03 }, place: "450123", received: 2025-01-02, decided: 2025-01-03, expect: refusal-proposed }
            """,
        ["regions.yaml"] = """
            synthetic-regions: ["450199"]
            names:
              - { region: "450200", title: { zh: 柳州市, en: Liuzhou } }
            """,
        ["counsel.yaml"] = """
            lawyers:
              - licence: "14501201510000011"
                name: 虚构
                firm: firm-a
                practice-since: 2015-07-01
                criminal-since: 2016-01-01
                suspended: [{ from: 2020-01-01, until: 2021-01-01 }]
            """,
        ["gateway.yaml"] = """
            public-address: https://gateway.example
            listeners: { rest: "https://0.0.0.0:8080", grpc: "http://127.0.0.1:8081" }
            store: { kind: sqlite, path: gateway.db }
            limits: { message-bytes-max: 65536, attachment-bytes-max: 40960 }
            tokens: { lifetime: 5min }
            delivery: { backoff-base: 2s, backoff-max: 1h }
            """,
        ["sharing/notice.yaml"] = """
            id: notice
            rows:
              - id: court-says
                who: { kinds: [court], within: "450100" }
                may: { take: [say], of: [notice] }
                for: [legal-aid-case]
                basis: { instrument: 法, article: "1", mark: S }
                from: 2024-01-01
                until: 2030-01-01
                owner: court-b
              - id: centre-sees
                who: { agencies: [firm-a] }
                may: { view: [notice] }
                for: [legal-aid-case, supervision]
                basis: { instrument: 法, article: "2", mark: K }
                when: { role: [centre], state: [open], own-region: true }
                fields: [said.stage, said.who.*]
                from: 2024-01-01
                owner: court-b
              - id: centre-asks
                who: { everyone: true }
                may: { service: [court-a/case-status] }
                for: [legal-aid-case]
                basis: { instrument: 法, article: "3", mark: "?" }
                when: { party: true }
                fields: [案件.状态]
                quota: { count: 100, per: day }
                from: 2024-01-01
                owner: court-b
              - id: everyone-knocks
                who: { everyone: true }
                may: { call: [legalaid.directory.v1.DirectoryService/WhoAmI] }
                for: [directory]
                basis: { instrument: 法, article: "4", mark: S }
                fields: ["*"]
                from: 2024-01-01
                owner: court-b
            """,
        ["services/case-status.yaml"] = """
            id: case-status
            agency: court-a
            title: { zh: 查询, en: Status }
            address: https://court.example/api
            allowed-addresses: [10.45.0.0/16]
            credential: { header: Authorization, secret: court-status }
            calls:
              - { method: GET, path: "/cases/{number}", query: [page] }
              - { method: POST, path: /search }
            timeout: 5s
            answer-kibibytes-max: 64
            """,
        ["agencies/relief-a.yaml"] = """
            id: relief-a
            kind: civil-affairs
            title: { zh: 民政, en: Relief }
            region: "450103"
            channel: { kind: mailbox }
            connectors:
              - id: register
                kind: http
                address: "https://relief.example/api/{{place}}/query"
                allowed-addresses: [10.46.0.0/16]
                auth: { kind: api-key, header: X-Api-Key, secret: relief-key }
                timeout: 5s
                answer-kibibytes-max: 64
                pace: { retries: 1, hedge-after: 500ms, concurrency: 4, breaker: { failure-percent: 60, attempts-min: 5, window: 20s, pause: 5s } }
                document-kinds: { resident-id-card: "111" }
                request:
                  method: POST
                  query: { v: "1" }
                  headers: { X-Purpose: "{{purpose}}" }
                  body: { id: "{{person.number}}", name: "{{person.name}}" }
                no-match: { status: [404], when: "code == '1004'" }
                success: code == '0'
                answered-on: { from: data.time, format: unix }
                answers:
                  - { fact: register, from: data.type, values: { "00": none, "01": subsistence, "98": not-known } }
                  - { fact: listed, from: data.job, values: { Y: yes, N: no } }
                  - { fact: income, from: data.income, unit: fen }
                  - { fact: born, from: data.born, format: calendar }
              - id: services
                kind: soap
                address: https://relief.example/ws
                allowed-addresses: [10.46.0.0/16]
                certificate: relief-client
                authority: relief-network
                auth: { kind: in-request, secret: relief-password }
                request:
                  soap: "1.2"
                  action: urn:query
                  xml: |
                    <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:m="urn:m">
                      <s:Header><m:Password>{{secret}}</m:Password></s:Header>
                      <s:Body><m:Query><m:Id>{{person.number}}</m:Id></m:Query></s:Body>
                    </s:Envelope>
                namespaces: { m: "urn:m" }
                inside: { from: "string(//m:Result)", as: xml }
                answers:
                  - { fact: register, from: "string(//m:Type)", values: { "01": subsistence } }
              - id: remote-service
                kind: grpc
                address: https://relief.example:8443
                allowed-addresses: [10.46.0.0/16]
                request:
                  service: relief.v1.ReliefService
                  method: Query
                  descriptors: relief
                  headers: { x-purpose: "{{purpose}}" }
                  message: { idCard: "{{person.number}}" }
                no-match: { status: [5] }
                answers: [{ fact: listed, from: listed }]
              - id: by-file
                kind: file
                request:
                  form: xml
                  columns: { id: "{{question.id}}", card: "{{person.number}}" }
                  question-column: id
                  encoding: gb18030
                  every: 30min
                  questions-max: 500
                no-match: { when: result=NONE }
                answers: [{ fact: listed, from: listed, values: { "1": yes } }]
              - id: signed
                kind: http
                address: https://relief.example/signed
                allowed-addresses: [10.46.0.0/16]
                auth:
                  kind: signed
                  algorithm: hmac-sm3
                  key-id: app-1
                  secret: relief-sign
                  encoding: base64
                  timestamp: unix
                  separator: none
                  canonical: [key-id, timestamp, nonce, body]
                  headers: { signature: X-Sign, timestamp: X-Time, nonce: X-Nonce, key-id: X-App }
                request: { form: { id: "{{person.number}}" } }
                answers: [{ fact: listed, from: data.job }]
            """,
        ["agencies/relief-a/relief.protoset.json"] = """
            { "base64": "CgA=" }
            """,
        ["exchange-types/notice.yaml"] = """
            id: notice
            title: { zh: 通知, en: Notice }
            legal-basis: [{ instrument: 法, article: "1", mark: S }]
            roles:
              - { name: organ, title: { zh: 机关, en: Organ }, reads: [said, done], open-to: [court] }
              - { name: centre, title: { zh: 中心, en: Centre }, reads: [said] }
            states:
              - { name: open, title: { zh: 开, en: Open } }
              - { name: shut, title: { zh: 结, en: Shut }, final: true }
            attachment-kinds: [letter]
            steps:
              - name: say
                title: { zh: 说, en: Say }
                by: [organ]
                to: open
                payload: test.Say
                view: { put: said }
                parties: [{ role: centre, from: centre, else: find-centre, kind: aid-centre, required: true }]
                deliver: [centre]
                required-attachments: [[letter]]
                allow: [{ path: stage, values: [ONE] }]
                checks: [is-so]
              - name: mend
                title: { zh: 改, en: Mend }
                by: [organ]
                from: [open]
                payload: test.Mend
                view: { patch: said, from: changes }
                deliver: [centre]
              - name: trade
                title: { zh: 换, en: Trade }
                by: [organ]
                from: [open]
                payload: test.Swap
                view: { extend: said, from: changes }
                together: { exchange: other, take: finish, payload: given }
              - name: finish
                title: { zh: 完, en: Finish }
                by: [centre]
                from: [open]
                to: shut
                payload: test.Done
                view: { put: done }
                deliver: [organ]
            clocks:
              - name: answer
                title: { zh: 答, en: Answer }
                obligated: centre
                start: [{ delivered: say, to: centre }]
                stop: [finish]
                limit: 3d
                counting: criminal-days
                warn: [24h, 4h]
                basis: { instrument: 法, article: "1", mark: S }
              - name: later
                title: { zh: 后, en: Later }
                kind: period
                obligated: centre
                start: [{ expired: answer }]
                stop: [finish]
                limit: 48h
                counting: exact-hours
                basis: { instrument: 法, article: "", mark: "?" }
            holds:
              - { name: one, parts: [{ path: said.number, as: case-number }], while: [open] }
              - { name: two, parts: [{ path: said.number, as: text }], while: [open], span: { from: said.begins, to: said.ends, before: said.journey, after: 45min, step: 30min } }
            search: [{ name: who, path: said.who.id, as: resident-number }]
            case-number: said.number
            retention: { payload-days: 1095, audit-days: 1825, basis: { instrument: 法, article: "", mark: K } }
            """,
    };

    public static IReadOnlyList<ConfigurationFile> All() => [.. Texts.Select(pair => new ConfigurationFile(pair.Key, pair.Value))];

    public static IReadOnlyList<ConfigurationFile> With(string path, string text) =>
        [.. Texts.Where(pair => pair.Key != path).Select(pair => new ConfigurationFile(pair.Key, pair.Value)), new ConfigurationFile(path, text)];

    public static LoadOutcome Load(IReadOnlyList<ConfigurationFile> files, ConfigurationOptions? options = null) =>
        ConfigurationLoader.Load(files, new Schemas(), ["is-so"], ["find-centre"], options);

    private sealed class Schemas : IPayloadSchemas
    {
        private static readonly Dictionary<string, string[]> Paths = new(StringComparer.Ordinal)
        {
            ["test.Say"] = ["centre", "stage", "number", "who", "who.id", "begins", "ends", "journey"],
            ["test.Mend"] = ["changes", "changes.number"],
            ["test.Done"] = ["outcome"],
            ["test.Swap"] = ["other", "given", "given.outcome", "changes"],
        };

        public IPayloadSchema? Find(string name) => Paths.TryGetValue(name, out var paths) ? new Schema(name, paths) : null;
    }

    private sealed record Schema(string Name, string[] Paths) : IPayloadSchema
    {
        public bool HasField(PayloadPath path) => Paths.Contains(path.ToString(), StringComparer.Ordinal);

        public string? NameAt(PayloadPath path) => path.ToString() == "given" ? "test.Done" : null;

        public PayloadReading Read(JsonObject payload) => throw new NotSupportedException("these schemas only know paths");
    }
}

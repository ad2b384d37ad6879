namespace LegalAid.Gateway.Casework.Tests.Configuration;

/// <summary>One change that breaks a sound file.</summary>
/// <param name="Find">Stands once in the sound file; empty: the whole file is replaced.</param>
/// <param name="Put">What comes in its place. A comment <c>#! CODE</c> marks each line on which that fault is expected.</param>
/// <param name="SchemaRefuses">Whether the JSON Schema can say it too; null where the file is no JSON at all.</param>
public sealed record BrokenFile(string Path, string Find, string Put, bool? SchemaRefuses);

/// <summary>The corpus: what each slip is answered with, by code and line.</summary>
internal static class BrokenFiles
{
    private const string Court = "agencies/court-a.yaml", Centre = "agencies/centre-a.yaml", Type = "exchange-types/notice.yaml",
        Calendar = "calendars/cn.yaml", Counsel = "counsel.yaml", Gateway = "gateway.yaml", Enrolments = "enrolments.yaml", Keys = "clients/court.jwks.json";

    public static readonly IReadOnlyDictionary<string, BrokenFile> All = new Dictionary<string, BrokenFile>(StringComparer.Ordinal)
    {
        // YAML itself.
        ["yaml: syntax"] = new(Centre, "kind: aid-centre", "kind: [aid-centre\ntitle: x #! CONFIG_YAML_SYNTAX", null),
        ["yaml: empty"] = new(Enrolments, "", "#! CONFIG_YAML_EMPTY", null),
        ["yaml: two documents"] = new("regions.yaml", "", "names: []\n--- #! CONFIG_YAML_DOCUMENTS\nnames: []", null),
        ["yaml: anchor and alias"] = new("regions.yaml", "", "synthetic-regions: &a [] #! CONFIG_YAML_ALIAS\nnames: *a #! CONFIG_YAML_ALIAS", null),
        ["yaml: tag"] = new("regions.yaml", "", "names: !!seq [] #! CONFIG_YAML_TAG", null),
        ["yaml: key twice"] = new(Court, "court-code: 桂0103", "court-code: 桂0103\ncourt-code: 桂0103 #! CONFIG_KEY_TWICE", null),
        ["yaml: merge key"] = new(Centre, "serves: [\"450103\"]", "serves: [\"450103\"]\n<<: { kind: court } #! CONFIG_KEY_UNKNOWN", true),
        ["yaml: list as key"] = new("regions.yaml", "", "names: []\n[a]: b #! CONFIG_KEY_INVALID", null),

        // Form.
        ["form: unknown key"] = new(Court, "supervisor: court-b", "supervisor: court-b\nsupervisers: court-b #! CONFIG_KEY_UNKNOWN", true),
        ["form: missing key"] = new(Centre, "id: centre-a\nkind: aid-centre", "id: centre-a #! CONFIG_KEY_MISSING", true),
        ["form: number for text"] = new(Centre, "region: \"450103\"", "region: 450103 #! CONFIG_TYPE_WRONG", true),
        ["form: list for mapping"] = new(Centre, "channel: { kind: mailbox }", "channel: [mailbox] #! CONFIG_TYPE_WRONG", true),
        ["form: text for list"] = new(Centre, "serves: [\"450103\"]", "serves: \"450103\" #! CONFIG_TYPE_WRONG", true),
        ["form: yes for true"] = new(Calendar, "yearly: true", "yearly: yes #! CONFIG_TYPE_WRONG", true),
        ["form: null"] = new(Centre, "{ zh: 中心, en: Centre }", "{ zh: 中心, en: } #! CONFIG_TYPE_WRONG", true),
        ["form: empty text"] = new(Centre, "zh: 中心", "zh: \"\" #! CONFIG_TEXT_LENGTH\n    ", true),
        ["form: control character"] = new(Centre, "{ zh: 中心, en: Centre }", "{ zh: \"中\\a心\", en: Centre } #! CONFIG_TEXT_CHARACTERS", false),
        ["form: name"] = new(Court, "supervisor: court-b", "supervisor: Court_B #! CONFIG_NAME_INVALID", true),
        ["form: value"] = new(Centre, "kind: mailbox", "kind: pigeon } #! CONFIG_VALUE_UNKNOWN\n#", true),
        ["form: date"] = new(Counsel, "practice-since: 2015-07-01", "practice-since: 2015-02-30 #! CONFIG_DATE_INVALID", false),
        ["form: number range"] = new(Gateway, "message-bytes-max: 65536, attachment-bytes-max: 40960", "attachments-max: 101 } #! CONFIG_NUMBER_RANGE\n#", true),
        ["form: duration"] = new(Gateway, "lifetime: 5min", "lifetime: 5m } #! CONFIG_DURATION_INVALID\n#", true),
        ["form: empty list"] = new(Type, "by: [centre]", "by: [] #! CONFIG_LIST_LENGTH", true),
        ["form: name twice in a list"] = new(Type, "reads: [said, done]", "reads: [said, done, said] #! CONFIG_TWICE\n     ", true),

        // Agencies.
        ["agency: id is not the file"] = new(Centre, "id: centre-a", "id: centre-b #! CONFIG_ID_FILE", false),
        ["agency: kind"] = new("agencies/court-b.yaml", "kind: court", "kind: tribunal #! CONFIG_VALUE_UNKNOWN", true),
        ["agency: no such region"] = new(Centre, "region: \"450103\"", "region: \"450199\" #! CONFIG_REGION_UNASSIGNED", false),
        ["agency: region's form"] = new(Centre, "region: \"450103\"", "region: \"4501\" #! REGION_LENGTH", true),
        ["agency: supervisor unknown"] = new(Court, "supervisor: court-b", "supervisor: court-c #! CONFIG_REFERENCE_UNKNOWN", false),
        ["agency: supervisors in a circle"] = new("agencies/court-b.yaml", "court-code: 桂01", "court-code: 桂01\nsupervisor: court-b #! CONFIG_SUPERVISOR_CYCLE", false),
        ["agency: court code's form"] = new(Court, "court-code: 桂0103", "court-code: 桂103 #! CONFIG_COURT_CODE", false),
        ["agency: court without code"] = new(Court, "id: court-a\nkind: court\ntitle: { zh: 法院, en: Court }\nregion: \"450103\"\nsupervisor: court-b\ncourt-code: 桂0103\n", "id: court-a #! CONFIG_COURT_CODE\nkind: court\ntitle: { zh: 法院, en: Court }\nregion: \"450103\"\n", false),
        ["agency: court of another place"] = new(Court, "court-code: 桂0103", "court-code: 桂0102 #! CONFIG_COURT_REGION", false),
        ["agency: court code twice"] = new("agencies/court-b.yaml", "region: \"450100\"\ncourt-code: 桂01", "region: \"450103\"\ncourt-code: 桂0103 #! CONFIG_TWICE", false),
        ["agency: centre serves nothing"] = new(Centre, "id: centre-a\nkind: aid-centre\ntitle: { zh: 中心, en: Centre }\nregion: \"450103\"\nserves: [\"450103\"]", "id: centre-a #! CONFIG_SERVES_MISPLACED\nkind: aid-centre\ntitle: { zh: 中心, en: Centre }\nregion: \"450103\"", false),
        ["agency: region served twice"] = new(Centre, "serves: [\"450103\"]", "serves: [\"450122\", \"450110\"] #! CONFIG_SERVES_TWICE", false),
        ["agency: programme backwards"] = new(Court, "until: 2025-01-01", "until: 2024-01-01 }] #! CONFIG_PERIOD_REVERSED\n#", false),
        ["agency: plain push"] = new(Court, "https://court.example/events\",", "http://court.example/events\", #! CONFIG_URL_PLAIN\n   ", false),
        ["agency: push with a query"] = new(Court, "https://court.example/events\",", "https://court.example/events?token=1\", #! CONFIG_URL_INVALID\n   ", true),
        ["agency: network"] = new(Court, "[10.1.0.0/16]", "[10.1.2.0/16] #! CONFIG_NETWORK_INVALID\n   ", false),
        ["agency: network too wide"] = new(Court, "[10.1.0.0/16]", "[0.0.0.0/0] #! CONFIG_NETWORK_INVALID\n   ", false),
        ["client: no keys"] = new(Court, "client-id: court-system\n    jwks-file: clients/court.jwks.json", "client-id: court-system #! CONFIG_EITHER_OR", true),
        ["client: file is not there"] = new(Court, "clients/court.jwks.json", "clients/other.jwks.json #! CONFIG_FILE_MISSING", false),
        ["client: private key"] = new(Keys, "\"kid\": \"one\",", "\"kid\": \"one\", \"d\": \"0123\", #! CONFIG_JWKS_PRIVATE", null),
        ["client: point off the curve"] = new(Keys, "{ \"kty\": \"EC\", \"crv\": \"P-256\", \"kid\": \"one\",\n    \"x\": \"MKB", "{ \"kty\": \"EC\", \"crv\": \"P-256\", \"kid\": \"one\", #! CONFIG_JWKS_KEY_INVALID\n    \"x\": \"NKB", null),
        ["client: another curve"] = new(Keys, "\"crv\": \"P-256\"", "#! CONFIG_JWKS_KEY_INVALID\n    \"crv\": \"P-384\"", null),
        ["enrolment: agency unknown"] = new(Enrolments, "agency: firm-a,", "agency: firm-b, #! CONFIG_REFERENCE_UNKNOWN\n     ", false),
        ["enrolment: channel twice"] = new(Enrolments, "channels:\n  - { agency: firm-a,", "channels:\n  - { agency: firm-a, channel: { kind: mailbox } }\n  - { agency: firm-a, #! CONFIG_CHANNEL_TWICE\n     ", false),
        ["enrolment: client id of another"] = new(Enrolments, "clients: []", "clients:\n  - agency: firm-a\n    client-id: court-system #! CONFIG_CLIENT_TWICE\n    jwks: { keys: [{ kty: EC, crv: P-256, kid: two, x: axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY, y: T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU }] }", false),
        ["enrolment: key of another"] = new(Enrolments, "clients: []", "clients:\n  - agency: firm-a\n    client-id: firm-system\n    jwks: { keys: [{ kty: EC, crv: P-256, kid: two, x: MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4, y: 4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM }] } #! CONFIG_JWKS_KEY_SHARED", false),

        // Calendars, counsel, regions, settings.
        ["calendar: no national layer"] = new(Calendar, "id: cn\nversion: \"2026.1\"\nregion: \"000000\"", "id: cn #! CALENDAR_NO_NATIONAL_LAYER\nversion: \"2026.1\"\nregion: \"450000\"", false),
        ["calendar: a day twice"] = new(Calendar, "- { date: 2026-01-04 }", "- { date: 2026-01-03 } #! CALENDAR_DAY_TWICE", false),
        ["calendar: year"] = new(Calendar, "2026:\n", "26: #! CONFIG_NUMBER_RANGE\n", true),
        ["calendar: mark"] = new(Calendar, "mark: S", "mark: T } #! CONFIG_VALUE_UNKNOWN\n    #", true),
        ["counsel: licence"] = new(Counsel, "\"14501201510000011\"", "\"1450120151000001\" #! LAWYER_LICENCE_LENGTH", true),
        ["counsel: firm is none"] = new(Counsel, "firm: firm-a", "firm: court-a #! CONFIG_AGENCY_KIND", false),
        ["counsel: criminal before practice"] = new(Counsel, "- licence: \"14501201510000011\"\n    name: 虚构\n    firm: firm-a\n    practice-since: 2015-07-01", "- licence: \"14501201510000011\" #! CONFIG_COUNSEL_DATES\n    name: 虚构\n    firm: firm-a\n    practice-since: 2016-01-02", false),
        ["regions: real people live there"] = new("regions.yaml", "[\"450199\"]", "[\"450103\"] #! CONFIG_REGION_REAL", false),
        ["settings: one port"] = new(Gateway, "listeners: { rest: \"https://0.0.0.0:8080\", grpc: \"http://127.0.0.1:8081\" }", "listeners: { rest: \"https://0.0.0.0:8081\", grpc: \"http://127.0.0.1:8081\" } #! SETTINGS_SAME_PORT", false),
        ["settings: plain listener"] = new(Gateway, "https://0.0.0.0:8080\",", "http://0.0.0.0:8080\", #! CONFIG_URL_PLAIN\n ", false),
        ["settings: attachment over message"] = new(Gateway, "attachment-bytes-max: 40960 }", "attachment-bytes-max: 60000 } #! SETTINGS_ATTACHMENT_OVER_MESSAGE", false),
        ["settings: backoff"] = new(Gateway, "backoff-max: 1h }", "backoff-max: 1s } #! SETTINGS_BACKOFF_ORDER", false),
        ["settings: witness key"] = new(Gateway, "tokens: { lifetime: 5min }", "evidence: { witnesses: [{ url: \"https://witness.example/\", key: \"witness.example/w1+00000000+AAAA\" }] } #! SETTINGS_WITNESS_KEY", true),
        ["settings: plain witness"] = new(Gateway, "tokens: { lifetime: 5min }", "evidence: { witnesses: [{ url: \"http://witness.example/\", key: \"witness.example/w1+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\" }] } #! CONFIG_URL_PLAIN", false),
        ["settings: quorum"] = new(Gateway, "tokens: { lifetime: 5min }", "evidence: { quorum: 2, witnesses: [{ url: \"https://witness.example/\", key: \"witness.example/w1+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\" }] } #! SETTINGS_QUORUM_OVER_WITNESSES", false),
        ["settings: witness twice"] = new(Gateway, "tokens: { lifetime: 5min }", "evidence: { witnesses: [{ url: \"https://one.example/\", key: \"witness.example/w1+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\" }, { url: \"https://two.example/\", key: \"witness.example/w1+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\" }] } #! CONFIG_TWICE", false),
        ["settings: instant"] = new(Gateway, "tokens: { lifetime: 5min }", "civil-time: { start: \"2026-03-02 09:00\" } #! CONFIG_INSTANT_INVALID", true),

        // Exchange types.
        ["type: id is not the file"] = new(Type, "id: notice", "id: other #! CONFIG_ID_FILE", false),
        ["type: state unknown"] = new(Type, "to: open", "to: opened #! CONFIG_REFERENCE_UNKNOWN", false),
        ["type: role unknown"] = new(Type, "obligated: centre\n    start: [{ delivered", "obligated: center #! CONFIG_REFERENCE_UNKNOWN\n    start: [{ delivered", false),
        ["type: step unknown"] = new(Type, "start: [{ expired: answer }]\n    stop: [finish]", "start: [{ expired: answer }]\n    stop: [finnish] #! CONFIG_REFERENCE_UNKNOWN", false),
        ["type: clock unknown"] = new(Type, "expired: answer", "expired: question }] #! CONFIG_REFERENCE_UNKNOWN\n    #", false),
        ["type: attachment kind unknown"] = new(Type, "[[letter]]", "[[later]] #! CONFIG_REFERENCE_UNKNOWN", false),
        ["type: agency kind unknown"] = new(Type, "kind: aid-centre", "kind: aid-center #! CONFIG_REFERENCE_UNKNOWN\n      ", true),
        ["type: state unreachable"] = new(Type, "states:", "states:\n  - { name: lost, title: { zh: 失, en: Lost }, final: true } #! TYPE_STATE_UNREACHABLE", false),
        ["type: states without way out"] = new(Type, "- { name: open, title: { zh: 开, en: Open } }\n  - { name: shut, title: { zh: 结, en: Shut }, final: true }", "- { name: open, title: { zh: 开, en: Open } } #! TYPE_STATE_NO_WAY_OUT\n  - { name: shut, title: { zh: 结, en: Shut } } #! TYPE_STATE_NO_WAY_OUT", false),
        ["type: step out of a final state"] = new(Type, "from: [open]\n    to: shut", "from: [open, shut] #! TYPE_STATE_FINAL_LEFT\n    to: shut", false),
        ["type: no opening step"] = new(Type, "- name: say", "- from: [open] #! TYPE_OPENING_COUNT\n    name: say", false),
        ["type: two opening steps"] = new(Type, "- name: mend\n    title: { zh: 改, en: Mend }\n    by: [organ]\n    from: [open]", "- name: mend #! TYPE_OPENING_COUNT\n    title: { zh: 改, en: Mend }\n    by: [organ]", false),
        ["type: opened by another role"] = new(Type, "- name: say\n    title: { zh: 说, en: Say }\n    by: [organ]", "- name: say #! TYPE_OPENING_ROLE\n    title: { zh: 说, en: Say }\n    by: [centre]", false),
        ["type: role that nobody gets"] = new(Type, "states:", "  - { name: firm, title: { zh: 所, en: Firm } } #! TYPE_ROLE_UNFILLED\nstates:", false),
        ["type: reserved role"] = new(Type, "states:", "  - { name: supervisor, title: { zh: 督, en: S } } #! TYPE_ROLE_RESERVED\nstates:", false),
        ["type: nobody may open it"] = new(Type, ", open-to: [court] }", " } #! TYPE_OPEN_TO", false),
        ["type: schema unknown"] = new(Type, "payload: test.Done", "payload: test.Ended #! TYPE_SCHEMA_UNKNOWN", false),
        ["type: payload path unknown"] = new(Type, "path: stage,", "path: stages, #! TYPE_PATH_UNKNOWN\n       ", false),
        ["type: view path unknown"] = new(Type, "case-number: said.number", "case-number: said.nummer #! TYPE_PATH_UNKNOWN", false),
        ["type: view path's form"] = new(Type, "case-number: said.number", "case-number: number #! TYPE_PATH_INVALID", true),
        ["type: case number comes late"] = new(Type, "case-number: said.number", "case-number: done.outcome #! TYPE_SECTION_LATE", false),
        ["type: section unknown"] = new(Type, "reads: [said, done]", "reads: [said, done, told] #! TYPE_SECTION_UNKNOWN\n     ", false),
        ["type: check unknown"] = new(Type, "[is-so]", "[is-not-so] #! TYPE_CHECK_UNKNOWN", false),
        ["type: finder unknown"] = new(Type, "else: find-centre", "else: find-center #! TYPE_FINDER_UNKNOWN\n      ", false),
        ["type: party from nowhere"] = new(Type, "[{ role: centre, from: centre, else: find-centre,", "[{ role: centre, #! TYPE_PARTY_SOURCE\n      ", true),
        ["type: put and patch"] = new(Type, "view: { put: done }", "view: { put: done, patch: said, from: outcome } #! CONFIG_EITHER_OR", true),
        ["type: values and not"] = new(Type, "values: [ONE] }", "values: [ONE], not: [TWO] } #! CONFIG_EITHER_OR\n      ", true),
        ["type: two triggers in one"] = new(Type, "{ expired: answer }", "{ expired: answer, step: say } #! CONFIG_EITHER_OR\n     ", true),
        ["type: waits for what is not delivered"] = new(Type, "{ delivered: say, to: centre }", "{ delivered: finish, to: centre } #! TYPE_NOT_DELIVERED\n     ", false),
        ["type: limit's form"] = new(Type, "limit: 48h", "limit: 48 hours #! TYPE_LIMIT_INVALID", true),
        ["type: limit that the rule cannot count"] = new(Type, "limit: 48h", "limit: 2d #! TYPE_LIMIT_COUNTING", false),
        ["type: warnings out of order"] = new(Type, "warn: [24h, 4h]", "warn: [4h, 24h] #! TYPE_WARNING_ORDER", false),
        ["type: warning before the start"] = new(Type, "warn: [24h, 4h]", "warn: [72h, 24h] #! TYPE_WARNING_TOO_LONG", false),
        ["type: clocks in a circle"] = new(Type, "- name: answer\n    title: { zh: 答, en: Answer }\n    obligated: centre\n    start: [", "- name: answer #! TYPE_CLOCK_CYCLE\n    title: { zh: 答, en: Answer }\n    obligated: centre\n    start: [{ expired: later }, ", false),
        ["type: clock without end"] = new(Type, "- name: later\n    title: { zh: 后, en: Later }\n    kind: period\n    obligated: centre\n    start: [{ expired: answer }]\n    stop: [finish]", "- name: later #! TYPE_CLOCK_ENDLESS\n    title: { zh: 后, en: Later }\n    kind: period\n    obligated: centre\n    start: [{ expired: answer }]", true),
        ["type: pause without resume"] = new(Type, "- name: later", "- name: later #! TYPE_PAUSE_WITHOUT_RESUME\n    pause: [mend]", false),
        ["type: hold in a final state"] = new(Type, "while: [open] }", "while: [open, shut] } #! TYPE_HOLD_FINAL", false),
        ["type: audit goes before payload"] = new(Type, "payload-days: 1095, audit-days: 1825,", "payload-days: 1826, audit-days: 1825, #! TYPE_RETENTION_ORDER\n ", false),
        ["type: audit under three years"] = new(Type, "payload-days: 1095, audit-days: 1825,", "payload-days: 365, audit-days: 1094, #! CONFIG_NUMBER_RANGE\n ", true),
    };
}

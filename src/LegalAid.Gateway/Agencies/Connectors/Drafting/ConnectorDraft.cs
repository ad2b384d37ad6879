using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>
/// Writes a first connector for a call that somebody else's document describes. What is certain is written out; what is likely stands beside it as a comment to be
/// taken over; what cannot be done is said. It is a beginning for a person, who tries it with <c>connector test</c>.
/// </summary>
internal sealed class ConnectorDraft(ForeignCall call, FactVocabulary vocabulary, string? body)
{
    private const int PathsMax = 200, FactsMax = 40;

    private const string Secret = "{{secret}}";

    /// <summary>An address that nobody has (RFC 5737): nothing is reached until the agency's own network stands there.</summary>
    private const string NoNetwork = "192.0.2.0/24";

    private readonly DraftText _out = new();

    public string Write(string? network)
    {
        var request = RequestText();
        _out.Line(0, "", $"起草自 · Drafted from {call.Name}: {call.Title}");
        foreach (var remark in call.Remarks.Concat(DraftRemarks.Of(call)))
        {
            _out.Line(0, "", $"注意 · Note: {remark}");
        }

        var soap = call.Envelope;
        _out.Line(0, "connectors:").Line(2, $"- id: {IdOf(call.Name)}").Line(4, $"kind: {(soap is null ? "http" : "soap")}");
        WriteAddress(network);
        foreach (var line in call.Authentication)
        {
            _out.Line(4, line);
        }

        if (request.Split('\n').Any(line => !line.TrimStart().StartsWith('#') && line.Contains(Secret, StringComparison.Ordinal)))
        {
            // A connector has one secret: beside another kind of auth none can stand in the request, and the field is left to a person.
            if (call.Authentication.Any(line => line.StartsWith("auth:", StringComparison.Ordinal)))
            {
                _out.Line(4, "", "请求中另有口令字段；已有上面的 auth，该字段留空 · The request wants a password too; beside the auth above its field is left empty");
                request = request.Replace(Secret, "", StringComparison.Ordinal);
            }
            else
            {
                _out.Line(4, "auth: { kind: in-request, secret: agency-password }", "connectors/agency-password.secret");
            }
        }

        if (DraftRemarks.Leaves(call.Request).Concat(call.Query).Concat(call.Headers).FirstOrDefault(member => member.Shape is ForeignShape.Value value && FieldGuess.Of(member.Name, value) == "{{person.document-kind}}") is { } kind)
        {
            var codes = (ForeignShape.Value)kind.Shape;
            _out.Line(4, "", $"document-kinds: {{ resident-id-card: {DraftText.Quoted(codes.Codes.FirstOrDefault() ?? "01")} }} # 填写居民身份证的代码后启用 · put in its code of the identity card, and take it over: {codes.Description}");
        }

        _out.Append(request);
        WriteAnswers();
        return _out.ToString();
    }

    private string RequestText()
    {
        var text = new DraftText();
        if (call.Envelope is { } soap)
        {
            new SoapRequestDraft(text, soap).Write(call.Request);
        }
        else
        {
            new HttpRequestDraft(text, call).Write();
        }

        return text.ToString();
    }

    private void WriteAddress(string? network)
    {
        var absolute = call.Address.Contains("://", StringComparison.Ordinal);
        var address = absolute ? call.Address : $"https://agency.example{(call.Address.StartsWith('/') ? "" : "/")}{call.Address}";
        var at = address.IndexOfAny(['?', '#']);
        _out.Line(4, $"address: {DraftText.Quoted(at < 0 ? address : address[..at])}", absolute ? "" : "文件只写了相对地址，填写真实主机 · the document has a relative address: put in the host");
        _out.Line(4, $"allowed-addresses: [{network ?? NoNetwork}]", network is null ? "填写该机构所在网段；此为文档网段，不会连到任何地方 · put in the agency's network; this one leads nowhere" : "");
        _out.Line(4, "timeout: 10s");
    }

    private void WriteAnswers()
    {
        var paths = AnswerPaths.Of(call).Take(PathsMax).ToList();
        foreach (var (status, description) in call.NotFound)
        {
            _out.Line(4, "", $"no-match: {{ status: [{status}] }} # 若表示查无此人则启用 · take over if it means that the person is unknown: {description}");
        }

        foreach (var path in paths.Where(path => path.Depth <= 1 && FieldGuess.Plain(path.Name) is "code" or "status" or "success" or "resultcode" or "retcode" or "errcode" or "ret" or "result" && path.Value is not null))
        {
            var value = path.Value?.Example is { Length: > 0 } example ? example : path.Value?.Codes.FirstOrDefault() ?? (path.Value?.Type == "boolean" ? "true" : "0");
            _out.Line(4, "", call.Envelope is null
                ? $"success: {DraftText.Quoted(path.Value?.Type is "string" or null ? $"{path.Expression} == '{value}'" : $"{path.Expression} == `{value}`")} # {path.Value?.Description}"
                : $"success: {DraftText.Quoted($"{path.Expression} = '{value}'")} # {path.Value?.Description}");
        }

        if (call.Envelope is null && paths.Find(path => path.Value is { Type: "string" } && FieldGuess.Plain(path.Name) is "data" or "result" or "content" or "response" or "return") is { } inside)
        {
            _out.Line(4, "", $"inside: {{ from: {DraftText.Quoted(inside.Expression)}, as: json }} # 若这段文字本身是 JSON · if the text is JSON itself");
        }
        else if (call.Envelope is not null && paths is [{ Value.Type: "string" } only])
        {
            _out.Line(4, "", $"inside: {{ from: {DraftText.Quoted(only.Expression)}, as: xml }} # 若这段文字本身是 XML 或 JSON · if the text is XML or JSON itself");
        }

        var mappings = paths.Select(path => new AnswerDraft(path, path.Value is { } value ? FactGuess.Of(path.Name, value, vocabulary, body) : [])).ToList();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        _out.Line(4, "answers:");
        foreach (var mapping in mappings.Where(mapping => mapping.IsCertain && taken.Add(mapping.Facts[0].Name)))
        {
            mapping.Write(_out, asComment: false);
        }

        if (taken.Count == 0)
        {
            _out.Line(6, "", "至少启用下列一项，否则不会加载 · Take over one of these at least, or it does not load");
            if (mappings.All(mapping => mapping.Facts.IsEmpty))
            {
                // Names that say nothing here, of another language say: what may be asked is listed, and a person finds the field.
                foreach (var fact in vocabulary.Facts.Where(fact => body is null || fact.Bodies.Any(other => other.Name == body)).Take(FactsMax))
                {
                    _out.Line(6, "", $"- {{ fact: {fact.Name}, from: \"…\" }} # {fact.Title.Zh} · {fact.Title.En}");
                }
            }
        }

        foreach (var mapping in mappings.Where(mapping => !mapping.Facts.IsEmpty && !(mapping.IsCertain && taken.Contains(mapping.Facts[0].Name))))
        {
            mapping.Write(_out, asComment: true);
        }

        _out.Line(6, "", "答复中的全部字段 · All fields of the answer:");
        foreach (var path in paths)
        {
            _out.Line(6, "", $"  {path.Expression} : {path.Value?.Type ?? "?"}{(path.Value is { Codes.IsEmpty: false } coded ? $" [{string.Join(", ", coded.Codes.Take(20))}]" : "")} {path.Description}");
        }
    }

    private static string IdOf(string name)
    {
        var words = new string([.. name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-')]).Split('-', StringSplitOptions.RemoveEmptyEntries);
        var id = string.Join('-', words);
        id = id.Length > 60 ? id[..60].TrimEnd('-') : id;
        return id.Length >= 2 && char.IsAsciiLetter(id[0]) ? id : $"query{(id.Length > 0 ? "-" : "")}{id}";
    }
}

/// <summary>One field of the answer and the facts that it may tell.</summary>
internal sealed record AnswerDraft(AnswerPath Path, ImmutableArray<FactDefinition> Facts)
{
    private ImmutableArray<(string Code, string Said, string? Choice)> Codes => Facts.IsEmpty || Path.Value is null || Facts[0].Kind is not (FactKind.Choice or FactKind.YesNo) ? [] : FactGuess.CodesOf(Facts[0], Path.Value);

    /// <summary>One fact speaks for itself and its codes, if it has any, are all told.</summary>
    public bool IsCertain => !Facts.IsEmpty && Path.Value is { } value && Facts[0].Kind switch
    {
        FactKind.YesNo => value.Type == "boolean" || (!Codes.IsEmpty && Codes.All(code => code.Choice is not null)),
        FactKind.Choice => !Codes.IsEmpty && Codes.Any(code => code.Choice is not null),
        FactKind.Money => value.Description.Contains('元', StringComparison.Ordinal) || value.Description.Contains('分', StringComparison.Ordinal),
        _ => true,
    };

    public void Write(DraftText text, bool asComment)
    {
        var fact = Facts[0];
        var others = Facts.Length > 1 ? $"也可能是 · or: {string.Join(", ", Facts.Skip(1).Take(4).Select(other => other.Name))}. " : "";
        var head = $"fact: {fact.Name}, from: {DraftText.Quoted(Path.Expression)}";
        var line = fact.Kind switch
        {
            FactKind.Money => $"{{ {head}, unit: {UnitOf()} }}",
            FactKind.Choice or FactKind.YesNo when !Codes.IsEmpty && Codes.All(code => code.Choice is null) => // taken over as it stands, it decides nothing
                $"{{ {head}, values: {{ {string.Join(", ", Codes.Select(code => $"{DraftText.Quoted(code.Code)}: not-known"))} }} }}",
            FactKind.Choice or FactKind.YesNo when !Codes.IsEmpty => $"{{ {head}, values: {{ {string.Join(", ", Codes.Where(code => code.Choice is not null).Select(code => $"{DraftText.Quoted(code.Code)}: {code.Choice}"))} }} }}",
            FactKind.Choice => $"{{ {head}, values: {{ {string.Join(", ", fact.Choices.Take(6).Select((choice, at) => $"\"{at}\": {choice.Name}"))} }} }}",
            _ => $"{{ {head} }}",
        };
        text.Line(6, asComment ? "" : $"- {line}", asComment ? $"- {line} # {others}{Path.Description}" : others + Path.Description);
        foreach (var (code, said, _) in Codes.Where(code => code.Choice is null))
        {
            text.Line(8, "", $"{DraftText.Quoted(code)}: {string.Join(" | ", fact.Kind == FactKind.YesNo ? ["yes", "no", "not-known"] : fact.Choices.Select(choice => choice.Name).Append("not-known"))} # {said}");
        }
    }

    private string UnitOf() => Path.Value?.Description switch
    {
        { } said when said.Contains("万元", StringComparison.Ordinal) => "ten-thousand-yuan",
        { } said when said.Contains("单位分", StringComparison.Ordinal) || said.Contains("单位：分", StringComparison.Ordinal) || (said.Contains('分', StringComparison.Ordinal) && !said.Contains('元', StringComparison.Ordinal)) => "fen",
        _ => "yuan",
    };
}
